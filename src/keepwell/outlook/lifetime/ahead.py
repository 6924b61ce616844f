"""Purchases expected of a customer known to be alive: a closed form, and an integral beside it."""

from math import exp

import numpy as np

from keepwell.outlook.lifetime.histories import Floats
from keepwell.outlook.special import betainc, betaln, hyp2f1

# Beyond these the hypergeometric function of SciPy overflows or cancels; then the integral.
_LARGEST_A, _LEAST_DIFFERENCE = 50.0, 1e-7
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)
_ROWS = 4_096
_TAIL = 23.0  # logarithm of 1e10: what lies beyond is constant to ten digits


def purchases_ahead(point: Floats, repeats: Floats, observed: Floats, length: Floats) -> Floats:
    """Return expected purchases within `length`, given the logarithms of r, alpha, a, b.

    Shape:   one per row; times in one unit. At least 0 and at most those without drop-out.
    Method:  (a + b + x - 1) / (a - 1) (1 - (1 - z)^(a - 1) F(a + b - 1 - r, a - 1; a + b + x - 1;
             z)) with z = t / (alpha + T + t): equation 10 of the paper after Euler's
             transformation. Where that loses digits, the mean of (1 - (1 + p t / (alpha + T))
             ^-(r + x)) / p over p ~ beta(a, b + x), by Gauss-Legendre in the log-odds of p.
    """
    r, alpha, a, b = (exp(float(v)) for v in point)
    share = length / (alpha + observed + length)
    most = (r + repeats) / (alpha + observed) * length
    if a > _LARGEST_A:
        found = np.full(len(share), np.nan)
    else:
        with np.errstate(all="ignore"):
            top = a + b + repeats - 1
            left = hyp2f1(a + b - 1 - r, a - 1, top, share)
            found = top / (a - 1) * (1 - np.exp((a - 1) * np.log1p(-share)) * left)
    doubtful = np.flatnonzero(
        ~np.isfinite(found) | (abs(a - 1) * share < _LEAST_DIFFERENCE) | (found > most * 1.000001)
    )
    for start in range(0, len(doubtful), _ROWS):
        rows = doubtful[start : start + _ROWS]
        odds = share[rows] / (1 - share[rows])
        found[rows] = _by_integral(r + repeats[rows], a, b + repeats[rows], odds)
    return np.asarray(np.clip(found, 0.0, most), dtype=np.float64)


def _by_integral(power: Floats, a: float, stays: Floats, odds: Floats) -> Floats:
    """Integrate over the log-odds of leaving; beyond both ends the integrand is constant."""
    width = np.sqrt(1 / a + 1 / stays)
    middle = np.log(a) - np.log(stays)
    low = np.maximum(middle - 40 / a - 12 * width, -_TAIL - np.log1p(power * odds))
    high = np.minimum(middle + 40 / stays + 12 * width, _TAIL)
    low = np.minimum(low, high - 1e-3)
    places = low[:, None] + np.outer(high - low, (_NODES + 1) / 2)
    leaves, remains = -np.logaddexp(0, -places), -np.logaddexp(0, places)
    density = np.exp(a * leaves + stays[:, None] * remains - betaln(a, stays)[:, None])
    chance = np.exp(leaves)
    bought = -np.expm1(-power[:, None] * np.log1p(chance * odds[:, None])) / chance
    core = (density * bought) @ _WEIGHTS * (high - low) / 2
    below = power * odds * betainc(a, stays, 1 / (1 + np.exp(-low)))
    above = -np.expm1(-power * np.log1p(odds)) * betainc(stays, a, 1 / (1 + np.exp(high)))
    return np.asarray(core + below + above, dtype=np.float64)
