"""Wordings that the index does not know are told, counted and listed."""

from __future__ import annotations

from pathlib import Path

from command_line import Run

NOTE = "Diagnosis: pneumonia\nPMH: asthma, zorbly flumenosis, hypertension\n"


def test_unknown_conditions_are_counted_over_episodes(run: Run, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    for name in ("one", "two"):
        (notes / f"{name}.txt").write_text(NOTE, encoding="utf-8")
    done = run("index", "unread", str(notes))
    assert done.status == 0
    assert "2 │ zorbly flumenosis" in done.out
    assert "asthma" not in done.out
    assert "in 2 episodes" in done.out


def test_a_path_that_is_not_there_is_said_and_fails(run: Run, tmp_path: Path) -> None:
    done = run("index", "unread", str(tmp_path / "nothing"))
    assert done.status == 1
    assert "nothing" in done.complaints[0]
