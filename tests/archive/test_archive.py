"""An archive is coded part by part: resumed, repeatable, with its errors beside its results, the same on both back ends."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from command_line import Run
from fourstep.archive import local, parts, store, unit
from fourstep.archive.unit import RESULT, Settings, code_table
from fourstep.coder import Coder
from fourstep.episode import Episode
from fourstep.files import whole
from fourstep.read import read_episodes

TEXTS = ("Diagnosis: community acquired pneumonia", "Diagnosis: gout. PMH: asthma", "Procedure: cataract extraction")


def record(number: int, **more: Any) -> dict[str, Any]:
    document = {"file": "a.txt", "type": "discharge_summary", "date": "2026-05-01", "text": TEXTS[number % 3]}
    return {"id": f"E{number}", "age_years": 60, "documents": [document], **more}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Seven episodes in Parquet, in row groups of three; three lines of JSON, of which one is broken."""
    folder = tmp_path / "in"
    folder.mkdir()
    pq.write_table(pa.Table.from_pylist([record(n) for n in range(7)]), folder / "a.parquet", row_group_size=3)
    lines = [json.dumps(record(7)), '{"id": "E8", "documents": []}', json.dumps(record(9))]
    (folder / "b.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


def results(out: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted((out / "parts").iterdir())}


def coded(out: Path) -> dict[str, list[str]]:
    table = pa.concat_tables(pq.read_table(p) for p in sorted((out / "parts").iterdir()))
    return dict(zip(table.column("episode_id").to_pylist(), table.column("diagnoses").to_pylist(), strict=True))


def errors(out: Path) -> list[dict[str, str]]:
    return [json.loads(line) for p in sorted((out / "errors").iterdir()) for line in p.read_text().splitlines()]


def test_the_unit_of_work_goes_from_table_to_table(coder: Coder, examples: Path) -> None:
    folder = examples / "hip-fracture"
    said = json.loads((folder / "episode.json").read_text(encoding="utf-8"))
    for document in said["documents"]:
        document["text"] = (folder / document["file"]).read_text(encoding="utf-8")
    table = code_table(pa.Table.from_pylist([said]))
    assert table.schema == RESULT
    (episode,) = read_episodes(folder)
    assert isinstance(episode, Episode)
    expected = coder.code(episode).as_dict()
    assert table.column("diagnoses").to_pylist() == [[d["code"] for d in expected["diagnoses"]]]
    assert json.loads(table.column("result")[0].as_py()) == expected


def test_a_worker_does_without_pandas() -> None:
    """It costs 50 MB a worker; whoever asks for it still gets it."""
    words = "import sys; from fourstep.archive import unit; import pyarrow; unit.spare_pandas(); pyarrow.array(['a'])"
    asked = "print('pandas' in sys.modules); import pandas; print('pandas' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", f"{words}; {asked}"], capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "True"]


def test_every_episode_is_coded_and_errors_stand_beside(run: Run, archive: Path, tmp_path: Path) -> None:
    result = run("archive", "code", str(archive), str(tmp_path / "out"), "--workers", "1")
    assert result.status == 1
    out = tmp_path / "out"
    assert list(results(out)) == [f"a.parquet.00000{n}.parquet" for n in range(3)] + ["b.jsonl.000000.parquet"]
    assert sorted(coded(out)) == sorted(f"E{n}" for n in range(10) if n != 8)
    assert coded(out)["E0"] == ["J18.9"]
    (error,) = map(json.loads, (out / "errors" / "b.jsonl.000000.jsonl").read_text().splitlines())
    assert error["place"].endswith("b.jsonl:2")
    assert "empty" in error["error"]
    manifest = json.loads((out / "manifest.json").read_text())
    assert (manifest["episodes"], manifest["errors"], manifest["parts"], manifest["complete"]) == (9, 1, 4, True)
    assert set(manifest["made_with"]) == {"fourstep", "knowledge", "editions", "settings"}


