"""The query tables: every line is checked on loading, and its codes exist."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fourstep.ask.loading import QUERIES, ask_tables, load_ask_tables
from fourstep.books import books_on
from fourstep.errors import KnowledgeError

WRONG = [
    ("signs.txt", "70 | Sepsis | words sepsis screen | Was it?", "expected"),
    ("signs.txt", "700 | Sepsis | words sepsis screen | Was it? | Yes", "rank"),
    ("signs.txt", "70 | Sepsis | wordz sepsis | Was it? | Yes", "not understood"),
    ("details.txt", "70 | Stroke | without I64 | Was it? | Yes", "raise it"),
    ("links.txt", "70 | Link | has I64 & given nobody | Was it? | Yes", "guard"),
    ("values.txt", "70 | Sodium | na | 105 | <130 | | | Yes", "range"),
    ("values.txt", "70 | Sodium | na | 105-185 | under 130 | | | Yes", "expected <100"),
    ("drugs.txt", "70 | Gout | allopurinol | M10", "expected"),
    ("alternatives.txt", "70 | Dementia | F00", "two groups"),
    ("modes.txt", "70 | Operation | laparoscopic | J18", "two ways"),
    ("signs.txt", "70 | Emphysema | without J43 & uncaused | Is it? | Yes", "raise it"),
    ("allergies.txt", "70 | Allergy | vomiting | rash | Is it?", "expected"),
    ("results.txt", "x | Histology | histology", "rank"),
]


@pytest.mark.parametrize(("name", "line", "message"), WRONG)
def test_a_wrong_line_is_named_with_its_file_and_number(
    tmp_path: Path, name: str, line: str, message: str
) -> None:
    folder = tmp_path / "queries"
    shutil.copytree(QUERIES, folder)
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    (folder / name).write_text("\n".join([*lines, line]), encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        load_ask_tables(folder)
    assert error.value.place == f"{name}:{len(lines) + 1}"
    assert message in error.value.what


def test_every_code_of_an_answer_exists() -> None:
    tables = ask_tables()
    icd10, opcs4, _ = books_on(None)
    for line in [*tables.asks, *tables.values, *tables.treatments]:
        for code in (c.replace("E1?", "E11") for o in line.options for c in o.codes):
            known = code in icd10 or code in opcs4
            assert known, f"{line.place}: {code}"


def test_every_question_is_one_question_and_has_answers() -> None:
    for ask in ask_tables().asks:
        assert ask.question.endswith("?"), ask.place
        assert 1 <= ask.question.count("?") <= 2, ask.place
        assert len(ask.options) >= 2 or not ask.options[0].codes, ask.place
