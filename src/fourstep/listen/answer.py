"""Answers to messages: the general acknowledgement ACK with MSA (HL7 v2 chapter 2)."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from fourstep.read.hl7v2.stream import narrow

#: Stored; could not be taken, sending again may help; not a message that is taken, sending again does not help.
ACCEPTED, ERROR, REJECTED = "AA", "AE", "AR"
_LONGEST = 199


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of MSH that an answer repeats, as they stand in the message."""

    separator: str = "|"
    encoding: str = "^~\\&"
    application: str = ""
    facility: str = ""
    to_application: str = "FOURSTEP"
    to_facility: str = ""
    event: str = ""
    control: str = ""
    processing: str = "P"
    version: str = "2.4"

    @property
    def sender(self) -> str:
        """Who sent it, in a form that is safe to print."""
        words = f"{self.application}|{self.facility}"[:60]
        return "".join(char if char.isprintable() and char.isascii() else "?" for char in words)


def header_of(data: bytes) -> Header:
    """The header of a message, as far as it can be made out; of anything else an empty one."""
    line = narrow(data)[:4096].lstrip(b"\xef\xbb\xbf\r\n\t ").splitlines()[:1]
    text = line[0].decode("latin-1") if line else ""
    if not text.startswith("MSH") or len(text) < 9 or text[3].isalnum():
        return Header()
    fields = text.split(text[3])
    got = dict(enumerate(fields))
    kind = got.get(8, "").split((fields[1] or "^")[0])
    return Header(
        separator=text[3],
        encoding=fields[1],
        application=got.get(2, ""),
        facility=got.get(3, ""),
        to_application=got.get(4, "") or "FOURSTEP",
        to_facility=got.get(5, ""),
        event=kind[1] if len(kind) > 1 else "",
        control=got.get(9, ""),
        processing=got.get(10, "") or "P",
        version=got.get(11, "") or "2.4",
    )


def answer(header: Header, code: str, reason: str = "") -> bytes:
    """The acknowledgement of one message: AA, or AE and AR with their reason, which quotes nothing of the message."""
    s, component = header.separator, (header.encoding or "^")[0]
    kind = f"ACK{component}{header.event}" if header.event else "ACK"
    now = dt.datetime.now().strftime("%Y%m%d%H%M%S")
    own = uuid.uuid4().hex[:20]
    head = s.join(
        (f"MSH{s}{header.encoding}", header.to_application, header.to_facility, header.application, header.facility,
         now, "", kind, own, header.processing, header.version)
    )  # fmt: skip
    said = "".join(" " if char in header.separator + header.encoding + "\r\n" else char for char in reason)[:_LONGEST]
    return f"{head}\rMSA{s}{code}{s}{header.control}{s}{said}\r".encode("latin-1", "replace")
