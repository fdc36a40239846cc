"""What a worklist shows: filters and order from the address, so that a view can be kept, shared and gone back to."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.core.cache import cache
from django.db.models import F, OrderBy, Q, QuerySet

from fourstep.workbench.episodes.calendar import Calendar
from fourstep.workbench.episodes.handles import MOST, found_by
from fourstep.workbench.episodes.models import OPEN_STATES, Episode, State
from fourstep.workbench.episodes.presenter import SECONDS
from fourstep.workbench.fields import dress
from fourstep.workbench.people.models import Person
from fourstep.workbench.people.privileges import GRID, Privilege

_MANY_NAMES = 20
ORDERS: dict[str, tuple[str, list[str | OrderBy]]] = {
    "deadline": ("Deadline", [F("discharge_date").asc(nulls_last=True), "id"]),
    "newest": ("Latest discharge", [F("discharge_date").desc(nulls_last=True), "-id"]),
    "specialty": ("Specialty", ["specialty", "discharge_date", "id"]),
    "consultant": ("Consultant", ["consultant", "discharge_date", "id"]),
    "confidence": ("Lowest confidence", [F("lowest_confidence").asc(nulls_last=True), "id"]),
    "coder": ("Coder", ["assigned_to__username", "discharge_date", "id"]),
}


def _known(name: str) -> list[str]:
    """The specialties or consultants there are, one step through the index for each; many are kept for some seconds."""
    kept: list[str] | None = cache.get(f"worklist-{name}")
    if kept is not None:
        return kept
    out, last = [], ""
    while True:
        following = Episode.objects.filter(**{f"{name}__gt": last}).order_by(name).values_list(name, flat=True).first()
        if following is None:
            break
        last = str(following)
        out.append(last)
    if len(out) >= _MANY_NAMES:
        cache.set(f"worklist-{name}", out, SECONDS)
    return out


class WorklistFilter(forms.Form):
    """Every filter of the worklist; all may be left empty."""

    find = forms.CharField(label="Episode, hospital or NHS number", required=False, max_length=200)
    state = forms.ChoiceField(
        label="Stands",
        required=False,
        choices=[("open", "Discharged, not coded"), ("", "All"), *State.choices],
    )
    specialty = forms.ChoiceField(label="Specialty", required=False)
    consultant = forms.ChoiceField(label="Consultant", required=False)
    coder = forms.ChoiceField(label="Coder", required=False)
    due = forms.ChoiceField(
        label="Deadline",
        required=False,
        choices=[("", "Any"), ("-1", "Passed"), ("0", "Today"), *((str(n), f"Within {n} days") for n in (3, 7, 14))],
    )
    discharged_from = forms.DateField(label="Discharged from", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    discharged_to = forms.DateField(label="Discharged to", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    confidence = forms.ChoiceField(
        label="Confidence",
        required=False,
        choices=[("", "Any"), ("touchless", "Needs no person"), ("0.5", "Lowest below 50%"), ("0.8", "Lowest below 80%")],
    )
    order = forms.ChoiceField(label="Order", required=False, choices=[(k, v[0]) for k, v in ORDERS.items()])

    def __init__(self, data: object, *, person: Person) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.person = person
        for name in ("specialty", "consultant"):
            self._choices(name, [("", "All"), *((v, v) for v in _known(name))])
        coding = [role for role in GRID if Privilege.CODE in GRID[role]]
        coders = Person.objects.filter(role__in=coding, is_active=True).order_by("username")
        self._choices("coder", [("", "Any"), ("me", "Me"), ("nobody", "Nobody"), *((str(p.pk), str(p)) for p in coders)])
        dress(self, "fs-small")

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_find(self) -> str:
        """Look for the number; one that too many share is refused."""
        words: str = self.cleaned_data["find"]
        found = found_by(words, personal=self.person.may(Privilege.READ_RECORD)) if words else set()
        if found is None:
            raise forms.ValidationError(f"More than {MOST:,} begin or end so: give more of it.")
        self.found = found
        return words

    def apply(self, calendar: Calendar, today: dt.date) -> QuerySet[Episode]:
        """The episodes that pass, in order. A filter that cannot be read filters nothing, and the form says so."""
        self.full_clean()
        values: dict[str, object] = self.cleaned_data
        order: list[str | OrderBy] = ORDERS[str(values.get("order") or "deadline")][1]
        return Episode.objects.filter(self._wanted(values, calendar, today), training=False).order_by(*order)

    def _wanted(self, values: dict[str, object], calendar: Calendar, today: dt.date) -> Q:
        wanted = Q()
        for name in ("specialty", "consultant"):
            if values.get(name):
                wanted &= Q(**{name: values[name]})
        if values.get("find"):
            wanted &= Q(id__in=self.found)
        if values.get("state") == "open" or "state" not in self.data:
            wanted &= Q(state__in=OPEN_STATES)
        elif values.get("state"):
            wanted &= Q(state=values["state"])
        coder = values.get("coder")
        if coder:
            wanted &= {"me": Q(assigned_to=self.person), "nobody": Q(assigned_to=None)}.get(str(coder)) or Q(assigned_to_id=coder)
        if values.get("due"):
            wanted &= calendar.due_within(int(str(values["due"])), today)
        if values.get("discharged_from"):
            wanted &= Q(discharge_date__gte=values["discharged_from"])
        if values.get("discharged_to"):
            wanted &= Q(discharge_date__lte=values["discharged_to"])
        confidence = values.get("confidence")
        if confidence:
            wanted &= Q(touchless=True) if confidence == "touchless" else Q(lowest_confidence__lt=float(str(confidence)))
        return wanted
