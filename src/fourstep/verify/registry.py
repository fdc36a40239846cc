"""The registry of standards: every rule that changes codes is one function with an identifier that stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Rule = TypeVar("Rule", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Standard:
    """One registered rule. `reference` is the national one where the working brief states it, else empty."""

    id: str
    chapter: str
    sentence: str
    rule: Callable[..., Any]
    reference: str = ""
    source: str = "national clinical coding standards, working brief 2026"
    verified: bool = True
    examples: tuple[tuple[str, str], ...] = ()  # record text -> codes, run as tests
    on: str = ""  # the day on which the episodes of the examples end, where the date decides
    patient: str = ""  # whose records the examples are: "" a patient of 50, "mother", "newborn", "elderly", "day case"


STANDARDS: dict[str, Standard] = {}


def standard(
    identifier: str,
    chapter: str,
    sentence: str,
    *,
    reference: str = "",
    verified: bool = True,
    examples: tuple[tuple[str, str], ...] = (),
    patient: str = "",
    on: str = "",
) -> Callable[[Rule], Rule]:
    """Register a rule under an identifier; registering one twice is an error of ours."""

    def register(rule: Rule) -> Rule:
        if identifier in STANDARDS:
            raise ValueError(f"standard {identifier} is registered twice")
        STANDARDS[identifier] = Standard(
            identifier, chapter, sentence, rule, reference, verified=verified, examples=examples, patient=patient, on=on
        )
        return rule

    return register
