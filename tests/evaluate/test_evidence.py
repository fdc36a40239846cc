"""Evidence counts only where the quoted words stand at their offsets in the named document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fourstep.evaluate.evidence import evidence_share
from fourstep.read import read_text


def coded(*quotes: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {"one": {"diagnoses": [{"code": "J18.9", "evidence": list(quotes)}], "procedures": []}}


@pytest.fixture
def records(tmp_path: Path) -> Path:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "note.txt").write_bytes("Dx: CAP\r\nÅsa\r\n".encode())
    return tmp_path


def quote(start: int, text: str, document: str = "note.txt") -> dict[str, Any]:
    return {"document": document, "start": start, "end": start + len(text), "text": text}


@pytest.mark.parametrize(
    ("quotes", "share"),
    [
        ([quote(4, "CAP")], 100.0),
        ([quote(9, "Åsa")], 100.0),  # the line end before it counts two characters, as it does in the file
        ([quote(5, "CAP")], 0.0),
        ([quote(0, "")], 0.0),
        ([quote(4, "CAP", "other.txt")], 0.0),
        ([quote(5, "CAP"), quote(4, "CAP")], 100.0),
        ([], 0.0),
    ],
)
def test_a_quote_stands_where_it_says_or_does_not_count(
    records: Path, quotes: list[dict[str, Any]], share: float
) -> None:
    assert evidence_share(coded(*quotes), records, read_text) == share


def test_half_of_the_codes(records: Path) -> None:
    both = coded(quote(4, "CAP"))
    both["one"]["procedures"] = [{"code": "E85.2", "evidence": []}]
    assert evidence_share(both, records, read_text) == 50.0


def test_nothing_coded_is_nothing_wrong(records: Path) -> None:
    assert evidence_share({}, records, read_text) == 100.0
