"""The bank of theory questions: text, a stanza a question. The format stands at the head of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random

from fourstep.errors import KnowledgeError
from fourstep.knowledge import FOLDER

BANK = FOLDER / "training" / "theory.txt"


@dataclass(slots=True)
class Question:
    """One question with its answers; `why` explains the right one."""

    id: str
    topic: str
    place: str
    text: str = ""
    right: str = ""
    wrong: list[str] = field(default_factory=list)
    why: str = ""

    def answers(self, seed: str) -> list[str]:
        """All answers in an order that the seed decides."""
        out = [self.right, *self.wrong]
        Random(f"{seed}:{self.id}").shuffle(out)
        return out


def read_bank(path: Path = BANK) -> dict[str, Question]:
    """The questions by identifier. Raises KnowledgeError naming file and line of what is wrong."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise KnowledgeError("there is no such file", str(path)) from None
    except UnicodeDecodeError:
        raise KnowledgeError("is not UTF-8 text", str(path)) from None
    found: list[Question] = []
    for number, line in enumerate(lines, 1):
        place = f"{path}:{number}"
        mark, _, words = line.partition(" ")
        if not line.strip() or line.startswith(";"):
            continue
        if not words.strip():
            raise KnowledgeError("a line is a mark (# ? + - =), a space, and words", place)
        if mark == "#":
            found.append(_begun(words, place))
        elif not found:
            raise KnowledgeError("a question begins with # and its identifier", place)
        else:
            _put(found[-1], mark, words.strip(), place)
    return _checked(found)


def _begun(words: str, place: str) -> Question:
    identifier, _, topic = words.partition(" ")
    if not topic.strip():
        raise KnowledgeError("a question has an identifier and a topic", place)
    return Question(identifier, topic.strip(), place)


def _put(question: Question, mark: str, words: str, place: str) -> None:
    if mark == "-":
        question.wrong.append(words)
        return
    name = {"?": "text", "+": "right", "=": "why"}.get(mark)
    if name is None:
        raise KnowledgeError(f"{mark} is none of # ? + - =", place)
    if getattr(question, name):
        raise KnowledgeError(f"the question has two lines with {mark}", place)
    setattr(question, name, words)


def _checked(found: list[Question]) -> dict[str, Question]:
    out: dict[str, Question] = {}
    for q in found:
        if q.id in out:
            raise KnowledgeError(f"{q.id} stands twice", q.place)
        if not (q.text and q.right and q.why) or len(q.wrong) < 2:
            raise KnowledgeError(f"{q.id} needs ? + = and two lines or more with -", q.place)
        if len({q.right, *q.wrong}) != len(q.wrong) + 1:
            raise KnowledgeError(f"{q.id} has one answer twice", q.place)
        out[q.id] = q
    return out


@cache
def bank() -> dict[str, Question]:
    """The shipped bank, read once."""
    return read_bank()
