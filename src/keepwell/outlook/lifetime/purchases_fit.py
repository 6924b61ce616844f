"""Fit the purchase model by maximum likelihood, or say why the data do not identify it."""

import numpy as np

from keepwell.outlook.lifetime.climb import LARGEST, Summit, best_summit, climb
from keepwell.outlook.lifetime.histories import Floats, Histories, grouped
from keepwell.outlook.lifetime.purchases import PARAMETERS, PurchaseLikelihood, PurchaseModel
from keepwell.outlook.lifetime.refusals import Reason, Refusal
from keepwell.outlook.lifetime.units import TimeUnit

LEAST_CUSTOMERS = 10
LEAST_REPEATERS = 5
MODEL = "purchases"
_FEW_ROWS = 4_000
# In logarithms: a parameter at least 7 times (or parts), a mean drop-out below one in 1,000.
_AWAY, _FAR = 2.0, 7.0
# (r, a, b) to start from: usual, patient, quick to leave, alike.
_STARTS = ((0.5, 0.5, 2.0), (1.0, 0.2, 2.0), (0.2, 1.0, 1.0), (4.0, 2.0, 8.0))


def fit_purchases(given: Histories, unit: TimeUnit) -> PurchaseModel | Refusal:
    """Return the BG/NBD model under which the histories are most likely, or a refusal.

    Method:  identical histories count once with their number; Newton's method on the exact
             curvature of the logarithms, time scaled to the mean observed span, four starts.
    Missing: refused under 10 customers or 5 with a repeat, and where the likelihood has no
             maximum inside, or a curvature there that is not negative definite.
    """
    known = grouped(given)
    refused = _refused_by_counts(known)
    if refused is not None:
        return refused
    span_days = float(np.dot(known.customers, known.observed_days)) / known.total
    likelihood = PurchaseLikelihood(known, span_days)
    summit, agreeing = _summit(known, span_days, likelihood)
    covariance = summit.covariance()
    if covariance is None:
        return _refused_by_shape(summit)
    r, alpha, a, b = (float(v) for v in np.exp(summit.point))
    bought = float(np.dot(known.customers, known.repeats))
    scale = span_days / unit.days
    return PurchaseModel(
        unit=unit,
        r=r,
        alpha=alpha * scale,
        a=a,
        b=b,
        log_likelihood=summit.height - bought * float(np.log(scale)),
        customers=round(known.total),
        repeaters=round(float(known.customers[known.repeats > 0].sum())),
        covariance=covariance,
        steps=summit.steps,
        starts=len(_STARTS),
        starts_agreeing=agreeing,
    )


def _summit(
    known: Histories, span_days: float, likelihood: PurchaseLikelihood
) -> tuple[Summit, int]:
    """Return the highest summit; many histories are thinned to find where to climb."""
    rate = float(np.dot(known.customers, known.repeats)) / known.total
    starts = [np.log([r, r / rate, a, b]) for r, a, b in _STARTS]
    thin = _thinned(known)
    if thin is known:
        return best_summit(likelihood, starts)
    near, agreeing = best_summit(PurchaseLikelihood(thin, span_days), starts)
    start = np.clip(near.point, -LARGEST / 2, LARGEST / 2)
    return climb(likelihood, start), agreeing


def _thinned(known: Histories) -> Histories:
    """Return all histories without a repeat and every k-th of the others, weighted up."""
    again = np.flatnonzero(known.repeats > 0)
    every = len(again) // _FEW_ROWS
    if every < 2:
        return known
    rows = np.concatenate([np.flatnonzero(known.repeats == 0), again[::every]])
    weights: Floats = known.customers[rows].copy()
    kept = known.repeats[rows] > 0
    weights[kept] *= float(known.customers[again].sum()) / float(weights[kept].sum())
    return Histories(known.repeats[rows], known.last_days[rows], known.observed_days[rows], weights)


def _refused_by_counts(known: Histories) -> Refusal | None:
    total = round(known.total)
    repeaters = round(float(known.customers[known.repeats > 0].sum()))
    told = {"customers": str(total), "repeaters": str(repeaters)}
    if total < LEAST_CUSTOMERS:
        return Refusal(MODEL, Reason.TOO_FEW_CUSTOMERS, told | {"least": str(LEAST_CUSTOMERS)})
    if not (known.observed_days > 0).any():
        return Refusal(MODEL, Reason.NO_TIME_OBSERVED, told)
    if repeaters == 0:
        return Refusal(MODEL, Reason.NO_REPEATS, told)
    if int((known.customers > 0).sum()) == 1:
        return Refusal(MODEL, Reason.ALL_THE_SAME, told)
    if repeaters < LEAST_REPEATERS:
        return Refusal(MODEL, Reason.TOO_FEW_REPEATERS, told | {"least": str(LEAST_REPEATERS)})
    return None


def _refused_by_shape(summit: Summit) -> Refusal:
    """Return why a climb that ended nowhere inside has no model to give."""
    if summit.ended == "stalled":
        return Refusal(MODEL, Reason.NOT_CONVERGED, {"steps": str(summit.steps)})
    loosest = PARAMETERS[summit.loosest]
    r, alpha, a, b = (float(v) for v in summit.point)
    if a - b < -_FAR:
        return Refusal(MODEL, Reason.NOBODY_LEAVES)
    if loosest in ("a", "b") and min(a, b) > _AWAY:
        return Refusal(MODEL, Reason.SAME_DROPOUT)
    if loosest in ("a", "b") and max(a, b) < -_AWAY:
        return Refusal(MODEL, Reason.LEAVE_AT_ONCE_OR_NEVER)
    if loosest in ("r", "alpha") and min(r, alpha) > _AWAY:
        return Refusal(MODEL, Reason.SAME_RATE)
    if summit.ended == "boundary":
        return Refusal(MODEL, Reason.AT_BOUNDARY, {"parameter": loosest})
    return Refusal(MODEL, Reason.FLAT_LIKELIHOOD)
