"""What a feed or a watched folder takes in comes to the workbench's queue."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fourstep.coder import Coder
from fourstep.episode import Document, Episode
from fourstep.listen.deliver import Delivery
from fourstep.workbench.episodes.models import Arrival
from fourstep.workbench.episodes.models import Episode as Row
from fourstep.workbench.episodes.work import work_until_idle
from fourstep.workbench.feed import deliver


@pytest.mark.django_db
def test_a_delivery_is_kept_once_and_what_could_not_be_read_is_seen(coder: Coder) -> None:
    episode = Episode("V1", (Document("a.txt", "Diagnosis: community acquired pneumonia", "discharge_summary"),))
    for _ in range(2):
        deliver(Delivery("V1", ((episode, coder.code(episode)),), ("V1.hl7:2: no patient",), b"MSH|"))
    work_until_idle()
    assert [line.code for line in Row.objects.get().lines.all()] == ["J18.9"]
    assert {a.reason for a in Arrival.objects.all()} == {"V1.hl7:2: no patient"}


def test_a_watched_folder_feeds_the_workbench(tmp_path: Path) -> None:
    home = tmp_path / "home"
    url = f"sqlite:///{tmp_path / 'workbench.sqlite3'}"
    environment = os.environ | {"FOURSTEP_HOME": str(home), "DATABASE_URL": url}
    environment["DJANGO_SETTINGS_MODULE"] = "fourstep.workbench.settings"
    fourstep = [sys.executable, "-m", "fourstep"]
    subprocess.run([*fourstep, "manage", "migrate", "-v", "0"], env=environment, check=True)
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "E7.txt").write_text("Diagnosis: gout", encoding="utf-8")
    listen = [*fourstep, "listen", str(tmp_path / "inbox"), "--port", "0", "--watch", str(folder), "--settle", "0", "--workbench"]
    service = subprocess.Popen(listen, env=environment, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with sqlite3.connect(tmp_path / "workbench.sqlite3", timeout=30) as database:
                found = database.execute("select key from episodes_episode").fetchall()
            if found:
                break
            time.sleep(0.1)
        assert found == [("E7",)]
    finally:
        service.send_signal(signal.SIGTERM)
        service.wait(60)
    assert (folder / "done" / "E7.txt").exists() or list(folder.rglob("E7*"))
