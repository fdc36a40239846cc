"""Bundles that `fourstep.exchange.fhir` wrote, read back: the codes in their order with all that stands behind them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fourstep.episode import Code, CodedEpisode, Evidence
from fourstep.errors import ReadError
from fourstep.exchange.fhir_parts import CODING, EPISODE, EVIDENCE, JSON


def coded_from_bundle(value: Any, place: str) -> CodedEpisode:
    """The coded episode of a bundle: its codes, their evidence, trails, standards and dates.

    What no bundle carries (what was not coded, queries, validation) is empty. Raises ReadError where it is no such bundle.
    """
    try:
        resources = {entry["fullUrl"]: entry["resource"] for entry in value["entry"]}
        encounter = next(r for r in resources.values() if r["resourceType"] == "Encounter")
        own = next(i["value"] for i in encounter["identifier"] if i["system"] == EPISODE)
        behind = {r["target"][0]["reference"]: r for r in resources.values() if r["resourceType"] == "Provenance"}
        codes = {
            kind: [_code(r, behind[address]) for address, r in resources.items() if r["resourceType"] == kind]
            for kind in ("Condition", "Procedure")
        }
    except (KeyError, TypeError, IndexError, StopIteration, AttributeError, ValueError):
        raise ReadError("no bundle of a coded episode", place) from None
    return CodedEpisode(own, codes["Condition"], codes["Procedure"])


def _code(resource: JSON, provenance: JSON) -> Code:
    coding = resource["code"]["coding"][0]
    own = _parts(provenance["extension"], CODING)
    day = resource.get("performedDateTime")
    return Code(
        code=coding["code"],
        title=coding.get("display", ""),
        evidence=[_evidence(_parts(entity["extension"], EVIDENCE)) for entity in provenance.get("entity", [])],
        trail=own.get("trail", ""),
        standards=own.get("standards", "").split(),
        confidence=own["confidence"],
        status=own["status"],
        date=dt.date.fromisoformat(day) if day else None,
        reason=own.get("reason", ""),
    )


def _evidence(parts: dict[str, Any]) -> Evidence:
    return Evidence(parts.get("document", ""), parts["start"], parts["end"], parts.get("text", ""), parts.get("path", ""))


def _parts(extensions: list[JSON], url: str) -> dict[str, Any]:
    inner = next(e["extension"] for e in extensions if e["url"] == url)
    return {e["url"]: next(value for key, value in e.items() if key.startswith("value")) for e in inner}
