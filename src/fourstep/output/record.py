"""The coded record as a coder reads it in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fourstep.episode import Code, CodedEpisode

_LONGEST_QUOTE = 90
_MOST_LEFT_OUT = 12


def _words(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + "…"


def _behind(code: Code, *, dated: bool) -> Text:
    """What stands behind a code: its title, the first quote and where it is, the trail and the standards."""
    out = Text(code.title)
    if dated and code.date:
        out.append(f"  {code.date.isoformat()}", "bold")
    if code.evidence:
        first = code.evidence[0]
        out.append(f"\n“{_words(first.text)}”", "cyan")
        more = f"  and {len(code.evidence) - 1} more" if len(code.evidence) > 1 else ""
        out.append(f"  {first.document}:{first.path or first.start}{more}", "dim")
    by = "  ".join([code.trail, *code.standards]).strip()
    if by:
        out.append(f"\n{by}", "dim")
    return out


def _plain_table(title: str) -> Table:
    return Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=None,
        show_header=False,
        padding=(0, 2, 0, 0),
    )


def _table(title: str, codes: list[Code], *, dated: bool = False) -> Table:
    table = _plain_table(title)
    table.add_column(justify="right")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold", ratio=1)
    table.add_column(no_wrap=True)
    for position, code in enumerate(codes, 1):
        state = Text(f"{code.status} {code.confidence:.2f}", "green" if code.status == "auto" else "yellow")
        table.add_row(str(position), Text(code.code, "bold"), _behind(code, dated=dated), state)
    return table


def show_record(episode: CodedEpisode, console: Console) -> None:
    """Print one coded episode: codes with words and trail, queries, validation, what was left out and why."""
    state = "touchless" if episode.touchless else "for a coder's eye"
    console.rule(Text(f"{episode.episode_id}  ({state})"), align="left")
    if not episode.admission:
        console.print(Text(f"No coded admission: {episode.note}", "yellow"))
    console.print(_table("Diagnoses (ICD-10)", episode.diagnoses))
    if episode.diagnoses and episode.diagnoses[0].reason:
        console.print(Text(f"   primary: {episode.diagnoses[0].reason}", "dim"))
    if episode.procedures:
        console.print(_table("Procedures (OPCS-4)", episode.procedures, dated=True))
    for query in episode.queries:
        kind = "Blocking query" if query.blocking else "Query"
        console.print(Text.assemble((f"{kind}: ", "bold magenta"), f"{query.about}. {query.why}"))
    for message in episode.validation:
        style = {"error": "bold red", "warning": "yellow"}.get(message.level, "dim")
        console.print(Text(f"{message.level} {message.rule}: {message.text}", style))
    if episode.not_coded:
        left = _plain_table("Not coded, because")
        seen: set[tuple[str, str]] = set()
        for n in episode.not_coded:
            words = _words(n.text)
            key = (words.lower(), n.reason)
            if key not in seen and len(seen) < _MOST_LEFT_OUT:
                seen.add(key)
                reason = f"{n.reason}  ({n.code})" if n.code else n.reason
                left.add_row(Text(words), Text(reason, "dim"))
        console.print(left)
    console.print()
