"""Fields look as the design system has them, by their kind."""

from __future__ import annotations

from django import forms

from fourstep.workbench.fields import dress


class Sample(forms.Form):
    name = forms.CharField(widget=forms.TextInput(attrs={"autocomplete": "name"}))
    role = forms.ChoiceField()
    text = forms.CharField(widget=forms.Textarea)
    file = forms.FileField()
    sure = forms.BooleanField()


def test_each_kind_of_field_gets_its_class_and_keeps_what_it_has() -> None:
    form = Sample()
    dress(form, "fs-small")
    assert {name: field.widget.attrs.get("class") for name, field in form.fields.items()} == {
        "name": "nhsuk-input fs-small", "role": "nhsuk-select fs-small", "text": "nhsuk-textarea fs-small",
        "file": "nhsuk-file-upload fs-small", "sure": None,
    }  # fmt: skip
    assert form.fields["name"].widget.attrs["autocomplete"] == "name"
