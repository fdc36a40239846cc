"""What the research mode (--every-condition) counts beyond what a coder records."""

from __future__ import annotations

from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables


def count_kinds(case: Case, tables: Tables) -> None:
    """Count a particular condition under its kind too, where its words name the kind and nothing else stands for it."""
    for kind in tables.kinds:
        if case.having(kind.code[:3]):
            continue
        named = [
            candidate for condition in case.conditions
            if any(code in kind.particular for code in condition.codes)
            for candidate in condition.candidates
            if any(kind.named(quote.text) for quote in case.record.evidence(candidate))
        ]  # fmt: skip
        if named:
            case.conditions.append(Condition([kind.code], named))
