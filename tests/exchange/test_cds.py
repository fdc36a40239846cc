"""CDS 6-2 as a flat file."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from makers import KNOWN, NOON, SUBMISSIONS, record

from fourstep.errors import ExchangeError, ReadError
from fourstep.exchange import cds
from fourstep.exchange.submission import Submission

CONTROL = cds.Control(NOON, recipient="QZZ00")


def lines_of(*records: Submission) -> list[str]:
    return cds.write(cds.cds_record(r, CONTROL, n) for n, r in enumerate(records, 1)).split("\r\n")[:-1]


def at(line: str, column: int, length: int) -> str:
    """What stands in these columns, counted from 1."""
    return line[column - 1 : column - 1 + length]


def test_fields_stand_in_their_columns() -> None:
    one, two, three, four, five = lines_of(record())
    assert (at(one, 1, 2), at(one, 38, 6), at(one, 44, 3)) == ("01", "NHS6-2", "130")
    assert (at(one, 89, 8), at(one, 97, 6), at(one, 161, 12)) == ("20251103", "123005", "QZZ00       ")
    assert (at(one, 343, 2), at(one, 345, 10), at(one, 358, 8)) == ("01", "9990000018", "19580302")
    assert (at(one, 1035, 8), at(one, 1191, 8), at(one, 1202, 3)) == ("ZZ99 3VZ", "C9999998", "100")
    assert (at(two, 38, 3), at(two, 41, 2), at(two, 43, 6), at(two, 50, 6)) == ("001", "02", "K800  ", "I10X  ")
    assert (at(three, 41, 2), at(three, 43, 6), at(three, 49, 8), at(three, 85, 6)) == ("02", "J183  ", "20251011", "Y752  ")
    assert at(four, 43, 12) == "RZZ01       "
    assert (at(five, 38, 12), at(five, 53, 2), at(five, 57, 8), at(five, 166, 8)) == (
        "SP-1001     ", "21", "20251010", "20251010",
    )  # fmt: skip
    assert (at(five, 159, 2), at(five, 161, 1), at(five, 162, 1), at(five, 71, 3)) == ("01", "1", "1", "067")
    assert [len(x) for x in (one, two, three, five)] == [1212, 392, 2142, 310]


def test_fields_come_back() -> None:
    written = cds.cds_record(record(), CONTROL, 1)
    (back,) = cds.read(cds.write([written]), "cds.txt")
    assert back == written
    assert back.diagnoses == ["K800", "I10X", "E119"]
    assert back.procedures == [("J183", "20251011"), ("Y752", "20251011")]


def test_the_examples_come_back(submissions: list[Submission]) -> None:
    written = [cds.cds_record(s, CONTROL, n) for n, s in enumerate(submissions, 1)]
    assert cds.read(cds.write(written), "cds.txt") == written
    assert len({r.fields["unique_id"] for r in written}) == len(written)


@settings(max_examples=40, deadline=None)
@given(SUBMISSIONS)
def test_any_episode_comes_back_or_is_refused(submission: Submission) -> None:
    written = cds.cds_record(submission, CONTROL, 7)
    try:
        text = cds.write([written])
    except ExchangeError:
        assume(False)
    assert cds.read(text, "cds.txt") == [written]


def test_more_than_fifty_codes_go_on_in_a_second_line() -> None:
    many = record(diagnoses=tuple(f"A{n:02}.1" for n in range(55)))
    lines = lines_of(many)
    assert [at(x, 38, 3) for x in lines if x.startswith("02")] == ["001", "002"]
    assert len(cds.read("\r\n".join(lines), "x")[0].diagnoses) == 55


def test_an_episode_that_goes_on_is_unfinished() -> None:
    known = replace(KNOWN, episode_end=None, last_episode=False)
    fields = cds.cds_record(record(known=known), CONTROL, 1).fields
    assert (fields["record_type"], fields["bulk_replacement_group"], fields["last_episode"]) == ("190", "020", "2")


@pytest.mark.parametrize(
    ("diagnoses", "procedures", "status"),
    [(("K80.0",), ("J18.3",), "1"), (("I20.0",), (), "8"), (("K80.0", "Z53.0"), (), None)],
)
def test_operation_status(diagnoses: tuple[str, ...], procedures: tuple[str, ...], status: str | None) -> None:
    fields = cds.cds_record(record(diagnoses=diagnoses, procedures=procedures), CONTROL, 1).fields
    assert fields.get("operation_status") == status


def test_what_is_lacking_is_said() -> None:
    assert cds.shortcomings(record()) == []
    (lacking,) = cds.shortcomings(record(known=replace(KNOWN, consultant_code="", gp_practice="")))
    assert lacking == "not known: gp_practice, consultant_code"
    assert "maternity" in cds.shortcomings(record(diagnoses=("O80.0", "Z37.0")))[0]


def test_a_value_too_long_for_its_columns_is_named_and_not_cut() -> None:
    long = cds.cds_record(record(known=replace(KNOWN, local_patient_id="X" * 11)), CONTROL, 3)
    with pytest.raises(ExchangeError, match=r"record 000000003.*local_patient_id"):
        cds.write([long])
    with pytest.raises(ExchangeError, match="cannot carry"):
        cds.write([cds.cds_record(record(known=replace(KNOWN, spell_id="Łódź")), CONTROL, 3)])


def test_ids_that_do_not_fit_are_digested_and_stay_apart() -> None:
    names = ["a/very long name with blanks " * 3, "a/very long name with blanks " * 3 + "2", "gallbladder"]
    ids = [cds.cds_record(record(name=n), CONTROL, 1).fields["unique_id"] for n in names]
    assert len(set(ids)) == 3
    assert all(len(i) <= 35 for i in ids)
    assert ids[2] == "BRZZ00GALLBLADDER"


def test_files_that_do_not_hold_together_are_refused() -> None:
    one, two, three, _, five = lines_of(record())
    for wrong, place in (
        ([one.replace("NHS6-2", "NHS6-1")], ":1"),
        ([two], ":1"),
        ([one, two.replace("000000001", "000000002")], ":2"),
        ([one, two, two], ":3"),
        ([one, three[:40] + "01" + three[42:]], ":2"),
        ([one, five, five], ":3"),
        ([one, "99 nonsense"], ":2"),
    ):
        with pytest.raises(ReadError, match=f"cds.txt{place}"):
            cds.read("\r\n".join(wrong), "cds.txt")
