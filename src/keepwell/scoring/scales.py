"""Scales: from a raw value to a share 0 (worst) to 1 (best), one account at a time.

scale_sql.py says the same in SQL with the same order of operations; tests hold them equal.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import assert_never

from keepwell.vocabulary import (
    IdentityScale,
    LinearScale,
    LogisticScale,
    MapScale,
    MinMaxScale,
    PercentileScale,
    Scale,
    ScorecardMeasure,
    StepsScale,
)

Value = float | str | None

NEUTRAL = 0.5
# exp() of more than this leaves the range of a double.
LOGISTIC_LIMIT = 700.0


def is_fitted(scale: Scale) -> bool:
    """Say whether the scale has all bounds it needs to be applied."""
    match scale:
        case MinMaxScale():
            return scale.min is not None and scale.max is not None
        case PercentileScale():
            return bool(scale.breakpoints)
        case _:
            return True


def is_constant(scale: Scale) -> bool:
    """Say whether the fitted bounds leave no spread, so that every value scales to 0.5."""
    match scale:
        case MinMaxScale():
            low, high = transformed_bounds(scale)
            return is_fitted(scale) and low >= high
        case PercentileScale():
            return len(scale.breakpoints) == 1
        case LinearScale():
            return scale.zero_at == scale.full_at
        case _:
            return False


def lowest_share(scale: Scale) -> float:
    """Return the worst share that the scale can give, 0-1."""
    match scale:
        case MapScale():
            return min(scale.values.values())
        case StepsScale():
            return min(scale.below, *(share for _, share in scale.steps))
        case PercentileScale() if scale.breakpoints and not is_constant(scale):
            ends = (scale.breakpoints[0][1], scale.breakpoints[-1][1])
            return min(_directed(scale, share) for share in ends)
        case _:
            return 0.0


def clip_bounds(scale: Scale) -> tuple[float | None, float | None]:
    """Return the values below and above which the scale clips; None where it does not."""
    match scale:
        case IdentityScale():
            return 0.0, 1.0
        case MinMaxScale():
            if scale.kind != "log_minmax" or scale.min is None:
                return scale.min, scale.max
            return max(scale.min, 0.0), scale.max
        case PercentileScale() if scale.breakpoints:
            return scale.breakpoints[0][0], scale.breakpoints[-1][0]
        case _:
            return None, None


def transform(kind: str) -> Callable[[float], float]:
    """Return the function that a min-max scale of this kind applies before it scales."""
    match kind:
        case "log_minmax":
            return lambda x: math.log(1.0 + x) if x > 0.0 else 0.0
        case _:
            return lambda x: x


def clip_ends(scale: MinMaxScale) -> tuple[float, float]:
    """Return the bounds of a min-max scale as given or fitted; (0, 0) before fitting."""
    if scale.min is None or scale.max is None:
        return 0.0, 0.0
    return scale.min, scale.max


def transformed_bounds(scale: MinMaxScale) -> tuple[float, float]:
    """Return the fitted bounds after the scale's transformation; (0, 0) before fitting."""
    low, high = clip_ends(scale)
    apply = transform(scale.kind)
    return apply(low), apply(high)


def scale_value(scale: Scale, value: Value) -> float | None:
    """Return the share 0-1 of a known value; None when the scale cannot read it (unknown)."""
    if value is None or not is_fitted(scale):
        return None
    if isinstance(scale, MapScale):
        return scale.values.get(str(value))
    if isinstance(value, str):
        return None
    return NEUTRAL if is_constant(scale) else _scale_number(scale, value)


def policy_share(measure: ScorecardMeasure, policy: str | float) -> float | None:
    """Return the share that a null policy stands for; None when the weight is shared."""
    match policy:
        case "share":
            return None
        case "neutral":
            return NEUTRAL
        case "worst":
            return lowest_share(measure.scale)
        case _:
            return float(policy)


def _scale_number(
    scale: IdentityScale | MinMaxScale | LinearScale | PercentileScale | StepsScale | LogisticScale,
    x: float,
) -> float:
    match scale:
        case IdentityScale():
            return _directed(scale, 0.0 if x < 0.0 else 1.0 if x > 1.0 else x)
        case MinMaxScale():
            return _directed(scale, _minmax(scale, x))
        case PercentileScale():
            return _directed(scale, _between(scale.breakpoints, x))
        case LinearScale():
            return _linear(scale, x)
        case StepsScale():
            return next((s for at, s in reversed(scale.steps) if x >= at), scale.below)
        case LogisticScale():
            return _directed(scale, _logistic(scale, x))
        case _:
            assert_never(scale)


def _directed(scale: Scale, share: float) -> float:
    return 1.0 - share if scale.direction == "lower_is_better" else share


def _minmax(scale: MinMaxScale, x: float) -> float:
    lowest, highest = clip_ends(scale)
    if x <= lowest:
        return 0.0
    if x >= highest:
        return 1.0
    low, high = transformed_bounds(scale)
    share = (transform(scale.kind)(x) - low) / (high - low)
    return math.sqrt(share) if scale.kind == "sqrt_minmax" else share


def _between(points: tuple[tuple[float, float], ...], x: float) -> float:
    if x <= points[0][0]:
        return points[0][1]
    for (v0, s0), (v1, s1) in pairwise(points):
        if x < v1:
            return s0 + (x - v0) / (v1 - v0) * (s1 - s0)
    return points[-1][1]


def _linear(scale: LinearScale, x: float) -> float:
    zero, full = scale.zero_at, scale.full_at
    is_rising = full > zero
    if (x <= zero) if is_rising else (x >= zero):
        return 0.0
    if (x >= full) if is_rising else (x <= full):
        return 1.0
    return (x - zero) / (full - zero)


def _logistic(scale: LogisticScale, x: float) -> float:
    z = scale.slope * (x - scale.midpoint)
    if z > LOGISTIC_LIMIT:
        return 1.0
    if z < -LOGISTIC_LIMIT:
        return 0.0
    return 1.0 / (1.0 + math.exp(-z))
