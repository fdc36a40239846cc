"""How far the coding of what was stored has come: a small file that is replaced whole."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from fourstep.errors import UsageError
from fourstep.files import writing


@dataclass(slots=True)
class Progress:
    """The last message that is done, and how often something was begun that has not been finished since."""

    path: Path
    last: int = 0
    begun: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Progress:
        """The progress that a file holds; the beginning where there is no file."""
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            return cls(path, int(held["last"]), {str(name): int(tries) for name, tries in held["begun"].items()})
        except FileNotFoundError:
            return cls(path)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UsageError("damaged; remove it, and everything in the inbox is coded once more", str(path)) from None

    def begin(self, what: str) -> int:
        """Note that something is begun; for which time, break-downs included."""
        self.begun[what] = self.begun.get(what, 0) + 1
        self._save()
        return self.begun[what]

    def finish(self, what: str) -> None:
        """Forget that it was begun. The next `begin` or `reach` writes it down: to do it twice does no harm."""
        self.begun.pop(what, None)

    def reach(self, last: int) -> None:
        """Note that every message up to one is done."""
        self.last = last
        self._save()

    def _save(self) -> None:
        with writing(self.path) as file:
            json.dump({"last": self.last, "begun": self.begun}, file)
            file.flush()
            os.fsync(file.fileno())
