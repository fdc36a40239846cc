"""Abnormal values that were acted on and that no diagnosis explains: never coded, but asked about."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fourstep.ask.found import BEFORE, Found, Hit
from fourstep.ask.tables import Limit, Value
from fourstep.ask.wanting import applies
from fourstep.ask.wording import Proposal, propose
from fourstep.assign.case import Case
from fourstep.episode import Evidence

# "129", "fell to 129 on day two from 137", "118 -> 74", "of 640 ml", "was found to be 28"
_FIRST = re.compile(
    r"[\s:=~<>(+,]*(?:(?:level|levels|was|were|is|of|on|in|at|to|from|fell|fall|falls|dropped|drop|rose|rise|up|down|ran|low|high|only"
    r"|peak|peaked|nadir|runs|running|consistently|persistently|now|adm|admission|arrival|pre|op|corrected|adj|adjusted|score|units?|scan|again|recheck|day|gas|ra|air"
    r"|the|a|day ?\d|recorded|measured|found|be|residual|booking|capillary|random|done)\b[\s:=~<>(+.,]*){0,5}"
    r"(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\d]*[/.:]\d\d?[/.])(?![\d]*:\d\d(?!\d))"
)
_NEXT = re.compile(
    r"\s*(?:g/l|mmol/l|umol/l|micromol/l|%)?\s*(?:-+>|→|=>|–>|to|down to|up to|then)"
    r"\s*(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
    r"|\s*(?:[a-z0-9 /+()-]{0,30}?)\bfrom\s+(\d+(?:\.\d+)?)",
    re.I,
)
_NEAR = 140  # characters within which a common word says that the value was acted on


@dataclass(slots=True)
class Reading:
    """A figure of the record and where it stands."""

    figure: float
    written: str
    hit: Hit
    start: int
    order: tuple[
        str, int, int, int
    ]  # when it was read: the document's date and place, the place in it, the place in its row


def _goes_on(text: str) -> bool:
    """Whether a sign or word stands there by which another figure may follow: only then it is looked for."""
    low = text.lower()
    return ">" in low or "\u2192" in low or "to" in low or "then" in low or "from" in low


def readings(case: Case, found: Found, value: Value) -> list[Reading]:
    """All figures of one measurement, in the order of the record."""
    out: list[Reading] = []
    for phrase in value.words:
        for hit in found.hits.get(phrase, ()):
            tokens = case.record.tokens[hit.document]
            text, at = case.episode.documents[hit.document].text, tokens.end[hit.last]
            start, date = tokens.start[hit.first], case.episode.documents[hit.document].date
            match = _FIRST.match(text, at, at + 60)
            place = 0
            while match is not None:
                earlier = match.re is _NEXT and match[2] is not None  # "74 from 118"
                written = match[2] if earlier else match[1]
                figure = float(written.replace(",", ""))
                if value.lowest <= figure <= value.highest:
                    order = (date.isoformat() if date else "", hit.document, start, -1 if earlier else place)
                    out.append(Reading(figure, written, hit, start, order))
                elif place == 0:
                    break
                place += 1
                at = match.end()
                match = _NEXT.match(text, at, at + 50) if _goes_on(text[at : at + 50]) else None
    return out


def values(case: Case, found: Found) -> list[Proposal]:
    """One question for each measurement out of its limits, acted on, and not explained."""
    out: list[Proposal] = []
    for value in found.tables.measured(found.hits):
        # "no known hypertension" on admission does not explain the reading of today
        if not applies(case, found, value.when, denied=False) or not _given(found, value):
            continue
        read = readings(case, found, value)
        if not any(_beyond(x, r.figure) or x.kind in ("fall", "rise") for x in value.limits for r in read):
            continue
        chosen = _asking(case, found, value, read)
        if chosen:
            out.append(_question(case, found, value, chosen))
    return out


def _given(found: Found, value: Value) -> bool:
    has = value.when.has
    return has is None or any(c in has for c in found.given)


def _asking(case: Case, found: Found, value: Value, read: list[Reading]) -> list[Reading]:
    """The readings that ask: one, or the two of a fall or rise; none where nothing asks."""
    inside = [r for r in read if case.episode.documents[r.hit.document].type not in BEFORE]
    if not inside:
        return []
    low = min(inside, key=lambda r: r.figure)
    widest = [x.figure for x in value.limits if x.kind == "<"]
    for limit in value.limits:
        if limit.kind in ("fall", "rise"):
            pair = _change(read, low, limit, widest)
            if pair and (limit.always or _acted(case, found, value, pair[-1])):
                return pair
            continue
        beyond = sorted(
            (r for r in inside if _beyond(limit, r.figure)), key=lambda r: r.figure, reverse=limit.kind == ">"
        )
        for reading in beyond:
            if limit.always or _acted(case, found, value, reading):
                return [reading]
    return []


def _change(read: list[Reading], low: Reading, limit: Limit, widest: list[float]) -> list[Reading]:
    """The two readings of a fall to the lowest, or of a rise or its recovery; none where it is too small."""
    if limit.kind == "fall":
        before = [r for r in read if r.order < low.order]
        top = max(before, key=lambda r: r.figure, default=low)
        pair = [top, low]
        if widest and low.figure >= max(widest):
            return []
    else:
        pair = [min(read, key=lambda r: r.figure), max(read, key=lambda r: r.figure)]
    return pair if abs(pair[0].figure - pair[1].figure) >= limit.figure else []


def _beyond(limit: Limit, figure: float) -> bool:
    return (limit.kind == "<" and figure < limit.figure) or (limit.kind == ">" and figure > limit.figure)


def _acted(case: Case, found: Found, value: Value, reading: Reading) -> Hit | None:
    """Where the record says that somebody acted on a reading."""
    anywhere = found.of(tuple(p for p in value.acted if not p[0][0].isdigit()), history=True)
    if anywhere is not None:
        return anywhere
    tokens = case.record.tokens[reading.hit.document]
    text = case.episode.documents[reading.hit.document].text
    own = [p for p in value.acted if p[0][0].isdigit()]
    for phrase in (*own, *found.tables.near):
        for hit in found.hits.get(phrase, ()):
            if hit.document != reading.hit.document:
                continue
            start = tokens.start[hit.first]
            between = text[min(start, reading.start) : max(start, reading.start)]
            if len(between) > _NEAR or "\n" in between or tokens.text[hit.first - 1] in ("not", "no"):
                continue
            if phrase in own or ". " not in between:  # the common words only in the sentence of the value
                return hit
    return None


def _question(case: Case, found: Found, value: Value, chosen: list[Reading]) -> Proposal:
    figures = " to ".join(r.written for r in chosen)
    acted = _acted(case, found, value, chosen[-1])
    evidence: list[Evidence] = [found.quote(r.hit) for r in reversed(chosen)]
    change = "" if len(chosen) == 1 else "fall " if chosen[0].figure > chosen[1].figure else "rise "
    about = f"{value.name} {change}{figures}"
    why = f"The record gives: {value.name.rpartition(': ')[2]} {figures}"
    if acted is not None:
        why += " and says that it was acted on"
        evidence.append(found.quote(acted))
    why += ", and names no diagnosis for it. Is it a diagnosis, and which?"
    return propose(value.rank, about, why, evidence, options=value.options)
