"""The figures of the dashboards are those worked by hand; people's figures are shown to whom they may be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fourstep.workbench.audits.actions.auditing import settle
from fourstep.workbench.audits.actions.drawing import draw_audit
from fourstep.workbench.audits.models import Audit, AuditCoding, Item
from fourstep.workbench.coding.models import Book, CodeLine, Standing
from fourstep.workbench.dashboards import actions, presenter
from fourstep.workbench.dashboards.actions import refresh, refresh_when_due
from fourstep.workbench.dashboards.catalogue import SECTIONS, measures
from fourstep.workbench.dashboards.drawing import over_time, round_up
from fourstep.workbench.dashboards.models import Refresh
from fourstep.workbench.episodes.models import Deadline, Episode, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.queries.models import Query

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Role], Client]
PersonOf = Callable[..., Person]
WHOLE = {"specialty": "", "consultant": ""}


def coded(key: str, diagnoses: str, *, left: str = "2026-03-09", done: str = "2026-03-19", **fields: Any) -> Episode:
    """A finished coding; a code with ! was proposed and accepted, with > proposed and changed, with - proposed and rejected."""
    facts = {"state": State.CODED, "specialty": "Medicine", "consultant": "C1"} | fields
    day = dt.datetime.fromisoformat(f"{done}T12:00:00+00:00")
    row = Episode.objects.create(key=key, discharge_date=dt.date.fromisoformat(left), coded_at=day, **facts)
    marks = {"!": Standing.ACCEPTED, ">": Standing.CHANGED, "-": Standing.REMOVED}
    for place, code in enumerate(diagnoses.split()):
        standing = marks.get(code[0], Standing.ADDED)
        bare = code.lstrip("!>-")
        CodeLine.objects.create(
            episode=row, book=Book.ICD10, position=place, code=bare, standing=standing,
            proposed_code="" if standing == Standing.ADDED else bare,
        )  # fmt: skip
    return row


def whole(name: str, chosen: dict[str, str] = WHOLE) -> tuple[float | None, float]:
    """Value and denominator of a measure over everything."""
    found = presenter.by(measures()[name], "month", chosen).whole
    return found.value, found.of


def department() -> None:
    """Three finished codings of two months and two specialties, one practice record and one that is open.

    a: pneumonia, diabetes (a comorbidity), smoker: 2 secondary codes. b: chest pain: symptom, 0 secondary.
    c: appendicitis, 1 secondary. Depth 3 of 3 = 1.0; comorbid 1 of 3; symptom primary 1 of 3.
    Proposed: J18.9 and K35.8 accepted, E11.9 changed, I10.X removed (and so no code of c): 2, 1, 1 of 4.
    """
    Deadline.objects.create(
        label="March", first_discharge=dt.date(2026, 3, 1), last_discharge=dt.date(2026, 3, 31), coded_by=dt.date(2026, 3, 20)
    )
    coded("a", "!J18.9 >E11.9 Z72.0", touchless=True)
    coded("b", "R07.4", done="2026-03-29", consultant="C2")
    coded("c", "!K35.8 -I10.X N39.0", left="2026-04-02", done="2026-04-03", specialty="Surgery", consultant="C3")
    coded("practice", "J18.9", training=True)
    coded("open", "J18.9", state=State.IN_PROGRESS)


def test_figures_are_those_worked_by_hand() -> None:
    department()
    assert refresh(None).episodes == 3
    assert whole("episodes") == (3, 3)
    assert whole("depth") == (1.0, 3)
    assert whole("comorbid") == (pytest.approx(100 / 3), 3)
    assert whole("symptom_primary") == (pytest.approx(100 / 3), 3)
    assert whole("touchless") == (pytest.approx(100 / 3), 3)
    # a coded on 19 March in time, b on the 29th late, c in no line of the calendar
    assert whole("on_time") == (50.0, 2)
    # 10, 20 and 1 days
    assert whole("days") == (pytest.approx(31 / 3), 3)
    assert [whole(n) for n in ("accepted", "changed", "rejected")] == [(50.0, 4), (25.0, 4), (25.0, 4)]
    by_chapter = {f.group.split()[0]: (f.value, f.of) for f in presenter.chapters(measures()["accepted"], WHOLE)}
    assert by_chapter == {"X": (100.0, 1), "IV": (0.0, 1), "XI": (100.0, 1), "IX": (0.0, 1)}


def test_by_month_specialty_consultant_and_within_a_specialty() -> None:
    department()
    refresh(None)
    depth = measures()["depth"]
    months = [(f.group, f.value) for f in presenter.by(depth, "month", WHOLE).figures]
    assert months == [("2026-03", 1.0), ("2026-04", 1.0)]
    assert [(f.group, f.of) for f in presenter.by(depth, "specialty", WHOLE).figures] == [("Medicine", 2), ("Surgery", 1)]
    inside = presenter.by(depth, "consultant", {"specialty": "Medicine", "consultant": ""})
    assert [(f.group, f.value) for f in inside.figures] == [("C1", 2.0), ("C2", 0.0)]


def test_commonest_codes_with_their_trend(client_of: ClientOf) -> None:
    department()
    coded("d", "J18.1", left="2026-04-20")
    refresh(None)
    found = presenter.commonest("diagnoses", "month", WHOLE)
    assert found["names"] == ["2026-03", "2026-04"]
    first = found["lines"][0]
    assert (first.code, first.count, first.share, first.groups) == ("J18", 2, 50.0, [1, 1])
    client = client_of(Role.ANALYST)
    assert "No grouper output" in client.get("/dashboards/commonest/hrgs/").content.decode()
    table = client.get("/dashboards/commonest/diagnoses/?csv=1").content.decode()
    assert 'J18,"Pneumonia, organism unspecified",2,50.0,1,1' in table
    assert client.get("/dashboards/commonest/nothing/").status_code == 404


def test_the_trend_of_a_consultant_within_a_specialty_is_counted_from_the_codings(client_of: ClientOf) -> None:
    for key, codes, left, specialty, consultant in (
        ("a", "J18.9", "2026-03-10", "Medicine", "C1"), ("b", "J18.1", "2026-04-10", "Medicine", "C1"),
        ("c", "I50.0", "2026-04-11", "Medicine", "C1"), ("d", "J18.9", "2026-04-12", "Cardiology", "C1"),
        ("e", "J18.9", "2026-04-12", "Medicine", "C2"),
    ):  # fmt: skip
        coded(key, codes, left=left, specialty=specialty, consultant=consultant)
    Episode.objects.filter(key="a").update(administrative={"episode_end": "2026-02-27"})
    found = presenter.commonest("diagnoses", "month", {"specialty": "Medicine", "consultant": "C1"})
    assert (found["names"], found["total"]) == (["2026-02", "2026-04"], 3)
    assert [(line.code, line.count, line.groups) for line in found["lines"]] == [("J18", 2, [1, 1]), ("I50", 1, [0, 1])]
    whole = presenter.commonest("diagnoses", "month", {"specialty": "", "consultant": "C1"})
    assert whole["group"] == "consultant"  # in all specialties there are too many to count while somebody waits
    assert presenter.commonest("procedures", "month", {"specialty": "Medicine", "consultant": "C1"})["lines"] == []
    client = client_of(Role.MANAGER)
    page = client.get("/dashboards/commonest/diagnoses/?consultant=C1&specialty=Medicine").content.decode()
    assert "as they are now" in page
    table = client.get("/dashboards/commonest/diagnoses/?consultant=C1&specialty=Medicine&csv=1").content.decode()
    assert 'J18,"Pneumonia, organism unspecified",2,66.67,1,1' in table


def test_a_month_without_a_figure_is_drawn_as_a_gap() -> None:
    coded("a", "J18.9 I10.X", left="2025-12-30")
    coded("b", "J18.9", left="2026-02-01")
    refresh(None)
    plot = str(presenter.by(measures()["depth"], "month", WHOLE).plot)
    assert (plot.count("<circle"), 'stroke-width="2"' in plot) == (2, False)
    assert presenter._months("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_queries_and_their_turnaround() -> None:
    row = coded("a", "J18.9")
    sent = timezone.make_aware(dt.datetime(2026, 3, 1, 9))
    for days in (2, 4, None):
        answered = sent + dt.timedelta(days=days) if days else None
        Query.objects.create(episode=row, about="x", question="y", sent_at=sent, answered_at=answered)
    refresh(None)
    assert whole("queries") == (3, 3)
    assert whole("turnaround") == (3.0, 2)


def test_accuracy_comes_from_audits(person: PersonOf) -> None:
    coder = person(Role.CODER)
    coded("a", "J18.9 I10.X", coded_by=coder)
    audit = draw_audit(
        person(Role.AUDITOR), Audit(name="A", first_day=dt.date(2026, 3, 1), last_day=dt.date(2026, 3, 31), size=1)
    )
    item = Item.objects.get(audit=audit)
    AuditCoding.objects.create(
        item=item, part="first", auditor_name="x", diagnoses=["J18.1", "I10.X", "E11.9"], handed_in_at=timezone.now()
    )
    settle(item)
    refresh(None)
    # primary wrong: 0 of 1; secondary: I10.X right, E11.9 omitted: 1 of 2
    assert whole("right_primary_diagnosis") == (0.0, 1)
    assert whole("right_secondary_diagnoses") == (50.0, 2)
    assert whole("right_primary_procedure") == (None, 0)
    ((who, figures, _),) = presenter.of_coders(coder.id)
    assert (who, [f.shown for f in figures]) == ("coder", ["1", "-", "1", "0.0", "50.0", "-", "-"])


def test_a_coder_sees_their_own_figures_and_no_others(client_of: ClientOf, person: PersonOf) -> None:
    coded("a", "J18.9", coded_by=person(Role.CODER))
    coded("b", "J18.9 I10.X", coded_by=person(Role.SENIOR))
    coded("nobody's", "J18.9")
    refresh(None)
    own = client_of(Role.CODER).get("/dashboards/mine/")
    assert [name for name, *_ in own.context["coders"]] == ["coder"]
    assert client_of(Role.CODER).get("/dashboards/coders/").status_code == 403
    manager = client_of(Role.MANAGER)
    assert [name for name, *_ in manager.get("/dashboards/coders/").context["coders"]] == ["coder", "senior"]
    assert "senior,2026-03,1" in manager.get("/dashboards/coders/?csv=1").content.decode()


def test_what_cannot_be_told_is_not_shown(client_of: ClientOf) -> None:
    page = client_of(Role.MANAGER).get("/dashboards/").content.decode()
    assert "Nothing has been counted yet" in page
    department()
    refresh(None)
    page = client_of(Role.MANAGER).get("/dashboards/").content.decode()
    assert "Not told: no table of SHMI diagnosis groups was given" in page
    assert "Not told: needs age_years" in page
    assert "over 3 finished codings" in page


def test_the_table_of_shmi_groups_is_the_sites(client_of: ClientOf) -> None:
    client = client_of(Role.ADMINISTRATOR)

    def send(text: str) -> str:
        file = SimpleUploadedFile("groups.txt", text.encode())
        return client.post("/dashboards/shmi/", {"groups": file}, follow=True).content.decode()

    assert "Line 2:" in send("J12-J18\t73\tPneumonia\nJ12-K18\t1\tWrong\n")
    assert "7 beginnings of codes" in send("J12-J18\t73\tPneumonia\n")
    assert "Choose a text file" in client.post("/dashboards/shmi/", {}, follow=True).content.decode()
    department()
    refresh(None)
    assert whole("shmi_group") == (pytest.approx(100 / 3), 3)


def test_the_worker_counts_when_the_cells_are_old() -> None:
    assert refresh_when_due()
    assert not refresh_when_due()


def test_a_count_that_fails_leaves_the_worker_and_the_old_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    coded("a", "J18.9")
    refresh(None)
    Refresh.objects.update(at=timezone.now() - dt.timedelta(hours=2))
    tries = []

    def broken(groups: object) -> None:
        tries.append(groups)
        raise ValueError("J18.9")

    monkeypatch.setattr(actions, "count", broken)
    monkeypatch.setattr(actions, "_failed_at", None)
    assert [refresh_when_due(), refresh_when_due()] == [False, False]
    assert len(tries) == 1
    assert whole("episodes") == (1, 1)


def test_every_measure_has_its_page_and_a_csv_without_formulas(client_of: ClientOf) -> None:
    department()
    coded("formula", "J18.9", specialty="=1+1", consultant="@x")
    refresh(None)
    client = client_of(Role.ANALYST)
    for name in (n for _, names in SECTIONS for n in names):
        page = client.get(f"/dashboards/measures/{name}/?by=specialty").content.decode()
        assert "Definition" in page and "Caveats" in page
    table = client.get("/dashboards/measures/depth/?by=specialty&csv=1").content.decode()
    assert "'=1+1," in table
    assert client.get("/dashboards/measures/nothing/").status_code == 404
    assert client.get("/dashboards/measures/depth/?by=nonsense&specialty=none").status_code == 200


def test_the_overview_asks_the_database_a_fixed_number_of_times(client_of: ClientOf) -> None:
    client = client_of(Role.MANAGER)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/dashboards/")
        return len(caught)

    coded("a", "J18.9")
    refresh(None)
    few = queries()
    for number in range(30):
        coded(f"e{number}", "J18.9 I10.X", specialty=f"S{number}", left=f"2026-0{number % 9 + 1}-03")
    refresh(None)
    assert queries() == few


def test_plots_begin_at_zero_break_where_nothing_is_known_and_escape() -> None:
    assert [round_up(v) for v in (0, 0.3, 1, 7, 12, 40, 101)] == [1.0, 0.5, 1, 10, 20, 50, 200]
    drawn = over_time("<b>", ["2026-01", "2026-02", "2026-03"], [1.0, None, 3.0])
    assert drawn.count("<circle") == 2
    assert 'stroke-width="2"' not in drawn
    assert "&lt;b&gt;" in drawn and "style" not in drawn
