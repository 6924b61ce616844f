"""The spend model (gamma-gamma): mean amount of a purchase, learned from repeat purchases."""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np

from keepwell.outlook.concentration import spearman
from keepwell.outlook.lifetime.climb import Slope, Summit, best_summit
from keepwell.outlook.lifetime.histories import Floats
from keepwell.outlook.lifetime.refusals import Reason, Refusal
from keepwell.outlook.shares import Z_95, Interval
from keepwell.outlook.special import digamma, gammaln, ndtri, polygamma
from keepwell.vocabulary import InternalProblem

LEAST_SPENDERS = 10
MODEL = "spend"
PARAMETERS = ("p", "q", "v")
# Beyond this correlation the assumption that amount and frequency are independent is in doubt.
DOUBTFUL_CORRELATION = 0.3
_STARTS = ((4.0, 3.0), (1.0, 2.0), (20.0, 8.0))


@dataclass(frozen=True, slots=True)
class Independence:
    """Whether mean spend hangs on the number of repeats: correlation with 95 % interval, ranks.

    The model assumes that it does not. `is_doubtful` from a correlation of 0.3 either way.
    """

    correlation: float | None
    interval: Interval | None
    rank_correlation: float | None
    spenders: int

    @property
    def is_doubtful(self) -> bool:
        """Say whether the assumption is in doubt, or could not be looked at."""
        seen = [c for c in (self.correlation, self.rank_correlation) if c is not None]
        return not seen or max(abs(c) for c in seen) >= DOUBTFUL_CORRELATION


@dataclass(frozen=True, slots=True, eq=False)
class SpendModel:
    """A fitted gamma-gamma model: amounts ~ gamma(p, rate), rates over customers ~ gamma(q, v).

    `v` is in `currency`, the others have none. `covariance` belongs to the logarithms of p, q, v.
    Source: P. S. Fader, B. G. S. Hardie, The Gamma-Gamma Model of Monetary Value (2013).
    """

    currency: str
    p: float
    q: float
    v: float
    log_likelihood: float
    spenders: int
    covariance: Floats
    independence: Independence

    @property
    def logarithms(self) -> Floats:
        """Return the logarithms of p, q, v."""
        return np.array([log(v) for v in (self.p, self.q, self.v)])

    @property
    def mean_spend_amount(self) -> float:
        """Return the mean amount of a purchase over customers: p v / (q - 1)."""
        return self.p * self.v / (self.q - 1)

    @property
    def mean_spend_interval(self) -> Interval:
        """Return the 95 % interval of the mean over customers (delta method, in logarithms)."""
        slope = np.array([1.0, -self.q / (self.q - 1), 1.0])
        half = Z_95 * sqrt(max(0.0, float(slope @ self.covariance @ slope)))
        return Interval(
            self.mean_spend_amount * exp(-half), self.mean_spend_amount * exp(min(half, 700.0))
        )

    def interval(self, parameter: str) -> Interval:
        """Return the 95 % interval of `p`, `q` or `v` (Wald, in logarithms)."""
        at = PARAMETERS.index(parameter)
        centre, half = float(self.logarithms[at]), Z_95 * sqrt(float(self.covariance[at, at]))
        return Interval(exp(centre - half), exp(min(centre + half, 700.0)))


def fit_spend(
    purchases: Floats, mean_spend_amount: Floats, currency: str, customers: Floats | None = None
) -> SpendModel | Refusal:
    """Return the gamma-gamma model of mean spend, or why the data do not identify it.

    `purchases`: repeat purchases with a known amount. Rows without one, and mean amounts of zero
                 or less, are left out.
    Missing:     refused under ten such customers, when all amounts are equal, without a maximum
                 inside, or with q at or below 1 (no finite mean).
    """
    counted = np.ones(len(purchases)) if customers is None else customers
    held = (purchases > 0) & (mean_spend_amount > 0) & (counted > 0)
    if not np.isfinite(mean_spend_amount[held]).all():
        raise InternalProblem("A mean spend is not a finite number.")
    order = np.lexsort((mean_spend_amount[held], purchases[held]))
    x, z, n = (c[held][order] for c in (purchases, mean_spend_amount, counted))
    spenders = round(float(n.sum()))
    if spenders < LEAST_SPENDERS:
        reason = Reason.TOO_FEW_REPEATERS if spenders else Reason.NO_SPEND
        told = {"repeaters": str(spenders), "least": str(LEAST_SPENDERS)}
        return Refusal(MODEL, reason, told)
    if float(np.ptp(z)) <= 1e-9 * float(z.max()):
        return Refusal(MODEL, Reason.ALL_THE_SAME, {"customers": str(spenders)})
    scale = exp(float(np.dot(n, np.log(z))) / float(n.sum()))
    summit, _ = best_summit(SpendLikelihood(x, z / scale, n), _starts())
    return _judged(summit, scale, currency, (x, z, n))


def expected_spend_amount(
    model: SpendModel, purchases: Floats, mean_spend_amount: Floats
) -> Floats:
    """Return the mean amount expected of each customer's purchases, above 0, in its currency.

    Shape:   one per row; a customer without repeat purchases gets the mean over customers.
    Source:  Fader and Hardie (2013), equation 5.
    """
    return spend_at(model.logarithms, purchases, mean_spend_amount)


