"""The coding screen's page: what stands where, shaped for the templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from fourstep.workbench.coding import access
from fourstep.workbench.coding.actions.retracing import redoable, undoable
from fourstep.workbench.coding.checking import Checked, checked
from fourstep.workbench.coding.highlighting import Piece, Span, pieces
from fourstep.workbench.coding.history import sentence_of
from fourstep.workbench.coding.library import book_of
from fourstep.workbench.coding.models import Book, CodeLine, Standing
from fourstep.workbench.episodes.models import Document, Episode
from fourstep.workbench.people.models import Person
from fourstep.workbench.policies.models import Policy
from fourstep.workbench.updates.models import Outcome

#: What people give as the reason for removing a code; other words may be written.
REASONS = (
    "Not stated in the record, or not as confirmed",
    "Not relevant to this episode",
    "Part of another code",
    "Another code says it better",
    "By a coding standard",
    "By the site's policy",
)


@dataclass(slots=True)
class CodeView:
    """One code as the screen shows it."""

    line: CodeLine
    first: bool
    last: bool
    mark: str  # † or *
    belongs: bool  # a Y or Z code behind its procedure
    quotes: list[dict[str, Any]]
    policies: list[Policy]
    messages: list[Any] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Whether the engine's call for a person's look is still open."""
        return self.line.needs_review and self.line.standing == Standing.PROPOSED

    @property
    def per_cent(self) -> int | None:
        return None if self.line.confidence is None else round(100 * self.line.confidence)


@dataclass(slots=True)
class LeftOut:
    """A statement that the engine left uncoded, or an idea of it, from which a person can code."""

    key: str
    text: str
    reason: str
    code: str
    title: str
    book: str
    standard: str
    document: int | None
    start: int
    end: int


@dataclass(slots=True)
class Paper:
    """One document of the record in marked pieces."""

    document: Document
    pieces: list[Piece]
    quoted: int


def codes(episode: Episode, person: Person) -> dict[str, Any]:
    """The right-hand pane: codes, messages, and what may be done with them."""
    lines = list(episode.lines.select_related("decided_by").order_by("book", "position", "id"))
    found = checked(episode, lines)
    numbers = dict(episode.documents.values_list("name", "id"))
    policies = list(Policy.objects.all())
    undo, redo = undoable(person, episode), redoable(person, episode)
    return {
        "episode": episode,
        "diagnoses": _views(episode, lines, Book.ICD10, numbers, policies, found),
        "procedures": _views(episode, lines, Book.OPCS4, numbers, policies, found),
        "removed": [line for line in lines if not line.stands],
        "checked": found,
        "sure": sum(line.standing == Standing.PROPOSED and not line.needs_review for line in lines),
        "may_change": access.may_change(person, episode),
        "may_submit": access.may_submit(person, episode),
        "may_check": access.may_check(person, episode),
        "may_reopen": access.may_reopen(person, episode),
        "undo": sentence_of(undo) if undo else "",
        "redo": sentence_of(redo) if redo else "",
        "reasons": REASONS,
        "saved_at": timezone.now(),
        "last_return": episode.passages.filter(step="returned").select_related("person").last(),
    }


def _views(
    episode: Episode, lines: Iterable[CodeLine], name: Book, numbers: dict[str, int], policies: list[Policy], found: Checked
) -> list[CodeView]:
    standing = [line for line in lines if line.book == name and line.stands]
    book = book_of(episode, name)
    out = []
    for i, line in enumerate(standing):
        rubric = book.find(line.code)
        out.append(
            CodeView(
                line,
                first=i == 0,
                last=i == len(standing) - 1,
                mark={"dagger": "†", "asterisk": "*"}.get(rubric.kind if rubric else "", ""),
                belongs=name == Book.OPCS4 and i > 0 and line.code[:1] in "YZ",
                quotes=[quote | {"number": numbers.get(quote["document"])} for quote in line.evidence],
                policies=[p for p in policies if p.concerns(line.code, line.standards)],
                messages=[m for m in found.messages if line.code in m.codes],
            )
        )
    return out


def record(episode: Episode) -> list[Paper]:
    """The left-hand pane: the documents with what is quoted marked."""
    spans: dict[str, list[Span]] = {}
    for line in episode.lines.all():
        if line.stands:
            asks = line.needs_review and line.standing == Standing.PROPOSED
            for quote in line.evidence:
                kind = "review" if asks else "code"
                spans.setdefault(quote["document"], []).append(Span(quote["start"], quote["end"], f"c{line.id}", kind))
    result = _result(episode)
    for key, things in (("n", result.get("not_coded", [])), ("s", result.get("suggestions", []))):
        for i, thing in enumerate(things):
            for quote in thing.get("evidence", [thing]):
                spans.setdefault(quote["document"], []).append(Span(quote["start"], quote["end"], f"{key}{i}", "left"))
    out = []
    for document in episode.documents.all():
        own = spans.get(document.name, [])
        keys = {s.key for s in own if s.kind != "left"}
        out.append(Paper(document, pieces(document.text, own), len(keys)))
    return out


def left_out(episode: Episode) -> dict[str, Any]:
    """What the newest proposal left uncoded, and suggests."""
    result = _result(episode)
    numbers = dict(episode.documents.values_list("name", "id"))
    suggestions = []
    for i, code in enumerate(result.get("suggestions", [])):
        quote = code["evidence"][0] if code["evidence"] else {"document": "", "start": 0, "end": 0, "text": ""}
        suggestions.append(_left(episode, numbers, f"s{i}", quote, code["code"], code.get("reason", "")))
    return {
        "not_coded": [
            _left(episode, numbers, f"n{i}", item, item["code"], item["reason"], item["standard"])
            for i, item in enumerate(result.get("not_coded", []))
        ],
        "suggestions": suggestions,
    }


def _left(
    episode: Episode, numbers: dict[str, int], key: str, quote: dict[str, Any], code: str, reason: str, standard: str = ""
) -> LeftOut:
    book = _book_of(episode, code, standard)
    rubric = book_of(episode, book).find(code) if book else None
    return LeftOut(
        key, " ".join(quote["text"].split()), reason, code if rubric else "", rubric.title if rubric else "",
        book, standard, numbers.get(quote["document"]), quote["start"], quote["end"],
    )  # fmt: skip


def _book_of(episode: Episode, code: str, standard: str) -> str:
    """The book that a code which was not given is of. The two books share code shapes (H20.1 is in both): where nothing
    tells them apart no code is offered, as a guessed one is worse than none.
    """
    if standard.startswith("FS.OPCS"):
        found = [Book.OPCS4]
    else:
        found = [book for book in Book if (rubric := book_of(episode, book).find(code)) is not None and rubric.complete]
    return found[0] if len(found) == 1 else ""


def _result(episode: Episode) -> dict[str, Any]:
    newest = episode.proposals.first()
    return newest.result if newest else {}


def whole(episode: Episode, person: Person) -> dict[str, Any]:
    """Everything the screen shows."""
    return {
        **codes(episode, person),
        **left_out(episode),
        "papers": record(episode),
        "notes": episode.notes.select_related("person"),
        "passages": episode.passages.select_related("person", "to"),
        "update": episode.trial_outcomes.filter(stand=Outcome.Stand.DIFFERENT).defer("result").last(),
    }
