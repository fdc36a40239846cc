"""The form of a policy page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from fourstep.workbench.fields import dress
from fourstep.workbench.policies.models import Policy

if TYPE_CHECKING:
    _Form = forms.ModelForm[Policy]
else:  # the class takes no parameters when it runs
    _Form = forms.ModelForm


class PolicyForm(_Form):
    """A policy page as it is written."""

    class Meta:
        model = Policy
        fields = ["title", "about", "text"]
        widgets = {
            "about": forms.TextInput(attrs={"spellcheck": "false"}),
            "text": forms.Textarea(attrs={"rows": 12}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)
