"""The documents of one message: reports of text rows, encapsulated files, coded diagnoses and procedures."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from fourstep.episode import CodedEntry, Document, Heading
from fourstep.read.dates import parse_date
from fourstep.read.hl7v2.attachment import attached, embedded, starts_as_file
from fourstep.read.hl7v2.message import Message, component, field_text, name_of, repetitions, value
from fourstep.read.hl7v2.rows import comment_lines, is_text, listed_lines, row_lines, row_title, withdrawn
from fourstep.read.hl7v2.wording import plain
from fourstep.read.part import Part

if TYPE_CHECKING:
    from hl7 import Segment

# HL7 table 0270 (document type), in the words that documents of a folder use.
_TYPES = {
    "DS": "discharge_summary", "OP": "operation_note", "PN": "procedure_note", "HP": "clerking", "ED": "ed_note",
    "CN": "consultant_note", "DI": "radiology_report", "SP": "histology", "PR": "progress_note", "TS": "transfer_summary",
    "CD": "cardiology_report", "PC": "psychiatric_consultation_note", "PH": "psychiatric_history_note", "AR": "autopsy_report",
}  # fmt: skip
# HL7 table 0074 (diagnostic service section).
_SECTIONS = {
    "RAD": "radiology_report", "CT": "radiology_report", "NMR": "radiology_report", "MR": "radiology_report",
    "RUS": "radiology_report", "OUS": "radiology_report", "VUS": "radiology_report", "NMS": "radiology_report",
    "RX": "radiology_report", "SP": "histology", "PAT": "histology", "CP": "cytology", "MB": "microbiology_result",
}  # fmt: skip
_CANCELLED_EVENTS = frozenset({"T11"})
_GONE = frozenset({"CA", "OB"})


@dataclass(frozen=True, slots=True)
class Filed:
    """A document with the key under which a later message replaces it, or takes it back (`document` is None)."""

    key: str
    document: Document | None
    replaces: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class _Report:
    """A report being put together: its lines and headings, and the files that came with it."""

    key: str
    kind: str
    title: str
    day: dt.date | None
    lines: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    label: str = ""
    files: list[Segment] = field(default_factory=list)
    texts: list[tuple[str, list[str]]] = field(default_factory=list)  # files in rows of text, by the code of OBX-3
    gone: bool = False
    warnings: list[str] = field(default_factory=list)


def documents_of(message: Message, name: str) -> list[Filed]:
    """The documents of a message, in order; `name` is what evidence calls the message.

    Raises ReadError where an encapsulated document cannot be read: a record with a part missing is not coded.
    """
    header = _document_header(message)
    filed: list[Filed] = []
    for report in _reports(message, header):
        filed += _finished(report, message)
    if replaces := value(message.first("TXA"), 13):
        filed = [replace(item, replaces=f"MDM {replaces}") for item in filed]
    found = sum(item.document is not None for item in filed)
    return [_called(item, name, number, found) for number, item in enumerate(filed, start=1)]


def _called(item: Filed, name: str, number: int, found: int) -> Filed:
    if item.document is None:
        return item
    called = f"{name}.{number}" if found > 1 else name
    warnings = tuple(f"{called}: {warning}" for warning in item.warnings)
    return replace(item, document=replace(item.document, name=called), warnings=warnings)


def _document_header(message: Message) -> _Report | None:
    """The report that TXA describes, in a message that carries a document."""
    header = message.first("TXA")
    if header is None:
        return None
    code, words = value(header, 2).upper(), value(header, 2, 2)
    kind = _TYPES.get(code) or _worded(words or code)
    day = _day(value(header, 4)) or _day(value(header, 6))
    number = value(header, 12) or message.control
    report = _Report(f"MDM {number}", kind, words, day)
    status = (value(header, 17).upper(), value(header, 19).upper())
    report.gone = message.kind.partition("^")[2][:3] in _CANCELLED_EVENTS or bool(_GONE & set(status))
    return report


def _reports(message: Message, header: _Report | None) -> Iterator[_Report]:
    """The reports of a message: one for TXA, else one for each OBR; coded entries of an ADT are one of their own."""
    if header is None and (coded := _coded(message)) is not None:
        yield coded
    report = header or _Report(f"{message.kind} {message.control}", "observations", "", None)
    for segment in message.segments:
        name = name_of(segment)
        if name == "OBR" and header is None:
            yield report
            report = _observed(segment, message)
        elif name == "OBX":
            _observation(segment, report, message)
        elif name == "NTE":
            report.lines += comment_lines(segment, message.escape)
    yield report


def _observed(segment: Segment, message: Message) -> _Report:
    title = value(segment, 4, 2) or value(segment, 4)
    number = value(segment, 3) or value(segment, 2) or message.control
    kind = _SECTIONS.get(value(segment, 24).upper()) or _worded(title, result=True)
    report = _Report(f"ORU {number} {value(segment, 4)}", kind, title, _day(value(segment, 7)))
    report.gone = value(segment, 25).upper() == "X"
    return report


def _worded(words: str, result: bool = False) -> str:
    """A type in the words of the sender; results whose name says no kind of report are test results."""
    named = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")
    if result and not re.search(r"histo|patholog|cytolog|discharge|operat|endoscop", named):
        return "test_result"
    return named or "unknown"


def _observation(segment: Segment, report: _Report, message: Message) -> None:
    kind = value(segment, 2).upper()
    if withdrawn(segment):
        report.warnings.append("a row that its sender took back (OBX-11) is left out")
    elif kind == "ED":
        report.files.append(segment)
    elif kind == "RP":
        report.warnings.append("a document that the message only points to (OBX type RP) is not here")
    elif not (is_text(kind) and _in_file(segment, report, message)):
        label = row_title(segment, message.escape)
        if is_text(kind) and label and label not in {report.label, report.title} and field_text(segment, 5):
            report.headings.append(len(report.lines))
            report.lines.append(label)
        report.label = label if is_text(kind) else ""
        report.lines += row_lines(segment, kind, message.escape)


def _in_file(segment: Segment, report: _Report, message: Message) -> bool:
    """Put a row of text to the file that it begins or goes on with; False for a row of words."""
    text = plain(field_text(segment, 5), message.escape)
    code = value(segment, 3)
    if starts_as_file(text):
        report.texts.append((code, [text]))
        return True
    if report.texts and report.texts[-1][0] == code:
        report.texts[-1][1].append(text)
        return True
    return False


def _coded(message: Message) -> _Report | None:
    """Diagnoses, procedures and allergies that the message lists (DG1, PR1, AL1), under a heading each."""
    report = _Report("ADT lists", "coded_lists", "", None)
    for title, found in listed_lines(message):
        report.headings.append(len(report.lines))
        report.lines += [title, *found]
    return report if report.lines else None


def _finished(report: _Report, message: Message) -> Iterator[Filed]:
    if report.gone:
        yield Filed(report.key, None)
        return
    if any(line.strip() for line in report.lines):
        text, headings = _assembled(report)
        entries = coded_entries(message) if report.key == "ADT lists" else ()
        document = Document("", text, report.kind, report.day, headings, entries)
        yield Filed(report.key, document, warnings=tuple(report.warnings))
        report.warnings = []
    for part in _files(report, message):
        document = Document("", part.text, report.kind, report.day, part.headings, part.entries)
        yield Filed(report.key, document, warnings=(*report.warnings, *part.warnings))
        report.warnings = []
    if report.warnings:
        # Nothing of it is a document; that it was there is said all the same.
        yield Filed("", None, warnings=tuple(f"{message.place}: {warning}" for warning in report.warnings))


def _files(report: _Report, message: Message) -> Iterator[Part]:
    """The files that came with a report: encapsulated, or in rows of text."""
    for number, segment in enumerate(report.files, start=1):
        for repetition in repetitions(segment, 5):
            yield attached(repetition, message.escape, f"{message.place} OBX {field_text(segment, 1) or number}")
    for _, texts in report.texts:
        yield embedded("\n".join(texts), f"{message.place} OBX")


def _assembled(report: _Report) -> tuple[str, tuple[Heading, ...]]:
    """One text, the title of the report first, and where in it the headings stand."""
    marked = set(report.headings)
    lines = report.lines
    if report.title:
        lines = [report.title, *lines]
        marked = {0, *(number + 1 for number in marked)}
    headings: list[Heading] = []
    start = 0
    for number, line in enumerate(lines):
        if number in marked:
            headings.append(Heading(start, start + len(line), line))
        start += len(line) + 1
    return "".join(f"{line}\n" for line in lines), tuple(headings)


def _day(text: str) -> dt.date | None:
    return parse_date(text[:8]) if text else None


def coded_entries(message: Message) -> tuple[CodedEntry, ...]:
    """The ICD-10, OPCS-4 and SNOMED CT codes of DG1 and PR1, each with its place in the message."""
    found: list[CodedEntry] = []
    for name, role in (("DG1", "problem"), ("PR1", "procedure")):
        for number, segment in enumerate(message.all(name), start=1):
            for repetition in repetitions(segment, 3):
                code, words = component(repetition, 1), component(repetition, 2) or field_text(segment, 4)
                system = _system(component(repetition, 3) or field_text(segment, 2))
                sure = role if name == "PR1" or field_text(segment, 6) == "F" else "possible problem"
                if system and code:
                    found.append(CodedEntry(system, code, words, f"{name}[{number}]-3", sure))
    return tuple(found)


def _system(named: str) -> str:
    """The classification that a name of a coding system (table 0396) means; other countries' ICD-10s are not taken."""
    name = re.sub(r"[^A-Z0-9]", "", named.upper())
    if name in {"I10", "ICD10", "ICD10UK", "ICD105TH"}:
        return "icd10"
    if name in {"OPC4", "OPCS4", "OPCS", "O4"}:
        return "opcs4"
    return "snomed" if name in {"SCT", "SNM", "SNOMED", "SNOMEDCT", "SNOMEDCTUK"} else ""
