"""From an answer to the codes: what a ticked option leads to, offered to the coder, done as one of the coding's own acts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from fourstep.workbench.coding.actions.deciding import decide
from fourstep.workbench.coding.library import book_of
from fourstep.workbench.coding.models import Book, CodeLine, Standing
from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.people.models import Person
from fourstep.workbench.queries.errors import QueryRefused
from fourstep.workbench.queries.models import Query, State
from fourstep.workbench.trust.actions import record


@dataclass(frozen=True, slots=True)
class Offer:
    """A code that a ticked option leads to, and the act that brings it into the coding; "" where it stands there."""

    code: str
    title: str
    book: str
    option: str
    act: str = ""
    line: CodeLine | None = None


def offers(query: Query) -> list[Offer]:
    """What follows from the ticked options: accepted, changed from a code that the question was about, or added."""
    lines = [line for line in query.episode.lines.order_by("book", "position") if line.stands]
    out = []
    for option in query.ticked_options:
        for code in option["codes"]:  # type: ignore[attr-defined]
            out.append(_offer(query, str(option["text"]), str(code), lines))
    return out


def _offer(query: Query, option: str, code: str, lines: list[CodeLine]) -> Offer:
    book = Book.ICD10
    for book in Book:
        if rubric := book_of(query.episode, book).find(code):
            break
    else:
        return Offer(code, "not a code of the edition in force", "", option)
    code, title = rubric.code, rubric.title
    own = next((line for line in lines if line.book == book and line.code == code), None)
    if own is not None:
        return Offer(code, title, book, option, "accept" if own.standing == Standing.PROPOSED else "", own)
    asked = set(query.codes)
    before = next((line for line in lines if line.book == book and line.code in asked and line.code[:3] == code[:3]), None)
    return Offer(code, title, book, option, "change" if before else "add", before)


def adopt(person: Person, query_id: int, version: int, code: str) -> Query:
    """Bring a code into the coding on the strength of the answer, and keep with the query that it did.

    Raises QueryRefused where no ticked option leads to it, and what `coding` raises where the coding cannot be changed.
    """
    with transaction.atomic():
        episode_id = Query.objects.values_list("episode_id", flat=True).get(pk=query_id)
        Episode.objects.select_for_update().get(pk=episode_id)
        query = Query.objects.select_for_update(of=("self",)).select_related("episode", "document").get(pk=query_id)
        found = next((offer for offer in offers(query) if offer.code == code and offer.act), None)
        if query.state not in (State.ANSWERED, State.DONE) or found is None:
            raise QueryRefused("the answer does not lead to this code, or it stands already", str(query))
        was = found.line.code if found.line else ""
        values = {"code": code, "book": found.book, "reason": f"Answer to query {query.pk}", **_words(query, found.option)}
        if found.line:
            values["line"] = str(found.line.pk)
        decide(person, episode_id, version, found.act, values)
        query.changed_codes = [
            *query.changed_codes,
            {"act": found.act, "code": code, "was": was if was != code else "", "by": str(person),
             "at": timezone.now().isoformat(timespec="seconds")},
        ]  # fmt: skip
        query.save(update_fields=["changed_codes"])
        record(person, "query adopted", str(query.episode), query=query.pk, code=code)
        return query


def _words(query: Query, option: str) -> dict[str, str]:
    """Where the ticked option stands in the document of the answer."""
    document = query.document
    at = document.text.find(option, document.text.rfind("\nTicked: ")) if document else -1
    if document is None or at < 0:
        return {}
    return {"document": str(document.pk), "start": str(at), "end": str(at + len(option))}


def resting_on(query: Query) -> list[CodeLine]:
    """The codes that stand on words of the answer, however they came there."""
    if query.document is None:
        return []
    name = query.document.name
    lines = query.episode.lines.order_by("book", "position")
    return [line for line in lines if line.stands and any(quote["document"] == name for quote in line.evidence)]
