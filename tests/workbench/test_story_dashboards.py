"""A manager reads the department's figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from fourstep.workbench.coding.models import CodeLine, Standing
from fourstep.workbench.dashboards.actions import refresh
from fourstep.workbench.demo import illustrative_calendar
from fourstep.workbench.episodes.actions import replace_calendar
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from workbench.conftest import check_accessible, follow, menu, screenshot


def test_the_manager_reads_the_figures(
    page_of: Callable[[Role], Page], person: Callable[[Role], Person], example: Callable[[str], Episode]
) -> None:
    names = ("hip-fracture", "cataract", "heart-failure", "nstemi-pci", "copd-exacerbation", "appendicitis")
    for number, name in enumerate(names):
        row = example(name)
        CodeLine.objects.filter(episode=row).update(standing=Standing.ACCEPTED)
        CodeLine.objects.filter(episode=row, position=3).update(standing=Standing.REMOVED)
        left = dt.date(2026, 5 + number % 4, 11)
        coded_at = timezone.make_aware(dt.datetime.combine(left + dt.timedelta(days=7 + 9 * (number % 3)), dt.time(12)))
        Episode.objects.filter(id=row.id).update(
            state=State.CODED, coded_by=person(Role.CODER), coded_at=coded_at, discharge_date=left
        )
    replace_calendar(None, illustrative_calendar(dt.date(2026, 11, 1)))
    refresh(None)
    page = page_of(Role.MANAGER)
    menu(page, "Dashboards")
    expect(page.get_by_role("img", name="Depth of coding by month")).to_be_visible()
    check_accessible(page)
    screenshot(page, "dashboard", whole=True)
    follow(page, page.get_by_role("link", name="Depth of coding"))
    check_accessible(page)
    page.get_by_label("By", exact=True).select_option(label="specialty")
    follow(page, page.get_by_role("button", name="Show"))
    expect(page.get_by_role("img", name="Depth of coding by specialty")).to_be_visible()
    check_accessible(page)
    for address in ("/dashboards/commonest/diagnoses/", "/dashboards/coders/"):
        page.goto(address)
        check_accessible(page)
