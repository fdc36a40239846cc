"""The index against itself: what an entry says in its own words comes back with its own codes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fourstep.analyse.words import Lexicon
from fourstep.engine import Engine, load_engine
from fourstep.locate.check import check_knowledge
from fourstep.locate.index import Entry, Index, Phrase, parse_phrase, walk
from fourstep.locate.matcher import Scene, locate

#: Alternatives, by file, that another entry answers instead. The numbers may fall, never rise.
KNOWN = {
    "problem/11_digestive.idx": 1,
    "procedure/h_lower_digestive.idx": 1,
    "procedure/j_hepatobiliary.idx": 4,
    "procedure/l_vessels.idx": 1,
    "procedure/n_male_genital.idx": 1,
    "procedure/r_obstetric.idx": 3,
    "procedure/s_skin.idx": 4,
    "procedure/w_bones_joints.idx": 5,
}

#: What one guard says of the episode besides itself.
IMPLIED = {"newborn": {"infant", "child"}, "infant": {"child"}, "maternity": {"pregnant"}}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return load_engine()


def _paths(entry: Entry, above: list[Entry]) -> Iterator[list[Entry]]:
    here = [*above, entry]
    yield here
    for child in entry.children:
        yield from _paths(child, here)


def _arrangements(phrases: list[Phrase]) -> Iterator[list[str]]:
    """The words of a path as they may be written: from the lead down or from the last modifier up."""
    near = [p for p in phrases if not p.far]
    for order in (near, near[::-1]):
        words = [w for p in order for w in p.words]
        yield list(dict.fromkeys(words))
        yield words


def _finds_itself(index: Index, path: list[Entry], last: Phrase) -> bool:
    """Whether some arrangement of the path gives the entry, something deeper, or the same codes."""
    entry = path[-1]
    phrases = [*(e.phrases[0] for e in path[:-1]), last]
    guards = {g for p in phrases for g in p.guards if g[0] != "!"}
    guards |= {more for g in guards for more in IMPLIED.get(g, ())}
    far = {w for p in phrases if p.far for w in p.words}
    own = {id(e) for e in walk([entry])}
    return any(
        id(hit.entry) in own or hit.codes[: len(entry.codes)] == entry.codes
        for words in _arrangements(phrases)
        for hit in locate(index, Scene(words, frozenset(guards), (), far), (entry.kind,))
    )


def test_every_path_finds_itself(engine: Engine) -> None:
    missed: dict[str, list[str]] = {}
    for root in engine.index.roots:
        if not root.layer:
            continue
        for path in _paths(root, []):
            entry = path[-1]
            if not entry.codes:
                continue
            for last in entry.phrases:
                if not _finds_itself(engine.index, path, last):
                    missed.setdefault(entry.place.split(":")[0], []).append(
                        f"{entry.place} {entry.trail}: {' '.join(last.words)}"
                    )
    worse = {file: found for file, found in missed.items() if len(found) > KNOWN.get(file, 0)}
    assert not worse, "\n".join(line for found in worse.values() for line in found)


def test_the_knowledge_files_have_no_problems() -> None:
    checked = check_knowledge()
    assert not checked.problems, "\n".join(map(str, checked.problems))
    assert checked.entries > 10_000


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon({})


@pytest.mark.parametrize(
    ("text", "words", "guards", "excluded"),
    [
        ("fracture of the femur", ("fracture", "femur"), (), ()),
        ("retention !urinary", ("retention",), (), (("urinary",),)),
        ("jaundice {newborn}", ("jaundice",), ("newborn",), ()),
        ("{!male}", (), ("!male",), ()),
        ("hernia (small) (reducible)", ("hernia",), (), ()),
    ],
)
def test_a_phrase_is_words_guards_and_exclusions(
    lexicon: Lexicon,
    text: str,
    words: tuple[str, ...],
    guards: tuple[str, ...],
    excluded: tuple[tuple[str, ...], ...],
) -> None:
    phrase = parse_phrase(text, lexicon, "here:1")
    assert (phrase.words, phrase.guards, phrase.excluded) == (words, guards, excluded)


# What hospital records write, and words that look like a disease and are none.
@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("bipolar affective disorder", {"F31.9"}),
        ("hiatus hernia irreducible", {"K44.0"}),
        ("secondary postpartum haemorrhage", {"O72.2"}),
        ("postpartum haemorrhage", {"O72.1"}),
        ("hip ulcer category 3", {"L89.2"}),
        ("nuclear sclerosis", {"H25.1"}),
        ("mild learning disability", {"F70.9"}),
        ("acute adrenal insufficiency", {"E27.2"}),
        ("malignant neoplasm of femur", {"C40.2"}),
        ("mixed Alzheimer's vascular dementia", {"G30.8", "F00.2"}),
        ("alcohol nurse", set()),
        ("coeliac axis", set()),
        ("bipolar diathermy", set()),
        ("palliative chemotherapy", set()),
    ],
)
def test_wordings(engine: Engine, text: str, codes: set[str]) -> None:
    hits = locate(engine.index, Scene(engine.lexicon.phrase(text), frozenset()), ("problem", "circumstance"))
    assert {c for h in hits for c in h.codes if c not in ("-", "?")} == codes
