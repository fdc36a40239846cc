"""The service as a whole: the server in one process, reading and coding in another, stopped together."""

from __future__ import annotations

import asyncio
import fcntl
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import IO

from fourstep.errors import FourstepError, UsageError
from fourstep.listen.deliver import Deliver, Folder
from fourstep.listen.inbox import Inbox
from fourstep.listen.server import Server

_IDLE = 0.5
_PATIENCE = 30
_LONGEST_PAUSE = 60


@dataclass(frozen=True, slots=True)
class Settings:
    """What the service was told to do."""

    folder: Path
    output: Path
    host: str = "127.0.0.1"
    port: int = 2575
    watched: tuple[Path, ...] = ()
    settle: float = 2.0
    largest: int = 20 * 1024 * 1024
    connections: int = 64
    hand_over: Callable[[], Deliver] | None = None  # makes what takes the codings, in the coding process; None: the folder


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Run until SIGTERM or SIGINT. Raises UsageError where another service has the inbox, or the address is taken."""
    settings.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with locked(settings.folder / "listen.lock"):
        inbox = Inbox(settings.folder, write=True)
        try:
            asyncio.run(_serve(settings, inbox, say))
        except OSError as error:
            what = f"cannot listen on {settings.host}:{settings.port} ({error.strerror or error})"
            raise UsageError(what) from None
        finally:
            inbox.close()


async def _serve(settings: Settings, inbox: Inbox, say: Callable[[str], None]) -> None:
    server = Server(inbox, limit=settings.largest, connections=settings.connections, say=say)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    stopping = multiprocessing.get_context("spawn").Event()
    coding: list[asyncio.Task[None]] = []

    def started(port: int) -> None:
        coding.append(asyncio.create_task(_keep_coding(settings, stopping, say)))
        say(f"listening on {settings.host}:{port}, messages to {inbox.path}, codings to {settings.output}")

    try:
        await server.run(settings.host, settings.port, started)
    finally:
        stopping.set()
        await asyncio.gather(*coding)
    counts = server.counts
    say(f"stopped: {counts.stored} messages stored, {counts.repeated} came again, {counts.refused} refused")


async def _keep_coding(settings: Settings, stopping: Event, say: Callable[[str], None]) -> None:
    """Run the coding process, again where it breaks down, until told to stop."""
    process = _start(settings, stopping)
    deadline, pause = 0.0, 1.0
    while process.is_alive() or not stopping.is_set():
        await asyncio.sleep(0.1)
        if stopping.is_set():
            deadline = deadline or time.monotonic() + _PATIENCE
            if time.monotonic() > deadline:
                process.kill()
        elif not process.is_alive():
            say(f"the coding process broke down (status {process.exitcode}); it is started again in {pause:.0f} s")
            await _pause(stopping, pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
            process = _start(settings, stopping)


async def _pause(stopping: Event, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stopping.is_set():
        await asyncio.sleep(0.1)


def _start(settings: Settings, stopping: Event) -> BaseProcess:
    process = multiprocessing.get_context("spawn").Process(
        target=_code, args=(settings, stopping, os.getpid()), name="coding"
    )
    process.start()
    return process


def _code(settings: Settings, stopping: Event, parent: int) -> None:
    """The coding process: what was stored and what lies in the watched folders, until told to stop or its parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def stopped() -> bool:
        return stopping.is_set() or os.getppid() != parent

    # After a break-down of the service the process of before may still be at its last visit: two would cross.
    try:
        with locked(settings.folder / "coding.lock", unless=stopped) as held:
            if held:
                _work(settings, stopped)
    except (FourstepError, OSError) as error:
        print(f"fourstep: {error}", file=sys.stderr)
        raise SystemExit(1) from None


def _work(settings: Settings, stopped: Callable[[], bool]) -> None:
    from fourstep.coder import Coder
    from fourstep.listen.progress import Progress
    from fourstep.listen.watch import Watch
    from fourstep.listen.work import Work

    inbox, coder = Inbox(settings.folder), Coder()
    deliver = settings.hand_over() if settings.hand_over else Folder(settings.output).deliver
    work = Work(inbox, coder, deliver, Progress.load(settings.folder / "coded.json"))
    trying = Progress.load(settings.folder / "watched.json")
    watches = [Watch(path, coder, deliver, trying, settle=settings.settle) for path in settings.watched]
    while not stopped():
        taken = work.some(stopped)
        for watch in watches:
            taken += watch.some(stopped)
        if not taken:
            time.sleep(_IDLE)


@contextmanager
def locked(path: Path, *, unless: Callable[[], bool] | None = None) -> Iterator[bool]:
    """Hold a lock file; the system lets it go when the process ends, however it ends.

    With `unless`, wait for it until that says to stop: False then. Without, raise UsageError when another has it.
    """
    with path.open("w") as file:
        held = _lock(file)
        if not held and unless is None:
            raise UsageError("another `fourstep listen` has this folder", str(path.parent))
        while unless is not None and not held and not unless():
            time.sleep(_IDLE)
            held = _lock(file)
        yield held


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def check_settings(settings: Settings) -> None:
    """Raise UsageError where the extra is not installed, a folder to watch is not there, or what is written would be watched."""
    if find_spec("hl7") is None:
        raise UsageError("HL7 v2 messages need the extra 'messages': pip install 'fourstep[messages]'")
    for watched in settings.watched:
        if not watched.is_dir():
            raise UsageError("there is no such folder to watch", str(watched))
        for own in (settings.folder, settings.output):
            if own.resolve().is_relative_to(watched.resolve()):
                raise UsageError("the folder to watch must not hold the inbox or the output", str(watched))
    if not settings.folder.parent.is_dir():
        raise UsageError("there is no such folder for the inbox", str(settings.folder.parent))
