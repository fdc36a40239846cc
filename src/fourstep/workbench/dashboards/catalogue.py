"""What the dashboards show: the measures of the library, and those that only the workbench can count."""

from __future__ import annotations

from functools import cache

from fourstep.evaluate.thresholds import AREAS
from fourstep.measures.catalogue import Measure
from fourstep.measures.catalogue import catalogue as library

_OURS = "Ours."
_OWN = (
    Measure(
        "on_time", "Coded by the deadline", "per cent",
        "Finished codings whose day of coding is on or before the first deadline of their discharge in the site's calendar.",
        _OURS, "Episodes that no line of the calendar holds are left out. A coding that was opened again counts by its last day.",
    ),
    Measure(
        "days", "Days from discharge to coding", "mean", "Days from discharge to the day the coding was finished, mean.",
        _OURS, "Some wait for histology or a query: that is part of the figure.",
    ),
    Measure(
        "touchless", "Touchless share", "per cent",
        "Finished codings whose newest proposal the engine held to need no person.", _OURS,
        "What the engine says of its proposal, not whether a person looked at it.",
    ),
    Measure(
        "accepted", "Proposed codes accepted", "per cent",
        "Of the codes that the engine proposed in finished codings, those that people accepted as they were.", _OURS,
        "A code accepted without a look counts as accepted. Codes that people added are not in it.",
    ),
    Measure(
        "changed", "Proposed codes changed", "per cent", "Of the codes proposed, those changed to another.", _OURS, "As above.",
    ),
    Measure(
        "rejected", "Proposed codes rejected", "per cent", "Of the codes proposed, those removed.", _OURS, "As above.",
    ),
    Measure(
        "queries", "Queries sent", "count", "Questions and requests for documents sent, by the month of sending.", _OURS, "-",
    ),
    Measure(
        "turnaround", "Days to an answer", "mean", "Days from sending to the answer, by the month of the answer, mean.", _OURS,
        "What is not answered yet is not in it: a bad month may look good until its answers come.",
    ),
    *(
        Measure(
            f"right_{area}", f"Audit: {title.lower()}", "per cent",
            "Codes right of codes counted in audited episodes of the class, by the month of discharge; differences that were "
            "withdrawn count as right.",
            "The audits of this workbench; docs/audit.md.", "Samples are small by month. An episode in two audits counts twice.",
        )
        for area, title in AREAS.items()
    ),
)  # fmt: skip

#: The overview: heading, and the measures under it.
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Activity and timeliness", ("episodes", "on_time", "days")),
    ("Coding", ("depth", "comorbid", "recaptured", "symptom_primary", "unspecified_primary", "unspecified")),
    ("Accuracy, from audits", tuple(f"right_{area}" for area in AREAS)),
    ("The engine's proposals", ("accepted", "changed", "rejected", "touchless")),
    ("Queries", ("queries", "turnaround")),
    ("Outcome measures", ("charlson", "frailty", "frailty_high", "shmi_group", "readmission")),
)
#: What a coder sees of their own work.
OF_CODERS = ("episodes", "on_time", "depth", *(f"right_{area}" for area in AREAS))
KINDS = {"diagnoses": "Commonest primary diagnoses", "procedures": "Commonest main procedures", "hrgs": "HRG mix"}
#: What is common is kept by month and specialty, and under a name with this ending by specialty and consultant.
BY_CONSULTANT = "_consultant"


@cache
def measures() -> dict[str, Measure]:
    """All measures by name."""
    return library() | {m.name: m for m in _OWN}
