"""The form of a line in the competency log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from fourstep.workbench.fields import dress
from fourstep.workbench.training.models import LogLine

if TYPE_CHECKING:
    _Form = forms.ModelForm[LogLine]
else:  # the class takes no parameters when it runs
    _Form = forms.ModelForm


class LogForm(_Form):
    """A course, refresher or examination; for who trains, a stage too."""

    class Meta:
        model = LogLine
        fields = ["kind", "stage", "what", "day", "again_by"]
        labels = {"what": "Which", "day": "On", "again_by": "Due again by"}
        help_texts = {"again_by": ""}
        widgets = {name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("day", "again_by")}

    def __init__(self, *args: Any, with_stage: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_stage:
            del self.fields["stage"]
            self.fields["kind"].choices = [c for c in LogLine.Kind.choices if c[0] != LogLine.Kind.STAGE]  # type: ignore[attr-defined]
        dress(self)

    def clean(self) -> dict[str, Any]:
        """What is due again is due later."""
        values = super().clean() or {}
        day, again = values.get("day"), values.get("again_by")
        if day and again and again <= day:
            self.add_error("again_by", "It is due again before it was done.")
        return values
