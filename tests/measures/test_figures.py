"""Measures of small sets of episodes whose figures can be counted on paper."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from fourstep.errors import KnowledgeError, UsageError
from fourstep.evaluate.rows import Row
from fourstep.measures import Value, catalogue, measure
from fourstep.measures.activity import commonest
from fourstep.measures.catalogue import markdown
from fourstep.measures.outcomes import read_groups, shmi_group
from fourstep.measures.spells import Spell, spells

ROOT = Path(__file__).parents[2]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def stay(patient: str, admitted: str, discharged: str, diagnoses: str, **more: object) -> Row:
    values: dict[str, object] = {"admission_method": "21", "patient_class": "1", **more}
    return Row(
        f"{patient}-{admitted}", tuple(diagnoses.split()), patient_id=patient, admitted=day(admitted),
        discharged=day(discharged), **values,  # type: ignore[arg-type]
    )  # fmt: skip


def value(rows: list[Row], name: str, **options: object) -> Value:
    (found,) = [v for v in measure(rows, **options) if v.measure.name == name]  # type: ignore[arg-type]
    return found


FOUR = [
    Row("a", ("J18.9", "I10.X", "E11.9"), specialty="300", ended=day("2026-03-30")),
    Row("b", ("R07.4",), specialty="300", ended=day("2026-04-02")),
    Row("c", ("S72.00", "W19.0", "F03.X", "N18.3"), specialty="110", ended=day("2026-04-05")),
    Row("d", (), specialty="110"),
]


def test_measures_of_coding_by_hand() -> None:
    # depth: 2 + 0 + 3 over the 3 episodes that have a diagnosis
    assert value(FOUR, "depth").value == pytest.approx(5 / 3)
    # Charlson: a 3 (E11.9), b 0, c 14 + 10
    assert value(FOUR, "charlson").value == pytest.approx(27 / 3)
    comorbid = value(FOUR, "comorbid")
    assert (comorbid.amount, comorbid.of) == (2, 3)
    symptom = value(FOUR, "symptom_primary")
    assert symptom.value == pytest.approx(100 / 3)
    assert symptom.interval == pytest.approx((6.1, 79.2), abs=0.1)
    # titles that say unspecified: R07.4 chest pain, J18.9 pneumonia
    assert value(FOUR, "unspecified_primary").amount == 2
    assert value(FOUR, "episodes").value == 4


def test_depth_counts_nineteen_secondary_codes() -> None:
    assert value([Row("a", ("J18.9",) * 30)], "depth").value == 19


def test_grouped_figures_add_up() -> None:
    found = {v.group: v for v in measure(FOUR, by="specialty") if v.measure.name == "depth"}
    assert {g: (v.amount, v.of) for g, v in found.items()} == {"110": (3, 1), "300": (2, 2)}
    months = [v.group for v in measure(FOUR, by="month") if v.measure.name == "episodes"]
    assert months == ["2026-03", "2026-04", "not stated"]
    with pytest.raises(UsageError, match="grouped by one of month"):
        measure(FOUR, by="weather")


def test_what_the_data_cannot_tell_has_no_figure() -> None:
    assert value(FOUR, "readmission").note == "needs patient_id, admission_date, discharge_date, admission_method"
    assert value(FOUR, "frailty").note == "needs age_years, admission_method"
    assert value(FOUR, "shmi_group").note == "no table of SHMI diagnosis groups was given"
    assert [v.value for v in measure([]) if v.measure.name != "episodes"] == [None] * (len(catalogue()) - 1)


def test_readmissions_by_hand() -> None:
    """File ends on 30 June. Counted discharges, and whether an emergency comes back in 0 to 29 days:

    p1  1-5 Mar, emergency 3 Apr (day 29)      back; the second is discharged on 4 Apr: not back
    p2  1-5 Mar, emergency 4 Apr (day 30)      not back; second not back
    p3  1-5 Mar, elective 10 Mar, emergency 12 Mar discharged 13 Mar: the emergency belongs to the elective stay
                                               not, back, not
    p4  died                                   not counted
    p5  cancer                                 not counted
    p6  discharged 10 June, not followed up    not counted
    counted 2 + 2 + 3 = 7, back 2
    """
    rows = [
        stay("p1", "2026-03-01", "2026-03-05", "J18.9"),
        stay("p1", "2026-04-03", "2026-04-04", "J18.9"),
        stay("p2", "2026-03-01", "2026-03-05", "J18.9"),
        stay("p2", "2026-04-04", "2026-04-05", "J18.9"),
        stay("p3", "2026-03-01", "2026-03-05", "J18.9"),
        stay("p3", "2026-03-10", "2026-03-10", "K40.9", admission_method="11", patient_class="2"),
        stay("p3", "2026-03-12", "2026-03-13", "T81.0"),
        stay("p4", "2026-03-01", "2026-03-05", "J18.9", discharge_method="4"),
        stay("p5", "2026-03-01", "2026-03-05", "C34.9"),
        stay("p5", "2026-03-07", "2026-03-09", "C34.9"),
        stay("p6", "2026-06-09", "2026-06-10", "J18.9"),
        stay("p7", "2026-06-30", "2026-06-30", "J18.9"),
    ]
    found = value(rows, "readmission")
    assert (found.amount, found.of) == (2, 7)


def test_frailty_looks_back_two_years_on_emergency_spells() -> None:
    """F00 7.1 from an emergency a year before, W19 3.2 now: 10.3. G81 of an elective stay and G20 of 2020 do not count."""
    rows = [
        stay("p", "2020-01-01", "2020-01-02", "G20.X", age=74),
        stay("p", "2025-05-01", "2025-05-02", "F00.9", age=74),
        stay("p", "2025-06-01", "2025-06-02", "G81.9", admission_method="11", age=79),
        stay("p", "2026-05-01", "2026-05-02", "S52.50 W19.0", age=80),
    ]
    found = value(rows, "frailty")
    assert (found.value, found.of, found.note) == (pytest.approx(10.3), 1, "")
    assert value(rows, "frailty_high").amount == 0
    alone = [Row("x", ("F00.9",), admission_method="21", age=80)]
    assert value(alone, "frailty").note == "no patient_id: earlier spells are not seen"


def test_conditions_recorded_again() -> None:
    """Diabetes and dementia before; the later stay records diabetes, now with complications: 1 of 2. The first has none due."""
    rows = [
        stay("p", "2025-05-01", "2025-05-02", "J18.9 E11.9 F03.X"),
        stay("p", "2026-05-01", "2026-05-02", "J18.9 E11.2"),
    ]
    found = value(rows, "recaptured")
    assert (found.amount, found.of) == (1, 2)


def test_episodes_of_a_spell_in_order() -> None:
    rows = [Row("2", spell_id="s", order=2), Row("1", spell_id="s", order=1), Row("3"), Row("4")]
    assert [[e.episode_id for e in s.episodes] for s in spells(rows)] == [["1", "2"], ["3"], ["4"]]


def test_shmi_groups_come_from_the_table_of_the_site(tmp_path: Path) -> None:
    path = tmp_path / "groups.txt"
    path.write_text("; ours\nJ12-J18\t1\tPneumonia\nJ18.2\t2\tOther\n", encoding="utf-8")
    groups = read_groups(path)
    assert shmi_group(Spell((Row("a", ("J18.9",)),)), groups) == "1 Pneumonia"
    assert shmi_group(Spell((Row("a", ("J18.2",)),)), groups) == "2 Other"
    # a symptom in the first episode gives way to the second
    assert shmi_group(Spell((Row("a", ("R06.0",)), Row("b", ("J15.9",)))), groups) == "1 Pneumonia"
    assert shmi_group(Spell((Row("a", ("R06.0",)),)), groups) is None
    rows = [Row("a", ("J18.9",)), Row("b", ("K40.9",)), Row("c", ("J18.9",), patient_class="2"), Row("d")]
    found = value(rows, "shmi_group", groups=groups)
    assert (found.amount, found.of) == (1, 2)
    path.write_text("pneumonia\t1\tPneumonia\n", encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"groups.txt:1: pneumonia is no code"):
        read_groups(path)


def test_the_commonest_with_their_months() -> None:
    rows = [*FOUR, Row("e", ("J18.1",), ("W37.1",), hrg="DZ11V", ended=day("2026-04-09"))]
    first, *rest = commonest(rows, "diagnoses", limit=2)
    assert (first.code, first.count, first.of, first.groups) == ("J18", 2, 4, {"2026-03": 1, "2026-04": 1})
    assert "pneumonia" in first.title.lower()
    assert [line.code for line in rest] == ["R07"]
    assert [(x.code, x.share) for x in commonest(rows, "procedures")] == [("W371", 100.0)]
    assert [x.code for x in commonest(rows, "hrgs")] == ["DZ11V"]
    assert commonest(FOUR, "hrgs") == []
    assert commonest(rows, "diagnoses", by="specialty")[0].groups == {"110": 0, "300": 1, "not stated": 1}
    with pytest.raises(UsageError):
        commonest(rows, "weather")


def test_every_measure_of_the_table_is_on_the_page() -> None:
    assert markdown() in (ROOT / "docs" / "measures.md").read_text(encoding="utf-8")
    assert {v.measure.name for v in measure(FOUR)} == set(catalogue())
