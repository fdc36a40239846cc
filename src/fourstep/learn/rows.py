"""What was proposed and what became of it: one row for each code that the engine gives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fourstep.assign.local import features_of
from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.errors import ReadError
from fourstep.evaluate.audit import plain


@dataclass(frozen=True, slots=True)
class Row:
    """A proposed code: the engine's own confidence, its features, whether the coder's final coding has it."""

    episode: str
    code: str
    own: float
    features: frozenset[str]
    kept: bool


def rows_of(episode: Episode, final: Iterable[str], coder: Coder) -> Iterator[Row]:
    """The rows of one episode, from the codes (of both books) that its coder handed in. `coder` must be without local weights."""
    kept = {plain(code) for code in final}
    weights = coder.engine.tables.weights
    for items in coder.explain(episode).values():
        for code, features in items:
            own = weights.confidence(features)
            everything = frozenset(features | features_of(code, episode.specialty))
            yield Row(episode.id, code, own, everything, plain(code) in kept)


def final_codes(path: Path) -> dict[str, list[str]]:
    """The final coding of each episode, from a JSONL file: an object a line with `episode_id`, `diagnoses`, `procedures`.

    Raises ReadError naming file and line.
    """
    out: dict[str, list[str]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise ReadError("cannot be read as UTF-8 text", str(path)) from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            said = json.loads(line)
            given = [*said.get("diagnoses", []), *said.get("procedures", [])]
            out[str(said["episode_id"])] = [c["code"] if isinstance(c, dict) else str(c) for c in given]
        except (ValueError, KeyError, TypeError, AttributeError):
            what = "expected an object with 'episode_id', 'diagnoses' and 'procedures'"
            raise ReadError(what, f"{path}:{number}") from None
    return out
