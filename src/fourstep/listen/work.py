"""Coding of what the inbox holds: visit by visit, each with all its messages so far."""

from __future__ import annotations

from collections.abc import Callable

from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Episode
from fourstep.errors import FourstepError, ReadError
from fourstep.listen.deliver import Deliver, Delivery, safe_name
from fourstep.listen.inbox import Inbox, Stored
from fourstep.listen.progress import Progress
from fourstep.read.hl7v2.message import parse_message
from fourstep.read.hl7v2.stay import stay_of
from fourstep.read.hl7v2.stream import narrow
from fourstep.read.hl7v2.visit import Visit, content_from

_BATCH = 500
#: After so many break-downs over one visit or file it is set aside.
MOST_TRIES = 3


class Work:
    """Codes stored messages and delivers what comes out; a break-down at any point costs nothing but the time."""

    def __init__(self, inbox: Inbox, coder: Coder, deliver: Deliver, progress: Progress) -> None:
        self.inbox = inbox
        self.coder = coder
        self.deliver = deliver
        self.progress = progress

    def some(self, stopped: Callable[[], bool] = lambda: False) -> int:
        """Code the visits of the next messages; how many there were, 0 when everything is done."""
        waiting = self.inbox.after(self.progress.last, _BATCH)
        last_of = {visit: number for number, visit in waiting}
        done: set[str] = set()
        for number, visit in waiting:
            if stopped():
                return len(done)
            # A visit is coded once for all its messages here, when its last one comes up.
            if last_of[visit] == number:
                self._visit(visit)
                done.add(visit)
            if done.issuperset(v for n, v in waiting if n <= number):
                self.progress.reach(number)
        return len(done)

    def _visit(self, visit: str) -> None:
        stored = self.inbox.of_visit(visit)
        name = safe_name(visit.strip("|").rpartition("|")[2], visit.encode())
        if self.progress.begin(name) > MOST_TRIES:
            self.deliver(Delivery(name, not_read=("set aside: the coder broke down over it, please report it",)))
        else:
            self.deliver(delivery_of(name, stored, self.coder))
        self.progress.finish(name)


def delivery_of(name: str, stored: list[Stored], coder: Coder) -> Delivery:
    """All messages of a visit as one delivery; evidence names them by the file that the messages are written to."""
    visit, wrong = Visit(), list[str]()
    for one in stored:
        try:
            message = parse_message(one.body, f"message {one.control}")
            visit.add(content_from(message, stay_of(message), f"{name}.hl7"))
        except ReadError as error:
            visit.missing += 1
            wrong.append(str(error))
    coded: list[tuple[Episode, CodedEpisode]] = []
    if visit.contents:
        episode = visit.episode(f"{name}.hl7")
        result = code_safely(episode, coder, wrong)
        coded = [(episode, result)] if result else []
    messages = b"".join(narrow(one.body) for one in stored)
    return Delivery(name, tuple(coded), tuple(wrong), messages, tuple(one.control for one in stored))


def code_safely(episode: Episode, coder: Coder, wrong: list[str]) -> CodedEpisode | None:
    """The coding of an episode; where it fails, None and the reason among those of the delivery."""
    try:
        return coder.code(episode)
    except FourstepError as error:
        wrong.append(str(error))
    except Exception as error:  # a fault of ours in one record must not cost the others
        wrong.append(f"{episode.id}: cannot be coded: {type(error).__name__} inside the coder, please report it")
    return None
