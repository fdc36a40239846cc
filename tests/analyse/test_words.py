"""Tokens and canonical words: offsets never move, and text and index come to the same words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourstep.analyse.spelling import Spelling
from fourstep.analyse.terms import parse_term, read_terms
from fourstep.analyse.words import TOKEN, Lexicon, fold, tokenise
from fourstep.engine import load_engine
from fourstep.errors import KnowledgeError


@given(st.text(max_size=400))
def test_tokens_point_into_the_text(text: str) -> None:
    tokens = tokenise(text)
    for surface, start, end in zip(tokens.text, tokens.start, tokens.end, strict=True):
        assert start < end
        assert text[start:end].lower() == surface


@given(st.one_of(st.text(max_size=200), st.text("aZ9É '’\n\t-_/.İΣσ\u212akLs5", max_size=60)))
def test_tokens_are_those_of_the_pattern(text: str) -> None:
    """Reading in small letters, plain words first, finds what the pattern finds in the text as it stands."""
    tokens = tokenise(text)
    found = list(TOKEN.finditer(text))
    assert list(zip(tokens.start, tokens.end, strict=True)) == [m.span() for m in found]
    assert tokens.text == [m.group().lower() for m in found]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("haemorrhage", "hemorrhage"),
        ("oedema", "edema"),
        ("ulcers", "ulcer"),
        ("metastases", "metastasis"),
        ("biopsies", "biopsy"),
        ("Parkinson's", "Parkinson"),
        ("vertebrae", "vertebra"),
        ("headaches", "headache"),
        ("arrhythmias", "arrhythmia"),
        ("three", "3"),
    ],
)
def test_spellings_that_count_as_one(one: str, other: str) -> None:
    assert fold(one.lower()) == fold(other.lower())


@pytest.mark.parametrize(
    ("one", "other"),
    [("crps", "crp"), ("pres", "pre"), ("hypothyroidism", "hyperthyroidism"), ("arthritis", "arthrosis"),
     ("pneumoniae", "pneumonia")],
)
def test_spellings_that_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_engine().lexicon


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("# L NOF", "fracture of left neck of femur"),
        ("T2DM", "type 2 diabetes mellitus"),
        ("CKD stage IIIb", "chronic kidney disease stage 3b"),
        ("renal failure", "kidney failure"),
        ("gastro-enteritis", "gastroenteritis"),
        ("musculo-skeletal pain", "musculoskeletal pain"),
        ("haemorrhagic ulcers", "bleeding ulcer"),
    ],
)
def test_text_and_index_come_to_the_same_words(lexicon: Lexicon, text: str, same: str) -> None:
    assert set(lexicon.phrase(text)) == set(lexicon.phrase(same))


@pytest.mark.parametrize("text", ["Dr Graves", "Mr Parkinson", "Mr. Parkinson"])
def test_a_name_is_no_disease(lexicon: Lexicon, text: str) -> None:
    assert not {"grave", "parkinson"} & set(lexicon.phrase(text))


def test_an_ambiguous_term_takes_the_sense_its_sentence_decides() -> None:
    senses = dict(
        [
            _one("ms = multiple sclerosis"),
        ]
    )
    left, valve = parse_term("ms = mitral stenosis   when valve, echo", "terms:2")
    senses[left] = [*senses[left], valve]
    lexicon = Lexicon(senses)
    tokens = tokenise("severe ms on echo")
    assert lexicon.words(tokens, 0, 2, (0, 2)).text == ["severe", "multiple", "sclerosis"]
    assert lexicon.words(tokens, 0, 2, (0, 4)).text == ["severe", "mitral", "stenosis"]


def test_a_term_may_mean_something_where_it_is_all_of_its_item() -> None:
    left, rupture = parse_term("arm = artificial rupture membranes   alone procedure", "terms:1")
    lexicon = Lexicon({left: [rupture, parse_term("arm = arm", "terms:2")[1]]})
    tokens = tokenise("arm lesion")
    assert lexicon.words(tokens, 0, 1, (0, 1), "procedure").text == ["artificial", "rupture", "membrane"]
    assert lexicon.words(tokens, 0, 1, (0, 1), "course").text == ["arm"]
    assert lexicon.words(tokens, 0, 2, (0, 2), "procedure").text == ["arm", "lesion"]


def test_an_ambiguous_term_that_nothing_decides_stays_unresolved() -> None:
    left, sense = parse_term("pe = pulmonary embolism   when chest", "terms:1")
    words = Lexicon({left: [sense]}).words(tokenise("pe"), 0, 1, (0, 1))
    assert words.text == ["?pe"]
    assert [term for term, _, _ in words.unresolved] == ["pe"]


def _one(line: str):  # type: ignore[no-untyped-def]
    left, sense = parse_term(line, "terms:1")
    return left, [sense]


@pytest.mark.parametrize("line", ["no equals sign", "ms =", "= multiple sclerosis", "ms = sclerosis   whenever valve"])
def test_a_bad_term_names_its_line(line: str) -> None:
    with pytest.raises(KnowledgeError, match=r"x\.terms:7"):
        parse_term(line, "x.terms:7")


def test_a_term_with_two_plain_meanings_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "a.terms").write_text("; comment\nab = one thing\nab = another thing\n", encoding="utf-8")
    _, problems = read_terms([tmp_path / "a.terms"])
    assert [str(p) for p in problems] == ["a.terms:3: 'ab' already means '1 thing' (a.terms:2)"]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("admisison", "admission"),
        ("vomitting", "vomiting"),
        ("paracetmol", "paracetamol"),
        ("pruritis", "pruritus"),
        ("succesful", "successful"),
    ],
)
def test_slips_are_mended(slip: str, meant: str) -> None:
    assert Spelling(["admission", "vomiting", "paracetamol", "pruritus", "successful"]).mend(slip) == meant


@pytest.mark.parametrize(
    ("word", "like"),
    [("hypothyroid", "hyperthyroid"), ("hemithorax", "hemothorax"), ("adduction", "addiction"), ("contacted", "contracted"),
     ("arthrosis", "arthritis"), ("stopping", "stepping")],
)  # fmt: skip
def test_one_real_word_never_becomes_another(word: str, like: str) -> None:
    assert Spelling([like]).mend(word) == word


def test_two_words_as_near_leave_a_slip_alone() -> None:
    assert Spelling(["caudal", "caudle"]).mend("caudl") == "caudl"
    assert Spelling(["series", "serous"]).mend("sereis") == "series"


def test_tokens_of_a_text_that_has_been_read_before_stand_at_their_own_places() -> None:
    text = "Na 129.\t K+ 4.1 \r\n\n  (L4/5) 2.3 L;  2.3 L\u00a0na 129."
    for again in (text, f"x {text}", text):
        tokens = tokenise(again)
        pieces = [again[a:b] for a, b in zip(tokens.start, tokens.end, strict=True)]
        assert [p.lower() for p in pieces] == [w if w != "litre" else "l" for w in tokens.text]
        assert tokens.line_ends() == [i for i, w in enumerate(tokens.text) if w == "\n"]
        assert "".join(pieces) == "".join(c for c in again if c == "\n" or not c.isspace())
