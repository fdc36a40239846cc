"""What the coder knows, loaded once: terms, index, sites, tables. Kept compiled between runs."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field
from pathlib import Path

from fourstep import cache, knowledge
from fourstep.analyse.cues import proofs
from fourstep.analyse.headings import headings
from fourstep.analyse.signs import special
from fourstep.analyse.terms import plain_words, read_terms
from fourstep.analyse.words import Lexicon
from fourstep.assign.agents import Agents, load_agents
from fourstep.assign.characters import Scheme, load_places, load_schemes
from fourstep.assign.sites import Slots, load_slots
from fourstep.assign.tables import Tables, load_tables
from fourstep.books import books_on
from fourstep.collector import collector_resting
from fourstep.errors import KnowledgeError
from fourstep.locate import site
from fourstep.locate.index import SITE, Index, read_folder
from fourstep.locate.titles import title_entries
from fourstep.terminology.checks import Exclusions, load_exclusions
from fourstep.terminology.compiled import imported_lines
from fourstep.terminology.layer import digests

_CODE = Path(__file__).parent


@dataclass(slots=True)
class Engine:
    """All knowledge of one installation."""

    lexicon: Lexicon
    index: Index
    slots: Slots
    schemes: dict[str, Scheme]
    places: Scheme
    agents: Agents
    tables: Tables
    exclusions: Exclusions = field(default_factory=dict)


def build_engine() -> Engine:
    """Read all knowledge files. A line that breaks the rules is passed over here; `fourstep index check` names it."""
    # the first meaning of a term stays: a site's own lines go before
    lexicon = Lexicon(read_terms([*site.term_files(), *sorted(knowledge.TERMS.glob("*.terms"))])[0])
    problems: list[KnowledgeError] = []
    roots = read_folder(knowledge.INDEX, lexicon, problems) + read_folder(site.folder() / "index", lexicon, problems, SITE)
    imported = imported_lines(roots, lexicon)
    icd10, _, _ = books_on(None)
    # an asterisk title alone must never be found: its dagger would be missing
    titles = ((c, r.title) for c in icd10.codes() if len(c) == 5 and (r := icd10.get(c)).kind != "asterisk")
    roots += title_entries(titles, lexicon)
    index = Index(roots, imported)
    lexicon.learn(index.vocabulary() | plain_words(knowledge.TERMS / "plain_words.txt"))
    tables = load_tables()
    tables.policy.update(site.read_policy(tables.policy, problems))
    return Engine(
        lexicon,
        index,
        load_slots(knowledge.SITES, lexicon),
        load_schemes(knowledge.SITES, lexicon),
        load_places(knowledge.SITES, lexicon),
        load_agents(knowledge.INDEX / "agents" / "drugs.tsv", lexicon),
        tables,
        load_exclusions(),
    )


def sources() -> list[Path | str]:
    """What the engine is made of: knowledge, code, a site's own lines, and the imports by their digests."""
    code = ("locate", "assign", "analyse/words.py", "analyse/terms.py", "books", "terminology")
    own = [site.folder()] if site.folder().is_dir() else []
    return [knowledge.FOLDER, *(_CODE / p for p in code), *own, *digests()]


def load_engine() -> Engine:
    """The engine, from the cache when nothing it depends on has changed."""
    with collector_resting():
        engine = cache.cached("engine", sources(), build_engine)
        _read_ahead()
        gc.freeze()  # none of it ever dies: the collector need not walk it again and again
    return engine


def _read_ahead() -> None:
    """Read what the first episode would ask for, so that it is there before the collector is told to pass it over."""
    special()
    proofs()
    headings()
    books_on(None)
