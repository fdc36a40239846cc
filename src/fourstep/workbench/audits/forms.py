"""The forms of audits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from fourstep.evaluate.thresholds import AREAS
from fourstep.workbench.audits.models import Audit
from fourstep.workbench.fields import dress
from fourstep.workbench.people.models import Person

if TYPE_CHECKING:
    _AuditForm = forms.ModelForm[Audit]
else:  # the class takes no parameters when it runs
    _AuditForm = forms.ModelForm


class AuditForm(_AuditForm):
    """A new audit."""

    take_all = forms.BooleanField(required=False, label="Take all, if there are fewer")

    class Meta:
        model = Audit
        fields = [
            "name", "kind", "first_day", "last_day", "size", "seed", "strata", "specialty", "day", "blind", "second", "again",
        ]  # fmt: skip
        labels = {"seed": "Seed", "strata": "Drawn", "specialty": "Only this specialty", "again": "Re-audit of"}
        widgets = {name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("first_day", "last_day", "day")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)

    def clean(self) -> dict[str, Any]:
        """The period runs forward."""
        values = super().clean() or {}
        first, last = values.get("first_day"), values.get("last_day")
        if first and last and first > last:
            self.add_error("last_day", "The period ends before it begins.")
        return values


class ThresholdForm(forms.Form):
    """A threshold from a day on; a line of the same day, level and class is replaced."""

    begins = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    level = forms.CharField(max_length=40)
    area = forms.ChoiceField(label="Class", choices=list(AREAS.items()))
    least = forms.FloatField(label="Least per cent", min_value=0, max_value=100)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


class RecommendationForm(forms.Form):
    """What somebody is to do."""

    text = forms.CharField(max_length=1000, label="Recommendation")
    owner = forms.ModelChoiceField(Person.objects.filter(is_active=True).order_by("username"))
    due = forms.DateField(label="By", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
