"""The grouper's output joined to what was sent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from makers import KNOWN, record

from fourstep.errors import ReadError
from fourstep.exchange import grouper_input as gi
from fourstep.exchange.grouper_output import grouped_from, import_output
from grouper_runs import Said, run

SECOND = replace(KNOWN, spell_id="SP-1002", admission_method="11")
SENT = gi.rows([record("a"), record("b, c", ("I25.1",), (), SECOND)])


def test_every_episode_finds_its_hrg(tmp_path: Path) -> None:
    fce = run(SENT, [Said("GA10K", days=4), Said("EB14C", unbundled=("VC14Z", "RD26Z"))], tmp_path)
    (a, b), faults = import_output(SENT, fce)
    assert faults == []
    assert (a.episode_id, a.hrg, a.method, a.days, a.dominant_procedure) == ("a", "GA10K", "P", 4, "J183")
    assert (a.age, a.classification, a.admission_method, a.spell_hrg) == (67, "1", "21", "GA10K")
    assert (b.episode_id, b.spell, b.unbundled) == ("b, c", "SP-1002", ("VC14Z", "RD26Z"))
    assert [grouped_from(json.loads(json.dumps(g.as_dict()))) for g in (a, b)] == [a, b]


def test_rows_may_come_in_another_order(tmp_path: Path) -> None:
    fce = run(SENT[::-1], [Said("EB14C"), Said("GA10K")], tmp_path)
    grouped, faults = import_output(SENT, fce)
    assert ([g.hrg for g in grouped], faults) == (["GA10K", "EB14C"], [])


def test_without_the_episode_s_id_the_spell_and_the_number_tell(tmp_path: Path) -> None:
    fce = run(SENT, [Said("GA10K"), Said("EB14C")], tmp_path)
    fce.write_text(fce.read_text().replace("EPISODE_ID", "IGNORED", 1))
    grouped, faults = import_output(SENT, fce)
    assert ([(g.episode_id, g.hrg) for g in grouped], faults) == ([("a", "GA10K"), ("b, c", "EB14C")], [])


def test_what_the_grouper_complains_of_stands_with_its_episode(tmp_path: Path) -> None:
    fce = run(SENT, [Said("UZ01Z", error="DIAG_01|K800|Invalid primary diagnosis"), Said("EB14C")], tmp_path)
    (a, b), _ = import_output(SENT, fce)
    assert (a.hrg, a.errors) == ("UZ01Z", ("DIAG_01|K800|Invalid primary diagnosis",))
    assert b.errors == ()


def test_complaints_of_the_relational_file_count_too(tmp_path: Path) -> None:
    fce = run(SENT, [Said("UZ01Z"), Said("EB14C")], tmp_path)
    (tmp_path / "out_quality.csv").unlink()
    lines = "RowNo,Iteration,Code Type,Code,Error Message\n1,1,SEX,,Blank\n1,2,MAINSPEF,7,Invalid\n"
    (tmp_path / "out_quality_rel.csv").write_text(lines)
    (a, _), _ = import_output(SENT, fce)
    assert a.errors == ("SEX||Blank", "MAINSPEF|7|Invalid")
    (tmp_path / "out_quality_rel.csv").write_text(lines + "9,1,SEX,,Blank\n")
    grouped, faults = import_output(SENT, fce)
    assert len(grouped) == 2
    assert [str(f) for f in faults] == [f"{tmp_path / 'out_quality_rel.csv'}:4: a row number that the FCE file does not have"]


def test_another_episode_a_missing_and_a_doubled_one_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    third = gi.rows([record("third", known=replace(KNOWN, spell_id="SP-3"))])
    other = gi.rows([record("other", known=replace(KNOWN, spell_id="SP-4"))])
    doubled = [SENT[0], SENT[0], *other, *third]
    fce = run(doubled, [Said("GA10K"), Said("GA10K"), Said("EB14C"), Said("LB15E")], tmp_path)
    grouped, faults = import_output([*SENT, *third], fce)
    assert [g.episode_id for g in grouped] == ["third"]
    said = [str(f) for f in faults]
    assert f"{fce}:3: an episode that stands in line 2 already" in said
    assert f"{fce}:4: an episode that was not sent" in said
    assert f"{fce}: episode b, c is missing" in said


def test_the_output_of_another_coding_is_refused(tmp_path: Path) -> None:
    recoded = gi.rows([record("a", ("K80.1", "I10.X", "E11.9")), record("b, c", ("I25.1",), (), SECOND)])
    fce = run(recoded, [Said("GA10K"), Said("EB14C")], tmp_path)
    grouped, faults = import_output(SENT, fce)
    assert [g.episode_id for g in grouped] == ["b, c"]
    assert [str(f) for f in faults] == [f"{fce}:2: grouped from another coding than was sent (DIAG_01 differs)"]


def test_one_of_the_same_id_but_another_spell_was_not_sent(tmp_path: Path) -> None:
    other = gi.rows([record("a", known=replace(KNOWN, spell_id="SP-9")), record("b, c", ("I25.1",), (), SECOND)])
    _, faults = import_output(SENT, run(other, [Said("GA10K"), Said("EB14C")], tmp_path))
    assert "not sent" in str(faults[0])


def test_a_spell_file_that_does_not_agree_is_named(tmp_path: Path) -> None:
    fce = run(SENT, [Said("GA10K"), Said("EB14C")], tmp_path)
    spell = tmp_path / "out_spell.csv"
    lines = spell.read_text().splitlines()
    spell.write_text("\n".join([lines[0], lines[1].replace("GA10K", "GA10L"), lines[2], lines[2], "4,RZZ00,SP-7,EB14C"]))
    grouped, faults = import_output(SENT, fce)
    assert len(grouped) == 2
    assert [str(f).removeprefix(f"{spell}:") for f in faults] == [
        "2: another HRG of the spell than in the FCE file",
        "4: a spell that stands in line 3 already",
        "5: a spell that was not sent",
    ]


def test_a_file_without_headers_is_refused(tmp_path: Path) -> None:
    fce = run(SENT, [Said("GA10K"), Said("EB14C")], tmp_path)
    fce.write_text("\n".join(fce.read_text().splitlines()[1:]))
    with pytest.raises(ReadError, match=r"out_FCE\.csv:1.*headers"):
        import_output(SENT, fce)


@pytest.mark.parametrize("value", [None, {}, {"episode_id": "a"}])
def test_no_grouped_episode(value: object) -> None:
    with pytest.raises(ValueError, match="no grouped episode"):
        grouped_from(value)
