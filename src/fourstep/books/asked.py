"""Ranges of codes as plain Python: `in` is a look into a dictionary and no call of ours, which compiled code does not mind."""

from __future__ import annotations

from types import FunctionType
from typing import Any


def as_plain_python(made: type) -> type:
    """The class of the ranges as a dictionary of its answers; as it is where it runs compiled."""
    if not isinstance(vars(made)["__contains__"], FunctionType):
        return made
    within = made._within  # type: ignore[attr-defined]

    def missing(self: dict[object, bool], code: object) -> bool:
        known: bool = within(self, code)
        self[code] = known
        return known

    methods: dict[str, Any] = {
        "__init__": made.__init__,  # type: ignore[misc]
        "add": made.add,  # type: ignore[attr-defined]
        "_within": within,
        "_forget": dict.clear,
        "__missing__": missing,
        "__contains__": dict.__getitem__,
        # one is another only where it is the same, whatever both were asked
        "__eq__": object.__eq__,
        "__hash__": object.__hash__,
        "__bool__": lambda self: True,
        "__doc__": made.__doc__,
        "__module__": made.__module__,
        "__qualname__": made.__qualname__,
    }
    return type(made.__name__, (dict,), methods)
