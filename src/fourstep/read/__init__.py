"""Files and messages to episodes.

`read_episodes` takes a file or a folder and yields what it holds, an Episode or a ReadError each: what cannot
be read is set aside with its reason and the rest goes on. `read_text` gives the text of one file that all
offsets count in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from fourstep.episode import Document, Episode
from fourstep.errors import ReadError
from fourstep.read import formats
from fourstep.read.folder import EPISODE_FILE, episode_folders, loader, loose_files, read_folder_episode
from fourstep.read.hl7v2.stream import is_hl7
from fourstep.read.jsontext import parse_json
from fourstep.read.lines import json_lines
from fourstep.read.record import episode_from, is_episode
from fourstep.read.source import decode, read_bytes

__all__ = ["MAX_TEXT", "read_episodes", "read_text"]

#: Characters of one document: some 600 pages. What is longer is a mistake, and would hold up the batch.
MAX_TEXT = 2_000_000
_LISTED = 10


def read_episodes(path: Path) -> Iterator[Episode | ReadError]:
    """Every episode at a path: an episode folder, a folder of them, a folder of files, or one file."""
    seen: set[str] = set()
    for item in _read(Path(path)):
        if not isinstance(item, Episode):
            yield item
            continue
        long = next((d.name for d in item.documents if len(d.text) > MAX_TEXT), None)
        if long is not None:
            what = f"the text of {long} is longer than the limit of {MAX_TEXT:,} characters a document"
            yield ReadError(what, item.source or str(path))
            continue
        if item.id in seen:
            item = replace(item, warnings=(*item.warnings, "this id stands more than once in the batch"))
        seen.add(item.id)
        yield item


def read_text(path: Path, document: str = "") -> str:
    """The text of one file that offsets refer to; of a message, its whole document.

    A file with several documents has no one text: each of them counts from its own beginning, and `document` names
    the one that is meant, as evidence names it.
    """
    path = Path(path)
    if not document and not _is_message(path):
        return formats.read_part(path).text
    found: list[Document] = []
    for item in _read_file(path):
        if isinstance(item, Episode):
            found += [one for one in item.documents if document in ("", one.name)]
        elif not document:
            raise item
    if len(found) > 1:
        names = ", ".join(one.name for one in found[:_LISTED]) + (", ..." if len(found) > _LISTED else "")
        what = "holds several documents, and each counts from its own beginning"
        raise ReadError(what if document else f"{what}; name one of them: {names}", str(path))
    if not found:
        raise ReadError(f"holds no {'document of that name' if document else 'text'} that can be read", str(path))
    return found[0].text


def _is_message(path: Path) -> bool:
    if path.suffix.lower() in formats.MESSAGE | formats.HL7:
        return True
    with suppress(OSError), path.open("rb") as file:
        return is_hl7(file.read(64))
    return False


def _read(path: Path) -> Iterator[Episode | ReadError]:
    if not path.is_dir():
        yield from _read_file(path)
        return
    folders, closed = episode_folders(path)
    yield from closed
    for folder in folders:
        try:
            yield read_folder_episode(folder)
        except ReadError as error:
            yield error
    if folders:
        return
    empty = True
    for file in loose_files(path):
        empty = False
        yield from _read_file(file)
    if empty and not closed:
        yield ReadError("the folder holds no files", str(path))


def _read_file(path: Path) -> Iterator[Episode | ReadError]:
    suffix = path.suffix.lower()
    if suffix in {".jsonl", ".ndjson"}:
        yield from _read_lines(path)
        return
    try:
        if path.name == EPISODE_FILE:
            yield read_folder_episode(path.parent)
            return
        data = read_bytes(path)
        if suffix == ".json":
            text, _ = decode(data, str(path))
            yield _from_json(parse_json(text, str(path)), path, str(path))
        elif suffix == ".xml":
            from fourstep.read.xmlmessage import read_xml

            yield read_xml(data, path.name, str(path), path.stem)
        elif suffix in formats.HL7 or is_hl7(data):
            from fourstep.read.hl7v2.reader import read_hl7

            yield from read_hl7(data, path.name, str(path))
        elif suffix in formats.SUFFIXES:
            part = formats.part_from(data, suffix, str(path))
            document = Document(path.name, part.text, headings=part.headings, entries=part.entries)
            yield Episode(path.stem, (document,), source=str(path), warnings=part.warnings)
        else:
            known = ", ".join(sorted(formats.SUFFIXES))
            raise ReadError(f"not a kind of file that is read ({known})", str(path))
    except ReadError as error:
        yield error


def _read_lines(path: Path) -> Iterator[Episode | ReadError]:
    try:
        if not path.exists() or not path.stat().st_size:
            read_bytes(path)  # says what is wrong
    except ReadError as error:
        yield error
        return
    found = False
    for number, line in json_lines(path):
        found = True
        if isinstance(line, ReadError):
            yield line
            continue
        place = f"{path}:{number}"
        try:
            text, warnings = decode(line, place)
            item = _from_json(parse_json(text, place), path, place, f"{path.stem}-{number}")
            yield replace(item, warnings=(*item.warnings, *warnings)) if warnings else item
        except ReadError as error:
            yield error
    if not found:
        yield ReadError("holds no episodes", str(path))


def _from_json(value: object, path: Path, place: str, default_id: str = "") -> Episode:
    if isinstance(value, dict) and "resourceType" in value:
        from fourstep.read.fhir import read_resource

        return read_resource(value, path.name, place, default_id or path.stem)
    if isinstance(value, dict) and is_episode(value):
        return episode_from(value, place, loader(path.parent, place))
    raise ReadError("neither an episode ('id' and 'documents') nor a FHIR resource", place)
