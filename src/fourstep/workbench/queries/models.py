"""What is asked of people outside the coding department, what they answered, and what coders say to each other."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.utils import timezone

from fourstep.workbench.episodes.models import Document, Episode
from fourstep.workbench.people.models import Person


class Kind(models.TextChoices):
    QUESTION = "question", "Query"
    DOCUMENT = "document", "Document request"


class State(models.TextChoices):
    """Where a query stands. `DONE` follows when a coder has looked at the answer; `SET_ASIDE` when it was never sent."""

    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    ANSWERED = "answered", "Answered"
    DONE = "done", "Done with"
    WITHDRAWN = "withdrawn", "Withdrawn"
    SET_ASIDE = "set aside", "Set aside"


#: What may still keep a coding from being handed in.
OPEN = (State.DRAFT, State.SENT, State.ANSWERED)


class Addressee(models.TextChoices):
    CLINICIAN = "clinician", "Clinician"
    WARD = "ward", "Ward"
    SECRETARY = "secretary", "Secretary"
    RECORDS = "records", "Health records"
    OTHER = "other", "Other"


class Wanted(models.TextChoices):
    """Documents that are asked for; the values are the engine's words for them."""

    DISCHARGE_SUMMARY = "discharge_summary", "Discharge summary"
    OPERATION_NOTE = "operation_note", "Operation note"
    HISTOLOGY = "histology", "Histology"
    TEST_RESULT = "test_result", "Test result or report"
    ANAESTHETIC_RECORD = "anaesthetic_record", "Anaesthetic record"
    DELIVERY_RECORD = "delivery_record", "Delivery record"
    WARD_ROUND = "ward_round", "Ward or progress notes"
    OTHER = "other", "Other"


class Query(models.Model):
    """A question to a clinician, or a request for a document: drafted, sent by a link that works once, answered.

    `evidence` and `options` are as the engine gives them (`fourstep.episode.Query`). The codes of an option are for the
    coder's eyes and never on the page that is answered. `nonce` makes the link of one sending; it ends with the answer.
    """

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="queries")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.QUESTION)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    about = models.CharField(max_length=200)
    question = models.TextField(max_length=2000)
    engine_about = models.CharField(max_length=200, blank=True, help_text="What the engine's draft was about; empty: written")
    evidence = models.JSONField(default=list, blank=True, help_text="document, start, end, text")
    options = models.JSONField(default=list, blank=True, help_text="text, codes")
    codes = models.JSONField(default=list, blank=True, help_text="Codes that the answer would affect")
    blocking = models.BooleanField(default=False)
    wanted = models.CharField(max_length=30, choices=Wanted.choices, blank=True, help_text="The document asked for")
    reference = models.CharField(max_length=60, blank=True, help_text="What the addressee finds the record by; never a name")

    addressee = models.CharField(max_length=120, blank=True)
    addressee_kind = models.CharField(max_length=10, choices=Addressee.choices, default=Addressee.CLINICIAN)
    email = models.EmailField(blank=True)
    nonce = models.CharField(max_length=43, blank=True)
    address = models.CharField(max_length=200, blank=True, help_text="The workbench's address as the sender saw it")
    expires_at = models.DateTimeField(null=True, blank=True)
    mail_failed = models.BooleanField(default=False)
    reminders = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)

    made_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="queries_made")
    made_at = models.DateTimeField(auto_now_add=True)
    sent_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="queries_sent")
    sent_at = models.DateTimeField(null=True, blank=True)

    ticked = models.JSONField(default=list, blank=True, help_text="Numbers of the options ticked, from 0")
    answer = models.TextField(blank=True, max_length=4000)
    cannot_say = models.BooleanField(default=False)
    answered_by = models.CharField(max_length=120, blank=True)
    answered_as = models.CharField(max_length=120, blank=True, help_text="Grade or role")
    answered_at = models.DateTimeField(null=True, blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers")
    changed_codes = models.JSONField(default=list, blank=True, help_text="act, code, was, by, at")
    closed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="queries_closed")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_why = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["state", "sent_at"]), models.Index(fields=["answered_at"])]

    def __str__(self) -> str:
        return f"query {self.id} of episode {self.episode_id}"

    @property
    def is_question(self) -> bool:
        return self.kind == Kind.QUESTION

    @property
    def ticked_options(self) -> list[dict[str, object]]:
        """The options that were ticked."""
        return [self.options[n] for n in self.ticked if 0 <= n < len(self.options)]

    @property
    def last_contact(self) -> dt.datetime | None:
        """When the addressee last heard of it."""
        return self.reminded_at or self.sent_at

    @property
    def turnaround(self) -> dt.timedelta | None:
        """From sending to answer."""
        return self.answered_at - self.sent_at if self.sent_at and self.answered_at else None

    @property
    def age(self) -> dt.timedelta | None:
        """How long it has been out, or was until it was answered."""
        return (self.answered_at or timezone.now()) - self.sent_at if self.sent_at else None

    @property
    def expired(self) -> bool:
        """Whether its link has run out."""
        return self.expires_at is not None and self.expires_at <= timezone.now()


class Contact(models.Model):
    """Someone who is asked, in the address book: a clinician with a specialty, a ward, a secretary."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Addressee.choices, default=Addressee.CLINICIAN)
    specialty = models.CharField(max_length=100, blank=True)
    email = models.EmailField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["specialty", "name"]
        constraints = [models.UniqueConstraint(fields=["name", "specialty"], name="one_contact_of_a_name_and_specialty")]

    def __str__(self) -> str:
        return f"contact {self.id}"


class Remark(models.Model):
    """One remark in the thread of an episode. Between coders: no part of the record, of queries or of what is sent on."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="remarks")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="remarks")
    text = models.TextField(max_length=4000)
    mentioned = models.ManyToManyField(Person, blank=True, related_name="mentions")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"remark {self.id} on episode {self.episode_id}"


class Read(models.Model):
    """How far a person has read the thread of an episode."""

    episode = models.ForeignKey(Episode, on_delete=models.CASCADE, related_name="thread_reads")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="thread_reads")
    up_to = models.PositiveBigIntegerField(default=0, help_text="Number of the last remark seen")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["episode", "person"], name="one_read_of_a_person")]

    def __str__(self) -> str:
        return f"person {self.person_id} read to {self.up_to} in episode {self.episode_id}"
