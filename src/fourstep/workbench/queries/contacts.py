"""The address book of those who are asked: its page, and what it suggests for a query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.fields import dress
from fourstep.workbench.people.gate import needs
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import Privilege
from fourstep.workbench.people.who import who
from fourstep.workbench.queries.models import Contact
from fourstep.workbench.trust.actions import record

if TYPE_CHECKING:
    _Form = forms.ModelForm[Contact]
else:  # the class takes no parameters when it runs
    _Form = forms.ModelForm

_MOST_SUGGESTED = 200


class ContactForm(_Form):
    """One line of the address book."""

    class Meta:
        model = Contact
        fields = ["name", "kind", "specialty", "email"]
        labels = {"kind": "Who that is", "email": "E-mail"}
        widgets = {"specialty": forms.TextInput(attrs={"list": "specialties"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


def suggested(episode: Episode) -> list[Contact]:
    """Whom a query of the episode may go to: those of its specialty first, then those of none, then the others."""
    own = episode.specialty.casefold()
    rank = {own: 0, "": 1}
    found = sorted(Contact.objects.all(), key=lambda one: (rank.get(one.specialty.casefold(), 2), one.specialty, one.name))
    return found[:_MOST_SUGGESTED]


@transaction.atomic
def keep(by: Person, contact: Contact) -> Contact:
    """Put a line in, or change it."""
    action = "contact changed" if contact.pk else "contact added"
    contact.save()
    record(by, action, str(contact), name=contact.name, specialty=contact.specialty, kind=contact.kind, email=contact.email)
    return contact


@transaction.atomic
def remove(by: Person, contact: Contact) -> None:
    """Take a line out. Queries keep whom they went to."""
    record(by, "contact removed", str(contact), name=contact.name, specialty=contact.specialty)
    contact.delete()


@needs(Privilege.KEEP_CONTACTS)
def contacts(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """All lines by specialty; a form for another, or for the one that is to be changed."""
    contact = get_object_or_404(Contact, pk=number) if number is not None else None
    form = ContactForm(request.POST or None, instance=contact)
    if request.method == "POST" and form.is_valid():
        kept = keep(who(request), form.save(commit=False))
        messages.success(request, f"{kept.name} is in the address book.")
        return redirect("contacts")
    rows = list(Contact.objects.all())
    known = Episode.objects.exclude(specialty="").order_by("specialty").values_list("specialty", flat=True).distinct()
    context = {"form": form, "contact": contact, "rows": rows, "specialties": list(known[:_MOST_SUGGESTED])}
    return render(request, "queries/contacts.html", context)


@require_POST
@needs(Privilege.KEEP_CONTACTS)
def remove_contact(request: HttpRequest, number: int) -> HttpResponse:
    """Take a line out."""
    contact = get_object_or_404(Contact, pk=number)
    remove(who(request), contact)
    messages.success(request, f"{contact.name} is no longer in the address book.")
    return redirect("contacts")
