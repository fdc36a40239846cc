"""What coding an episode costs, counted: a slow-down shows on a noisy machine too."""

from __future__ import annotations

import gc
from pathlib import Path

from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.read import read_episodes

EXAMPLES = Path(__file__).parent.parent / "examples"


def test_an_episode_leaves_nothing_for_the_collector(coder: Coder) -> None:
    """A coded episode is freed as soon as nobody holds it: no ring of references waits for the cycle collector."""
    episodes = [e for e in read_episodes(EXAMPLES) if isinstance(e, Episode)]
    gc.collect()
    gc.disable()
    try:
        for episode in episodes:
            coder.code(episode)
        assert gc.collect() == 0
    finally:
        gc.enable()
