"""The glossary: words of the field, short forms that the engine reads, and parts of the body with their site codes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fourstep.analyse.terms import strip_comment
from fourstep.knowledge import FOLDER, TERMS

KINDS = {"coding": "words of coding", "term": "short forms and other words", "anatomy": "parts of the body"}
_ROW = re.compile(r"^\| (?!word |---)(.+?) \| (.+?) \|$")
_SITE = re.compile(r"^( *)(\S.*?)\s{2,}(Z\d\d\.\d)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `kind`: "coding", "term" (a short form or another word for something) or "anatomy"."""

    kind: str
    word: str
    meaning: str


@cache
def entries() -> tuple[Entry, ...]:
    """All entries, by word."""
    found = [*_words(), *_terms(), *_sites()]
    return tuple(sorted(dict.fromkeys(found), key=lambda e: (e.word.lower(), e.kind)))


def search(words: str, kind: str, *, limit: int = 200) -> tuple[list[Entry], int]:
    """The entries that have the words, those that begin with them first; and how many there are in all."""
    asked = " ".join(words.lower().split())
    fitting = [e for e in entries() if (not kind or e.kind == kind) and asked in f"{e.word} {e.meaning}".lower()]
    fitting.sort(key=lambda e: (e.word.lower() != asked, not e.word.lower().startswith(asked)))
    return fitting[:limit], len(fitting)


def _words() -> Iterator[Entry]:
    inside = Path(__file__).parents[2] / "GLOSSARY.md"
    path = inside if inside.is_file() else Path(__file__).parents[4] / "GLOSSARY.md"
    for line in path.read_text(encoding="utf-8").splitlines():
        if (row := _ROW.match(line)) and "*(ours)*" not in row[1]:
            yield Entry("coding", row[1], row[2])


def _terms() -> Iterator[Entry]:
    for path in sorted(TERMS.glob("*.terms")):
        for line in path.read_text(encoding="utf-8").splitlines():
            word, equals, rest = strip_comment(line).partition("=")
            meaning, *conditions = re.split(r"\s{2,}", rest.strip())
            if equals and word.strip() and meaning:
                yield Entry("term", word.strip(), meaning + (f" ({'; '.join(conditions)})" if conditions else ""))


def _sites() -> Iterator[Entry]:
    for path in sorted((FOLDER / "sites").glob("*.idx")):
        above: list[tuple[int, str]] = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if not (found := _SITE.match(strip_comment(line))):
                continue
            depth, name = len(found[1]), found[2].split(" | ")[0].strip()
            above = [(d, n) for d, n in above if d < depth]
            full = ", ".join([*(n for _, n in above), name])
            above.append((depth, name))
            others = [o.strip() for o in found[2].split(" | ")[1:]]
            also = f"; also {', '.join(others)}" if others else ""
            yield Entry("anatomy", full, f"OPCS-4 site {found[3]}{also}")
