"""What quotes the record: evidence, and what was not coded. Hundreds are made an episode, so they are compiled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the record behind a code: text == document.text[start:end]; for a coded entry, `path` and no offsets."""

    document: str
    start: int
    end: int
    text: str
    path: str = ""

    def as_dict(self) -> dict[str, Any]:
        out: dict[str, Any] = {"document": self.document, "start": self.start, "end": self.end, "text": self.text}
        if self.path:
            out["path"] = self.path
        return out


@dataclass(frozen=True, slots=True)
class NotCoded:
    """A clinical statement that yields no code, and why."""

    text: str
    reason: str  # "negated", "uncertain", "family history", "historical", "integral", "result", ...
    document: str
    start: int
    end: int
    code: str = ""  # what it would have been
    standard: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "text": self.text, "reason": self.reason, "document": self.document,
            "start": self.start, "end": self.end, "code": self.code, "standard": self.standard,
        }
