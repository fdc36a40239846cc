"""Episodes with their codings, ready to be written: coded now, or taken from a file of coded episodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from fourstep.coder import Coder
from fourstep.episode import CodedEpisode, Episode
from fourstep.errors import ExchangeError, FourstepError, ReadError
from fourstep.exchange.coded import read_coded
from fourstep.exchange.submission import Submission
from fourstep.output.run import read_paths

_NAMED = 3  # episodes named in one line


@dataclass(slots=True)
class Gathered:
    """What goes out, and what does not, each with its reason."""

    records: list[Submission] = field(default_factory=list)
    errors: list[FourstepError] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def gather(paths: list[Path], coded: Path | None, *, unfinished: bool) -> Gathered:
    """Every episode at the paths with its coding. An episode that is not ready is left out, unless `unfinished`.

    With a file of coded episodes each must find its own there, and each there must be among the episodes. An id that
    stands twice among the episodes is an error: nobody could tell which one was meant.
    """
    out = Gathered()
    known = read_coded(coded) if coded else {}
    coder = None if coded else Coder()
    seen: set[str] = set()
    for item in read_paths(paths):
        if isinstance(item, ReadError):
            out.errors.append(item)
        elif item.id in seen:
            out.errors.append(ExchangeError("the id of this episode stands more than once in the batch", item.source))
        else:
            seen.add(item.id)
            result = _code(out, coder, item) if coder else _known(out, known, item)
            if result is not None:
                _take(out, Submission(item, result), unfinished=unfinished)
    out.errors += [ExchangeError(f"the coded episode {i} is not among the episodes", str(coded)) for i in known if i not in seen]
    return out


def _known(out: Gathered, known: dict[str, CodedEpisode], episode: Episode) -> CodedEpisode | None:
    if episode.id not in known:
        place = episode.source or episode.id
        out.errors.append(ExchangeError("the file of coded episodes does not have this episode", place))
    return known.get(episode.id)


def _code(out: Gathered, coder: Coder, episode: Episode) -> CodedEpisode | None:
    place = episode.source or episode.id
    try:
        return coder.code(episode)
    except FourstepError as failure:
        out.errors.append(ReadError(failure.what, failure.place or place))
    except Exception as failure:  # a fault of ours in one record must not cost the others
        out.errors.append(ReadError(f"cannot be coded: {type(failure).__name__} inside the coder, please report it", place))
    return None


def _take(out: Gathered, record: Submission, *, unfinished: bool) -> None:
    reason = record.unfinished
    if reason and not (unfinished and record.coded.admission and record.coded.diagnoses):
        out.left_out.append((record.episode.id, reason))
    else:
        out.records.append(record)


def report(console: Console, gathered: Gathered, notes: list[tuple[str, str]], written: str) -> int:
    """Say what was written and what was not, a line each; the exit status: 1 when something was not."""
    for note, names in _together(notes).items():
        shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        _say(console, f"fourstep: {shown}: {note}", "yellow")
    for name, reason in gathered.left_out:
        _say(console, f"fourstep: {name}: left out: {reason}", "yellow")
    for error in gathered.errors:
        _say(console, f"fourstep: {error} [{error.code}]", "red")
    failed = len(gathered.errors) + len(gathered.left_out)
    _say(console, f"{len(gathered.records)} episodes written to {written}" + (f", {failed} not" if failed else ""), "")
    return 1 if failed else 0


def _together(notes: list[tuple[str, str]]) -> dict[str, list[str]]:
    """The episodes of each note: a whole batch often lacks the same."""
    out: dict[str, list[str]] = {}
    for name, note in notes:
        out.setdefault(note, []).append(name)
    return out


def _say(console: Console, line: str, style: str) -> None:
    console.print(line, style=style or None, highlight=False, markup=False, soft_wrap=True)
