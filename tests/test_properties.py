"""What holds for any text at all: it codes, the quotes stand where they say, and twice gives the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fourstep.coder import Coder
from fourstep.episode import Code, CodedEpisode, Document, Episode, Evidence, Sex

#: What notes are made of, so that random text reaches the deeper steps as well.
PIECES = (
    *(
        "No evidence of ",
        "?",
        "PMH: ",
        "Diagnosis: ",
        "\n- ",
        "\n",
        ". ",
        ", ",
        "; ",
        "# ",
        "L ",
        "right ",
        "previous ",
    ),
    *(
        "NOF",
        "T2DM",
        "pneumonia",
        "fracture",
        "neck of femur",
        "COPD",
        "MI 2015",
        "sepsis",
        "E. coli",
        "due to ",
        " and ",
    ),
    *(
        "mother had ",
        "allergic to penicillin",
        "on warfarin",
        "overdose of paracetamol",
        "fell at home",
        "CKD 3",
    ),
    *(
        "laparoscopic cholecystectomy",
        "OPERATION NOTE\n",
        "hemiarthroplasty",
        "12/03/2025 ",
        "return if ",
        "stage 3",
    ),
    *(
        "ﬁ",
        "É",
        "İ",
        "ß",
        "\u200b",
        "\t",
        "\r\n",
        "(",
        ")",
        "/",
        "-> ",
        "++",
        "µg",
        "½",
        "e\u0301",
        "😷",
        "\x0c",
        "\x00",
    ),
)

texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=40).map("".join),
)
types = st.sampled_from(
    [
        "discharge_summary",
        "operation_note",
        "histology",
        "ed_note",
        "clinic_letter",
        "test_result",
        "",
        "poem",
    ]
)
documents = st.lists(st.tuples(texts, types), min_size=0, max_size=3)
#: A profile that asks for more gets more.
most = max(150, settings.default.max_examples if settings.default else 0)
usual = settings(deadline=None, max_examples=most, suppress_health_check=[HealthCheck.function_scoped_fixture])


def episode_of(parts: list[tuple[str, str]], seed: int) -> Episode:
    rng = random.Random(seed)
    return Episode(
        id="any",
        documents=tuple(Document(f"{i}.txt", text, kind) for i, (text, kind) in enumerate(parts)),
        age_years=rng.choice([None, 0, 8, 34, 90]),
        age_days=rng.choice([None, None, 0, 3]),
        sex=rng.choice(list(Sex)),
        patient_class=rng.choice(["", "ordinary", "day case", "maternity"]),
        admission_method=rng.choice(["", "elective", "emergency", "birth", "maternity"]),
    )


def quotes(coded: CodedEpisode) -> Iterator[Evidence]:
    codes: chain[Code] = chain(coded.diagnoses, coded.procedures, coded.suggestions)
    yield from chain.from_iterable(c.evidence for c in codes)
    yield from chain.from_iterable(q.evidence for q in coded.queries)


@usual
@given(parts=documents, seed=st.integers(0, 500))
def test_any_text_codes_and_every_quote_stands(coder: Coder, parts: list[tuple[str, str]], seed: int) -> None:
    episode = episode_of(parts, seed)
    coded = coder.code(episode)
    text_of = {d.name: d.text for d in episode.documents}
    for quote in quotes(coded):
        assert quote.text and quote.text == text_of[quote.document][quote.start : quote.end]
    for left in coded.not_coded:
        assert left.text == text_of[left.document][left.start : left.end]
        assert left.reason


@usual
@given(parts=documents, seed=st.integers(0, 500))
def test_every_code_has_its_evidence_title_and_trail(
    coder: Coder, parts: list[tuple[str, str]], seed: int
) -> None:
    coded = coder.code(episode_of(parts, seed))
    for code in (*coded.diagnoses, *coded.procedures):
        assert code.evidence, code.code
        assert code.title and code.status in ("auto", "review") and 0 <= code.confidence <= 1
    codes = [c.code for c in coded.diagnoses]
    assert len(codes) == len(set(codes))


@usual
@given(parts=documents, seed=st.integers(0, 500))
def test_the_same_record_gives_the_same_coding(coder: Coder, parts: list[tuple[str, str]], seed: int) -> None:
    episode = episode_of(parts, seed)
    first = coder.code(episode).as_dict()
    coder.code(Episode("between", (Document("x.txt", "Diagnosis: T2DM, pneumonia", "discharge_summary"),)))
    assert coder.code(episode).as_dict() == first


@pytest.mark.parametrize(
    "text", ["", " ", "\n" * 50, "\ufeff", "-" * 5000, "#" * 3000, "? " * 2000, "(" * 2000]
)
def test_text_without_words_codes_to_nothing(coder: Coder, text: str) -> None:
    coded = coder.code(Episode("empty", (Document("note.txt", text, "discharge_summary"),)))
    assert (coded.diagnoses, coded.procedures, coded.touchless) == ([], [], False)


def test_one_long_line_codes(coder: Coder) -> None:
    # A quarter of a megabyte in one line.
    text = "Patient with pneumonia and T2DM. No evidence of PE. Denies chest pain. " * 3500
    coded = coder.code(Episode("long", (Document("note.txt", text, "discharge_summary"),)))
    assert {"J18.9", "E11.9"} <= {c.code for c in coded.diagnoses}
