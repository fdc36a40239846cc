"""What the tests of this folder call to get the questions of an invented record."""

from __future__ import annotations

from collections.abc import Callable

from fourstep.episode import Query

Asker = Callable[..., list[Query]]
