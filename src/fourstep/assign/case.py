"""The case: what really happened in the episode, one Condition or Intervention for each real thing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from fourstep.assign.agents import Agents
from fourstep.assign.characters import Scheme
from fourstep.assign.sites import Slots
from fourstep.books import Icd10, Opcs4
from fourstep.episode import Episode, Evidence, Message, NotCoded, Query
from fourstep.locate.candidates import Candidate, Line, Record

#: How much a document's word counts where documents differ: the consultant's final statement first.
AUTHORITY = {
    "discharge_summary": 6, "consultant_note": 6, "delivery_record": 5, "operation_note": 5, "ward_round": 4,
    "histology": 4, "anaesthetic_record": 3, "clinic_letter": 2, "ed_note": 2, "test_result": 2, "referral_letter": 1,
}  # fmt: skip


@dataclass(slots=True)
class Thing:
    """What conditions and interventions share: codes in order, the candidates that say so, the standards that acted."""

    codes: list[str]
    candidates: list[Candidate]
    standards: list[str] = field(default_factory=list)
    extra_evidence: list[Evidence] = field(default_factory=list)
    reason: str = ""
    weight: float = 0.0

    @property
    def code(self) -> str:
        return self.codes[0]

    @property
    def first(self) -> Candidate:
        return self.candidates[0]

    @property
    def order(self) -> int:
        first = self.candidates[0].order if self.candidates else 0
        for candidate in self.candidates:
            if candidate.order < first:
                first = candidate.order
        return first

    def is_any(self, *prefixes: str) -> bool:
        """Whether the leading code begins with one of the prefixes."""
        return self.codes[0].startswith(prefixes)


@dataclass(slots=True)
class Condition(Thing):
    """One disease, symptom, injury, status or circumstance. `follows` places it behind another (external cause, organism)."""

    follows: Condition | None = None
    #: Vaguer names of the same thing that gave way to it: where they stand weighs for it.
    vaguer: list[Candidate] = field(default_factory=list)


@dataclass(slots=True)
class Intervention(Thing):
    """One procedure with its own date; `codes` are the body code and its approach, site and side, in order."""

    date: dt.date | None = None
    slots: tuple[str, ...] | None = None
    biopsies: list[Candidate] = field(default_factory=list)  # taken in the same operation, not of what it removed


@dataclass(slots=True)
class Case:
    """All that the standards work on. They add, change and remove conditions and interventions, and say why."""

    episode: Episode
    record: Record
    icd10: Icd10
    opcs4: Opcs4
    policy: dict[str, str]
    agents: Agents
    places: Scheme
    slots: Slots
    conditions: list[Condition] = field(default_factory=list)
    interventions: list[Intervention] = field(default_factory=list)
    methods: list[Candidate] = field(default_factory=list)  # how it was done (Y): never recorded by itself
    ruled_out: list[Candidate] = field(default_factory=list)
    uncertain: list[Candidate] = field(default_factory=list)
    meant: list[Candidate] = field(default_factory=list)  # what operation notes name and do not say was done
    undone: list[tuple[Candidate, Line]] = field(default_factory=list)  # told as done, and what takes it back
    supporting: list[Candidate] = field(default_factory=list)
    not_coded: list[NotCoded] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    validation: list[Message] = field(default_factory=list)
    guards: frozenset[str] = frozenset()
    every_condition: bool = False
    # the codes that led the conditions when they were last asked for, as one text too, and the standards that have lines for them
    _led: list[str] = field(default_factory=list)
    _leading: str = ""
    tabled: frozenset[str] | None = None

    def led(self) -> list[str]:
        """The codes that lead the conditions; what is kept of them is forgotten where they have changed."""
        codes = [c.codes[0] for c in self.conditions]
        if codes != self._led:
            self._led, self._leading, self.tabled = codes, "\n" + "\n".join(codes), None
        return codes

    def having(self, *prefixes: str) -> list[Condition]:
        """Conditions whose leading code begins with one of the prefixes."""
        self.led()
        for prefix in prefixes:
            if f"\n{prefix}" in self._leading:
                break
        else:
            return []  # most rules ask for what is not there
        return [c for c in self.conditions if c.codes[0].startswith(prefixes)]

    def has(self, *prefixes: str) -> bool:
        """Whether any code of any condition begins with one of the prefixes."""
        return any(code.startswith(prefixes) for c in self.conditions for code in c.codes)

    def drop(self, things: Iterable[Condition], reason: str, standard: str) -> None:
        """Take conditions out and say why."""
        for condition in list(things):
            if any(c is condition for c in self.conditions):
                self.conditions = [c for c in self.conditions if c is not condition]
                self.leave_out(condition.candidates[:1], reason, standard, condition.code)

    def drop_where(self, test: Callable[[Condition], bool], reason: str, standard: str) -> None:
        self.drop([c for c in self.conditions if test(c)], reason, standard)

    def leave_out(self, candidates: Iterable[Candidate], reason: str, standard: str = "", code: str = "") -> None:
        """Write candidates into the not-coded list with the reason."""
        for c in candidates:
            quote = self.record.evidence(c)[0]
            would_be = code or (c.codes[0] if c.codes and c.codes[0] not in ("-", "?") else "")
            self.not_coded.append(
                NotCoded(quote.text, reason, quote.document, quote.start, quote.end, would_be, standard)
            )

    def evidence(self, thing: Thing, most: int = 4) -> list[Evidence]:
        """The quotes behind a thing, the most authoritative documents first."""
        out: list[Evidence] = []
        candidates = thing.candidates
        if len(candidates) > 1:
            candidates = sorted(candidates, key=lambda c: (-AUTHORITY.get(self.record.document(c).type, 3), c.order))
        for c in candidates:
            out += [e for e in self.record.evidence(c) if e not in out]
            if len(out) >= most:
                break
        return out[:most] + [e for e in thing.extra_evidence if e not in out]
