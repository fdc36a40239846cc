"""An answer comes in: kept with the query, and put into the record as a document of its own.

The document has the answerer's own words first, where the engine reads them like any clinician's. What was asked and what
was ticked stands below, under a heading from which nothing is coded: "Severe" or "At risk only" say something only as an
answer to their question, and what they lead to is for a coder to decide.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from fourstep.episode import Document as EngineDocument
from fourstep.episode import Episode as EngineEpisode
from fourstep.episode import Heading
from fourstep.workbench.episodes.actions import store
from fourstep.workbench.episodes.models import Document, Episode
from fourstep.workbench.queries.links import Opened, Standing, open_link
from fourstep.workbench.queries.models import Query, State
from fourstep.workbench.queries.standing import settle
from fourstep.workbench.trust.actions import record

#: The engine's role of text from which nothing is coded.
_NOT_CODED = "advice"
_ANSWER, _ASKED = "Answer to a coding query", "What was asked"
QUERY_ANSWER = "query_answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered, and who they say they are."""

    name: str
    grade: str
    ticked: tuple[int, ...] = ()
    words: str = ""
    cannot_say: bool = False


def give(token: str, answer: Answer) -> Opened:
    """Keep the answer, if the link still is good for one; of two at once, the first counts.

    A question's answer becomes a document of the episode, which is coded again. An answer to a request for a document
    (where it is, that there is none) is no part of the record.
    """
    with transaction.atomic():
        first = open_link(token)
        if first.query is None:
            return first
        Episode.objects.select_for_update().get(pk=first.query.episode_id)
        opened = open_link(token, lock=True)
        query = opened.query
        if query is None:
            return opened
        query.state, query.nonce, query.answered_at = State.ANSWERED, "", timezone.now()
        query.ticked = sorted({n for n in answer.ticked if 0 <= n < len(query.options)})
        query.answer, query.cannot_say = answer.words.strip()[:4000], answer.cannot_say
        query.answered_by, query.answered_as = answer.name.strip()[:120], answer.grade.strip()[:120]
        if query.is_question:
            query.document = _put_in_record(query)
        query.save()
        settle(query.episode)
        record(None, "query answered", str(query.episode), query=query.pk)
    return Opened(Standing.GOOD, query)


def _put_in_record(query: Query) -> Document:
    row = query.episode
    name = f"query-answer-{query.pk}.txt"
    store(
        None,
        EngineEpisode(
            id=row.key,
            documents=(document_of_answer(query, name),),
            source=row.source,
            admission=row.admission,
            note=row.note,
            warnings=tuple(row.warnings),
        ),
    )
    return row.documents.get(name=name)


def document_of_answer(query: Query, name: str) -> EngineDocument:
    """The answer as a document of the record: who, when, their own words, then the question and what was ticked."""
    assert query.answered_at is not None
    when = timezone.localtime(query.answered_at)
    words = query.answer or ("Cannot say." if query.cannot_say else "No further words.")
    top = f"{_ANSWER}\n\n{words}\n\n"
    ticked = "; ".join(str(option["text"]) for option in query.ticked_options)
    below = [
        _ASKED,
        f"About: {query.about}",
        f"Question: {query.question}",
        f"Ticked: {ticked or ('cannot say' if query.cannot_say else 'nothing')}",
        f"Answered by {query.answered_by}, {query.answered_as}, {when:%-d %B %Y %H:%M}",
    ]
    headings = (
        Heading(0, len(_ANSWER), _ANSWER, "course"),
        Heading(len(top), len(top) + len(_ASKED), _ASKED, _NOT_CODED),
    )
    return EngineDocument(name, top + "\n".join(below) + "\n", QUERY_ANSWER, when.date(), headings)
