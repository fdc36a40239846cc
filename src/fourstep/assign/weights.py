"""The table of confidence weights (knowledge/standards/confidence.txt): one feature a line, fitted on coded records."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import repeat

from fourstep.errors import KnowledgeError


@dataclass(frozen=True, slots=True)
class Weights:
    """Fitted weights by feature, the constant, and the confidence from which a code is auto."""

    constant: float
    features: dict[str, float]
    auto: float

    def confidence(self, features: set[str]) -> float:
        """Probability (0 to 1) that a coder would record the code."""
        total = self.constant + sum(map(self.features.get, features, repeat(0.0)))
        return 1 / (1 + math.exp(-total))


def read_weights(lines: Iterable[tuple[str, str]]) -> Weights:
    """The weights from (place, fact) of each line. Raises KnowledgeError naming the place."""
    values: dict[str, float] = {}
    for place, fact in lines:
        name, _, value = fact.rpartition(" ")
        try:
            values[name.strip()] = float(value)
        except ValueError:
            raise KnowledgeError("expected 'feature  weight'", place) from None
    return Weights(values.pop("constant", 0.0), values, values.pop("auto from", 0.95))
