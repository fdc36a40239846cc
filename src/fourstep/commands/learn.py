"""`fourstep learn`: a local model of how sure to be, from what coders made of the proposals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Learn from what coders accepted, changed and rejected; inspect it, switch it off.",
)


@app.command("fit")
def fit(
    episodes: Annotated[Path, typer.Argument(help="The episodes, as `fourstep code` reads them.")],
    final: Annotated[Path, typer.Argument(help="JSONL of their final codings: episode_id, diagnoses, procedures.")],
    dry_run: Annotated[bool, typer.Option(help="Only measure; keep nothing.")] = False,
) -> None:
    """Fit local weights and say what they are worth on episodes held out."""
    from fourstep.output.learned import fit_files

    fit_files(episodes, final, keep=not dry_run)


@app.command("show")
def show(limit: Annotated[int, typer.Option(help="How many features to list.", min=1)] = 30) -> None:
    """List what was learnt: the features that make a code more or less certain here."""
    from fourstep.output.learned import show_features

    show_features(limit)


@app.command("explain")
def explain(path: Annotated[Path, typer.Argument(help="Whatever `fourstep code` reads.")]) -> None:
    """For each code of an episode: which features moved it, and how far."""
    from fourstep.output.learned import show_moved

    show_moved(path)


@app.command("off")
def off() -> None:
    """Code without what was learnt; it is kept."""
    from fourstep.learn.store import switch

    switch(on=False)


@app.command("on")
def on() -> None:
    """Code with what was learnt."""
    from fourstep.learn.store import switch

    switch(on=True)


@app.command("forget")
def forget() -> None:
    """Throw away what was learnt."""
    from fourstep.learn.store import forget as throw_away

    throw_away()
