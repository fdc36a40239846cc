"""Where coded episodes go: files in a folder, each complete under its name or not there.

Whoever has another place for them (the queue of the workbench, a database) gives the service a function of the same
form as `Folder.deliver`. It may hear of one visit several times, each time with all that is known by then, and after a
break-down once more of what it has heard: the name of the delivery says what it replaces.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fourstep.episode import CodedEpisode, Episode
from fourstep.files import writing

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Delivery:
    """The episodes of one visit or one file with their codings, what could not be read of it, and its messages."""

    name: str  # safe as the name of a file; the same whenever the same visit or file is delivered
    coded: tuple[tuple[Episode, CodedEpisode], ...] = ()
    not_read: tuple[str, ...] = ()
    messages: bytes = b""
    controls: tuple[str, ...] = field(default=())


Deliver = Callable[[Delivery], None]


def safe_name(words: str, key: bytes) -> str:
    """A name for files: words that a person knows it by, and a few characters of a fingerprint that tell like from like."""
    stem = _UNSAFE.sub("_", words).strip("._")[:60] or "record"
    return f"{stem}-{hashlib.sha256(key).hexdigest()[:10]}"


class Folder:
    """Deliveries as files: `NAME.jsonl` the coded episodes, `NAME.hl7` the messages behind them, `failed/NAME.txt` why not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def deliver(self, delivery: Delivery) -> None:
        """Write a delivery; an earlier one of the same name is replaced."""
        if delivery.messages:
            _write(self.path / f"{delivery.name}.hl7", delivery.messages.decode("utf-8", "surrogateescape"))
        if delivery.coded:
            lines = [self._line(episode, coded, delivery) for episode, coded in delivery.coded]
            _write(self.path / f"{delivery.name}.jsonl", "".join(lines))
        reasons = self.path / "failed" / f"{delivery.name}.txt"
        if delivery.not_read:
            reasons.parent.mkdir(exist_ok=True)
            _write(reasons, "".join(f"{reason}\n" for reason in delivery.not_read))
        else:
            reasons.unlink(missing_ok=True)

    def _line(self, episode: Episode, coded: CodedEpisode, delivery: Delivery) -> str:
        more: dict[str, object] = {"warnings": list(episode.warnings)} if episode.warnings else {}
        if delivery.controls:
            more |= {"source": f"{delivery.name}.hl7", "messages": list(delivery.controls)}
        if delivery.not_read:
            more["not_read"] = list(delivery.not_read)
        return json.dumps(coded.as_dict() | more, ensure_ascii=False) + "\n"


def _write(path: Path, text: str) -> None:
    """Write a file whole, on the disk before it has its name."""
    with writing(path) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
