"""Which dimensions and measures spread the score, and where low accounts lose their points."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keepwell.vocabulary import MICRO_PER_POINT

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DriverRow:
    """One dimension or measure of `drivers`, in points over scored accounts; by construction.

    `variance_share` = covariance with the score / variance of the score: the shares of one level
    sum to 1 and may be negative. `lost` = effective weight minus points.
    `under_one_point_count`: accounts that earn less than one point.
    """

    level: str
    name: str
    accounts: int
    mean_points: float
    sd_points: float | None
    variance_share: float | None
    mean_lost_low: float | None
    mean_lost_rest: float | None
    under_one_point_count: int


@dataclass(frozen=True, slots=True)
class Earned:
    """Micro-points earned and effective weight of one part, one entry per scored account."""

    micro: Ints
    weight: Ints


def driver_row(
    level: str, name: str, earned: Earned, score_micro: Ints, is_low: NDArray[np.bool_]
) -> DriverRow:
    """Return what one part adds to the score's spread and what it costs low accounts."""
    points = earned.micro / MICRO_PER_POINT
    lost = (earned.weight - earned.micro) / MICRO_PER_POINT
    score = score_micro / MICRO_PER_POINT
    varies = len(score) > 1 and int(score_micro.min()) != int(score_micro.max())
    share = float(np.cov(points, score)[0, 1] / np.var(score, ddof=1)) if varies else None
    return DriverRow(
        level=level,
        name=name,
        accounts=len(points),
        mean_points=float(points.mean()) if len(points) else 0.0,
        sd_points=float(points.std(ddof=1)) if len(points) > 1 else None,
        variance_share=share,
        mean_lost_low=_mean(lost[is_low]),
        mean_lost_rest=_mean(lost[~is_low]),
        under_one_point_count=int((earned.micro < MICRO_PER_POINT).sum()),
    )


def _mean(values: NDArray[np.float64]) -> float | None:
    return float(values.mean()) if len(values) else None


def dimension_parts(members: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return SQL per dimension for its effective weight: the sum of its measures' weights.

    >>> dimension_parts({"activity": ("a", "b")})
    {'activity': 'a__weight + b__weight'}
    """
    return {name: " + ".join(f"{m}__weight" for m in ms) for name, ms in members.items()}
