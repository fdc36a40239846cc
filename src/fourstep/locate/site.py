"""A site's own lines: index entries, terms and policy in the same text format, in the data directory, kept by upgrades.

    $FOURSTEP_HOME/site/index/<kind>/*.idx     entries, over the curated ones
    $FOURSTEP_HOME/site/terms/*.terms          terms, before ours
    $FOURSTEP_HOME/site/policy/*.txt           name = value, for names that the policy table has
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fourstep import knowledge
from fourstep.analyse.terms import read_terms, strip_comment
from fourstep.analyse.words import Lexicon
from fourstep.books import books_on
from fourstep.books.store import home
from fourstep.errors import KnowledgeError
from fourstep.locate.check import Checked, check_entries, slot_names
from fourstep.locate.index import KINDS, SITE, read_folder, walk


def folder() -> Path:
    """Where a site's own lines are kept; it need not exist."""
    return home() / "site"


def term_files() -> list[Path]:
    """The files of a site's own terms."""
    return sorted((folder() / "terms").glob("*.terms"))


def read_policy(known: Mapping[str, str], problems: list[KnowledgeError]) -> dict[str, str]:
    """A site's choices; a name that the policy table does not have goes to `problems`."""
    policy: dict[str, str] = {}
    for path in sorted((folder() / "policy").glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            fact = strip_comment(line)
            if not fact.strip():
                continue
            name, equals, value = (part.strip() for part in fact.partition("="))
            if not equals or not value:
                problems.append(KnowledgeError("expected 'name = value'", f"{path.name}:{number}"))
            elif name not in known:
                problems.append(KnowledgeError(f"the policy table has no '{name}'", f"{path.name}:{number}"))
            else:
                policy[name] = value
    return policy


def check_site(policy: Mapping[str, str]) -> Checked:
    """Check a site's own lines against the books in use. An entry that the curated index has too is no fault: it is to win."""
    own = term_files()
    _, problems = read_terms(own)
    senses, _ = read_terms([*own, *sorted(knowledge.TERMS.glob("*.terms"))])
    lexicon = Lexicon(senses)
    roots = read_folder(folder() / "index", lexicon, problems, SITE)
    icd10, opcs4, _ = books_on(None)
    problems += check_entries(roots, icd10.__contains__, opcs4.__contains__, slot_names(knowledge.SITES))
    read_policy(policy, problems)
    problems += list(_astray())
    return Checked(problems, sum(1 for _ in walk(roots)), len(read_terms(own)[0]))


def _astray() -> list[KnowledgeError]:
    """Files that nothing reads: a kind that is none, another ending."""
    read = {"index": [f"{kind}/*.idx" for kind in KINDS], "terms": ["*.terms"], "policy": ["*.txt"]}
    known = {p for part, patterns in read.items() for pattern in patterns for p in (folder() / part).glob(pattern)}
    files = sorted(p for p in folder().rglob("*") if p.is_file() and not p.name.startswith("."))
    return [KnowledgeError("nothing reads this file", str(p.relative_to(folder()))) for p in files if p not in known]
