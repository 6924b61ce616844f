"""Scores as probabilities, learned only from what had come out by then: their order and level."""

import numpy as np

from keepwell.proof.frame import EvaluationFrame, Floats, Ints
from keepwell.proof.levels import EXPECTED, forecast_level, horizon_steps, known_origins, level_of
from keepwell.proof.odds import log_odds_of, probability

STEPS = 1000
FEWEST_ROWS = 200
FEWEST_EVENTS = 20
DRAWN = 2


def monotone(weights: Floats, rates: Floats) -> Floats:
    """Return the closest non-increasing rates, weighted; a score of less never means a lower rate.

    Source: R. Barlow et al., Statistical Inference under Order Restrictions (1972), 1.2.

    >>> monotone(np.ones(3), np.array([0.5, 0.1, 0.3]))
    array([0.5, 0.2, 0.2])
    """
    blocks: list[list[float]] = []
    for weight, value in zip(weights, rates, strict=True):
        blocks.append([weight, value, 1])
        while len(blocks) > 1 and blocks[-2][1] < blocks[-1][1]:
            after, before = blocks.pop(), blocks.pop()
            total = before[0] + after[0]
            mean = (before[0] * before[1] + after[0] * after[1]) / total
            blocks.append([total, mean, before[2] + after[2]])
    return np.repeat([b[1] for b in blocks], [int(b[2]) for b in blocks])


def past_probability(frame: EvaluationFrame) -> Floats:
    """Return each row's probability, 0-1, by what had come of such scores before; NaN: too early.

    Method:  at each origin, over rows whose whole horizon had passed by then: rates by tenth of a
             point, made monotone, each block drawn to the overall rate by two events' worth. Their
             log-odds are moved to the level that is forecast from those past days, as far as such
             forecasts had proved right by then.
    Missing: an origin with fewer than 200 such rows or 20 events has no probability; an unknown
             score gets the past rate of unknown scores, drawn to the overall rate.
    """
    step = np.where(np.isnan(frame.score), STEPS + 1, np.clip(frame.score * 10, 0, STEPS))
    place = step.astype(np.int64)
    days, day = np.unique(frame.origin, return_inverse=True)
    at = np.asarray(day, np.int64) * (STEPS + 2) + place
    rows = _counted(at, np.ones(len(frame)), len(days))
    events = _counted(at, frame.outcome.astype(np.float64), len(days))
    said = np.full(len(frame), np.nan)
    ahead, came = np.full(len(days), np.nan), np.full(len(days), np.nan)
    for now, known in enumerate(known_origins(days, frame.horizon_days).tolist()):
        if rows[:known].sum() < FEWEST_ROWS or events[:known].sum() < FEWEST_EVENTS:
            continue
        curve = log_odds_of(_learned(rows[:known].sum(axis=0), events[:known].sum(axis=0)))
        found = [_level(curve, events[d], rows[d]) for d in range(known)]
        ahead[now] = forecast_level(found, days[:known], frame.horizon_days)
        # Read again only at origins by which it is known.
        came[now] = _level(curve, events[now], rows[now])[0]
        steps = horizon_steps(days[:known], frame.horizon_days)
        level = _proved(ahead[:known], came[:known], steps) * ahead[now]
        said[day == now] = probability(curve + level)[place[day == now]]
    return said


def _counted(at: Ints, weight: Floats, days: int) -> Floats:
    """Return sums by origin and by tenth of a point, the unknown as the last."""
    sums = np.bincount(at, weights=weight, minlength=days * (STEPS + 2))
    return np.asarray(sums, np.float64).reshape(days, STEPS + 2)


def _level(curve: Floats, events: Floats, rows: Floats) -> tuple[float, float]:
    """Return the level of one origin beside the curve, and its information."""
    held = rows > 0
    return level_of(curve[held], events[held], rows[held])


def _proved(ahead: Floats, came: Floats, steps: int) -> float:
    """Return how much of a forecast to use, 0-1: the slope of what came on what was forecast.

    It is drawn to 1 by the squared error that is expected over one horizon.
    """
    tried = ~np.isnan(ahead)
    pull = steps * EXPECTED
    slope = (pull + ahead[tried] @ came[tried]) / (pull + ahead[tried] @ ahead[tried])
    return float(np.clip(slope, 0.0, 1.0))


def _learned(rows: Floats, events: Floats) -> Floats:
    """Return the probability at every tenth of a point, and of the unknown as the last."""
    overall = float(events.sum() / rows.sum())
    held = np.flatnonzero(rows[:-1])
    fitted = monotone(rows[held], events[held] / rows[held])
    fitted = _drawn_in(fitted, rows[held], overall)
    at = np.interp(np.arange(STEPS + 1), held, fitted) if len(held) else np.full(1001, overall)
    unknown = (events[-1] + overall) / (rows[-1] + 1)
    return np.append(at, unknown)


def _drawn_in(fitted: Floats, rows: Floats, overall: float) -> Floats:
    _, block = np.unique(-fitted, return_inverse=True)
    size = np.bincount(block, weights=rows)[block]
    return monotone(rows, (fitted * size + DRAWN) / (size + DRAWN / overall))
