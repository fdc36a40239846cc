"""The sample of an audit: at random, or in proportion to strata; the same for the same seed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from fourstep.errors import UsageError
from fourstep.evaluate.rows import Row

#: What a sample may be stratified by.
STRATA = ("specialty", "coder", "risk")
SIZE = 200


def draw(rows: Sequence[Row], size: int = SIZE, *, by: str = "", seed: int = 1, take_all: bool = False) -> list[Row]:
    """Draw `size` episodes without replacement, in the order of the population.

    With `by`, each stratum gives its share of the sample in proportion to its size (largest remainders; an episode
    that names no stratum belongs to the stratum ""). The population is put in the order of episode ids first, so that
    the order of the file does not matter. Raises UsageError where the population is smaller than the sample, unless
    `take_all` says that all of it will do, and where `by` is no stratum or no episode names it.
    """
    if size < 1:
        raise UsageError(f"a sample of {size} episodes is none")
    if by and by not in STRATA:
        raise UsageError(f"a sample is stratified by one of {', '.join(STRATA)}, not by {by}")
    if by and not any(getattr(r, by) for r in rows):
        raise UsageError(f"no episode names its {by}: the sample cannot be stratified by it")
    if size > len(rows):
        if not take_all:
            raise UsageError(
                f"the population holds {len(rows)} episodes, fewer than the sample of {size}: "
                f"ask for at most {len(rows)}, or take all of them with --all"
            )
        return list(rows)
    rng = Random(seed)
    strata: dict[str, list[int]] = defaultdict(list)
    for place in sorted(range(len(rows)), key=lambda i: rows[i].episode_id):
        strata[getattr(rows[place], by) if by else ""].append(place)
    shares = allocate({name: len(places) for name, places in strata.items()}, size)
    drawn = [i for name in sorted(strata) for i in rng.sample(strata[name], shares[name])]
    return [rows[i] for i in sorted(drawn)]


def allocate(sizes: dict[str, int], size: int) -> dict[str, int]:
    """How many each stratum gives: proportional, the remainders to the largest fractions (then by name).

    The method of Hamilton; sums to `size`, and no stratum gives more than it has while `size` is at most their sum.
    """
    total = sum(sizes.values())
    shares = {name: size * n // total for name, n in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: (-(size * sizes[name] % total), name))
    for name in by_remainder[: size - sum(shares.values())]:
        shares[name] += 1
    return shares
