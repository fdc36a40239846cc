"""What differs between two results of the engine for one episode."""

from __future__ import annotations

from typing import Any

_BOOKS = ("diagnoses", "procedures")


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Codes `gone` and `come` (with titles), whether the `first` of a book changed, `questions` raised and settled; {} if none.

    Holds codes and titles only, no words of the record: whoever applies an update need not read records.
    """
    out: dict[str, Any] = {}
    for book in _BOOKS:
        old, new = [c["code"] for c in before.get(book, [])], [c["code"] for c in after.get(book, [])]
        gone, come = _less(old, new), _less(new, old)
        told: dict[str, Any] = {}
        if gone:
            told["gone"] = _titled(before[book], gone)
        if come:
            told["come"] = _titled(after[book], come)
        if old[:1] != new[:1]:
            told["first"] = [*(old[:1] or ["none"]), *(new[:1] or ["none"])]
        elif not told and old != new:
            told["order"] = new
        if told:
            out[book] = told
    raised, settled = _blocking(after) - _blocking(before), _blocking(before) - _blocking(after)
    if raised or settled:
        out["queries"] = {"raised": len(raised), "settled": len(settled)}
    return out


def _less(codes: list[str], others: list[str]) -> list[str]:
    """The codes without the others, one for one."""
    left = list(others)
    out = []
    for code in codes:
        if code in left:
            left.remove(code)
        else:
            out.append(code)
    return out


def _titled(codes: list[dict[str, Any]], wanted: list[str]) -> list[list[str]]:
    titles = {c["code"]: c["title"] for c in codes}
    return [[code, titles[code]] for code in wanted]


def _blocking(result: dict[str, Any]) -> set[str]:
    return {query["about"] for query in result.get("queries", []) if query["blocking"]}
