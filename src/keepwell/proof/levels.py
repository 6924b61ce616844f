"""The level of later days: where the rate stands once score or measures are counted, and moves.

What is fitted on past days is right on average over them. Where the level moves in time, the
average is of yesterday. What it will be is forecast from the levels of the days whose outcomes are
known, by a mixture of simple forecasts, weighted by how they did so far ahead on those same days.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from keepwell.proof.frame import Days, Flags, Floats, Ints
from keepwell.proof.odds import probability

# Decay of the weights per day of origin, from the newest back: the mean, a fading mean, the newest.
DECAYS = (0.0, 0.25, 1.0)
# What is expected of a forecast's squared error before any was seen, in log-odds.
EXPECTED = 0.01
STEPS = 50


def level_ahead(log_odds: Floats, left: Flags, origin: Days, horizon_days: int) -> float:
    """Return the shift of log-odds to be expected one horizon after the newest origin.

    Method: the shift that makes each origin right on average, and the forecast of these.
    """
    days = np.unique(origin)
    found = [level_of(log_odds[origin == d], left[origin == d]) for d in days]
    return forecast_level(found, days, horizon_days)


def forecast_level(found: Sequence[tuple[float, float]], days: Days, horizon_days: int) -> float:
    """Return the shift to be expected one horizon after the newest of some days.

    `found`: what `level_of` says of each day.

    Method:  four forecasts from the shifts of the days: the mean, a fading mean, the newest, and
             the newest moved on by the mean change so far. Each is weighted by the inverse of its
             squared error so far ahead on earlier origins, to the power of the horizons that were
             seen.
    Source:  R. Hyndman and G. Athanasopoulos, Forecasting (3rd ed., 2021), 5.2 (mean, naive, drift)
             and 13.4 (combinations).
    """
    shift = np.array([s for s, _ in found])
    weight = np.array([w for _, w in found])
    steps = horizon_steps(days, horizon_days)
    ways = _ways(weight, days, horizon_days)
    error, seen = _errors_ahead(shift, weight, days, horizon_days)
    noise = (ways**2 / weight).sum(axis=1)
    expected = (error + steps * (EXPECTED + noise)) / (seen + steps)
    trust = expected ** -(1.0 + seen / steps)
    return float(trust @ (ways @ shift) / trust.sum())


def level_of(
    log_odds: Floats, left: Flags | Floats, rows: Floats | float = 1.0
) -> tuple[float, float]:
    """Return the shift that makes the mean right, drawn to 0 by one event, and its information.

    `left`, `rows`: of rows that were counted together, how many left of how many.
    """
    shift = 0.0
    for _ in range(STEPS):
        prob = probability(log_odds + shift)
        weight = float((rows * (prob * (1.0 - prob))).sum()) + 1.0
        step = float((left - rows * prob).sum() - shift) / weight
        shift += float(np.clip(step, -1.0, 1.0))
        if abs(step) < 1e-10:
            break
    return shift, weight


def horizon_steps(days: Days, horizon_days: int) -> int:
    """Return how many origins a horizon spans."""
    if len(days) < 2:
        return 1
    between = float(np.median(np.diff(days).astype(np.float64)))
    return max(1, round(horizon_days / between))


def known_origins(days: Days, horizon_days: int) -> Ints:
    """Return for each origin of how many earlier ones the outcomes were known by then."""
    closed = np.searchsorted(days, days - np.timedelta64(horizon_days, "D"), side="right")
    # Without a horizon an origin would forecast itself.
    return np.minimum(closed, np.arange(len(days))).astype(np.int64)


def _ways(weight: Floats, days: Days, horizon_days: int) -> NDArray[np.float64]:
    """Return what each forecast gives to each origin; rows sum to one."""
    age = np.arange(len(weight))[::-1]
    decayed = [weight * (1.0 - d) ** age for d in DECAYS]
    newest = decayed[-1] / decayed[-1].sum()
    known = known_origins(days, horizon_days)
    later = np.flatnonzero(known)
    change = np.zeros(len(weight))
    np.add.at(change, later, 1.0)
    np.add.at(change, known[later] - 1, -1.0)
    # Drawn to no change by one horizon's worth of it.
    drift = newest + change / (len(later) + horizon_steps(days, horizon_days))
    return np.array([*(d / d.sum() for d in decayed), drift])


def _errors_ahead(
    shift: Floats, weight: Floats, days: Days, horizon_days: int
) -> tuple[Floats, int]:
    """Return each forecast's summed squared error one horizon ahead, and how many were made."""
    error, seen = np.zeros(len(DECAYS) + 1), 0
    for at, known in enumerate(known_origins(days, horizon_days).tolist()):
        if known:
            ways = _ways(weight[:known], days[:known], horizon_days)
            error += (ways @ shift[:known] - shift[at]) ** 2
            seen += 1
    return error, seen
