"""Whatever the text, its statements and sections point into it."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from fourstep.analyse.document import analyse_document, assert_span, sections_of
from fourstep.analyse.words import tokenise
from fourstep.episode import Document, Heading

_PIECES = st.sampled_from(
    (
        "no nil ?? ? - -> ( ) [ ] [x] , ; : . \n \n\n \t PMH PMHx: Imp: Plan Allergies: NKDA mother had and "
        "or / + & but if PE fracture 2015 17.8.24 26/8 3 Oct 2024 1. 2. 1) A - old previous excluded -ve ✗ ☐ "
        "• * dear yours İ ß"
    ).split(" ")
)
_TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(_PIECES, max_size=60).map(" ".join),
    st.lists(_PIECES, max_size=60).map("".join),
)
_KINDS = st.sampled_from(
    ["discharge_summary", "operation_note", "histology", "test_result", "newborn_summary", ""]
)


@settings(max_examples=300, deadline=None)
@given(_TEXTS, _KINDS, st.sampled_from([None, dt.date(2024, 9, 1)]))
def test_offsets_stay_inside_the_text(text: str, kind: str, day: dt.date | None) -> None:
    document = Document("note", text, kind, day)
    tokens = tokenise(text)
    previous = 0
    for s in analyse_document(document, 0, tokens):
        assert 0 <= s.start < s.end <= len(text)
        assert 0 <= s.first < s.last <= len(tokens)
        assert s.start == tokens.start[s.first] and s.end == tokens.end[s.last - 1]
        assert s.first >= previous, "statements stand in order and do not overlap"
        previous = s.last
        assert s.section.start <= s.start and s.end <= s.section.end
        if s.label is not None:
            assert 0 <= s.label[0] < s.label[1] <= len(text)
    sections = sections_of(document)
    assert sections[0].start == 0 or not tokens.text or not text[: sections[0].start].strip()
    for before, after in pairwise(sections):
        assert before.start <= before.end == after.start


@settings(max_examples=100, deadline=None)
@given(_TEXTS, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 30), st.text(max_size=12)), max_size=4))
def test_marked_headings_never_break_it(text: str, spans: list[tuple[int, int, str]]) -> None:
    headings = tuple(
        Heading(min(a, len(text)), min(a + b, len(text)), title) for a, b, title in sorted(spans)
    )
    document = Document("note", text, "discharge_summary", None, headings)
    for s in analyse_document(document, 0, tokenise(text)):
        assert 0 <= s.start < s.end <= len(text)


@settings(max_examples=100, deadline=None)
@given(_TEXTS, st.integers(-5, 300), st.integers(-5, 300))
def test_any_span_has_an_assertion(text: str, start: int, end: int) -> None:
    assert len(assert_span(text, start, end)) == 3
