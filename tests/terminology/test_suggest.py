"""Entries that coders' own codes suggest: canonical words, counted, and never a name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from command_line import SECRET, Run
from fourstep.coder import Coder
from fourstep.episode import Code, CodedEpisode, Evidence
from fourstep.output.suggest import Suggestion, suggestions


def _coded(number: int, code: str, *quotes: str, procedure: bool = False) -> CodedEpisode:
    given = [Code(code, "", [Evidence("letter.txt", 0, len(q), q) for q in quotes])]
    return CodedEpisode(f"e{number}", procedures=given) if procedure else CodedEpisode(f"e{number}", diagnoses=given)


def test_what_the_index_reads_is_not_proposed(coder: Coder) -> None:
    assert suggestions([_coded(1, "J18.9", "Pneumonia"), _coded(2, "S72.00", "# L NOF")], coder.engine) == []


def test_known_words_are_proposed_and_counted(coder: Coder) -> None:
    coded = [_coded(n, "J31.0", "soggy nasal lining") for n in (1, 2)] + [_coded(3, "J31.0", "nasal lining, soggy 14")]
    found = suggestions(coded, coder.engine)
    assert {s.code for s in found} == {"J31.0"} and sum(s.episodes for s in found) == 3
    assert all(not any(c.isdigit() for c in " ".join(s.words)) for s in found)
    assert suggestions(coded, coder.engine, at_least=3) == [s for s in found if s.episodes >= 3]


def test_a_name_is_left_out(coder: Coder) -> None:
    (found,) = suggestions([_coded(1, "J31.0", f"{SECRET} nasal discomfort")], coder.engine)
    assert SECRET.lower() not in " ".join(found.words)
    assert found.left_out and "words that are not known are left out" in found.line()


def test_a_new_word_of_several_episodes_is_clinical(coder: Coder) -> None:
    assert suggestions([_coded(n, "J31.0", "Snorkitis") for n in (1, 2)], coder.engine) == []
    (found,) = suggestions([_coded(n, "J31.0", "Snorkitis") for n in (1, 2, 3)], coder.engine)
    assert (found.episodes, found.left_out) == (3, False)
    assert found.line() == "snorkitis   J31.0   ;; 3 episodes"


def test_procedures_have_a_part_of_their_own(coder: Coder) -> None:
    coded = [_coded(n, "E08.1", "Snorkectomy", procedure=True) for n in (1, 2, 3)]
    assert suggestions(coded, coder.engine) == [Suggestion("procedure", ("snorkectomy",), "E08.1", 3, False)]


def _line(coded: CodedEpisode) -> dict[str, Any]:
    return coded.as_dict()


def test_the_command_writes_lines_for_the_overlay(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "final.jsonl"
    path.write_text("".join(json.dumps(_line(_coded(n, "J31.0", f"Snorkitis {SECRET * (n == 1)}"))) + "\n" for n in (1, 2, 3)))
    ran = run("index", "suggest", str(path))
    assert ran.status == 0
    assert ran.out.splitlines()[0] == "; for site/index/problem/: look at each line before you keep it"
    assert any(line.startswith("snorkitis   J31.0   ;; ") for line in ran.out.splitlines())
    assert SECRET.lower() not in ran.out.lower() and "e1" not in ran.out.split()


def test_a_line_that_is_no_coding_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "final.jsonl").write_text("{}\n")
    ran = run("index", "suggest", str(tmp_path / "final.jsonl"))
    assert ran.status == 2 and "final.jsonl:1" in ran.err
