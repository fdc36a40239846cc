"""Forms of queries: what a coder asks, and what an addressee answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from fourstep.workbench.fields import dress
from fourstep.workbench.queries.models import Addressee, Kind, Query, Wanted

_MOST_OPTIONS = 8


class QueryForm(forms.Form):
    """A query to a clinician as it goes out."""

    about = forms.CharField(label="About", max_length=200, help_text="One thing: Type of atrial fibrillation")
    question = forms.CharField(
        label="Question",
        max_length=2000,
        help_text="Open, not leading; no code and no price",
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    options = forms.CharField(
        label="Answers to tick",
        required=False,
        help_text="One a line. Free text and “cannot say” are always offered",
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    quote = forms.CharField(
        label="Words of the record that raise it",
        required=False,
        max_length=400,
        help_text="As they stand there; they are shown with their sentence",
    )
    blocking = forms.BooleanField(label="The coding waits for the answer", required=False)
    reference = forms.CharField(
        label="Reference shown to the addressee",
        required=False,
        max_length=60,
        help_text="The hospital's number, by which the record is found; never a name",
    )
    addressee = forms.CharField(
        label="Who is asked", max_length=120, widget=forms.TextInput(attrs={"list": "contacts", "autocomplete": "off"})
    )
    addressee_kind = forms.ChoiceField(label="Who that is", choices=Addressee.choices)
    email = forms.EmailField(
        label="E-mail",
        required=False,
        help_text="Without it you hand on the link yourself",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)

    def clean_options(self) -> list[str]:
        """The lines as options, each once."""
        lines = [" ".join(line.split())[:200] for line in self.cleaned_data["options"].splitlines()]
        options = list(dict.fromkeys(line for line in lines if line))
        if len(options) > _MOST_OPTIONS:
            raise forms.ValidationError(f"At most {_MOST_OPTIONS} answers.")
        return options


class RequestForm(QueryForm):
    """A request for a document that is missing from the record."""

    wanted = forms.ChoiceField(label="Document", choices=Wanted.choices)
    field_order = ("wanted", "about", "question", "blocking", "reference", "addressee", "addressee_kind", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("options", "quote"):
            del self.fields[name]
        self.fields["about"].required = False
        self.fields["about"].help_text = "Operation of 3 November; empty: the document's kind"
        self.fields["question"].required = False
        self.fields["question"].label = "What is needed"
        self.fields["question"].help_text = "Optional"
        self.fields["blocking"].label = "The coding waits for it"

    def clean(self) -> dict[str, Any]:
        """What is left empty says which document is asked for."""
        given = super().clean() or self.cleaned_data
        name = dict(Wanted.choices).get(given.get("wanted", ""), "Document")
        given["about"] = given.get("about") or name
        given["question"] = given.get("question") or f"Please send this document of the stay to clinical coding: {name.lower()}."
        return given


def form_for(kind: str) -> type[QueryForm]:
    """The form of a kind of query."""
    return RequestForm if kind == Kind.DOCUMENT else QueryForm


def values_of(query: Query) -> dict[str, Any]:
    """What a form shows of a draft."""
    return {
        "about": query.about, "question": query.question, "options": "\n".join(o["text"] for o in query.options),
        "quote": query.evidence[0]["text"] if query.evidence else "", "blocking": query.blocking,
        "reference": query.reference, "addressee": query.addressee, "addressee_kind": query.addressee_kind,
        "email": query.email, "wanted": query.wanted,
    }  # fmt: skip


class AnswerForm(forms.Form):
    """An answer, and who gives it."""

    words = forms.CharField(
        required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": "4"})
    )
    cannot_say = forms.BooleanField(required=False)
    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    grade = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization-title"}))

    def __init__(self, query: Query, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        dress(self)
        self.query = query
        self.fields["name"].label, self.fields["grade"].label = "Your name", "Your grade or role"
        choices = [(str(n), option["text"]) for n, option in enumerate(query.options)]
        self.fields["ticked"] = forms.MultipleChoiceField(
            required=False, choices=choices, error_messages={"invalid_choice": "That answer is not offered."}
        )

    def clean(self) -> dict[str, Any]:
        """Something must be answered, and "cannot say" stands alone."""
        given = super().clean() or self.cleaned_data
        something = given.get("ticked") or given.get("words", "").strip()
        if not something and not given.get("cannot_say"):
            raise forms.ValidationError("Tick an answer, write one, or say that you cannot say.")
        if given.get("ticked") and given.get("cannot_say"):
            raise forms.ValidationError("Either tick an answer or say that you cannot say.")
        return given