def test_a_second_run_does_nothing_and_a_lost_part_comes_back_the_same(run: Run, archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("archive", "code", str(archive), str(out), "--workers", "1")
    before = results(out)
    (out / "parts" / "a.parquet.000001.parquet").unlink()
    result = run("archive", "code", str(archive), str(out), "--workers", "1")
    assert "3 of 4 parts are done already" in result.err
    assert results(out) == before
    assert "9 episodes" in result.err


def test_results_of_another_engine_are_not_mixed(run: Run, archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("archive", "code", str(archive), str(out), "--workers", "1")
    result = run("archive", "code", str(archive), str(out), "--every-condition")
    assert result.status == 2
    assert "made with another settings" in result.err
    assert run("archive", "code", str(archive), str(out), "--every-condition", "--again", "--workers", "1").status == 1


@pytest.mark.parametrize(("name", "content"), [("c.parquet", b"PAR1 not at all"), ("c.parquet", b"")])
def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(
    run: Run, archive: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    (archive / name).write_bytes(content)
    pq.write_table(pa.table({"other": [1]}), archive / "d.parquet")
    out = tmp_path / "out"
    result = run("archive", "code", str(archive), str(out), "--workers", "1")
    assert result.status == 1
    assert "c.parquet: cannot be read" in result.err
    assert "no columns 'id' and 'documents'" in result.err
    assert len(coded(out)) == 9
    assert json.loads((out / "manifest.json").read_text())["complete"] is False


def test_an_unreadable_manifest_is_said(run: Run, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text("{")
    result = run("archive", "code", str(archive), str(tmp_path / "out"))
    assert result.status == 2
    assert "manifest.json: cannot be read" in result.err


def test_a_full_disk_leaves_nothing_half_written(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    store.begin(tmp_path / "out", Settings(), again=False)
    monkeypatch.setattr(pq.ParquetWriter, "write_table", full)
    (part, *_) = parts.plan(archive)
    assert isinstance(part, parts.Part)
    done = store.do_part(part, Settings(), tmp_path / "out")
    assert "No space left" in done.failed
    assert list((tmp_path / "out" / "parts").iterdir()) == []


def test_a_long_file_of_lines_is_cut_into_parts_without_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LINES", 4)
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps(record(n)) + "\n" for n in range(10)), encoding="utf-8")
    planned = [p for p in parts.plan(file) if isinstance(p, parts.Part)]
    rows = [row for p in planned for batch in parts.read_part(p) for row in batch.to_pylist()]
    assert [json.loads(row["record"])["id"] for row in rows] == [f"E{n}" for n in range(10)]
    assert [row["place"].rsplit(":")[-1] for row in rows] == [str(n) for n in range(1, 11)]


def kill_workers(parent: int, stop: threading.Event) -> None:
    """Kill every child process of a process, as a machine out of memory does, until told to stop."""
    while not stop.wait(0.05):
        listed = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False).stdout.split()
        for child in listed:
            command = Path(f"/proc/{child}/cmdline")
            if command.exists() and b"spawn_main" in command.read_bytes():
                os.kill(int(child), signal.SIGKILL)


def test_a_worker_that_is_killed_costs_its_part_only_time(run: Run, archive: Path, tmp_path: Path) -> None:
    out, stop = tmp_path / "out", threading.Event()
    store.begin(out, Settings(), again=False)
    planned = [p for p in parts.plan(archive) if isinstance(p, parts.Part)]
    killer = threading.Thread(target=kill_workers, args=(os.getpid(), stop))
    killer.start()
    threading.Timer(1.5, stop.set).start()
    done = list(local.run(planned, Settings(), out, 2))
    killer.join()
    assert sorted(d.name for d in done) == sorted(p.name for p in planned)
    for one in done:
        assert store.finished(next(p for p in planned if p.name == one.name), out) != bool(one.failed)
    assert not [p for p in (out / "parts").iterdir() if p.name.startswith(".")]


@pytest.fixture(autouse=True)
def loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spark keeps to this machine's own address."""
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")


@pytest.fixture
def reference(run: Run, archive: Path, tmp_path: Path) -> dict[str, bytes]:
    run("archive", "code", str(archive), str(tmp_path / "local"), "--workers", "1")
    return results(tmp_path / "local")


def test_a_local_spark_of_several_executors_gives_the_same_bytes(
    run: Run, archive: Path, tmp_path: Path, reference: dict[str, bytes]
) -> None:
    out = tmp_path / "spark"
    result = run("archive", "code", str(archive), str(out), "--backend", "spark", "--master", "local-cluster[2,1,1024]")
    assert "9 episodes" in result.err
    assert results(out) == reference


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A standalone Spark master with two workers on loopback."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = os.environ | {"SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    base = [str(home / "bin" / "spark-class")]
    log = (tmp_path / "spark.log").open("wb")

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([*base, *arguments], env=environment, stdout=log, stderr=log, cwd=tmp_path)

    master = "org.apache.spark.deploy.master.Master"
    worker = "org.apache.spark.deploy.worker.Worker"
    with socket.socket() as free:  # two tests may have a cluster at once
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"spark://127.0.0.1:{port}"
    started = [start(master, "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")]
    try:
        wait_for(tmp_path / "spark.log", "New state: ALIVE", 1)
        for number in (1, 2):
            where = ["--work-dir", str(tmp_path / f"worker-{number}"), "--webui-port", "0", "--host", "127.0.0.1"]
            started.append(start(worker, "--cores", "1", "--memory", "1g", *where, address))
        wait_for(tmp_path / "spark.log", "Successfully registered with master", 2)
        yield address
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(20)
        log.close()


def wait_for(log: Path, words: str, times: int) -> None:
    for _ in range(600):
        if log.read_text(errors="replace").count(words) >= times:
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace")[-2000:])


def test_a_standalone_master_with_two_workers_gives_the_same_bytes(
    run: Run, archive: Path, tmp_path: Path, reference: dict[str, bytes], cluster: str
) -> None:
    out = tmp_path / "spark"
    result = run("archive", "code", str(archive), str(out), "--backend", "spark", "--master", cluster)
    assert "9 episodes" in result.err
    assert results(out) == reference


def executors(parent: int) -> Iterator[int]:
    """The processes below this one that Spark's workers have started to do the parts."""
    listed = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False).stdout.split()
    for child in listed:
        command = Path(f"/proc/{child}/cmdline")
        if command.exists() and b"CoarseGrainedExecutorBackend" in command.read_bytes():
            yield int(child)
        yield from executors(int(child))


def test_an_executor_that_is_lost_costs_only_time(run: Run, tmp_path: Path, cluster: str) -> None:
    source, out = tmp_path / "many", tmp_path / "spark"
    source.mkdir()
    pq.write_table(pa.Table.from_pylist([record(n) for n in range(60)]), source / "a.parquet", row_group_size=3)
    run("archive", "code", str(source), str(tmp_path / "local"), "--workers", "1")
    killed: list[int] = []
    over = threading.Event()

    def lose_one() -> None:
        while not over.wait(0.02):
            if (out / "parts").exists() and any((out / "parts").iterdir()):
                killed.extend(list(executors(os.getpid()))[:1])
                for pid in killed:
                    os.kill(pid, signal.SIGKILL)
                return

    killer = threading.Thread(target=lose_one)
    killer.start()
    result = run("archive", "code", str(source), str(out), "--backend", "spark", "--master", cluster)
    over.set()
    killer.join()
    assert killed, "no executor was there to be killed"
    assert result.status == 0, result.err
    assert results(out) == results(tmp_path / "local")


def test_files_of_other_schemas_are_coded_or_named_row_by_row(run: Run, tmp_path: Path) -> None:
    """Other columns, a number for an identifier and an age in words are read over; text where documents belong is an error."""
    source, out = tmp_path / "mixed", tmp_path / "out"
    source.mkdir()
    whole = record(0)
    for name, row in (
        ("a", whole), ("b", {k: v for k, v in record(1).items() if k != "age_years"} | {"extra": 1.5}),
        ("c", whole | {"id": 7}), ("d", whole | {"documents": "see paper notes"}), ("e", record(2) | {"age_years": "sixty"}),
    ):  # fmt: skip
        pq.write_table(pa.Table.from_pylist([row]), source / f"{name}.parquet")
    assert run("archive", "code", str(source), str(out), "--workers", "1").status == 1
    assert sorted(coded(out)) == ["7", "E0", "E1", "E2"]
    told = errors(out)
    assert [Path(e["place"].split("#")[0]).name for e in told] == ["d.parquet"]
    assert not any("inside the coder" in e["error"] for e in told), told


def test_another_engine_s_results_are_left_alone(run: Run, archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("archive", "code", str(archive), str(out), "--workers", "1")
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["made_with"]["fourstep"] = "0.0.1"
    (out / "manifest.json").write_text(json.dumps(manifest))
    before = results(out)
    result = run("archive", "code", str(archive), str(out))
    assert result.status == 2
    assert "made with another fourstep" in result.err
    assert results(out) == before


def test_dates_and_numbers_are_read_in_whatever_type_a_column_has(tmp_path: Path) -> None:
    day, age = dt.date(2026, 4, 1), pa.array([Decimal(60)], pa.decimal128(3, 0))
    source, out = tmp_path / "typed.parquet", tmp_path / "out"
    table = pa.Table.from_pylist([{k: v for k, v in record(0).items() if k != "age_years"} | {"admission_date": day}])
    discharge = pa.array([dt.datetime(2026, 4, 5, 10, 1)], pa.timestamp("us"))
    pq.write_table(table.append_column("discharge_date", discharge).append_column("age_years", age), source)
    (part,) = parts.plan(source)
    assert isinstance(part, parts.Part)
    (row,) = unit.rows_of(next(parts.read_part(part)))
    episode = unit.episode_of(row, "here")
    assert (episode.admission_date, episode.discharge_date, episode.age_years) == (day, dt.date(2026, 4, 5), 60)
    assert not episode.warnings
    assert store.do_part(part, Settings(), out).errors == 0


def test_values_that_are_none_cost_no_more_than_themselves(run: Run, archive: Path, tmp_path: Path) -> None:
    """Text that is not UTF-8 in a column of text, a day after the year 9999: other programs write both."""
    ends = pa.py_buffer(bytes([0, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0]))
    latin = pa.StringArray.from_buffers(2, ends, pa.py_buffer(b"caf\xe9caf\xe9"))
    table = pa.Table.from_pylist([record(20), record(21)])
    far = pa.array([3_000_000, 20_000], pa.date32())
    pq.write_table(table.append_column("specialty", latin).append_column("admission_date", far), archive / "c.parquet")
    pq.write_table(table.set_column(0, "id", latin), archive / "d.parquet")
    out = tmp_path / "out"
    assert run("archive", "code", str(archive), str(out), "--workers", "1").status == 1
    assert {"E20", "E21"} < set(coded(out))
    told = [e for e in errors(out) if "d.parquet#0:" in e["place"]]
    assert [e["error"] for e in told] == ["the column 'id' cannot be read: UnicodeDecodeError"] * 2


def test_two_files_whose_results_would_have_one_name(run: Run, archive: Path, tmp_path: Path) -> None:
    (archive / "ward").mkdir()
    for name, number in (("ward/c.jsonl", 30), ("ward__c.jsonl", 31)):
        (archive / name).write_text(json.dumps(record(number)), encoding="utf-8")
    result = run("archive", "code", str(archive), str(tmp_path / "out"), "--workers", "1")
    assert "ward__c.jsonl: its results would have the name of those of" in result.err
    assert "E30" in coded(tmp_path / "out")


def test_a_source_that_has_changed_is_coded_again_and_one_that_has_gone_is_said(run: Run, archive: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("archive", "code", str(archive), str(out), "--workers", "1")
    with (archive / "b.jsonl").open("a", encoding="utf-8") as file:
        file.write("\n" + json.dumps(record(40)))
    (archive / "a.parquet").unlink()
    result = run("archive", "code", str(archive), str(out), "--workers", "1")
    assert "3 files of results are of nothing that is in" in result.err
    assert "E40" in coded(out)


@pytest.mark.parametrize("left", [b"", b"PAR1 and no more"])
def test_results_that_a_crash_of_the_machine_cut_are_made_again(run: Run, archive: Path, tmp_path: Path, left: bytes) -> None:
    out = tmp_path / "out"
    run("archive", "code", str(archive), str(out), "--workers", "1")
    before = results(out)
    (out / "parts" / "a.parquet.000000.parquet").write_bytes(left)
    run("archive", "code", str(archive), str(out), "--workers", "1")
    assert results(out) == before


def test_results_below_the_archive_are_not_read_as_its_files(run: Run, archive: Path) -> None:
    out = archive / "out"
    run("archive", "code", str(archive), str(out), "--workers", "1")
    result = run("archive", "code", str(archive), str(out), "--workers", "1")
    assert "4 of 4 parts are done already" in result.err
    assert "9 episodes" in result.err
    assert run("archive", "code", str(archive), str(archive)).status == 2


@pytest.mark.parametrize("text", ["[]", "null", "{}", '{"made_with": 3}', None])
def test_results_that_nobody_knows_the_making_of_are_not_mixed(run: Run, archive: Path, tmp_path: Path, text: str | None) -> None:
    out = tmp_path / "out"
    (out / "parts").mkdir(parents=True)
    (out / "parts" / "a.parquet.000000.parquet").write_bytes(b"")
    if text is not None:
        (out / "manifest.json").write_text(text)
    result = run("archive", "code", str(archive), str(out), "--every-condition")
    assert result.status == 2
    assert "manifest.json: cannot be read" in result.err
    assert run("archive", "code", str(archive), str(out), "--workers", "1", "--again").status == 1
    assert len(coded(out)) == 9


def test_a_place_that_takes_no_results_is_said(run: Run, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("archive", "code", str(archive), str(tmp_path / "file" / "out"))
    assert result.status == 2
    assert "out: no results can be written here: Not a directory" in result.err


def test_a_fault_of_ours_in_one_part_costs_no_other(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.begin(tmp_path / "out", Settings(), again=False)
    monkeypatch.setattr(store, "code_batch", lambda *_: 1 / 0)
    (part, *_) = parts.plan(archive)
    assert isinstance(part, parts.Part)
    failed = store.do_part(part, Settings(), tmp_path / "out").failed
    assert failed.endswith("a.parquet#0: cannot be coded: ZeroDivisionError, please report it")


def test_a_file_cut_shorter_while_it_is_read_is_named(archive: Path, tmp_path: Path) -> None:
    store.begin(tmp_path / "out", Settings(), again=False)
    *_, part = parts.plan(archive)
    assert isinstance(part, parts.Part)
    os.truncate(part.file, 20)
    assert "b.jsonl: it has become shorter" in store.do_part(part, Settings(), tmp_path / "out").failed
    assert results(tmp_path / "out") == {}


@pytest.mark.parametrize(
    ("master", "interpreter", "says"),
    [
        ("spark://127.0.0.1:1", [], "there is no such cluster"),
        ("local[1]", ["-S"], "the cluster gave the work up (ModuleNotFoundError: No module named"),
    ],
    ids=["no cluster", "nothing installed there"],
)
def test_a_cluster_that_cannot_do_it_is_said_in_one_line(
    archive: Path, tmp_path: Path, master: str, interpreter: list[str], says: str
) -> None:
    """In a process of its own: a session that has failed stays with the process."""
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} {" ".join(interpreter)} "$@"\n')
    python.chmod(0o755)
    command = [sys.executable, "-m", "fourstep", "archive", "code", str(archive), str(tmp_path / "out")]
    ran = subprocess.run(
        [*command, "--backend", "spark", "--master", master], env=os.environ | {"PYSPARK_PYTHON": str(python)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 2
    assert says in ran.stderr.splitlines()[-1]
    assert "Traceback (most recent call last)" not in ran.stderr.rpartition("\n\tat ")[2]


def test_a_write_that_fails_names_its_file(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"manifest\.json") as caught, whole(tmp_path / "manifest.json"):
        raise OSError(28, "No space left on device")
    assert caught.value.filename == str(tmp_path / "manifest.json")
    assert list(tmp_path.iterdir()) == []
