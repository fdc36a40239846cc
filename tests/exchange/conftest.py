"""What the tests of the exchange share: the example episodes with their codings."""

from __future__ import annotations

from pathlib import Path

import pytest

from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.exchange.submission import Submission
from fourstep.read import read_episodes


@pytest.fixture(scope="session")
def submissions(coder: Coder, examples: Path) -> list[Submission]:
    return [Submission(e, coder.code(e)) for e in read_episodes(examples) if isinstance(e, Episode)]
