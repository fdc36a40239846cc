"""Annotated sentences: every marked word must be asserted as its mark says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fourstep.analyse.document import analyse_document, assert_span
from fourstep.analyse.statements import Statement, When, Whether, Who
from fourstep.analyse.words import tokenise
from fourstep.episode import Document

_MARK = re.compile(r"<(\w+)>(.*?)</\1>")
SENTENCES = [
    line
    for line in (Path(__file__).parent / "sentences.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith(";")
]


def analyse(text: str, kind: str = "discharge_summary") -> list[Statement]:
    return analyse_document(Document("note", text, kind), 0, tokenise(text))


def unmark(line: str) -> tuple[str, list[tuple[str, int, int]]]:
    """The text of a marked line, and each mark with its span."""
    text, marks, last = "", [], 0
    for match in _MARK.finditer(line):
        text += line[last : match.start()]
        marks.append((match[1], len(text), len(text) + len(match[2])))
        text += match[2]
        last = match.end()
    return (text + line[last:]).replace("|", "\n"), marks


def holds(mark: str, statement: Statement) -> bool:
    """Whether a statement asserts what a mark says."""
    name = mark.upper()
    if mark == "allergy":
        return statement.allergy
    if name in Who.__members__:
        return statement.who is Who[name]
    if name in When.__members__:
        return statement.when is When[name]
    return statement.whether is Whether[name]


@pytest.mark.parametrize("line", SENTENCES)
def test_marked_words_are_asserted_as_marked(line: str) -> None:
    text, marks = unmark(line)
    assert marks
    statements = analyse(text)
    for mark, start, end in marks:
        covering = [s for s in statements if s.start <= start and s.end >= end]
        assert covering, f"no statement covers {text[start:end]!r}"
        assert holds(mark, covering[0]), f"{text[start:end]!r}: {covering[0]}"


def items(text: str, kind: str = "discharge_summary") -> list[str]:
    return [text[s.start : s.end] for s in analyse(text, kind)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L1, L2 and L3 fractures", ["L1, L2 and L3 fractures"]),
        ("fractured neck of femur, left", ["fractured neck of femur", "left"]),
        ("Acute appendicitis (gangrenous)", ["Acute appendicitis (gangrenous)"]),
        (
            "Seen by Mr. Ames. Given 1.5 g q.d.s. since 17.8.24",
            ["Seen by Mr. Ames", "Given 1.5 g q.d.s. since 17.8.24"],
        ),
        ("Sister has MS. Well otherwise", ["Sister has MS", "Well otherwise"]),
        ("1. AKI 2. CKD 3b 3. Hypertension", ["AKI", "CKD 3b", "Hypertension"]),
        ("Radial artery - patent -> discharged", ["Radial artery", "patent", "discharged"]),
        ("MRSA I&D co-amoxiclav to-and-fro flow", ["MRSA I&D co-amoxiclav to-and-fro flow"]),
        ("cholecystectomy +/- cholangiogram", ["cholecystectomy +/- cholangiogram"]),
        ("groin abscess + cellulitis; MRSA", ["groin abscess + cellulitis", "MRSA"]),
    ],
)
def test_items_are_cut_where_assertions_or_signs_part_them(text: str, expected: list[str]) -> None:
    assert items(text) == expected


def test_items_of_one_sentence_share_its_number() -> None:
    neck, left, other = analyse("Fractured neck of femur, left. Anaemia")
    assert neck.sentence == left.sentence
    assert other.sentence == neck.sentence + 1


def test_a_wrapped_line_goes_on() -> None:
    text = "The scan of the chest and abdomen that was done on the ward showed no\nevidence of malignancy."
    statements = analyse(text)
    assert {s.sentence for s in statements} == {0}
    assert statements[-1].whether is Whether.ABSENT


def test_a_row_label_governs_its_line_only() -> None:
    text = "R eye: cataract, glaucoma\nGlasses worn"
    r_eye, cataract, glaucoma, glasses = analyse(text)
    assert r_eye.label is None
    assert cataract.label is not None and text[slice(*cataract.label)] == "R eye"
    assert glaucoma.label == cataract.label
    assert glasses.label is None


def test_a_specimen_label_governs_the_lines_below_it() -> None:
    text = "HISTOLOGY REPORT\n\nA - nasal tip, ellipse\n   Basal cell carcinoma.\n\nComment"
    statement = next(s for s in analyse(text, "histology") if "carcinoma" in text[s.start : s.end])
    assert statement.label is not None and text[slice(*statement.label)] == "A - nasal tip"


def test_the_cue_is_kept() -> None:
    (statement,) = analyse("No evidence of pneumonia")
    assert statement.cue == "no evidence of"
    (statement,) = analyse("Pneumonia")
    assert statement.cue == ""


def test_what_a_plan_only_implies_has_no_cue() -> None:
    imp, plan, given = analyse("Imp: sepsis\nPlan: CT head, tetanus was given")
    assert (imp.whether, plan.whether, plan.cue) == (Whether.PRESENT, Whether.PLANNED, "")
    assert plan.when is When.FUTURE
    assert given.whether is Whether.PRESENT


def test_the_mother_of_a_newborn_is_somebody_else() -> None:
    text = "NEONATAL UNIT SUMMARY\n\nMaternal diabetes. Jaundice."
    mother, baby = analyse(text)[-2:]
    assert (mother.who, baby.who) == (Who.OTHER, Who.PATIENT)
    assert analyse("Maternal pyrexia in labour")[0].who is Who.PATIENT


def test_everything_in_a_family_history_is_family() -> None:
    assert [s.who for s in analyse("FH: mother T2DM, glaucoma")] == [Who.FAMILY, Who.FAMILY]


def test_a_reaction_is_no_allergen() -> None:
    penicillin, rash = analyse("Allergies: Penicillin - rash as child")
    assert penicillin.allergy and not rash.allergy
    assert not any(s.allergy for s in analyse("Allergies: NKDA"))


def test_assert_span_reads_any_words() -> None:
    text = "COPD, no wheeze. Mother had asthma."
    wheeze, asthma = text.index("wheeze"), text.index("asthma")
    assert assert_span(text, wheeze, wheeze + 6) == (Whether.ABSENT, When.CURRENT, Who.PATIENT)
    assert assert_span(text, asthma, asthma + 6)[2] is Who.FAMILY
    assert assert_span("", 0, 0) == (Whether.PRESENT, When.CURRENT, Who.PATIENT)
