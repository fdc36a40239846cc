"""Validation of the coding as it stands, and what keeps it from being handed in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from fourstep.episode import Code, Message
from fourstep.verify.by_hand import check_coding
from fourstep.workbench.coding.models import Book, CodeLine, Standing
from fourstep.workbench.episodes.engine import coder, episode_of
from fourstep.workbench.episodes.models import Episode
from fourstep.workbench.queries.blocking import open_blocking


@dataclass(frozen=True, slots=True)
class Checked:
    """What a coding is told: messages (errors first), what blocks it besides, and the proof that warnings were seen."""

    messages: list[Message]
    blocks: list[str]
    undecided: int

    @property
    def errors(self) -> list[Message]:
        return [m for m in self.messages if m.level == "error"]

    @property
    def warnings(self) -> list[Message]:
        return [m for m in self.messages if m.level == "warning"]

    @property
    def notes(self) -> list[Message]:
        return [m for m in self.messages if m.level == "note"]

    @property
    def may_be_submitted(self) -> bool:
        return not (self.errors or self.blocks or self.undecided)

    @property
    def seen(self) -> str:
        """Names the warnings that stand: who confirms them confirms these and no others."""
        return hashlib.sha256("\n".join(m.text for m in self.warnings).encode()).hexdigest()[:16]


def checked(episode: Episode, lines: Iterable[CodeLine]) -> Checked:
    """Check the codes that stand."""
    standing = [line for line in lines if line.stands]
    codes = {book: [_code(line) for line in standing if line.book == book] for book in Book}
    messages = check_coding(episode_of(episode), codes[Book.ICD10], codes[Book.OPCS4], coder().engine)
    undecided = sum(line.standing == Standing.PROPOSED for line in standing)
    return Checked(messages, open_blocking(episode), undecided)


def _code(line: CodeLine) -> Code:
    return Code(line.code, line.title, [], date=line.date)
