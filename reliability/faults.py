"""Faults put in on purpose: whatever breaks, nothing is lost and nothing is doubled.

`sh scripts/reliability faults` runs it on PostgreSQL.
"""

from __future__ import annotations

import json
import os
import resource
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

NOTE = {"file": "a.txt", "type": "discharge_summary", "text": "Diagnosis: community acquired pneumonia. PMH: asthma."}


def line(number: int) -> str:
    return json.dumps({"id": f"E{number}", "documents": [NOTE]})


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOURSTEP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "fourstep.workbench.settings")  # not those of the tests
    url = os.environ["DATABASE_URL"]
    name = f"faults_{os.getpid()}_{time.monotonic_ns()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    monkeypatch.setenv("DATABASE_URL", url.rsplit("/", 1)[0] + "/" + name)
    fourstep("manage", "migrate", "-v", "0")
    return tmp_path


def fourstep(*arguments: str) -> subprocess.CompletedProcess[str]:
    ran = subprocess.run([sys.executable, "-m", "fourstep", *arguments], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran


def python(text: str) -> str:
    """Run some lines inside the workbench."""
    return fourstep("manage", "shell", "-v", "0", "-c", text).stdout.strip()


def put(number: int) -> None:
    lines = "\n".join(line(n) for n in range(number))
    python(f"from fourstep.workbench.episodes.actions import receive\nreceive(None, 'b.jsonl', {lines!r}.encode(), 'upload')")


def worker() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "fourstep", "work"], stderr=subprocess.DEVNULL)


def rows(query: str) -> list[tuple[object, ...]]:
    for _ in range(100):
        try:
            with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
                return connection.execute(query).fetchall()
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError("the database did not come back")


def coded_so_far() -> int:
    ((number,),) = rows("select count(*) from episodes_episode where state = 'proposed'")
    assert isinstance(number, int)
    return number


def wait_for(happened: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():
            return
        time.sleep(0.1)
    raise AssertionError(rows("select kind, outcome, reason, leased_until from episodes_job"))


def wait_until_coded(number: int) -> None:
    wait_for(lambda: coded_so_far() == number)


def nothing_lost_or_doubled(number: int) -> None:
    assert rows("select count(*), count(distinct key) from episodes_episode") == [(number, number)]
    assert rows("select count(*) from coding_codeline") == [(2 * number,)]
    assert rows("select episode_id from coding_codeline group by episode_id having count(*) <> 2") == []
    assert "unbroken" in fourstep("manage", "verify_log").stdout


def free_leases() -> None:
    """What time does by itself: the leases of the dead come to their end."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("update episodes_job set leased_until = now() - interval '1 second' where leased_until is not null")


def test_workers_killed_again_and_again(home: Path) -> None:
    """Each dies once it has coded something; a job in which three workers died would be set aside, by design."""
    put(60)
    for _ in range(6):
        one, before = worker(), coded_so_far()
        wait_for(lambda before=before: coded_so_far() > before)
        one.send_signal(signal.SIGKILL)
        one.wait()
        free_leases()
    last = worker()
    try:
        wait_until_coded(60)
        nothing_lost_or_doubled(60)
    finally:
        last.terminate()
        last.wait()


def test_the_database_restarts_under_the_worker(home: Path) -> None:
    put(60)
    one = worker()
    try:
        time.sleep(3)
        subprocess.run(shlex.split(os.environ["FOURSTEP_RESTART_DATABASE"]), check=True, stdout=subprocess.DEVNULL)
        rows("select 1")
        free_leases()
        wait_until_coded(60)
        assert one.poll() is None, "the worker gave up"
        nothing_lost_or_doubled(60)
    finally:
        one.terminate()
        one.wait()


def test_a_clock_that_is_put_back_holds_no_job_up(home: Path) -> None:
    put(3)
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:  # leased by a worker whose clock was a day ahead
        connection.execute("update episodes_job set leased_until = now() + interval '1 day', attempts = 1")
    one = worker()
    try:
        wait_until_coded(3)
        nothing_lost_or_doubled(3)
    finally:
        one.terminate()
        one.wait()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for part in range(4):
        text = "\n".join(line(n) for n in range(part * 300, part * 300 + 300))
        (folder / f"p{part}.jsonl").write_text(text, encoding="utf-8")
    return folder


def results(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted((out / "parts").iterdir())}


def command(archive: Path, out: Path) -> list[str]:
    return [sys.executable, "-m", "fourstep", "archive", "code", str(archive), str(out), "--workers", "2"]


def test_an_archive_killed_half_way_goes_on_and_gives_the_same(archive: Path, tmp_path: Path) -> None:
    subprocess.run(command(archive, tmp_path / "whole"), check=True, stderr=subprocess.DEVNULL)
    for _ in range(3):
        run = subprocess.Popen(command(archive, tmp_path / "broken"), stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(4)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    subprocess.run(command(archive, tmp_path / "broken"), check=True, stderr=subprocess.DEVNULL)
    assert results(tmp_path / "broken") == results(tmp_path / "whole")


def test_a_full_disk_is_said_and_nothing_is_half_written(archive: Path, tmp_path: Path) -> None:
    """A limit on the size of a file stands for the disk: each write beyond it fails as on a full one."""

    def full() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    out = tmp_path / "out"
    ran = subprocess.run(command(archive, out), preexec_fn=full, capture_output=True, text=True, check=False)
    assert ran.returncode != 0
    assert "cannot be written" in ran.stderr
    assert results(out) == {}
    subprocess.run(command(archive, out), check=True, stderr=subprocess.DEVNULL)
    assert len(results(out)) == 4


def test_a_slow_disk_only_takes_longer(archive: Path, tmp_path: Path) -> None:
    """Every rename takes half a second; the run is killed inside of one, and goes on."""
    slow = tmp_path / "slow"
    slow.mkdir()
    (slow / "sitecustomize.py").write_text(
        "import os, time\n_replace = os.replace\n"
        "def replace(*a, **k):\n    time.sleep(0.5)\n    return _replace(*a, **k)\nos.replace = replace\n"
    )
    environment = os.environ | {"PYTHONPATH": str(slow)}
    run = subprocess.Popen(
        command(archive, tmp_path / "out"), env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    )
    time.sleep(4)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    subprocess.run(command(archive, tmp_path / "out"), env=environment, check=True, stderr=subprocess.DEVNULL)
    subprocess.run(command(archive, tmp_path / "whole"), check=True, stderr=subprocess.DEVNULL)
    assert results(tmp_path / "out") == results(tmp_path / "whole")
