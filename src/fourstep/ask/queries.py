"""Ask: what the record leaves open, as questions for the clinician. One thing each, not leading, with the words that raise it."""

from __future__ import annotations

from fourstep.analyse.statements import Whether
from fourstep.assign.case import Case, Condition
from fourstep.assign.tables import Tables
from fourstep.books.tables import Ranges
from fourstep.episode import Evidence, Query
from fourstep.locate.candidates import PROCEDURAL, Candidate

_FINAL = ("discharge_summary", "consultant_note")
_MOST = 4
#: Unspecified codes whose detail a clinician usually knows.
_VAGUE = {
    "I64.X": "The type of stroke (infarct or haemorrhage) is not stated.",
    "E14.9": "The type of diabetes is not stated.",
    "F79.9": "The degree of learning disability is not stated.",
    "N18.9": "The stage of chronic kidney disease is not stated.",
    "L89.9": "The category of the pressure ulcer is not stated.",
}
_SIDED = Ranges("C J W37-W48 W74 W82-W90 W93-W95 A65 T20-T21 M01-M27 B27-B31 T85 L29 L59 L63 D15")


def _phrase(case: Case, candidate: Candidate) -> str:
    document = case.record.document(candidate)
    return " ".join(document.text[candidate.start : candidate.end].split())


def ask(case: Case, tables: Tables, primary: Condition | None) -> list[Query]:
    """The questions of an episode, blocking ones first, at most four; those that standards raised come with them."""
    queries = list(case.queries)
    queries += _uncertain(case, primary)
    queries += _index_asks(case)
    queries += _histology(case)
    queries += _sides(case)
    for condition in case.conditions:
        if condition.code in _VAGUE and condition.follows is None:
            queries.append(
                Query(_phrase(case, condition.first), _VAGUE[condition.code], tuple(case.evidence(condition, 1)), False, (condition.code,))
            )
    if primary is None and case.conditions:
        queries.append(Query("Primary diagnosis", "The record names no main condition treated or investigated.", blocking=True))
    elif primary is not None and primary.code[0] == "R":
        queries.append(
            Query(
                f"Cause of {_phrase(case, primary.first)}",
                "The main condition is recorded as a symptom. Was a cause found?",
                tuple(case.evidence(primary, 1)),
                any(u.role in ("diagnosis", "impression") for u in case.uncertain),
                (primary.code,),
            )
        )
    seen: set[str] = set()
    unique = [q for q in queries if not (q.about.lower() in seen or seen.add(q.about.lower()))]  # type: ignore[func-returns-value]
    return sorted(unique, key=lambda q: not q.blocking)[:_MOST]


def _uncertain(case: Case, primary: Condition | None) -> list[Query]:
    """Conditions left uncertain by the final documents, when nothing recorded or ruled out answers them."""
    out: list[Query] = []
    settled = {c[:3] for c in case.codes()} | {c.codes[0][:3] for c in case.ruled_out if c.codes}
    for candidate in case.uncertain:
        if candidate.kind != "problem" or candidate.entry.silent or candidate.codes[0][:3] in settled:
            continue
        document = case.record.document(candidate)
        if document.type not in (*_FINAL, *PROCEDURAL) and candidate.whether is not Whether.LIKELY:
            continue
        settled.add(candidate.codes[0][:3])
        headline = candidate.role in ("diagnosis", "impression") and document.type in _FINAL
        out.append(
            Query(
                _phrase(case, candidate),
                f"The record leaves this uncertain ({candidate.statement.cue or 'possible'}). Was it diagnosed, or excluded?",
                tuple(case.record.evidence(candidate)[:1]),
                headline and (primary is None or primary.code[0] == "R"),
                candidate.codes if candidate.codes[0] not in ("?", "-") else (),
            )
        )
    return out


def _index_asks(case: Case) -> list[Query]:
    """Entries of the index that say themselves what must be asked."""
    out: list[Query] = []
    things = [(c, t.code) for t in (*case.conditions, *case.interventions) for c in t.candidates[:1] if c.entry.query]
    asked = [(c, "") for c in case.uncertain if c.entry.asks]
    for candidate, code in things + asked:
        out.append(
            Query(
                _phrase(case, candidate),
                candidate.entry.query or "What is meant cannot be coded as it is written.",
                tuple(case.record.evidence(candidate)[:1]),
                candidate.entry.asks and candidate.role == "diagnosis",
                (code,) if code else (),
            )
        )
    return out


def _histology(case: Case) -> list[Query]:
    """A specimen was sent and no histology is in the record."""
    if any(d.type == "histology" for d in case.episode.documents):
        return []
    for line in case.record.lines:
        words = set(line.words.text)
        if line.statement.section.role not in ("past_history", "advice") and "histology" in words and (
            words & {"awaited", "pending", "await", "sent", "chase", "result", "follow"}
        ):
            document = case.episode.documents[line.statement.document]
            s = line.statement
            return [
                Query(
                    "Histology result",
                    "A specimen was sent and its result is not in the record; it may change the diagnosis.",
                    (Evidence(document.name, s.start, s.end, document.text[s.start : s.end]),),
                    False,
                )
            ]
    return []


def _sides(case: Case) -> list[Query]:
    """Procedures on paired organs without a side."""
    return [
        Query(
            f"Side of {_phrase(case, i.first)}", "The record does not say which side was operated on.",
            tuple(case.evidence(i, 1)), True, (i.code,),
        )
        for i in case.interventions
        if i.code in _SIDED and i.code[0] not in "J" and not any(c.startswith("Z94") for c in i.codes) and i.slots != ()
        and "side" in (i.slots or ("side",))
    ]  # fmt: skip
