"""Fourth and fifth characters that the words of the record decide: body site, open or closed, level, place of occurrence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fourstep.analyse.terms import strip_comment
from fourstep.analyse.words import Lexicon
from fourstep.books import Icd10
from fourstep.books.tables import Ranges
from fourstep.errors import KnowledgeError

_FILE = "characters.txt"
#: Arthritis that is one disease in whatever joints it is in, and the fifth character of several.
_MANY_JOINTS = Ranges("M05-M08 M10-M13")
_SEVERAL_SITES = "0"


@dataclass(slots=True)
class Scheme:
    """Words -> character for one scheme; the phrase with most words decides, the default where none stands."""

    phrases: list[tuple[frozenset[str], str]]
    default: str

    def choose(self, *rings: Iterable[str], several: str = "") -> str:
        """The character for the innermost ring of words that says anything; `several` where it names more than one site."""
        for ring in rings:
            words = frozenset(ring)
            if several and len({character for phrase, character in self.phrases if phrase <= words}) > 1:
                return several
            # of phrases with as many words the first listed decides
            best = max((item for item in self.phrases if item[0] <= words), key=lambda item: len(item[0]), default=None)
            if best is not None:
                return best[1]
        return self.default


def load_schemes(folder: Path, lexicon: Lexicon) -> dict[str, Scheme]:
    """The schemes of knowledge/sites/characters.txt. Raises KnowledgeError naming file and line."""
    schemes: dict[str, Scheme] = {}
    current: Scheme | None = None
    path = folder / _FILE
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fact = strip_comment(line).strip()
        if not fact:
            continue
        place = f"{path.name}:{number}"
        if fact.startswith("scheme "):
            current = schemes.setdefault(fact.removeprefix("scheme ").strip(), Scheme([], ""))
            continue
        phrases, _, character = fact.rpartition("  ")
        if current is None or len(character) != 1:
            raise KnowledgeError("expected 'words  character' under a scheme", place)
        if phrases.strip() == "default":
            current.default = character
            continue
        for phrase in phrases.split(" | "):
            current.phrases.append((frozenset(lexicon.phrase(phrase)), character))
    return schemes


def load_places(folder: Path, lexicon: Lexicon) -> Scheme:
    """Words -> place of occurrence character, from knowledge/sites/place.idx; 9 where nothing is said."""
    scheme = Scheme([], "9")
    path = folder / "place.idx"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path.exists() else (), 1):
        fact = strip_comment(line).strip()
        if not fact:
            continue
        phrases, _, character = fact.rpartition("  ")
        if len(character.strip()) != 1 or not character.strip().isdigit():
            raise KnowledgeError("expected 'words  character'", f"{path.name}:{number}")
        for phrase in phrases.split(" | "):
            words = frozenset(lexicon.phrase(phrase.replace('"', " ")))
            if words:
                scheme.phrases.append((words, character.strip()))
    return scheme


def complete(code: str, book: Icd10, schemes: dict[str, Scheme], *rings: Iterable[str]) -> str:
    """The code with its UK fifth character, chosen by the nearest ring of words that decides it; as it is where none is due."""
    name = due(code, book)
    if name not in schemes:
        return code
    return code + schemes[name].choose(*rings, several=_SEVERAL_SITES if code in _MANY_JOINTS else "")


def due(code: str, book: Icd10) -> str:
    """The name of the scheme whose character a code lacks; empty where it lacks none."""
    return "" if len(code) > 5 or code.endswith(".-") else book.fifth_scheme(code)
