"""Messages of one visit put together to an episode: the latest word on the stay, and every document that still holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import reduce

from fourstep.episode import Document, Episode, Sex
from fourstep.errors import ReadError
from fourstep.read.administrative import administrative_from
from fourstep.read.hl7v2.documents import Filed, documents_of
from fourstep.read.hl7v2.message import Message, value
from fourstep.read.hl7v2.stay import Stay, sender_time, visit_number, why_no_admission, why_no_record
from fourstep.read.record import order_warnings

_DISCHARGE_CANCELLED = "A13"
_ADMITS = frozenset({"A01", "A04"})


@dataclass(frozen=True, slots=True)
class Content:
    """What one message says: of its stay, and the documents it carries."""

    control: str
    day: dt.date | None
    stay: Stay
    filed: tuple[Filed, ...]
    place: str
    no_record: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Visit:
    """A visit in the making: the messages so far, in the order of their arrival."""

    contents: list[Content] = field(default_factory=list)
    missing: int = 0

    def add(self, content: Content) -> None:
        """Add a message; a ReadError, and no change, where it is of another patient than those before it."""
        if not all(content.stay.same_patient(before.stay) for before in self.contents):
            what = "names another patient than the earlier messages of its visit; set aside"
            raise ReadError(what, content.place)
        self.contents.append(content)

    def episode(self, place: str) -> Episode:
        """The episode of the visit."""
        documents, warnings = _documents(self.contents)
        stay = reduce(_merged, (content.stay for content in self.contents))
        day = next((content.day for content in self.contents if content.day), None)
        years, days = stay.age(day)
        warnings += order_warnings(stay.admitted, stay.discharged)
        if self.missing:
            warnings.append(f"{self.missing} of the messages of this visit could not be read")
        note = _note(self.contents, stay, documents)
        known = {name: text for name, text in stay.administrative if name != "spell_end" or stay.discharged}
        return Episode(
            id=stay.visit or self.contents[0].control,
            documents=tuple(documents),
            age_years=years,
            age_days=days,
            sex=stay.sex or Sex.UNKNOWN,
            patient_class=stay.patient_class,
            admission_method=stay.admission_method,
            admission_date=stay.admitted,
            discharge_date=stay.discharged,
            specialty=stay.specialty,
            discharge_destination=stay.destination,
            source=place,
            admission=not note,
            note=note,
            administrative=administrative_from(known, warnings),
            warnings=tuple(dict.fromkeys(warnings)),
        )


def visit_key(message: Message) -> str:
    """What the messages of one visit have in common; a message without a visit number stands alone."""
    if number := visit_number(message):
        issuer = value(message.first("PV1"), 19, 4) or message.sender.partition("|")[2]
        return f"{issuer}|{number}"
    return f"{message.sender}|{message.control}|"


def content_from(message: Message, stay: Stay, name: str) -> Content:
    """What a parsed message says; ReadError where it is without a patient or a document of it cannot be read.

    `name` is what evidence calls the file or feed that it came from.
    """
    no_record = why_no_record(message.kind)
    if message.first("PID") is None and not no_record:
        raise ReadError("a malformed message: cut short, or without a patient (PID)", message.place)
    if len(message.all("PID")) > 1 and not no_record:
        # Results of several patients may travel together; nothing then says for certain whose a row is.
        raise ReadError("a message of several patients; set aside, send one for each", message.place)
    filed = [] if no_record else documents_of(message, f"{name}#{message.control}")
    warnings = (*message.warnings, *stay.warnings, *(w for item in filed for w in item.warnings))
    return Content(
        message.control, sender_time(message), stay, tuple(filed), message.place, no_record, warnings,
    )  # fmt: skip


def _documents(contents: Iterable[Content]) -> tuple[list[Document], list[str]]:
    """The documents that hold after all messages: a later version takes the place of the earlier."""
    held: dict[str, list[Document]] = {}
    warnings: list[str] = []
    for content in contents:
        warnings += content.warnings
        for item in content.filed:
            held.pop(item.replaces, None)
            held.pop(item.key, None)
        for item in content.filed:
            if item.document is not None:
                held.setdefault(item.key, []).append(item.document)
    return _told_apart(document for documents in held.values() for document in documents), warnings


def _told_apart(documents: Iterable[Document]) -> list[Document]:
    """Documents under names of their own, also where a sender has used a control id twice."""
    found: dict[str, Document] = {}
    for document in documents:
        name, number = document.name, 1
        while name in found:
            number += 1
            name = f"{document.name} ({number})"
        found[name] = replace(document, name=name)
    return list(found.values())


def _merged(before: Stay, after: Stay) -> Stay:
    """Two messages' stays as one: the later word on everything, save what it does not mention or takes back."""
    return Stay(
        visit=after.visit or before.visit,
        patient=after.patient or before.patient,
        sex=after.sex or before.sex,
        born=after.born or before.born,
        patient_class=after.patient_class or before.patient_class,
        admission_method=after.admission_method or before.admission_method,
        admitted=after.admitted or before.admitted,
        discharged=after.discharged or (None if after.event == _DISCHARGE_CANCELLED else before.discharged),
        specialty=after.specialty or before.specialty,
        destination=after.destination or before.destination,
        cancelled=after.cancelled or ("" if after.event in _ADMITS else before.cancelled),
        administrative=tuple((dict(before.administrative) | dict(after.administrative)).items()),
        event=after.event,
    )


def _note(contents: list[Content], stay: Stay, documents: list[Document]) -> str:
    """Why the visit is no admission to be coded; empty where it is one."""
    if stay.cancelled:
        return f"{stay.cancelled}: no admitted episode"
    told = [content for content in contents if not content.no_record]
    if not told:
        return contents[-1].no_record
    if note := why_no_admission(stay.patient_class, {document.type for document in documents}):
        return note
    return "" if documents else "administrative messages only: no document to code from"
