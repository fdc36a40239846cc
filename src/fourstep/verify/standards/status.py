"""Chapter XXI: status codes."""

from __future__ import annotations

from fourstep.assign.case import Case
from fourstep.assign.tables import Tables
from fourstep.verify.registry import standard


@standard(
    "FS.XXI.01", "XXI",
    "What an operation of this episode leaves behind (an implant, a stoma, a missing organ) is no status of this episode.",
)  # fmt: skip
def status_of_this_episode(case: Case, tables: Tables) -> None:
    done = [i.code for i in case.interventions]
    for operations, statuses in tables.status_of:
        if any(code in operations for code in done):
            case.drop_where(lambda c, s=statuses: c.code in s, "done in this episode", "FS.XXI.01")  # type: ignore[misc]
