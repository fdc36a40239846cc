"""What a site's coders have taught: weights beside the shipped ones, fitted by `fourstep learn`, one feature a line as those.

They change how sure the engine is of a code that it gives, and may set aside a code that coders here reject. They never add
one: every code rests on the record's words as before.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from fourstep.books.store import books_directory
from fourstep.errors import KnowledgeError

_OWN = {"constant", "the engine's own", "auto from", "set aside below"}


@dataclass(frozen=True, slots=True)
class Local:
    """Local weights: the confidence is the logistic sum of `constant`, `engine` times the engine's log-odds, and the features."""

    constant: float
    engine: float
    features: dict[str, float]
    auto: float  # the confidence from which a code is auto
    aside: float  # the confidence below which a code is set aside

    def confidence(self, own: float, features: set[str]) -> float:
        """Probability (0 to 1) that a coder of this site would record the code, from the engine's own (0 to 1)."""
        own = min(max(own, 1e-6), 1 - 1e-6)
        total = self.constant + self.engine * math.log(own / (1 - own))
        total += sum(self.features.get(f, 0.0) for f in sorted(features))
        return 1 / (1 + math.exp(-total))


def features_of(code: str, specialty: str) -> set[str]:
    """What the local weights look at beside the engine's own features: the code, its rubric and chapter letter, the specialty."""
    out = {f"code {code}", f"rubric {code[:3]}", f"letter {code[:1]}"}
    if specialty:
        out.add(f"specialty {specialty.lower()}")
    return out


def local_file() -> Path:
    """Where the weights are kept: they outlast upgrades. Renamed to `learned.off`, they are switched off."""
    return books_directory().parent / "site" / "learned.txt"


def load_local(path: Path | None = None) -> Local | None:
    """The site's weights; None where it has none. Raises KnowledgeError naming file and line."""
    path = path or local_file()
    if not path.is_file():
        return None
    values: dict[str, float] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fact = line.partition(";;")[0].strip()
        if not fact:
            continue
        name, _, value = fact.rpartition("  ")
        try:
            values[name.strip()] = float(value)
        except ValueError:
            raise KnowledgeError("expected 'feature  weight', two spaces between them", f"{path}:{number}") from None
    if missing := sorted(_OWN - values.keys()):
        raise KnowledgeError(f"has no line {missing[0]!r}", str(path))
    named = {name: values.pop(name) for name in _OWN}
    return Local(named["constant"], named["the engine's own"], values, named["auto from"], named["set aside below"])
