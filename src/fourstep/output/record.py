"""The coded record as a coder reads it in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fourstep.episode import Code, CodedEpisode

_LONGEST_QUOTE = 90
_MOST_LEFT_OUT = 12


def _quote(code: Code) -> Text:
    if not code.evidence:
        return Text("")
    first = code.evidence[0]
    words = " ".join(first.text.split())
    words = words if len(words) <= _LONGEST_QUOTE else words[: _LONGEST_QUOTE - 1] + "…"
    more = f"  (+{len(code.evidence) - 1})" if len(code.evidence) > 1 else ""
    return Text.assemble(f"“{words}”", (f"  {first.document}:{first.start}{more}", "dim"))


def _table(title: str, codes: list[Code], *, dated: bool = False) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", show_edge=False, pad_edge=False, expand=False)
    for name in ("", "code", "title", *(("date",) if dated else ()), "words of the record", "by", ""):
        table.add_column(name, overflow="fold")
    for position, c in enumerate(codes, 1):
        by = Text(c.trail)
        if c.standards:
            by.append("  " + " ".join(c.standards), "dim")
        table.add_row(
            str(position), Text(c.code, "bold"), Text(c.title), *((c.date.isoformat() if c.date else "",) if dated else ()),
            _quote(c), by, Text(f"{c.status} {c.confidence:.2f}", "green" if c.status == "auto" else "yellow"),
        )  # fmt: skip
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
        left = Table(title="Not coded, because", title_justify="left", title_style="bold", show_edge=False, pad_edge=False)
        left.add_column("words")
        left.add_column("reason")
        seen: set[tuple[str, str]] = set()
        for n in episode.not_coded:
            key = (" ".join(n.text.split()).lower(), n.reason)
            if key not in seen and len(seen) < _MOST_LEFT_OUT:
                seen.add(key)
                left.add_row(Text(" ".join(n.text.split())[:_LONGEST_QUOTE]), Text(f"{n.reason}{f'  ({n.code})' if n.code else ''}", "dim"))
        console.print(left)
    console.print()
