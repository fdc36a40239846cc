"""The address book of those who are asked: kept by who may, logged, and suggested where a query is written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.privileges import Role
from fourstep.workbench.queries.contacts import suggested
from fourstep.workbench.queries.models import Contact
from fourstep.workbench.trust.models import LogEntry
from workbench.conftest import check_accessible, follow

ClientOf = Callable[[Role], Client]
ADA = {"name": "Dr Ada Example", "kind": "clinician", "specialty": "Cardiology", "email": "ada@example.org"}


@pytest.mark.django_db
def test_lines_are_put_in_changed_and_taken_out_and_all_of_it_is_logged(client_of: ClientOf) -> None:
    client = client_of(Role.LEADER)
    client.post("/queries/contacts/", ADA)
    one = Contact.objects.get()
    client.post(f"/queries/contacts/{one.pk}/", ADA | {"specialty": "Urology"})
    assert Contact.objects.get().specialty == "Urology"
    client.post(f"/queries/contacts/{one.pk}/remove/")
    assert not Contact.objects.exists()
    logged = LogEntry.objects.filter(subject=f"contact {one.pk}").order_by("id")
    assert [entry.action for entry in logged] == ["contact added", "contact changed", "contact removed"]


@pytest.mark.django_db
def test_the_same_person_is_not_there_twice_and_an_address_is_one(client_of: ClientOf) -> None:
    client = client_of(Role.SENIOR)
    client.post("/queries/contacts/", ADA)
    assert "There is a problem" in client.post("/queries/contacts/", ADA).content.decode()
    assert "There is a problem" in client.post("/queries/contacts/", ADA | {"name": "B", "email": "no"}).content.decode()
    assert Contact.objects.count() == 1


@pytest.mark.django_db
def test_a_coder_uses_the_book_and_does_not_write_it(client_of: ClientOf) -> None:
    assert client_of(Role.CODER).post("/queries/contacts/", ADA).status_code == 403
    Contact.objects.create(**ADA)
    row = Episode.objects.create(key="E1", specialty="Cardiology")
    assert "Dr Ada Example" in client_of(Role.CODER).get(f"/episodes/{row.pk}/queries/new/question/").content.decode()


@pytest.mark.django_db
def test_those_of_the_specialty_come_first_then_those_of_none() -> None:
    for name, specialty in (("U", "Urology"), ("Any", ""), ("C2", "Cardiology"), ("C1", "cardiology")):
        Contact.objects.create(name=name, specialty=specialty)
    row = Episode.objects.create(key="E1", specialty="Cardiology")
    assert [one.name for one in suggested(row)] == ["C2", "C1", "Any", "U"]


def test_a_name_brings_its_address_with_it(page_of: Callable[[Role], Page], db: None) -> None:
    row = Episode.objects.create(key="E1", specialty="Cardiology")
    page = page_of(Role.LEADER)
    page.goto("/queries/contacts/")
    page.get_by_label("Name").fill("Ward 7")
    page.get_by_label("Who that is").select_option(label="Ward")
    page.get_by_label("E-mail").fill("ward7@example.org")
    follow(page, page.get_by_role("button", name="Keep"))
    expect(page.get_by_role("row", name="Ward 7")).to_contain_text("ward7@example.org")
    check_accessible(page)
    page.goto(f"/episodes/{row.pk}/queries/new/question/")
    page.get_by_label("Who is asked").fill("Ward 7")
    expect(page.get_by_label("E-mail")).to_have_value("ward7@example.org")
    expect(page.get_by_label("Who that is")).to_have_value("ward")
    check_accessible(page)
    page.get_by_label("Who is asked").fill("Somebody else")
    expect(page.get_by_label("E-mail")).to_have_value("")
    page.get_by_label("E-mail").fill("own@example.org")
    page.get_by_label("Who is asked").fill("Ward 7")
    expect(page.get_by_label("E-mail")).to_have_value("own@example.org")
