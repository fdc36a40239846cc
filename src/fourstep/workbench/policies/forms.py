"""The form of a policy page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms

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
            "title": forms.TextInput(attrs={"class": "nhsuk-input"}),
            "about": forms.TextInput(attrs={"class": "nhsuk-input", "spellcheck": "false"}),
            "text": forms.Textarea(attrs={"class": "nhsuk-textarea", "rows": 12}),
        }
