"""The worker: takes jobs from the queue, reads what arrived, codes episodes.

Any number may run, and each can be killed at any moment.
"""

from __future__ import annotations

import logging
import signal
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection

from fourstep.episode import Episode as EngineEpisode
from fourstep.errors import FourstepError, ReadError
from fourstep.read import read_episodes
from fourstep.workbench.api.hooks import call_one
from fourstep.workbench.dashboards.actions import refresh_when_due
from fourstep.workbench.episodes import actions
from fourstep.workbench.episodes.engine import coder, digest_of, episode_of
from fourstep.workbench.episodes.models import Arrival, Episode
from fourstep.workbench.episodes.unpack import unpack
from fourstep.workbench.updates.work import try_once

_log = logging.getLogger("fourstep.workbench.work")


def work_once() -> bool:
    """Do one job, or else one episode of an update's trial; False when nothing waits.

    A job that cannot be done is kept with its reason.
    """
    job = actions.claim()
    if job is None:
        return try_once()
    try:
        if job.arrival is not None:
            read_arrival(job.arrival)
        elif job.episode is not None:
            code_episode(job.episode)
    except FourstepError as error:
        actions.finish(job, str(error))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # a fault of ours in one record must not stop the queue; the record's words stay out of the log
        _log.error("job %s: %s", job.id, type(error).__name__)
        actions.finish(job, f"a fault inside Fourstep ({type(error).__name__}), please report it")
    else:
        actions.finish(job)
    return True


def read_arrival(arrival: Arrival) -> None:
    """Read a file as it came, through the same readers as the command line. Raises ReadError when nothing in it can be read."""
    with tempfile.TemporaryDirectory(prefix="fourstep-") as folder:
        path = Path(folder) / (Path(arrival.name.replace("\\", "/")).name or "document")
        content = bytes(arrival.content or b"")
        if path.suffix.lower() == ".zip":
            path = path.with_suffix("")
            path.mkdir()
            unpack(content, arrival.name, path)
        else:
            path.write_bytes(content)
        episodes, aside = [], []
        for item in read_episodes(path):
            if isinstance(item, EngineEpisode):
                episodes.append(replace(item, source=arrival.name))
            else:
                aside.append(str(item).replace(f"{folder}/", ""))
    if aside and not episodes:
        raise ReadError("\n".join(aside))
    actions.read_in(arrival, episodes, aside)


def code_episode(row: Episode) -> None:
    """Code an episode as its documents are now."""
    digest = digest_of(row)
    coded = coder().code(episode_of(row))
    confidences = [c.confidence for c in coded.diagnoses + coded.procedures]
    actions.keep_proposal(row, digest, coded.as_dict(), min(confidences, default=None), coded.touchless)


def work(*, idle_seconds: float = 1.0) -> None:
    """Work until told to stop (SIGTERM or SIGINT); the job at hand is finished first."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        try:
            found = work_once() or call_one() or refresh_when_due()
        except (OperationalError, InterfaceError):
            # The database is away: restarted, or out of reach. The job at hand comes back when its lease ends.
            _log.warning("the database does not answer; trying again")
            connection.close()
            found = False
        if not found:
            stop.wait(idle_seconds)


def work_until_idle() -> int:
    """Do all that waits; how many jobs that were. For the demo's set-up and for tests."""
    done = 0
    while work_once():
        done += 1
    return done
