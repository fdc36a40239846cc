"""The grouper's input file and its record definition."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from makers import KNOWN, SUBMISSIONS, record

from fourstep.errors import ExchangeError, ReadError
from fourstep.exchange import grouper_input as gi
from fourstep.exchange.submission import Submission


def test_a_row_holds_what_the_grouper_asks_for() -> None:
    (row,) = gi.rows([record()])
    assert [row[name] for name in gi.FIXED] == [
        "RZZ00", "SP-1001", "1", "67", "2", "1", "19", "21", "19", "1", "4", "100", "8", "100",
    ]  # fmt: skip
    assert (row["DIAG_01"], row["DIAG_02"], row["OPER_01"], row["OPER_02"]) == ("K800", "I10X", "J183", "Y752")
    assert [row[name] for name in gi.DAYS] == ["1", "0", "0"]
    assert list(gi.shortcomings([row])) == []


def test_the_file_is_plain_ascii_without_quotes_and_has_the_default_columns() -> None:
    text = gi.write(gi.rows([record()]))
    header, line = text.split("\r\n")[:2]
    assert header.split(",")[14] == "DIAG_01"
    assert header.split(",")[28] == "OPER_01"
    assert header.endswith("OPER_12,CRITICALCAREDAYS,REHABILITATIONDAYS,SPCDAYS,EPISODE_ID")
    assert '"' not in text
    assert len(line.split(",")) == len(header.split(",")) == 14 + 14 + 12 + 4


def test_more_codes_have_more_columns_and_the_definition_follows() -> None:
    many = record(diagnoses=tuple(f"A{n:02}.1" for n in range(17)))
    table = gi.rows([many, record("b")])
    names = gi.columns(table)
    assert "DIAG_17" in names
    definition = gi.record_definition(names)
    assert definition.startswith("COMMA DELIMITED\r\nPROCODET,PROCODET,1,")
    assert gi.read_record_definition(definition, "x") == names == tuple(gi.write(table).split("\r\n")[0].split(","))


def test_the_examples_come_back(submissions: list[Submission]) -> None:
    table = gi.rows(submissions)
    assert gi.read(gi.write(table), "x") == table


@settings(max_examples=40, deadline=None)
@given(SUBMISSIONS)
def test_any_episode_comes_back_or_is_refused(submission: Submission) -> None:
    table = gi.rows([submission])
    try:
        text = gi.write(table)
    except ExchangeError:
        assume(False)
    assert gi.read(text, "x") == table
    assert gi.decoded(table[0][gi.KEY]) == submission.episode.id


def test_the_only_episode_of_a_spell_is_its_first() -> None:
    unknown = replace(KNOWN, episode_number=None)
    assert gi.rows([record(known=unknown)])[0]["EPIORDER"] == "1"
    two = gi.rows([record("a", known=unknown), record("b", known=unknown)])
    assert [row["EPIORDER"] for row in two] == ["", ""]


def test_what_the_grouper_would_refuse_is_said() -> None:
    lacking = gi.rows([record(known=replace(KNOWN, main_specialty="", admission_method=""))])
    assert list(gi.shortcomings(lacking)) == [("gallbladder", "not known: ADMIMETH, MAINSPEF")]
    twice = gi.rows([record("a"), record("b", known=replace(KNOWN, admission_method="11"))])
    said = list(gi.shortcomings(twice))
    assert ("b", "not as in the first episode of its spell: ADMIMETH") in said
    assert ("a", "its episode number stands twice in the spell") in said


def test_a_provider_for_records_that_name_none() -> None:
    rows = gi.rows([record("a", known=replace(KNOWN, provider_code="")), record("b")], "NZZ")
    assert [row["PROCODET"] for row in rows] == ["NZZ", "RZZ00"]


def test_an_id_with_a_comma_goes_out_and_comes_back() -> None:
    (row,) = gi.rows([record('ward 7, bed "3" Łódź')])
    assert gi.read(gi.write([row]), "x") == [row]
    assert gi.decoded(row[gi.KEY]) == 'ward 7, bed "3" Łódź'


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda t: "a,b\r\n1,2\r\n", "x:1"),
        (lambda t: t.replace(",gallbladder", ",gall,bladder"), "x:2"),
        (lambda t: t + t.split("\r\n")[1] + "\r\n", "x:3"),
        (lambda t: "", "x:1"),
    ],
)
def test_other_files_are_refused(change: object, place: str) -> None:
    text = change(gi.write(gi.rows([record()])))  # type: ignore[operator]
    with pytest.raises(ReadError) as caught:
        gi.read(text, "x")
    assert caught.value.place == place


@pytest.mark.parametrize(
    ("text", "place"), [("TAB DELIMITED\n", "x:1"), ("COMMA DELIMITED\nA,B\n", "x:2"), ("COMMA DELIMITED\nA,A,1\nB,B,1\n", "x:3")]
)
def test_other_definitions_are_refused(text: str, place: str) -> None:
    with pytest.raises(ReadError) as caught:
        gi.read_record_definition(text, "x")
    assert caught.value.place == place
