"""Generated statements through the engine: none may crash it, every quote must stand, and each codes the same twice.

    python reliability/statements.py [--number 1000000] [--seed 1] [--workers 2]

A statement is a line put together from the index's own words, modifiers, cues, numbers and noise. Two hundred make an episode.
A failure prints the seed of its episode, which makes it again.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import time

from rich.console import Console
from rich.progress import track

from fourstep.coder import Coder
from fourstep.episode import Document, Episode, Sex

_LINES = 200
_AGAIN = 50  # one episode in so many is coded twice
_CUES = (
    "no", "no evidence of", "?", "possible", "previous", "PMH:", "FH:", "mother had", "denies", "ruled out", "likely",
    "due to", "secondary to", "with", "and", "without", "since 2015", "resolved", "awaiting", "planned", "risk of", "h/o",
    "known", "new", "acute on chronic", "bilateral", "left", "R", "# ", "post", "s/p", "on", "allergic to", "overdose of",
    "fell", "x2", "stage 3", "grade II", "T2N1M0", "12/03/2025", "3.5", "mg", "...", "(", ")",
    "\t", " - ", ";", "/", "é", "µ", "½", "Ⅲ", "\u00a0", "\u200b", "İ", "ß", "😷", "\ufffd",
)  # fmt: skip
_TYPES = ("discharge_summary", "operation_note", "clinic_letter", "test_result", "consultant_note", "unknown")

_coder: Coder


def _begin() -> None:
    global _coder
    _coder = Coder(local=None)


def episode_of(seed: int, words: list[str]) -> Episode:
    """The episode that a seed stands for."""
    rng = random.Random(seed)
    lines = []
    for _ in range(_LINES):
        parts = [rng.choice(words) if rng.random() < 0.6 else rng.choice(_CUES) for _ in range(rng.randrange(1, 9))]
        lines.append(rng.choice(("", "- ", "1. ", "Diagnosis: ", "Plan: ", "PMH ")) + " ".join(parts))
    document = Document("generated.txt", rng.choice(("\n", "\r\n", ". ")).join(lines), rng.choice(_TYPES))
    return Episode(
        f"seed-{seed}", (document,), age_years=rng.choice((None, 0, 7, 34, 71, 103)), sex=rng.choice(list(Sex)),
        specialty=rng.choice(("", "Obstetrics", "Trauma and orthopaedics", "Paediatrics")),
    )  # fmt: skip


def check(seed: int) -> str:
    """Code one episode; what is wrong with it, or nothing."""
    words = sorted(_coder.engine.index.vocabulary())
    episode = episode_of(seed, words)
    try:
        coded = _coder.code(episode)
        text = episode.documents[0].text
        for code in coded.diagnoses + coded.procedures:
            if not code.evidence:
                return f"seed {seed}: {code.code} has no evidence"
            for quote in code.evidence:
                if text[quote.start : quote.end] != quote.text:
                    return f"seed {seed}: the quote of {code.code} does not stand"
        if seed % _AGAIN == 0 and _coder.code(episode).as_dict() != coded.as_dict():
            return f"seed {seed}: coded otherwise the second time"
    except Exception as error:
        return f"seed {seed}: {type(error).__name__}: {error}"
    return ""


def main() -> int:
    """Run; exit status 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--number", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=multiprocessing.cpu_count())
    chosen = parser.parse_args()
    episodes = -(-chosen.number // _LINES)
    seeds = range(chosen.seed, chosen.seed + episodes)
    console, begun, wrong = Console(stderr=True), time.monotonic(), []
    with multiprocessing.get_context("spawn").Pool(chosen.workers, _begin) as pool:
        for what in track(pool.imap_unordered(check, seeds, 4), "Episodes", episodes, console=console, transient=True):
            if what:
                wrong.append(what)
                console.print(what, style="red", highlight=False)
    print(f"{episodes * _LINES:,} statements in {episodes:,} episodes, {time.monotonic() - begun:,.0f} s: {len(wrong)} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
