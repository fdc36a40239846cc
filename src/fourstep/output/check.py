"""The checker of knowledge in the terminal: ours, or a site's own lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from fourstep import knowledge
from fourstep.analyse.cues import read_cues, read_proofs
from fourstep.analyse.headings import read_headings
from fourstep.analyse.word_lists import read_word_lists
from fourstep.ask.loading import load_ask_tables
from fourstep.assign.tables import load_tables
from fourstep.errors import KnowledgeError
from fourstep.locate.check import Checked, check_knowledge
from fourstep.locate.site import check_site

#: What reads the files that are neither index nor terms; each stops at the first line that is wrong.
_READERS: tuple[Callable[[], object], ...] = (
    partial(read_cues, knowledge.SECTIONS / "cues.txt"),
    partial(read_proofs, knowledge.SECTIONS / "proofs.txt"),
    partial(read_proofs, knowledge.SECTIONS / "mended.txt"),
    partial(read_headings, knowledge.SECTIONS),
    partial(read_word_lists, knowledge.SECTIONS / "word_lists.txt"),
    load_tables,
    load_ask_tables,
)


def checked_files(*, site: bool) -> Checked:
    """What is wrong with the knowledge files, or with those of the site."""
    if site:
        return check_site(load_tables().policy)
    checked = check_knowledge()
    checked.problems.extend(problems_of(_READERS))
    return checked


def problems_of(readers: tuple[Callable[[], object], ...]) -> Iterator[KnowledgeError]:
    """The first problem that each reader meets."""
    for read in readers:
        try:
            read()
        except KnowledgeError as problem:
            yield problem
