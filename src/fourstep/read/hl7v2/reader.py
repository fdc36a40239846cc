"""HL7 v2 messages (ADT, ORU, MDM) to episodes: the messages of one visit are one episode.

`read_hl7` takes a file of one message, of many, or of batches. Demographics come from PID and PV1; documents from
text rows (OBX, NTE), from encapsulated files (PDF, RTF, Word, HTML, CDA) and from lists (DG1, PR1, AL1).
"""

from __future__ import annotations

from collections.abc import Iterator

from fourstep.episode import Episode
from fourstep.errors import ReadError
from fourstep.read.hl7v2.message import parse_message
from fourstep.read.hl7v2.stay import stay_of
from fourstep.read.hl7v2.stream import messages_in
from fourstep.read.hl7v2.visit import Visit, content_from, visit_key
from fourstep.read.part import Part

__all__ = ["message_part", "read_hl7"]


def read_hl7(data: bytes, name: str, place: str) -> Iterator[Episode | ReadError]:
    """Everything in a file of messages: first what could not be read, then an episode for each visit.

    A message that cannot be read costs no other; its visit says that one is missing where it is known which.
    A message that stands in the file twice is read once.
    """
    visits: dict[str, Visit] = {}
    places: dict[str, str] = {}
    seen: set[bytes] = set()
    for line, found in messages_in(data, place):
        if isinstance(found, ReadError):
            yield found
        elif found not in seen:
            seen.add(found)
            where = f"{place}:{line}"
            if error := _put(found, name, where, visits):
                yield error
            for key in visits.keys() - places.keys():
                places[key] = where
    for key, visit in visits.items():
        if visit.contents:
            yield visit.episode(places[key])


def _put(data: bytes, name: str, place: str, visits: dict[str, Visit]) -> ReadError | None:
    """Put one message to its visit; the error where it cannot be read."""
    try:
        message = parse_message(data, place)
    except ReadError as error:
        return error
    stay = stay_of(message)
    visit = visits.setdefault(visit_key(message), Visit())
    try:
        visit.add(content_from(message, stay, name))
    except ReadError as error:
        visit.missing += 1
        return error
    return None


def message_part(data: bytes, place: str) -> Part:
    """A message that a record names as one of its documents: its text, headings and codes.

    Raises ReadError unless the file holds exactly one document.
    """
    items = list(read_hl7(data, "", place))
    if error := next((item for item in items if isinstance(item, ReadError)), None):
        raise error
    documents = [document for item in items if isinstance(item, Episode) for document in item.documents]
    if len(documents) != 1:
        raise ReadError(f"HL7 v2 messages with {len(documents)} documents; a record names a file a document", place)
    return Part(documents[0].text, documents[0].headings, documents[0].entries)
