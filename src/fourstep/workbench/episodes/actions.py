"""Everything that changes episodes, arrivals and the queue."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from fourstep.episode import Episode as EngineEpisode
from fourstep.workbench.coding.actions import propose
from fourstep.workbench.episodes.engine import digest_of, engine_version, fields_of
from fourstep.workbench.episodes.handles import keep_handles
from fourstep.workbench.episodes.models import Arrival, Deadline, Document, Episode, Job, Proposal, SavedFilter, State
from fourstep.workbench.people.models import Person
from fourstep.workbench.queries.arriving import documents_arrived
from fourstep.workbench.trust.actions import record

#: How long a worker holds a job. One that dies is taken over after this.
LEASE = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 3
_PLAIN = (
    "age_years", "age_days", "patient_class", "admission_method", "admission_date", "discharge_date", "specialty",
    "discharge_destination", "admission", "note",
)  # fmt: skip


@transaction.atomic
def receive(person: Person | None, name: str, content: bytes, way: str) -> Arrival:
    """Keep a file as it came and put it in the queue to be read."""
    arrival = Arrival.objects.create(name=name[:255], content=content, way=way, sent_by=person)
    Job.objects.create(kind=Job.Kind.READ, arrival=arrival)
    record(person, "received", f"arrival {arrival.id}", way=way, bytes=len(content))
    return arrival


@transaction.atomic
def store(person: Person | None, episode: EngineEpisode, *, training: bool = False) -> Episode:
    """Keep an episode: a new one, or one that is there already, whose facts and documents are updated.

    Documents of the same name are replaced, others are added, none is taken away. Decisions of people stay. The
    episode goes into the queue to be coded when anything changed; a training record never does.
    """
    row, made = Episode.objects.select_for_update().get_or_create(key=episode.id, defaults={"training": training})
    before = None if made else digest_of(row)
    for field in _PLAIN:
        value = getattr(episode, field)
        if made or value not in (None, ""):  # what is not said this time is not forgotten
            setattr(row, field, value)
    if made or episode.sex != "unknown":
        row.sex = episode.sex.value
    if episode.administrative:
        row.administrative = row.administrative | episode.administrative.as_dict()
        row.consultant = episode.administrative.consultant_code or row.consultant
    row.source = episode.source[-200:]
    row.warnings = list(episode.warnings)
    row.save()
    keep_handles([row])
    _store_documents(row, episode)
    if before != digest_of(row):
        Episode.objects.filter(id=row.id).update(version=F("version") + (0 if made else 1))
        if not row.training:
            enqueue_coding(row)
        record(person, "stored" if made else "updated", str(row), documents=len(episode.documents))
    row.refresh_from_db()
    return row


def _store_documents(row: Episode, episode: EngineEpisode) -> None:
    there = {d.name: d for d in row.documents.all()}
    position = max((d.position for d in there.values()), default=-1)
    fresh = []
    for document in episode.documents:
        if not (own := there.get(document.name)):
            position += 1
            own = Document(episode=row, name=document.name, position=position)
            fresh.append(own)
        for field, value in fields_of(document).items():
            setattr(own, field, value)
        own.save()
    documents_arrived(row, fresh)


def enqueue_coding(row: Episode) -> None:
    """Have the episode coded in the background; one waiting job is enough."""
    if not Job.objects.filter(episode=row, outcome=Job.Outcome.WAITING, leased_until=None).exists():
        Job.objects.create(kind=Job.Kind.CODE, episode=row)


@transaction.atomic
def keep_proposal(row: Episode, digest: str, result: dict[str, object], lowest: float | None, touchless: bool) -> None:
    """Keep what the engine made of the episode, and bring its codes into the coding beside what people decided.

    A result for documents that have changed in the meantime is dropped: another job codes the new ones.
    """
    row = Episode.objects.select_for_update().get(id=row.id)
    if digest_of(row) != digest:
        return
    Proposal.objects.create(episode=row, engine=engine_version(), digest=digest, result=result)
    row.lowest_confidence, row.touchless = lowest, touchless
    if row.state == State.UNCODED:
        row.state = State.PROPOSED
    row.save()
    propose(row, result)
    record(None, "proposed", str(row), engine=engine_version())


@transaction.atomic
def claim() -> Job | None:
    """The next job, held for LEASE; None when there is none. What a dead worker held is taken over."""
    now = timezone.now()
    # A lease that ends later than any given now is of a clock that has been put back since.
    free = Q(leased_until=None) | Q(leased_until__lt=now) | Q(leased_until__gt=now + LEASE)
    waiting = Job.objects.filter(free, outcome=Job.Outcome.WAITING)
    job = waiting.select_for_update(skip_locked=True).order_by("id").first()
    if job is None:
        return None
    job.leased_until, job.attempts = now + LEASE, job.attempts + 1
    if job.attempts > MOST_ATTEMPTS:
        _fail(job, "the worker stopped in the middle of it three times")
        return claim()
    job.save()
    return job


@transaction.atomic
def finish(job: Job, reason: str = "") -> None:
    """The job is done; with a reason, it failed."""
    if reason:
        _fail(job, reason)
        return
    job.outcome, job.done_at, job.leased_until = Job.Outcome.DONE, timezone.now(), None
    job.save()


def _fail(job: Job, reason: str) -> None:
    job.outcome, job.reason, job.done_at, job.leased_until = Job.Outcome.FAILED, reason, timezone.now(), None
    job.save()
    if job.arrival:
        job.arrival.outcome, job.arrival.reason = Arrival.Outcome.FAILED, reason
        job.arrival.save()
    record(None, "failed", f"job {job.id}", kind=job.kind)


@transaction.atomic
def keep_failure(name: str, way: str, reasons: list[str], content: bytes) -> Arrival:
    """Keep what another part of the system could not read, so that people see it."""
    arrival = Arrival.objects.create(
        name=name[:255], way=way, content=content, outcome=Arrival.Outcome.FAILED, reason="\n".join(reasons)
    )
    record(None, "failed", f"arrival {arrival.id}", way=way)
    return arrival


@transaction.atomic
def retry(person: Person, job: Job) -> Job:
    """Try a failed job again, as a new one."""
    again = Job.objects.create(kind=job.kind, arrival=job.arrival, episode=job.episode)
    if job.arrival:
        job.arrival.outcome, job.arrival.reason = Arrival.Outcome.WAITING, ""
        job.arrival.save()
    record(person, "retried", f"job {job.id}")
    return again


@transaction.atomic
def read_in(arrival: Arrival, episodes: list[EngineEpisode], set_aside: list[str]) -> None:
    """An arrival was read: its episodes are kept. Its content is let go, unless something in it could not be read."""
    for episode in episodes:
        arrival.episodes.add(store(arrival.sent_by, episode))
    arrival.outcome, arrival.reason = Arrival.Outcome.READ, "\n".join(set_aside)
    if not set_aside:
        arrival.content = None
    arrival.save()


@transaction.atomic
def take(person: Person, row: Episode) -> bool:
    """The episode becomes the person's own; False when another was quicker."""
    row = Episode.objects.select_for_update().get(id=row.id)
    if row.assigned_to_id not in (None, person.id):
        return False
    if row.assigned_to_id is None:
        row.assigned_to = person
        row.save(update_fields=["assigned_to", "changed_at"])
        record(person, "taken", str(row))
    return True


@transaction.atomic
def assign(by: Person, rows: QuerySet[Episode], to: Person | None) -> int:
    """Give episodes to someone, or to nobody; how many that were."""
    ids = list(rows.select_for_update(of=("self",)).values_list("id", flat=True))
    Episode.objects.filter(id__in=ids).update(assigned_to=to, changed_at=timezone.now())
    for number in ids:
        record(by, "assigned", f"episode {number}", to=to.username if to else "")
    return len(ids)


@transaction.atomic
def keep_filter(person: Person, name: str, query: str, *, shared: bool) -> SavedFilter:
    """Keep a worklist under a name; one of the same name gives way."""
    kept, _ = SavedFilter.objects.update_or_create(person=person, name=name, defaults={"query": query, "shared": shared})
    return kept


@transaction.atomic
def replace_calendar(by: Person | None, lines: list[Deadline]) -> None:
    """A whole new submission calendar in place of the one there is."""
    Deadline.objects.all().delete()
    Deadline.objects.bulk_create(lines)
    record(by, "calendar replaced", "", lines=len(lines))
