"""The local weights as a file that a person can read, and what moved which code."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from fourstep.assign.local import Local, features_of, load_local, local_file
from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.errors import UsageError
from fourstep.files import write_whole
from fourstep.learn.fit import Learnt


def save(learnt: Learnt) -> Path:
    """Write the weights to the site's folder, whole or not at all."""
    local, path = learnt.local, local_file()
    lines = [
        ";; What this site's coders have taught, fitted by `fourstep learn`: one feature a line, the strongest first.",
        f";; {learnt.rows} proposed codes of {learnt.episodes} episodes.",
        f"constant  {local.constant:.4f}",
        f"the engine's own  {local.engine:.4f}",
        f"auto from  {local.auto:.4f}",
        f"set aside below  {local.aside:.4f}",
    ]
    lines += [f"{name}  {weight:.4f}" for name, weight in strongest(local)]
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, "\n".join(lines) + "\n")
    _off().unlink(missing_ok=True)
    return path


def strongest(local: Local) -> list[tuple[str, float]]:
    """The features by the size of their weight."""
    return sorted(local.features.items(), key=lambda item: (-abs(item[1]), item[0]))


def switch(*, on: bool) -> None:
    """Switch the local weights on or off; they are kept. Raises UsageError where there are none."""
    there, wanted = (_off(), local_file()) if on else (local_file(), _off())
    if wanted.exists():
        return
    try:
        os.replace(there, wanted)
    except FileNotFoundError:
        raise UsageError("nothing has been learnt here yet", str(local_file())) from None


def forget() -> None:
    """Throw the local weights away."""
    for path in (local_file(), _off()):
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


def _off() -> Path:
    return local_file().with_suffix(".off")


def moved(episode: Episode, coder: Coder) -> list[tuple[str, float, float, list[tuple[str, float]]]]:
    """For each code of an episode: the code, the engine's own confidence, the local one, and the features that moved it."""
    local = load_local()
    if local is None:
        raise UsageError("nothing has been learnt here yet, or it is switched off", str(local_file()))
    out = []
    for items in coder.explain(episode).values():
        for code, features in items:
            own = coder.engine.tables.weights.confidence(features)
            everything = features | features_of(code, episode.specialty)
            named = [(f, local.features[f]) for f in everything if local.features.get(f)]
            out.append((code, own, local.confidence(own, everything), sorted(named, key=lambda item: -abs(item[1]))))
    return out
