"""What the coder knows, loaded once: terms, index, sites, tables. Kept compiled between runs."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from pathlib import Path

from fourstep import cache, knowledge
from fourstep.analyse.terms import load_terms, plain_words
from fourstep.analyse.words import Lexicon
from fourstep.assign.agents import Agents, load_agents
from fourstep.assign.characters import Scheme, load_places, load_schemes
from fourstep.assign.sites import Slots, load_slots
from fourstep.assign.tables import Tables, load_tables
from fourstep.books import books_on
from fourstep.errors import KnowledgeError
from fourstep.locate.index import Index, read_folder
from fourstep.locate.titles import title_entries

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


def build_engine() -> Engine:
    """Read all knowledge files. A line that breaks the rules is passed over here; `fourstep index check` names it."""
    lexicon = load_terms(knowledge.TERMS)
    problems: list[KnowledgeError] = []
    roots = read_folder(knowledge.INDEX, lexicon, problems)
    icd10, _, _ = books_on(None)
    # an asterisk title alone must never be found: its dagger would be missing
    titles = ((c, r.title) for c in icd10.codes() if len(c) == 5 and (r := icd10.get(c)).kind != "asterisk")
    roots += title_entries(titles, lexicon)
    index = Index(roots)
    lexicon.learn(index.vocabulary() | plain_words(knowledge.TERMS / "plain_words.txt"))
    return Engine(
        lexicon,
        index,
        load_slots(knowledge.SITES, lexicon),
        load_schemes(knowledge.SITES, lexicon),
        load_places(knowledge.SITES, lexicon),
        load_agents(knowledge.INDEX / "agents" / "drugs.tsv", lexicon),
        load_tables(),
    )


def load_engine() -> Engine:
    """The engine, from the cache when nothing it depends on has changed."""
    sources = [knowledge.FOLDER, *(_CODE / p for p in ("locate", "assign", "analyse/words.py", "analyse/terms.py", "books"))]
    engine = cache.cached("engine", sources, build_engine)
    gc.freeze()  # the index never dies: the collector need not walk it again and again
    return engine
