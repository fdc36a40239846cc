"""Fitting the local weights, and measuring on held-out folds what they are worth."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from fourstep.assign.local import Local
from fourstep.errors import UsageError
from fourstep.learn.rows import Row

FEWEST = 200  # rows below which nothing is learnt
_OFTEN = 5  # times that a feature must occur to have a weight
_FOLDS, _BINS = 5, 10
_AUTO, _ASIDE, _ASIDE_FEWEST = 0.95, 0.9, 20


@dataclass(frozen=True, slots=True)
class Figures:
    """How good a confidence is on rows it was not fitted on."""

    loss: float  # mean negative log-likelihood
    calibration: float  # expected calibration error over ten bins
    auto: float  # share of codes that are auto
    auto_right: float  # of them, the share that coders kept


@dataclass(frozen=True, slots=True)
class Learnt:
    """The local weights, and the figures with and without them."""

    local: Local
    rows: int
    episodes: int
    before: Figures
    after: Figures
    set_aside: int  # held-out codes that would be set aside
    set_aside_right: int  # of them, those that coders did reject


def learn(rows: Sequence[Row], auto: float) -> Learnt:
    """Fit on all rows; measure on five folds of whole episodes. `auto` is the engine's own threshold.

    Logistic regression with an L2 pull, on the engine's own log-odds and every feature that occurs at least five times.
    Raises UsageError when there is too little to learn from, or coders kept (or rejected) everything.
    """
    if len(rows) < FEWEST or len({r.kept for r in rows}) < 2:
        kept = sum(r.kept for r in rows)
        what = f"{len(rows)} proposed codes, {kept} of them kept: at least {FEWEST} and both kinds are needed"
        raise UsageError(f"too little to learn from: {what}")
    said: list[tuple[float, Row]] = []
    for train, held in _folds(rows):
        if len({r.kept for r in train}) < 2:
            continue
        model = _fit(train)
        said += [(model.confidence(r.own, set(r.features)), r) for r in held]
    threshold, aside = _auto_from(said), _aside_below(said)
    local = _fit(rows)
    local = Local(local.constant, local.engine, local.features, threshold, aside)
    away = [r for p, r in said if p < aside]
    return Learnt(
        local, len(rows), len({r.episode for r in rows}),
        figures([(r.own, r.kept) for _, r in said], auto), figures([(p, r.kept) for p, r in said], threshold),
        len(away), sum(not r.kept for r in away),
    )  # fmt: skip


def _folds(rows: Sequence[Row]) -> list[tuple[list[Row], list[Row]]]:
    from sklearn.model_selection import GroupKFold

    groups = [r.episode for r in rows]
    splits = GroupKFold(min(_FOLDS, len(set(groups)))).split(rows, groups=groups)
    return [([rows[i] for i in train], [rows[i] for i in held]) for train, held in splits]


def _fit(rows: Sequence[Row]) -> Local:
    try:
        from sklearn.feature_extraction import DictVectorizer
        from sklearn.linear_model import LogisticRegression
    except ModuleNotFoundError:
        raise UsageError("learning needs the extra: pip install 'fourstep[learn]'") from None
    often = {f for f, n in Counter(f for r in rows for f in r.features).items() if n >= _OFTEN}
    vectors = [dict.fromkeys(sorted(r.features & often), 1.0) | {"": _log_odds(r.own)} for r in rows]
    table = DictVectorizer()
    model = LogisticRegression(C=0.5, solver="lbfgs", max_iter=2000)
    model.fit(table.fit_transform(vectors), [r.kept for r in rows])
    weights = dict(zip(table.get_feature_names_out(), (float(w) for w in model.coef_[0]), strict=True))
    return Local(float(model.intercept_[0]), weights.pop(""), weights, 1.0, 0.0)


def _log_odds(own: float) -> float:
    own = min(max(own, 1e-6), 1 - 1e-6)
    return math.log(own / (1 - own))


def figures(said: Sequence[tuple[float, bool]], auto: float) -> Figures:
    """The figures of a confidence: pairs of what was said (0 to 1) and whether coders kept the code."""
    loss = -sum(math.log(max(p if kept else 1 - p, 1e-9)) for p, kept in said) / len(said)
    gap = 0.0
    for i in range(_BINS):
        inside = [(p, k) for p, k in said if i / _BINS <= p < (i + 1) / _BINS or (i == _BINS - 1 and p == 1)]
        gap += abs(sum(p for p, _ in inside) - sum(k for _, k in inside))
    sure = [kept for p, kept in said if p >= auto]
    return Figures(loss, gap / len(said), len(sure) / len(said), sum(sure) / len(sure) if sure else 0.0)


def _auto_from(said: Sequence[tuple[float, Row]]) -> float:
    """The lowest confidence from which upwards coders kept at least 95 of 100 held-out codes."""
    best, kept, count = 1.0, 0, 0
    for p, alike in _alike(said, down=True):
        kept, count = kept + sum(r.kept for r in alike), count + len(alike)
        if kept / count >= _AUTO:
            best = p
    return best


def _aside_below(said: Sequence[tuple[float, Row]]) -> float:
    """The highest confidence below which coders rejected 90 of 100 held-out codes, and at least 20 in all; else 0: none is."""
    best, rejected, count = 0.0, 0, 0
    for p, alike in _alike(said, down=False):
        rejected, count = rejected + sum(not r.kept for r in alike), count + len(alike)
        if count >= _ASIDE_FEWEST and rejected / count >= _ASIDE:
            best = math.nextafter(p, 1)
    return best


def _alike(said: Sequence[tuple[float, Row]], *, down: bool) -> list[tuple[float, list[Row]]]:
    """The rows by what was said of them: those of one confidence stand or fall together."""
    out: dict[float, list[Row]] = {}
    for p, row in sorted(said, key=lambda pair: pair[0], reverse=down):
        out.setdefault(p, []).append(row)
    return list(out.items())
