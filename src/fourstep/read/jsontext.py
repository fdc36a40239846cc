"""JSON texts, read with the errors that a person can act on."""

from __future__ import annotations

from typing import Any

from fourstep.errors import ReadError


def parse_json(text: str, place: str) -> Any:
    """The value of a JSON text; ReadError (with line and column, never the text) where it is malformed."""
    import json

    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise ReadError(f"malformed JSON ({where}): {error.msg}", place) from None
    except RecursionError:
        raise ReadError("malformed JSON: nested too deep", place) from None
    except ValueError:
        # Python refuses whole numbers of more than a few thousand digits.
        raise ReadError("malformed JSON: a number too long to read", place) from None
