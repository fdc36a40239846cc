"""What imports add to validation: exclusions of the Tabular List, and coded entries of a message against the SNOMED CT map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fourstep.books import books_on
from fourstep.episode import CodedEntry, Episode, Message
from fourstep.terminology import layer
from fourstep.terminology.layer import Exclusion
from fourstep.terminology.maps import normalised

EXCLUDED, MAPPED = "import.exclusion", "import.snomed"

Exclusions = dict[str, list[Exclusion]]

_BOOKS = {"problem": "icd10", "procedure": "opcs4"}


def load_exclusions() -> Exclusions:
    """The exclusions of the ClaML in force, by the code or category that they stand at."""
    path = layer.in_force(layer.INCLUSIONS)
    found: Exclusions = {}
    for one in layer.exclusions(path) if path else ():
        found.setdefault(one.code, []).append(one)
    return found


def exclusion_notes(exclusions: Exclusions, codes: Iterable[str]) -> Iterator[Message]:
    """A note for each pair of recorded codes of which one is excluded from the other: right together only for two conditions."""
    recorded = list(dict.fromkeys(codes))
    for code in recorded:
        for at in dict.fromkeys((code[:3], code[:5].removesuffix(".X"))):
            for one in exclusions.get(at, ()):
                for other in recorded:
                    if other != code and _within(other, one.target) and not _within(code, one.target):
                        text = f"the Tabular List excludes {one.words or one.target} from {at} (see {one.target}); both are there"
                        yield Message("note", EXCLUDED, text, (code, other))


def _within(code: str, target: str) -> bool:
    first, _, last = target.partition("-")
    plain = code.removesuffix(".X")
    return first <= plain[: len(first)] and plain[: len(last or first)] <= (last or first)


def snomed_notes(episode: Episode, recorded: Iterable[str]) -> Iterator[Message]:
    """A note for each SNOMED CT entry of a message whose map leads to none of the recorded codes, with the map's advice."""
    entries = [(d.name, e) for d in episode.documents for e in d.entries if e.system == "snomed" and e.role in _BOOKS]
    path = layer.in_force(layer.SNOMED) if entries else None
    if path is None:
        return
    given = {code[:5] for code in recorded}
    icd10, opcs4, _ = books_on(episode.discharge_date)
    for document, entry in entries:
        book = icd10 if entry.role == "problem" else opcs4
        rows = layer.map_rows(path, entry.code, book.name)
        targets = {code[:5]: row for row in rows if row.target for code in normalised((row.target,), book)}
        if targets and not given & targets.keys():
            yield _note(document, entry, targets)


def _note(document: str, entry: CodedEntry, targets: dict[str, layer.MapRow]) -> Message:
    advice = dict.fromkeys(row.advice for row in targets.values() if row.advice)
    said = f" ({'; '.join(advice)})" if advice else ""
    text = f"SNOMED CT {entry.code} in {document} {entry.path} maps to {' or '.join(targets)}{said}: none of them is recorded"
    return Message("note", MAPPED, text, tuple(targets))
