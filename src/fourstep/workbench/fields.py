"""How the fields of forms look: the classes of the NHS design system."""

from __future__ import annotations

from django import forms


def dress(form: forms.BaseForm, more: str = "") -> None:
    """Give every field of a form its class by its kind, and `more` classes beside it. Boxes to tick stay as they are."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(widget, (forms.CheckboxInput, forms.RadioSelect)):
            continue
        if isinstance(widget, forms.Select):
            kind = "nhsuk-select"
        elif isinstance(widget, forms.Textarea):
            kind = "nhsuk-textarea"
        elif isinstance(widget, forms.FileInput):
            kind = "nhsuk-file-upload"
        else:
            kind = "nhsuk-input"
        widget.attrs["class"] = f"{kind} {more}".strip()
