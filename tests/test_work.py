"""What coding an episode costs, counted in calls of functions: a slow-down shows on a noisy machine too.

A budget that is passed wants a look at what came new (bench/growth.py, a profile); where the new work is worth it, or the
work became less, the budget is set to the new count.
"""

from __future__ import annotations

import gc
import importlib.util
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from fourstep.coder import Coder
from fourstep.engine import load_engine
from fourstep.episode import Document, Episode
from fourstep.read import read_episodes

HERE = Path(__file__).parent
EXAMPLES = HERE.parent / "examples"
#: Calls of Python functions for an episode of three notes of 3.4 KB, the first time and when its words have been seen.
FIRST, AGAIN = 42_500, 35_500
MARGIN = 1.1


def _bench(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"bench_{name}", HERE.parent / "bench" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _calls(coder: Coder, *episodes: Episode) -> float:
    """Calls of Python functions for each episode."""
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    kept = sys.getprofile()
    sys.setprofile(note)
    try:
        for episode in episodes:
            coder.code(episode)
    finally:
        sys.setprofile(kept)
    return count / len(episodes)


def test_an_episode_keeps_to_its_budget() -> None:
    """Warmed by other episodes, as a worker is; the second count is without what is only done for new words."""
    episodes = _bench("notes").episodes(30)
    coder = Coder(load_engine())
    for episode in episodes[:20]:
        coder.code(episode)
    assert _calls(coder, *episodes[20:]) <= FIRST * MARGIN
    again = _calls(coder, *episodes[20:])
    assert again <= AGAIN * MARGIN
    assert again >= AGAIN / 2, "the budget is out of date"


def test_work_grows_no_faster_than_the_document(coder: Coder) -> None:
    notes = _bench("notes").episodes(20)

    def work(times: int) -> float:
        text = "\n".join(e.documents[2].text for e in notes[:times])
        episode = replace(notes[0], documents=(Document("summary.txt", text, "discharge_summary"),))
        coder.code(episode)
        return _calls(coder, episode) / len(text)

    assert work(20) <= work(2) * 1.25


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
