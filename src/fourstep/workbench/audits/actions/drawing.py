"""The sample is drawn, and frozen as it is at that moment."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from fourstep.evaluate.rows import Row
from fourstep.evaluate.sample import draw
from fourstep.workbench.audits.errors import Refused
from fourstep.workbench.audits.models import NOBODY, Audit, Item
from fourstep.workbench.audits.standing import codes_now
from fourstep.workbench.episodes.models import Episode, Proposal, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.trust.actions import record

_FINISHED = (State.CODED, State.EXPORTED)


def risk(lowest: float | None) -> str:
    """The stratum of risk: how sure the engine was of its least sure code."""
    if lowest is None:
        return "no proposal"
    return "below 50 %" if lowest < 0.5 else "50 to 80 %" if lowest < 0.8 else "80 % and more"


@transaction.atomic
def draw_audit(person: Person, audit: Audit, *, take_all: bool = False) -> Audit:
    """Draw the sample of a new audit from finished codings discharged in its period, and freeze their codes.

    Raises Refused where the period holds fewer than asked for (unless all are to be taken) or none, UsageError where
    it cannot be stratified as asked.
    """
    found = Episode.objects.filter(
        training=False, state__in=_FINISHED, discharge_date__range=(audit.first_day, audit.last_day)
    )
    if audit.specialty:
        found = found.filter(specialty=audit.specialty)
    names = {p.id: str(p) for p in Person.objects.all()}
    rows = {
        str(pk): Row(str(pk), specialty=specialty, coder=names.get(coder, ""), risk=risk(lowest))
        for pk, specialty, coder, lowest in found.order_by("id").values_list(
            "id", "specialty", "coded_by_id", "lowest_confidence"
        )
    }
    if not rows:
        raise Refused("no finished coding was discharged in that period: nothing can be drawn")
    if audit.size > len(rows) and not take_all:
        raise Refused(
            f"the period holds {len(rows)} finished codings, fewer than the sample of {audit.size}: "
            f"ask for at most {len(rows)}, or tick that all are to be taken"
        )
    drawn = draw(list(rows.values()), audit.size, by=audit.strata, seed=audit.seed, take_all=take_all)
    audit.population, audit.size = len(rows), len(drawn)
    audit.made_by, audit.made_by_name = person, str(person)
    audit.save()
    _freeze(audit, [int(r.episode_id) for r in drawn], names)
    record(person, "audit drawn", str(audit), episodes=len(drawn), population=len(rows), seed=audit.seed)
    return audit


def _freeze(audit: Audit, ids: list[int], names: dict[int, str]) -> None:
    rows = {e.id: e for e in Episode.objects.select_for_update().filter(id__in=ids)}
    now, engine = codes_now(ids), _proposed(ids)
    Item.objects.bulk_create(
        Item(
            audit=audit, position=place, episode=rows[pk], key=rows[pk].key, specialty=rows[pk].specialty,
            consultant=rows[pk].consultant, coder_id=rows[pk].coded_by_id,
            coder_name=names.get(rows[pk].coded_by_id or 0, NOBODY), risk=risk(rows[pk].lowest_confidence),
            diagnoses=now[pk]["diagnoses"], procedures=now[pk]["procedures"], engine=engine.get(pk),
        )
        for place, pk in enumerate(ids, 1)
    )  # fmt: skip


def _proposed(ids: list[int]) -> dict[int, dict[str, Any]]:
    """The codes of each episode's newest proposal."""
    out: dict[int, dict[str, Any]] = {}
    for pk, result in Proposal.objects.filter(episode__in=ids).order_by("id").values_list("episode_id", "result"):
        out[pk] = {name: [c["code"] for c in result.get(name, [])] for name in ("diagnoses", "procedures")}
    return out
