"""The Spark back end: the same parts, each coded on whichever executor takes it.

The folders must be where every executor sees them.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from fourstep.archive.parts import Part
from fourstep.archive.store import Done, do_part
from fourstep.archive.unit import ENVIRONMENT, Settings, spare_pandas
from fourstep.errors import UsageError

_SCHEMA = "name string, episodes long, errors long, failed string"


def run(parts: list[Part], settings: Settings, out: Path, master: str) -> Iterator[Done]:
    """Do the parts on a Spark cluster (`master` as Spark writes it: local[2], spark://host:7077, yarn).

    Raises UsageError when Spark or Java is not installed, the cluster cannot be reached, or gives the work up.
    """
    session = _session(master)
    try:
        rows = session.sparkContext.parallelize([(p.as_json(),) for p in parts], len(parts) or 1)
        frame = session.createDataFrame(rows, "part string")
        for row in frame.mapInArrow(_worker(settings, str(out)), _SCHEMA).toLocalIterator(prefetchPartitions=True):
            yield Done(row["name"], row["episodes"], row["errors"], row["failed"])
    except _troubles() as error:
        what = f"the cluster gave the work up ({_cause(error)}); what is done stays, and the same command goes on"
        raise UsageError(what, master) from None
    finally:
        session.stop()


def _troubles() -> tuple[type[Exception], ...]:
    """What Spark raises: on Python's side, on Java's and between the two."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    return Py4JError, PySparkException, OSError


def _cause(error: Exception) -> str:
    """Of the many lines that Spark says, the one that names the cause: Python's own error, or the last of Java's."""
    said: list[str] = re.findall(r"^(?:Caused by: )?((?:\w+\.)*\w+(?:Error|Exception): .+)", str(error), re.MULTILINE)
    python = [line for line in said if "." not in line.partition(":")[0]]
    return (python or said or [type(error).__name__])[-1][:300]


def _worker(settings: Settings, out: str) -> Any:
    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        spare_pandas()
        for batch in batches:
            done = [do_part(Part.from_json(text), settings, Path(out)) for text in batch.column("part").to_pylist()]
            yield pa.RecordBatch.from_pydict(
                {name: [getattr(d, name) for d in done] for name in ("name", "episodes", "errors", "failed")}
            )

    return work


def _session(master: str) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise UsageError("Spark is not installed: pip install 'fourstep[spark]'") from None
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        raise UsageError("Spark needs Java 17 or newer: Debian's package default-jre-headless has it")
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("fourstep archive")
    quiet = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR"}
    # A part that fails with its executor is tried again elsewhere; slow twins of a part would only write the same bytes.
    robust = {"spark.task.maxFailures": "4", "spark.speculation": "false"}
    theirs = {f"spark.executorEnv.{name}": value for name, value in ENVIRONMENT.items()}
    for name, value in (quiet | robust | theirs).items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except _troubles() as error:
        raise UsageError(f"Spark does not start, or there is no such cluster: {type(error).__name__}", master) from None
