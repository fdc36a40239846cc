"""An auditor draws a sample, codes an episode blind, says why the codes differ, and reads the report."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from playwright.sync_api import Page, expect

from fourstep.workbench.audits.models import Audit
from fourstep.workbench.coding.models import CodeLine, Standing
from fourstep.workbench.episodes.models import Episode, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Role
from workbench.conftest import check_accessible, follow, menu, screenshot


def finish(row: Episode, coder: Person) -> None:
    """The coder accepted what was proposed."""
    CodeLine.objects.filter(episode=row).update(standing=Standing.ACCEPTED)
    Episode.objects.filter(id=row.id).update(state=State.CODED, coded_by=coder, coded_at=timezone.now())


def test_an_audit_from_the_sample_to_the_report(
    page_of: Callable[[Role], Page], person: Callable[[Role], Person], example: Callable[[str], Episode]
) -> None:
    for name in ("hip-fracture", "cataract", "heart-failure"):
        finish(example(name), person(Role.CODER))
    CodeLine.objects.filter(episode__key="heart-failure", position=1, book="icd10").delete()
    page = page_of(Role.AUDITOR)
    menu(page, "Audits")
    check_accessible(page)
    follow(page, page.get_by_role("link", name="Draw a sample"))
    page.get_by_label("Name").fill("Yearly audit 2026")
    page.get_by_label("Discharged from").fill("2020-01-01")
    page.get_by_label("Discharged to").fill("2026-12-31")
    page.get_by_label("Episodes").fill("3")
    check_accessible(page)
    follow(page, page.get_by_role("button", name="Draw"))
    expect(page.get_by_text("3 to be audited")).to_be_visible()
    audit = Audit.objects.get()
    for item in audit.items.all():
        page.goto(f"/audits/items/{item.id}/code/")
        proposed = item.engine or {"diagnoses": [], "procedures": []}
        page.get_by_label("Diagnoses ICD-10, the primary first").fill("\n".join(proposed["diagnoses"]))
        page.get_by_label("Procedures OPCS-4, the main one first").fill("\n".join(proposed["procedures"]))
        if item.key == "heart-failure":
            page.get_by_label("Look up in index and books").fill("tobacco use")
            expect(page.get_by_role("button", name="Z72.0").first).to_be_visible()
            check_accessible(page)
            page.get_by_role("button", name="Z72.0").first.click()
            expect(page.get_by_role("listitem").filter(has_text="Z72.0")).to_be_visible()
            screenshot(page, "audit-sheet")
        follow(page, page.get_by_role("button", name="Hand in"))
        expect(page.get_by_role("heading", name=item.key)).to_be_visible()
    for reason in page.get_by_label("Reason for").all():
        reason.fill("National standard")
    page.goto(f"/audits/items/{audit.items.get(key='heart-failure').id}/")
    for reason in page.get_by_label("Reason for").all():
        reason.fill("National standard")
    check_accessible(page)
    follow(page, page.get_by_role("button", name="Keep"))
    page.goto(f"/audits/{audit.id}/")
    check_accessible(page)
    follow(page, page.get_by_role("button", name="Send the differences"))
    follow(page, page.get_by_role("link", name="Report").first)
    expect(page.get_by_role("table", name="The four figures")).to_be_visible()
    check_accessible(page)
    screenshot(page, "audit-report", whole=True)
    for address in ("/audits/keys/", "/audits/thresholds/"):
        page.goto(address)
        check_accessible(page)

    page = page_of(Role.CODER)
    page.goto("/audits/own/")
    check_accessible(page)
    follow(page, page.get_by_role("button", name="Acknowledge").first)
    expect(page.get_by_text("Acknowledged.").first).to_be_visible()
