"""Calibration curves: from a model's log-odds to a probability that holds what it says.

Both are to be fitted on predictions for rows that the model had not seen.
"""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.frame import Days, Flags, Floats
from keepwell.proof.odds import probability

STEPS = 50
# Pulls a curve from few events towards "as it was".
SLOPE_RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class PlattCurve:
    """Log-odds `shift + slope x log-odds`: a straight line, so additive parts stay additive."""

    shift: float
    slope: float

    def churn_prob(self, log_odds: Floats) -> Floats:
        """Return probabilities 0-1."""
        return probability(self.shift + self.slope * log_odds)


@dataclass(frozen=True, slots=True)
class IsotonicCurve:
    """A rising curve without a form of its own, straight between its points."""

    at: tuple[float, ...]
    prob: tuple[float, ...]

    def churn_prob(self, log_odds: Floats) -> Floats:
        """Return probabilities 0-1; beyond the last points they stay level."""
        return np.asarray(np.interp(log_odds, np.array(self.at), np.array(self.prob)), np.float64)


def fit_platt(log_odds: Floats, left: Flags) -> PlattCurve:
    """Return the straight line that fits best; its slope is never negative."""
    theta = np.array([0.0, 1.0])
    design = np.column_stack([np.ones_like(log_odds), log_odds])
    for _ in range(STEPS):
        prob = probability(design @ theta)
        pull = np.array([0.0, SLOPE_RIDGE * (theta[1] - 1.0)])
        gradient = design.T @ (prob - left) + pull
        hessian = design.T @ (design * (prob * (1.0 - prob))[:, None])
        hessian += np.diag([1e-9, SLOPE_RIDGE])
        step = np.linalg.solve(hessian, gradient)
        theta = theta - step
        if float(np.abs(step).max()) < 1e-10:
            break
    shift, slope = float(theta[0]), float(theta[1])
    if slope > 0.0:
        return PlattCurve(shift, slope)
    share = (float(left.sum()) + 0.5) / (len(left) + 1.0)
    return PlattCurve(float(np.log(share / (1.0 - share))), 0.0)


def fit_slope(log_odds: Floats, left: Flags, origin: Days) -> float:
    """Return the slope of the straight lines that fit best, one shift for each origin; never < 0.

    Lines with shifts of their own: a level that moves between days is not taken for a slope.
    """
    days, at = np.unique(origin, return_inverse=True)
    start = np.append(np.zeros(len(days)), 1.0)
    theta = start

    def loss(tried: Floats) -> float:
        line = tried[at] + tried[-1] * log_odds
        pull = 0.5 * SLOPE_RIDGE * float(((tried - start) ** 2).sum())
        return float(np.logaddexp(0.0, line).sum() - line[left].sum()) + pull

    for _ in range(STEPS):
        prob = probability(theta[at] + theta[-1] * log_odds)
        weight = prob * (1.0 - prob)
        hessian = np.diag(np.append(np.bincount(at, weight, len(days)), weight @ log_odds**2))
        hessian[-1, :-1] = hessian[:-1, -1] = np.bincount(at, weight * log_odds, len(days))
        miss = np.append(np.bincount(at, prob - left, len(days)), (prob - left) @ log_odds)
        gradient = miss + SLOPE_RIDGE * (theta - start)
        step = np.linalg.solve(hessian + SLOPE_RIDGE * np.eye(len(theta)), gradient)
        # Far from the answer a whole step may overshoot.
        here = loss(theta)
        while loss(theta - step) > here and float(np.abs(step).max()) > 1e-10:
            step = step / 2.0
        theta = theta - step
        if float(np.abs(step).max()) < 1e-10:
            break
    return max(float(theta[-1]), 0.0)


def fit_isotonic(log_odds: Floats, left: Flags) -> IsotonicCurve:
    """Return the rising curve that fits best."""
    from sklearn.isotonic import IsotonicRegression

    fitted = IsotonicRegression(out_of_bounds="clip").fit(log_odds, left.astype(np.float64))
    return IsotonicCurve(tuple(fitted.X_thresholds_.tolist()), tuple(fitted.y_thresholds_.tolist()))
