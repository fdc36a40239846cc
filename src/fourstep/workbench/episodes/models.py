"""Episodes with their documents, what arrived, and the jobs of the queue."""

from __future__ import annotations

from django.db import models

from fourstep.workbench.people.models import Person


class State(models.TextChoices):
    """Where an episode stands on its way to being handed on."""

    UNCODED = "uncoded", "Uncoded"
    PROPOSED = "proposed", "Proposed"
    IN_PROGRESS = "in progress", "In progress"
    AWAITING_QUERY = "awaiting query", "Awaiting query"
    AWAITING_DOCUMENTS = "awaiting documents", "Awaiting documents or histology"
    SECOND_CHECK = "second check", "For second check"
    CODED = "coded", "Coded"
    EXPORTED = "exported", "Exported"


#: Discharged and not coded: what the deadline calendar counts.
OPEN_STATES = (
    State.UNCODED, State.PROPOSED, State.IN_PROGRESS, State.AWAITING_QUERY, State.AWAITING_DOCUMENTS, State.SECOND_CHECK,
)  # fmt: skip


class Episode(models.Model):
    """One consultant episode. `key` is its identifier in the system it came from: sent again, it is updated.

    `version` counts every change to the coding or the documents: who saves says which version they saw.
    """

    key = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.UNCODED)
    version = models.PositiveIntegerField(default=1)
    age_years = models.PositiveSmallIntegerField(null=True, blank=True)
    age_days = models.PositiveIntegerField(null=True, blank=True)
    sex = models.CharField(max_length=10, default="unknown")
    patient_class = models.CharField(max_length=40, blank=True)
    admission_method = models.CharField(max_length=40, blank=True)
    admission_date = models.DateField(null=True, blank=True)
    discharge_date = models.DateField(null=True, blank=True, db_index=True)
    discharge_destination = models.CharField(max_length=100, blank=True)
    specialty = models.CharField(max_length=100, blank=True, db_index=True)
    consultant = models.CharField(max_length=100, blank=True, db_index=True)
    administrative = models.JSONField(default=dict, blank=True, help_text="NHS number and the like, as received")
    admission = models.BooleanField(default=True)
    note = models.TextField(blank=True)
    warnings = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=200, blank=True)
    assigned_to = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="episodes")
    submitted_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="submitted")
    submitted_at = models.DateTimeField(null=True, blank=True)
    coded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="coded")
    coded_at = models.DateTimeField(null=True, blank=True)
    lowest_confidence = models.FloatField(null=True, blank=True, help_text="Of the codes proposed")
    touchless = models.BooleanField(default=False)
    training = models.BooleanField(default=False, help_text="A fictional record for practice; never on the worklist")
    arrived_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["discharge_date", "id"]
        indexes = [
            models.Index(fields=["training", "state", "discharge_date"]),
            models.Index(fields=["training", "discharge_date", "id"]),
            models.Index(fields=["assigned_to", "state"]),
        ]

    def __str__(self) -> str:
        return f"episode {self.id}"


class Handle(models.Model):
    """One way to find an episode: the letters and digits of an identifier from one of its parts on, or all of them backwards."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="handles")
    word = models.CharField(max_length=255)
    backward = models.BooleanField(default=False)
    personal = models.BooleanField(default=False, help_text="Of the patient, not of the episode")

    class Meta:
        # The classes of operators are PostgreSQL's: with them the index serves "begins with" whatever the order of letters is.
        indexes = [
            models.Index(
                fields=["word", "backward", "personal", "episode"],
                opclasses=["varchar_pattern_ops", "bool_ops", "bool_ops", "int8_ops"],
                name="handle_word",
            )
        ]

    def __str__(self) -> str:
        return f"handle of episode {self.episode_id}"


class Deadline(models.Model):
    """One line of the submission calendar: what was discharged from one day to another must be coded by a third."""

    label = models.CharField(max_length=60, help_text="May 2026, final submission")
    first_discharge = models.DateField()
    last_discharge = models.DateField()
    coded_by = models.DateField()

    class Meta:
        ordering = ["coded_by"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_discharge__lte=models.F("last_discharge")), name="calendar_line_runs_forward"
            )
        ]

    def __str__(self) -> str:
        return self.label


class SavedFilter(models.Model):
    """A worklist as someone likes to see it, kept under a name; shared ones are offered to everybody."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, help_text="The part of the address after the question mark")
    shared = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="one_filter_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Document(models.Model):
    """One document of the record, with the text that all offsets count in. `superseded` when a later one of its name came."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="documents")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=255)
    type = models.CharField(max_length=60, default="unknown")
    date = models.DateField(null=True, blank=True)
    text = models.TextField()
    headings = models.JSONField(default=list, blank=True)
    entries = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the text")
    arrived_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["episode", "position"]
        constraints = [
            models.UniqueConstraint(fields=["episode", "name"], name="one_document_of_a_name")
        ]

    def __str__(self) -> str:
        return f"document {self.id} of episode {self.episode_id}"


class Proposal(models.Model):
    """What the engine made of an episode, whole, as of one version of its documents; the newest counts."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="proposals")
    engine = models.CharField(max_length=80, help_text="Version of engine and knowledge")
    digest = models.CharField(max_length=64, help_text="Of the episode as it was coded")
    result = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"proposal {self.id} for episode {self.episode_id}"


class Arrival(models.Model):
    """A file or message as it came in. Its content is kept until it has been read, or for another try when it could not be."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting"
        READ = "read", "Read"
        FAILED = "failed", "Failed"

    name = models.CharField(max_length=255)
    way = models.CharField(max_length=20, help_text="upload, api, folder or listener")
    content = models.BinaryField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    reason = models.TextField(blank=True, help_text="Why it failed, or what was set aside")
    episodes = models.ManyToManyField(Episode, blank=True, related_name="arrivals")
    sent_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL)
    arrived_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"arrival {self.id}"


class Job(models.Model):
    """Work for the background: read an arrival, or code an episode. A worker holds it by a lease, so that none is lost."""

    class Kind(models.TextChoices):
        READ = "read", "Read an arrival"
        CODE = "code", "Code an episode"

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    arrival = models.ForeignKey(Arrival, null=True, on_delete=models.CASCADE, related_name="jobs")
    episode = models.ForeignKey(Episode, null=True, on_delete=models.CASCADE, related_name="jobs")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["outcome", "id"])]

    def __str__(self) -> str:
        return f"job {self.id}: {self.kind}"