def spend_at(point: Floats, purchases: Floats, mean_spend_amount: Floats) -> Floats:
    """Return expected mean spend for the logarithms of p, q, v."""
    p, q, v = (float(x) for x in np.exp(point))
    known = (purchases > 0) & (mean_spend_amount > 0)
    x, z = np.where(known, purchases, 0.0), np.where(known, mean_spend_amount, 0.0)
    return p * (v + x * z) / (p * x + q - 1)


def independence(purchases: Floats, mean_spend_amount: Floats, customers: Floats) -> Independence:
    """Return how mean spend goes with the number of repeats, over customers who spent.

    Missing: None under four customers or where one side is constant; the rank correlation takes
             each row once.
    """
    n = float(customers.sum())
    ranks = spearman(purchases, mean_spend_amount)
    x = purchases - float(np.dot(customers, purchases)) / n
    z = mean_spend_amount - float(np.dot(customers, mean_spend_amount)) / n
    size = sqrt(float(np.dot(customers, x * x)) * float(np.dot(customers, z * z)))
    if n < 4 or size <= 0:
        return Independence(None, None, ranks, round(n))
    found = max(-1.0, min(1.0, float(np.dot(customers, x * z)) / size))
    centre, half = np.arctanh(np.clip(found, -0.999999, 0.999999)), ndtri(0.975) / sqrt(n - 3)
    ends = np.tanh([centre - half, centre + half])
    return Independence(found, Interval(float(ends[0]), float(ends[1])), ranks, round(n))


class SpendLikelihood:
    """Log-likelihood of (ln p, ln q, ln v) with its slope and curvature, all exact."""

    def __init__(self, purchases: Floats, mean_spend_amount: Floats, customers: Floats) -> None:
        self._x, self._n = purchases, customers
        self._logs = np.log(mean_spend_amount)
        self._spent = purchases * mean_spend_amount
        self._counts, self._place = np.unique(purchases, return_inverse=True)
        self._customers = np.bincount(self._place, weights=customers)
        self._fixed = float(np.dot(customers, purchases * (self._logs + np.log(purchases))))
        self._constant = float(np.dot(customers, self._logs))

    def __call__(self, point: Floats) -> Slope:
        """Return the log-likelihood, its gradient and its Hessian in the logarithms."""
        p, q, v = (float(x) for x in np.exp(point))
        counts, held, total = self._counts, self._customers, float(self._customers.sum())
        sums = np.log(v + self._spent)
        inverse = 1 / (v + self._spent)
        power = p * self._x + q
        height = gammaln(p * counts + q) - gammaln(p * counts) - gammaln(q)
        value = float(np.dot(held, height)) + total * q * log(v) + p * self._fixed
        value -= self._constant + float(np.dot(self._n, power * sums))
        both = digamma(p * counts + q)
        slope = np.array(
            [
                np.dot(held, counts * (both - digamma(p * counts)))
                + self._fixed
                - np.dot(self._n, self._x * sums),
                np.dot(held, both - digamma(q)) + total * log(v) - np.dot(self._n, sums),
                total * q / v - np.dot(self._n, power * inverse),
            ]
        )
        curve = polygamma(1, p * counts + q)
        bend = np.zeros((3, 3))
        bend[0, 0] = np.dot(held, counts * counts * (curve - polygamma(1, p * counts)))
        bend[0, 1] = bend[1, 0] = np.dot(held, counts * curve)
        bend[0, 2] = bend[2, 0] = -np.dot(self._n, self._x * inverse)
        bend[1, 1] = np.dot(held, curve - polygamma(1, q))
        bend[1, 2] = bend[2, 1] = total / v - np.dot(self._n, inverse)
        bend[2, 2] = np.dot(self._n, power * inverse * inverse) - total * q / v**2
        scale = np.array([p, q, v])
        gradient = slope * scale
        return value, gradient, bend * np.outer(scale, scale) + np.diag(gradient)


def _starts() -> list[Floats]:
    """Return starts whose mean spend is the scale itself: p v / (q - 1) = 1."""
    return [np.log([p, q, (q - 1) / p]) for p, q in _STARTS]


def _judged(
    summit: Summit, scale: float, currency: str, data: tuple[Floats, Floats, Floats]
) -> SpendModel | Refusal:
    if summit.ended == "stalled":
        return Refusal(MODEL, Reason.NOT_CONVERGED, {"steps": str(summit.steps)})
    covariance = summit.covariance()
    if covariance is None and summit.ended == "boundary":
        return Refusal(MODEL, Reason.AT_BOUNDARY, {"parameter": PARAMETERS[summit.loosest]})
    if covariance is None:
        return Refusal(MODEL, Reason.FLAT_LIKELIHOOD)
    p, q, v = (float(x) for x in np.exp(summit.point))
    if q <= 1:
        return Refusal(MODEL, Reason.SPEND_MEAN_INFINITE, {"q": f"{q:.2f}"})
    x, z, n = data
    return SpendModel(
        currency=currency,
        p=p,
        q=q,
        v=v * scale,
        log_likelihood=summit.height - float(n.sum()) * log(scale),
        spenders=round(float(n.sum())),
        covariance=covariance,
        independence=independence(x, z, n),
    )
