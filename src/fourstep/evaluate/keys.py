"""Error keys: ours, the national key each stands for, and who caused the error unless the auditor says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fourstep.errors import KnowledgeError, UsageError
from fourstep.evaluate.facts import facts
from fourstep.knowledge import FOLDER

TABLE = FOLDER / "audit" / "error_keys.txt"
CAUSES = ("coder", "non-coder")


@dataclass(frozen=True, slots=True)
class Key:
    """One error key."""

    name: str  # ours: PD_4TH
    national: str  # PD4
    cause: str  # coder or non-coder
    meaning: str


class Keys:
    """The keys by our names. Raises KnowledgeError where the table breaks its rules."""

    def __init__(self, path: Path = TABLE) -> None:
        self.path = path
        self._keys: dict[str, Key] = {}
        for place, (name, national, cause, meaning) in facts(path, 4):
            if cause not in CAUSES:
                raise KnowledgeError(f"{cause} is neither of {', '.join(CAUSES)}", place)
            if name in self._keys:
                raise KnowledgeError(f"{name} stands twice", place)
            self._keys[name] = Key(name, national, cause, meaning)

    def put(self, key: Key) -> None:
        """A site's own line in place of the shipped one of that name, or beside them."""
        self._keys[key.name] = key

    def __getitem__(self, name: str) -> Key:
        """The key of that name; UsageError where the table does not have it."""
        if name not in self._keys:
            raise UsageError(f"the table of error keys has no {name}", str(self.path))
        return self._keys[name]

    def all(self) -> list[Key]:
        """All keys in the order of the table."""
        return list(self._keys.values())
