"""How long customers stay, as seen: Kaplan-Meier curves by cohort, with intervals."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keepwell.outlook.lifetime.histories import Floats
from keepwell.outlook.lifetime.units import TimeUnit
from keepwell.outlook.shares import Z_95
from keepwell.vocabulary import InternalProblem

SMALL_COHORT = 10


@dataclass(frozen=True, slots=True, eq=False)
class SurvivalCurve:
    """The share of customers who stayed longer than each time, a step function from 1.

    Shape:   one entry per distinct tenure at which somebody was lost or last seen, ascending.
    Units:   `times` in `unit`s; `share`, `low`, `high` 0-1; `standard_error` is Greenwood's.
    Missing: `low` and `high` equal the share before the first loss; at a share of zero the upper
             end stays where it was, since the formula has none there.
    """

    unit: TimeUnit
    customers: int
    times: Floats
    at_risk: Floats
    lost: Floats
    share: Floats
    standard_error: Floats
    low: Floats
    high: Floats

    @property
    def is_small(self) -> bool:
        """Say whether the cohort is too small to conclude from (under ten customers)."""
        return self.customers < SMALL_COHORT

    def share_at(self, time: float) -> float | None:
        """Return the share that stayed longer than `time`, None beyond the last one observed."""
        if len(self.times) == 0 or time > float(self.times[-1]):
            return None
        at = int(np.searchsorted(self.times, time, side="right")) - 1
        return float(self.share[at]) if at >= 0 else 1.0

    @property
    def median(self) -> float | None:
        """Return the time by which half were lost, None if the curve stays above a half."""
        return _first_at_or_below(self.times, self.share)

    @property
    def median_ends(self) -> tuple[float | None, float | None]:
        """Return the 95 % ends of the median, read off the ends of the curve; None is open."""
        return _first_at_or_below(self.times, self.low), _first_at_or_below(self.times, self.high)


def survival_curve(
    tenures: Floats,
    is_lost: NDArray[np.bool_],
    unit: TimeUnit,
    customers: Floats | None = None,
) -> SurvivalCurve:
    """Return the Kaplan-Meier curve of tenures in `unit`s; those not lost are still customers.

    Method:  product limit; 95 % interval on the scale ln(-ln share) with Greenwood's variance.
    Source:  E. L. Kaplan, P. Meier, J. Am. Stat. Assoc. 53 (1958) 457-481;
             J. D. Kalbfleisch, R. L. Prentice, Failure Time Data (1980), 1.3.
    """
    counted = np.ones(len(tenures)) if customers is None else customers
    held = counted > 0
    tenures, is_lost, counted = tenures[held], is_lost[held], counted[held]
    if not (np.isfinite(tenures).all() and (tenures >= 0).all()):
        raise InternalProblem("A tenure is negative or missing.")
    times, place = np.unique(tenures, return_inverse=True)
    lost = _sums(place, counted * is_lost, len(times))
    at_risk = np.cumsum(_sums(place, counted, len(times))[::-1])[::-1].astype(np.float64)
    share = np.cumprod(1 - lost / at_risk).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.cumsum(lost / (at_risk * (at_risk - lost)))
        inner = Z_95 * np.sqrt(variance) / np.log(share)
        low, high = share ** np.exp(-inner), share ** np.exp(inner)
    low, high = _where_undefined(share, low, high)
    return SurvivalCurve(
        unit=unit,
        customers=round(float(counted.sum())),
        times=times,
        at_risk=at_risk,
        lost=lost,
        share=share,
        standard_error=np.where(share > 0, share * np.sqrt(np.where(share > 0, variance, 0)), 0.0),
        low=low,
        high=high,
    )


def survival_by_cohort(
    cohorts: Sequence[str], tenures: Floats, is_lost: NDArray[np.bool_], unit: TimeUnit
) -> dict[str, SurvivalCurve]:
    """Return one Kaplan-Meier curve per cohort, in order of their names."""
    names = np.asarray(cohorts, dtype=object)
    return {
        name: survival_curve(tenures[names == name], is_lost[names == name], unit)
        for name in sorted(set(cohorts))
    }


def staying_share(
    curve: SurvivalCurve, tenures: Floats, ahead: float
) -> tuple[Floats, Floats, Floats]:
    """Return the share that stayed `ahead` longer of those who stayed each tenure, and its ends.

    Method:  the curve of those still there at the tenure: ratio of shares, Greenwood's variance
             of what lies between. Missing: NaN beyond the longest tenure seen, or when all left.
    """
    now, then = (np.searchsorted(curve.times, t, side="right") for t in (tenures, tenures + ahead))
    share = np.concatenate([[1.0], curve.share])
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.concatenate([[0.0], (curve.standard_error / curve.share) ** 2])
        stays = share[then] / share[now]
        spread = np.sqrt(np.maximum(variance[then] - variance[now], 0.0))
        inner = Z_95 * spread / np.log(stays)
        low, high = stays ** np.exp(-inner), stays ** np.exp(inner)
    last = float(curve.times[-1]) if len(curve.times) else -1.0
    unseen = (tenures + ahead > last) | ~(stays > 0)
    low, high = (np.where(stays == 1, 1.0, side) for side in (low, high))
    found = (np.where(unseen, np.nan, side) for side in (stays, low, high))
    first, second, third = found
    return first, second, third


def _sums(place: NDArray[np.intp], weights: Floats, count: int) -> Floats:
    return np.bincount(place, weights=weights, minlength=count).astype(np.float64)


def _where_undefined(share: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    none_lost, all_lost = share == 1, share == 0
    low = np.where(none_lost, 1.0, np.where(all_lost, 0.0, low))
    high = np.where(none_lost, 1.0, high)
    kept = np.flatnonzero(~all_lost)
    high[all_lost] = high[kept[-1]] if len(kept) else 1.0
    return low, high


def _first_at_or_below(times: Floats, share: Floats) -> float | None:
    found = np.flatnonzero(share <= 0.5)
    return float(times[found[0]]) if len(found) else None
