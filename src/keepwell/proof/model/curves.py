"""Calibration curves: from a model's log-odds to a probability that holds what it says.

Both are to be fitted on predictions for rows that the model had not seen.
"""

from dataclasses import dataclass

import numpy as np

from keepwell.proof.frame import Flags, Floats
from keepwell.proof.model.additive import probability

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


def fit_isotonic(log_odds: Floats, left: Flags) -> IsotonicCurve:
    """Return the rising curve that fits best."""
    from sklearn.isotonic import IsotonicRegression

    fitted = IsotonicRegression(out_of_bounds="clip").fit(log_odds, left.astype(np.float64))
    return IsotonicCurve(tuple(fitted.X_thresholds_.tolist()), tuple(fitted.y_thresholds_.tolist()))
