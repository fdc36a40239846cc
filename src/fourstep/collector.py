"""Python's cycle collector, put to rest where thousands of objects are made and none of them form rings."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def collector_resting() -> Iterator[None]:
    """Without the cycle collector: it would walk all that is made, again and again, and find nothing.

    What is made inside must have been let go of, or be meant to stay, when the collector comes back: it walks all that is left.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
