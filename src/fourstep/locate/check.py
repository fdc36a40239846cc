"""The checker of the index: codes that do not exist, entries said twice, entries that nothing can reach."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path

from fourstep.analyse.terms import read_terms
from fourstep.analyse.words import STOP, Lexicon, tokenise
from fourstep.books import books_on
from fourstep.errors import KnowledgeError
from fourstep.knowledge import INDEX, SITES, TERMS
from fourstep.locate.index import Entry, Phrase, read_file, read_folder, walk

Exists = Callable[[str], bool]
#: Guards, nonessential words and exclusions of a phrase: what is left are the words that must stand there.
_SIGNS = re.compile(r"\{[^}]*\}|\([^)]*\)|!\S+|[&\"]")
_MOST_ALTERNATIVES = 400  # combinations of one path that are compared; more say nothing new


def _paths(entry: Entry, above: list[list[Phrase]]) -> Iterator[tuple[Entry, list[list[Phrase]]]]:
    here = [*above, entry.phrases]
    yield entry, here
    for child in entry.children:
        yield from _paths(child, here)


_Key = tuple[frozenset[str], frozenset[str], frozenset[tuple[str, ...]], frozenset[tuple[str, ...]]]


def _key(combination: tuple[Phrase, ...]) -> _Key:
    return (
        frozenset(w for p in combination for w in p.words),
        frozenset(g for p in combination for g in p.guards),
        frozenset(x for p in combination for x in p.excluded),
        frozenset(g for p in combination for g in p.groups),
    )


def check_entries(roots: list[Entry], icd10: Exists, opcs4: Exists, slots: frozenset[str]) -> list[KnowledgeError]:
    """Everything wrong with the index beyond its form, in the order of the files.

    `icd10` and `opcs4` say whether a code exists ("W19.-" is asked as "W19"); `slots` are the site lists there are.
    """
    problems: list[KnowledgeError] = []
    seen: dict[tuple[str, _Key], Entry] = {}
    for root in roots:
        for entry, path in _paths(root, []):
            exists = opcs4 if entry.kind == "procedure" else icd10
            problems += [
                KnowledgeError(f"code {code} does not exist", entry.place)
                for code in entry.codes
                if code not in ("-", "?") and not exists(code.removesuffix(".-"))
            ]
            problems += [
                KnowledgeError(f"no site list '{slot}'", entry.place) for slot in entry.slots or () if slot not in slots
            ]
            problems += _words(entry, lead=len(path) == 1)
            if not entry.codes:
                if not entry.children:
                    problems.append(KnowledgeError("neither a code nor anything below", entry.place))
                continue
            above: frozenset[str] = frozenset(w for p in (path[-2][0],) for w in p.words) if len(path) > 1 else frozenset()
            for phrase in entry.phrases:
                if len(path) > 1 and not phrase.guards and not phrase.groups and set(phrase.words) <= above:
                    problems.append(KnowledgeError(f"'{entry.text}' adds no word to the line above", entry.place))
            for combination in islice(product(*path), _MOST_ALTERNATIVES):
                key = (entry.kind, _key(combination))
                other = seen.setdefault(key, entry)
                if other is not entry:
                    same = "again" if other.codes == entry.codes else f"also {' '.join(other.codes)}"
                    words = " ".join(sorted(key[1][0]))
                    problems.append(KnowledgeError(f"'{words}' stands at {other.place} ({same})", entry.place))
                    break
    return problems


def _words(entry: Entry, *, lead: bool) -> Iterator[KnowledgeError]:
    """Words that do not mean what they seem to: short forms without a sense of their own, leads that lose all but one word."""
    for phrase in entry.phrases:
        unresolved = [w[1:] for w in phrase.words if w.startswith("?")]
        if unresolved:
            yield KnowledgeError(f"'{unresolved[0]}' has no sense without a condition in the terms", entry.place)
    if not lead or (entry.silent and not entry.children):
        return
    for text, phrase in zip(entry.text.split(" | "), entry.phrases, strict=False):
        written = [t for t in tokenise(_SIGNS.sub(" ", text)).text if t.isalnum()]
        lost = [t for t in written if t in STOP or len(t) == 1]
        if len(written) > 1 and len(lost) == len(written) - 1 and phrase.words == (written[-1],):
            yield KnowledgeError(f"'{text}' is only '{phrase.words[0]}' to the matcher", entry.place)


def slot_names(folder: Path) -> frozenset[str]:
    """Names of the site lists in knowledge/sites, and the slots that are computed: side, level."""
    return frozenset(p.stem for p in folder.glob("*.idx")) | {"side", "level"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checker saw: everything wrong, and how much there is."""

    problems: list[KnowledgeError]
    entries: int
    terms: int


def check_knowledge(index: Path = INDEX, terms: Path = TERMS, sites: Path = SITES) -> Checked:
    """Read all index, terms and site files and check them against the built-in books."""
    senses, problems = read_terms(sorted(terms.glob("*.terms")))
    lexicon = Lexicon(senses)
    roots = read_folder(index, lexicon, problems)
    icd10, opcs4, _ = books_on(None)
    problems += check_entries(roots, icd10.__contains__, opcs4.__contains__, slot_names(sites))
    for path in sorted(sites.glob("*.idx")):
        if path.stem == "place":  # characters, not codes
            continue
        problems += check_entries(
            read_file(path, "procedure", lexicon, problems), icd10.__contains__, opcs4.__contains__, frozenset()
        )
    return Checked(problems, sum(1 for _ in walk(roots)), len(senses))
