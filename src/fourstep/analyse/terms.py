"""Loader of the terms files (format: docs/knowledge-format.md): what words mean, for text and index alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from fourstep.analyse.words import STOP, Lexicon, Sense, fold, tokenise
from fourstep.errors import KnowledgeError

Left = tuple[str, ...]


def _content(text: str) -> tuple[str, ...]:
    return tuple(w for t in tokenise(text).text if (w := fold(t))[0].isalnum() or w in "#%")


def strip_comment(line: str) -> str:
    """The fact on a line of a knowledge file, without comment and line end."""
    if line.lstrip().startswith(";"):
        return ""
    return line.split(" ;; ")[0].rstrip()


def parse_term(line: str, place: str) -> tuple[Left, Sense]:
    """One line `surface = words [when a, b] [in role] [specialty word] [alone role]`; raises KnowledgeError naming `place`."""
    left_text, equals, right_text = line.partition("=")
    if not equals or not left_text.strip() or not right_text.strip():
        raise KnowledgeError("expected 'term = words'", place)
    conditions: dict[str, list[str]] = {"when": [], "in": [], "specialty": [], "alone": []}
    right, *rest = re.split(r"\s{2,}", right_text.strip())
    for part in (p.strip() for p in rest if p.strip()):
        keyword, _, values = part.partition(" ")
        if keyword not in conditions or not values.strip():
            raise KnowledgeError(f"unknown condition '{part}' (when, in, specialty, alone)", place)
        conditions[keyword] += [v.strip() for v in values.split(",") if v.strip()]
    left = _content(left_text)
    if not left:
        raise KnowledgeError("no word left of '='", place)
    words = tuple(w for w in _content(right) if w not in STOP)
    if not words:
        raise KnowledgeError("no meaning right of '='", place)
    return left, Sense(
        words,
        frozenset(w for c in conditions["when"] for w in _content(c)),
        frozenset(conditions["in"]),
        tuple(s.lower() for s in conditions["specialty"]),
        frozenset(conditions["alone"]),
    )


def read_terms(files: Iterable[Path]) -> tuple[dict[Left, list[Sense]], list[KnowledgeError]]:
    """All terms of the files, with single-word synonyms applied to what other terms mean, and what is wrong with them."""
    senses: dict[Left, list[Sense]] = {}
    homes: dict[Left, str] = {}
    problems: list[KnowledgeError] = []
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            fact = strip_comment(line)
            if not fact.strip():
                continue
            place = f"{path.name}:{number}"
            try:
                left, sense = parse_term(fact, place)
            except KnowledgeError as error:
                problems.append(error)
                continue
            known = senses.setdefault(left, [])
            if sense.unconditional:
                clash = next((s for s in known if s.unconditional), None)
                if clash is not None:
                    if clash.words != sense.words:
                        means = f"'{' '.join(left)}' already means '{' '.join(clash.words)}'"
                        problems.append(KnowledgeError(f"{means} ({homes[left]})", place))
                    continue
                homes[left] = place
            known.append(sense)
    synonyms = {
        left[0]: meanings[0].words
        for left, meanings in senses.items()
        if len(left) == 1 and len(meanings) == 1 and meanings[0].unconditional and len(meanings[0].words) == 1
    }

    def settle(words: tuple[str, ...]) -> tuple[str, ...]:
        out: list[str] = []
        for word in words:
            for _ in range(3):  # a chain of synonyms is at most a few steps long
                word = synonyms.get(word, (word,))[0]
            out.append(word)
        return tuple(out)

    settled = {left: [replace(s, words=settle(s.words)) for s in meanings] for left, meanings in senses.items()}
    return settled, problems


def load_terms(folder: Path) -> Lexicon:
    """The lexicon of all terms files of a folder; `fourstep index check` names lines that break the rules."""
    return Lexicon(read_terms(sorted(folder.glob("*.terms")))[0])


def plain_words(path: Path) -> frozenset[str]:
    """Ordinary words that must never be taken for misspelt clinical ones, folded."""
    lines = (strip_comment(line) for line in path.read_text(encoding="utf-8").splitlines())
    return frozenset(fold(word) for line in lines for word in line.lower().split())


def lay_words(path: Path) -> dict[str, list[str]]:
    """Words of everyday speech with what each may mean, for look-up alone; raises KnowledgeError naming file and line."""
    out: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fact = strip_comment(line)
        if not fact.strip():
            continue
        said, equals, meanings = fact.partition("=")
        senses = [m.strip() for m in meanings.split("|") if m.strip()]
        if not equals or not said.strip() or not senses:
            raise KnowledgeError("expected 'lay words = meaning | meaning'", f"{path.name}:{number}")
        for way in said.split(","):
            out.setdefault(way.strip().lower(), []).extend(senses)
    return out
