"""The addresses of the interface. Each call shows a token; without one that is valid, and allowed to, it is refused."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja import File, NinjaAPI, Status, UploadedFile
from ninja.errors import HttpError
from ninja.security import HttpBearer

from fourstep.workbench.api.actions import hash_of
from fourstep.workbench.api.models import Token
from fourstep.workbench.api.schemas import ArrivalOut, CodeOut, EpisodeIn, EpisodeOut, EvidenceOut, Problem, Received
from fourstep.workbench.coding.models import Book, CodeLine
from fourstep.workbench.episodes import actions
from fourstep.workbench.episodes.models import Arrival, Episode
from fourstep.workbench.trust.actions import record


class _TokenGate(HttpBearer):
    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = Token.objects.filter(hash=hash_of(token)).first()
        return found if found and found.valid else None


api = NinjaAPI(
    title="Fourstep",
    version="1",
    description="Send hospital episodes, ask for their coding.",
    auth=_TokenGate(),
    docs_url=None,  # a page of scripts; the description itself is at openapi.json
)
_REFUSED = {401: Problem, 403: Problem}


@api.post("/episodes", response={202: Received, 422: Any, **_REFUSED}, summary="Send an episode")
def send_episode(request: HttpRequest, episode: EpisodeIn) -> Status[Received]:
    """Keep an episode and have it coded in the background. Sent again, it is updated and people's decisions stay."""
    _allowed(request, "may_send")
    line = json.dumps(episode.dict(exclude_none=True), default=str)
    arrival = actions.receive(None, "episode.jsonl", line.encode(), "api")
    return Status(202, _received(arrival))


@api.post("/files", response={202: Received, 422: Any, **_REFUSED}, summary="Send a file")
def send_file(request: HttpRequest, file: File[UploadedFile]) -> Status[Received]:
    """Keep a file of any kind that is read (PDF, Word, HL7, CDA, FHIR, JSON lines, zip of episode folders) and have it coded."""
    _allowed(request, "may_send")
    return Status(202, _received(actions.receive(None, file.name or "document", file.read(), "api")))


@api.get("/arrivals/{number}", response={200: ArrivalOut, 404: Problem, 422: Any, **_REFUSED}, summary="What became of it")
def arrival(request: HttpRequest, number: int) -> ArrivalOut:
    """Whether what was sent has been read, and which episodes it held."""
    _allowed(request, "may_send")
    found = Arrival.objects.defer("content").filter(id=number, way="api").first() if 0 < number < 2**63 else None
    if found is None:
        raise HttpError(404, "There is no such arrival.")
    keys = list(found.episodes.values_list("key", flat=True))
    return ArrivalOut(arrival=found.id, outcome=found.outcome, reason=found.reason, episodes=keys)


@api.get("/episodes/{path:key}", response={200: EpisodeOut, 404: Problem, 422: Any, **_REFUSED}, summary="An episode's coding")
def episode(request: HttpRequest, key: str) -> EpisodeOut:
    """The coding as it stands, with the words behind every code."""
    token = _allowed(request, "may_read")
    row = Episode.objects.filter(key=key, training=False).first() if "\0" not in key else None
    if row is None:
        raise HttpError(404, "There is no such episode.")
    record(None, "viewed", str(row), token=token.id)
    newest = row.proposals.first()
    result: dict[str, Any] = newest.result if newest else {}
    lines = [line for line in row.lines.all() if line.stands]
    return EpisodeOut(
        id=row.key, state=row.state, version=row.version,
        diagnoses=[_code(line) for line in lines if line.book == Book.ICD10],
        procedures=[_code(line) for line in lines if line.book == Book.OPCS4],
        not_coded=result.get("not_coded", []), queries=result.get("queries", []),
    )  # fmt: skip


def _code(line: CodeLine) -> CodeOut:
    evidence = [EvidenceOut(**{k: e[k] for k in ("document", "start", "end", "text")}) for e in line.evidence]
    return CodeOut(
        code=line.code, title=line.title, date=line.date, standing=line.standing, confidence=line.confidence,
        evidence=evidence, standards=line.standards,
    )  # fmt: skip


def _received(arrival: Arrival) -> Received:
    return Received(arrival=arrival.id, url=f"/api/arrivals/{arrival.id}")


def _allowed(request: HttpRequest, what: str) -> Token:
    token: Token = request.auth  # type: ignore[attr-defined]
    if not getattr(token, what):
        raise HttpError(403, "This token is not allowed to do that.")
    return token
