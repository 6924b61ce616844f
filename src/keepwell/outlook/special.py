"""Special functions of SciPy, which loads with the first call: most runs never need it.

Each takes and gives numbers or arrays like the function of the same name in `scipy.special`
(`brentq`: `scipy.optimize`).
"""

from collections.abc import Callable
from typing import Any

import scipy


def betainc(a: Any, b: Any, x: Any) -> Any:
    """Return the regularised incomplete beta function."""
    return scipy.special.betainc(a, b, x)


def betaln(a: Any, b: Any) -> Any:
    """Return the logarithm of the beta function."""
    return scipy.special.betaln(a, b)


def digamma(x: Any) -> Any:
    """Return the derivative of the logarithm of the gamma function."""
    return scipy.special.digamma(x)


def expit(x: Any) -> Any:
    """Return the logistic function."""
    return scipy.special.expit(x)


def gammaln(x: Any) -> Any:
    """Return the logarithm of the gamma function."""
    return scipy.special.gammaln(x)


def hyp2f1(a: Any, b: Any, c: Any, z: Any) -> Any:
    """Return Gauss's hypergeometric function."""
    return scipy.special.hyp2f1(a, b, c, z)


def ndtri(share: Any) -> Any:
    """Return the quantile of the standard normal distribution."""
    return scipy.special.ndtri(share)


def polygamma(order: int, x: Any) -> Any:
    """Return a further derivative of `digamma`."""
    return scipy.special.polygamma(order, x)


def brentq(function: Callable[[float], float], low: float, high: float, **bounds: Any) -> Any:
    """Return where a function crosses zero between two places."""
    return scipy.optimize.brentq(function, low, high, **bounds)
