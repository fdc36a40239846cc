"""What an update would change is shown before it changes, and applied by a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from fourstep.workbench.coding.models import Standing
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.trust.models import LogEntry
from fourstep.workbench.updates import actions
from fourstep.workbench.updates.differences import difference
from fourstep.workbench.updates.models import Outcome, Trial
from workbench.conftest import check_accessible, follow

pytestmark = pytest.mark.django_db
Example = Callable[[str], Episode]


@pytest.fixture
def older(example: Example) -> Episode:
    """An episode whose proposal an older engine made: it knew one code less, one that is gone, and another first."""
    episode = example("hip-fracture")
    proposal = episode.proposals.get()
    first, second, *rest = proposal.result["diagnoses"]
    proposal.result["diagnoses"] = [second, first, *rest[1:], {**first, "code": "R26.8", "title": "Gone"}]
    proposal.engine = "older"
    proposal.save()
    return episode


def test_a_difference_tells_what_comes_what_goes_and_what_stands_first() -> None:
    def result(codes: str, *queries: str) -> dict[str, object]:
        made = [{"code": c, "title": f"title of {c}"} for c in codes.split()]
        return {"diagnoses": made, "procedures": [], "queries": [{"about": q, "blocking": True} for q in queries]}

    told = difference(result("J18.9 I10.X", "Which?"), result("J15.9 I10.X"))
    assert told == {
        "diagnoses": {
            "gone": [["J18.9", "title of J18.9"]], "come": [["J15.9", "title of J15.9"]], "first": ["J18.9", "J15.9"],
        },
        "queries": {"raised": 0, "settled": 1},
    }  # fmt: skip
    assert difference(result("A09 I10.X"), result("A09 I10.X")) == {}
    assert difference(result("A09 I10.X E11.9"), result("A09 E11.9 I10.X")) == {"diagnoses": {"order": ["A09", "E11.9", "I10.X"]}}


def test_a_trial_changes_nothing_until_it_is_applied(older: Episode, example: Example, person: Callable[[Role], Person]) -> None:
    same = example("copd-exacerbation")
    before = list(older.lines.values_list("code", "standing"))
    actions.begin(person(Role.SENIOR))
    work_until_idle()
    outcomes = {o.episode_id: o for o in Outcome.objects.all()}
    assert (outcomes[same.id].stand, outcomes[older.id].stand) == ("same", "different")
    assert outcomes[older.id].difference["diagnoses"]["gone"] == [["R26.8", "Gone"]]
    assert list(older.lines.values_list("code", "standing")) == before
    assert older.proposals.count() == 1
    actions.apply(person(Role.SENIOR), outcomes[older.id].id)
    assert older.proposals.count() == 2
    assert Outcome.objects.get(episode=older).stand == "applied"
    assert LogEntry.objects.filter(action="update applied", subject=str(older)).exists()


def test_what_people_decided_stays(older: Episode, person: Callable[[Role], Person]) -> None:
    line = older.lines.filter(book="icd10").first()
    older.lines.filter(id=line.id).update(standing=Standing.REMOVED, reason="not relevant")
    actions.begin(person(Role.SENIOR))
    work_until_idle()
    actions.apply_all(person(Role.SENIOR), Trial.objects.get())
    assert older.lines.get(code=line.code).standing == Standing.REMOVED


def test_an_episode_that_changed_or_closed_since_is_not_touched(older: Episode, person: Callable[[Role], Person]) -> None:
    senior = person(Role.SENIOR)
    for change in ({"age_years": 44}, {"state": State.CODED}):
        actions.begin(senior)
        work_until_idle()
        Episode.objects.filter(id=older.id).update(**change)
        assert actions.apply_all(senior, Trial.objects.first()) == 0
        assert older.proposals.count() == 1


def test_an_episode_held_by_a_worker_that_died_is_taken_over(older: Episode, person: Callable[[Role], Person]) -> None:
    actions.begin(person(Role.SENIOR))
    assert actions.claim() is not None
    assert actions.claim() is None
    Outcome.objects.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    work_until_idle()
    assert Outcome.objects.get().stand == "different"


def test_a_newer_trial_takes_the_place_of_one_that_is_not_finished(older: Episode, person: Callable[[Role], Person]) -> None:
    actions.begin(person(Role.SENIOR))
    held = actions.claim()
    actions.begin(person(Role.SENIOR))
    assert held is not None
    actions.keep_outcome(held, "x", None)
    assert [o.stand for o in Outcome.objects.all()] == ["waiting"]


def test_a_senior_sees_the_differences_and_applies_them(older: Episode, page_of: Callable[[Role], Page]) -> None:
    page = page_of(Role.SENIOR)
    page.goto("/updates/")
    expect(page.locator("main")).to_contain_text("1 open episode")
    follow(page, page.get_by_role("button", name="Code the open episodes"))
    expect(page.get_by_role("status")).to_contain_text("1 of 1")
    work_until_idle()
    page.goto("/updates/")
    expect(page.get_by_role("row", name="hip-fracture")).to_contain_text("gone R26.8")
    check_accessible(page)
    follow(page, page.get_by_role("link", name="hip-fracture"))
    page.get_by_text("An update would change").click()
    check_accessible(page)
    follow(page, page.get_by_role("link", name="Apply or leave it"))
    follow(page, page.get_by_role("button", name="Apply to hip-fracture"))
    expect(page.get_by_role("row", name="hip-fracture")).to_contain_text("Applied")


def test_the_list_asks_as_much_for_many_as_for_few(
    client_of: Callable[[Role], Client], older: Episode, person: Callable[[Role], Person], django_assert_max_num_queries: Any
) -> None:
    actions.begin(person(Role.SENIOR))
    work_until_idle()
    trial = Trial.objects.get()
    for n in range(30):
        episode = Episode.objects.create(key=f"e{n}", state=State.IN_PROGRESS, assigned_to=person(Role.CODER))
        Outcome.objects.create(trial=trial, episode=episode, stand="different")
    client = client_of(Role.SENIOR)
    client.get("/updates/")
    with django_assert_max_num_queries(14):
        client.get("/updates/")
