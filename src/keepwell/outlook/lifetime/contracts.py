"""The contract model (shifted beta-geometric): renewals, survival, residual lifetime."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, log1p

import numpy as np

from keepwell.outlook.lifetime.climb import Slope, Summit, best_summit
from keepwell.outlook.lifetime.expectations import delta_interval
from keepwell.outlook.lifetime.histories import Floats
from keepwell.outlook.lifetime.refusals import Reason, Refusal
from keepwell.outlook.lifetime.units import TimeUnit
from keepwell.outlook.shares import Z_95, Interval
from keepwell.outlook.special import betaln, hyp2f1
from keepwell.vocabulary import InternalProblem

MODEL = "contracts"
LEAST_CUSTOMERS = 10
LEAST_PERIODS = 2
PARAMETERS = ("alpha", "beta")
_AWAY = 2.0  # in logarithms: a parameter at least 7 times, or parts
_ROUNDING = 1e-9  # of a log-likelihood: what is less may be rounding
_STARTS = ((1.0, 1.0), (0.5, 3.0), (5.0, 20.0))


@dataclass(frozen=True, slots=True, eq=False)
class Renewals:
    """Customers by how their contract went; entry t - 1 is about the t-th renewal period.

    `lost`:    customers lost at the end of their t-th period.
    `waiting`: customers still there after exactly t periods, later ones not observed yet.
    """

    lost: Floats
    waiting: Floats

    def __post_init__(self) -> None:
        both = (self.lost, self.waiting)
        if len(self.lost) != len(self.waiting) or not all(
            np.isfinite(c).all() and (c >= 0).all() for c in both
        ):
            raise InternalProblem("Renewal counts are of unequal length, missing or negative.")

    @property
    def customers(self) -> float:
        """Return the number of customers."""
        return float(self.lost.sum() + self.waiting.sum())


@dataclass(frozen=True, slots=True, eq=False)
class ContractModel:
    """A fitted shifted-beta-geometric model: chance to leave each period ~ beta(alpha, beta).

    `unit` is the length of one contract period. `covariance` belongs to the logarithms.
    Source: P. S. Fader, B. G. S. Hardie, J. Interactive Marketing 21 (2007) 76-90.
    """

    unit: TimeUnit
    alpha: float
    beta: float
    log_likelihood: float
    customers: int
    periods: int
    covariance: Floats

    @property
    def logarithms(self) -> Floats:
        """Return the logarithms of alpha and beta."""
        return np.array([log(self.alpha), log(self.beta)])

    def interval(self, parameter: str) -> Interval:
        """Return the 95 % interval of `alpha` or `beta` (Wald, in logarithms)."""
        at = PARAMETERS.index(parameter)
        centre, half = float(self.logarithms[at]), Z_95 * float(np.sqrt(self.covariance[at, at]))
        return Interval(exp(centre - half), exp(min(centre + half, 700.0)))


def renewals_of_cohort(customers: Sequence[float]) -> Renewals:
    """Return the renewals of one cohort from its size at the start and after each period.

    >>> renewals_of_cohort([100, 60, 45]).lost.tolist()
    [40.0, 15.0]
    """
    counts = np.asarray(customers, dtype=np.float64)
    waiting = np.zeros(max(len(counts) - 1, 0))
    waiting[-1:] = counts[-1:]
    return Renewals(-np.diff(counts), waiting)


def fit_contracts(given: Renewals, unit: TimeUnit) -> ContractModel | Refusal:
    """Return the shifted-beta-geometric model of the renewals, or why they do not identify it.

    Missing: refused under ten customers or two periods, without a loss, with all lost in the
             first period, or where the likelihood has no maximum inside: one rate for all does
             as well.
    """
    refused = _refused_by_counts(given)
    if refused is not None:
        return refused
    likelihood = ContractLikelihood(given)
    summit, _ = best_summit(likelihood, [np.log(s) for s in _STARTS])
    if summit.height <= _height_of_one_rate(given) + _ROUNDING * abs(summit.height):
        return Refusal(MODEL, Reason.SAME_DROPOUT)
    covariance = summit.covariance()
    if covariance is None:
        return _refused_by_shape(summit)
    alpha, beta = (float(v) for v in np.exp(summit.point))
    return ContractModel(
        unit=unit,
        alpha=alpha,
        beta=beta,
        log_likelihood=summit.height,
        customers=round(given.customers),
        periods=len(given.lost),
        covariance=covariance,
    )


def _refused_by_counts(given: Renewals) -> Refusal | None:
    told = {"customers": str(round(given.customers)), "periods": str(len(given.lost))}
    if given.customers < LEAST_CUSTOMERS:
        return Refusal(MODEL, Reason.TOO_FEW_CUSTOMERS, told | {"least": str(LEAST_CUSTOMERS)})
    if float(given.lost.sum()) == 0:
        return Refusal(MODEL, Reason.NO_LOSSES, told)
    if float(given.lost[:1].sum()) == given.customers:
        return Refusal(MODEL, Reason.ALL_LOST, told)
    seen = np.flatnonzero(given.lost + given.waiting)
    if len(seen) == 0 or seen[-1] + 1 < LEAST_PERIODS:
        return Refusal(MODEL, Reason.TOO_FEW_PERIODS, told | {"least": str(LEAST_PERIODS)})
    return None


def _height_of_one_rate(given: Renewals) -> float:
    """Return the log-likelihood of one rate for all: the limit of the model on its ridge."""
    left = float(given.lost.sum())
    begun = float(np.dot(np.arange(1, len(given.lost) + 1), given.lost + given.waiting))
    return left * log(left / begun) + (begun - left) * log1p(-left / begun)


def _refused_by_shape(summit: Summit) -> Refusal:
    if summit.ended == "stalled":
        return Refusal(MODEL, Reason.NOT_CONVERGED, {"steps": str(summit.steps)})
    if (summit.point > _AWAY).all():
        return Refusal(MODEL, Reason.SAME_DROPOUT)
    if (summit.point < -_AWAY).all():
        return Refusal(MODEL, Reason.LEAVE_AT_ONCE_OR_NEVER)
    if summit.ended == "boundary":
        return Refusal(MODEL, Reason.AT_BOUNDARY, {"parameter": PARAMETERS[summit.loosest]})
    return Refusal(MODEL, Reason.FLAT_LIKELIHOOD)


class ContractLikelihood:
    """Log-likelihood of (ln alpha, ln beta) with its slope and curvature, all exact.

    Of those who begin their t-th period, alpha in alpha + beta + t - 1 leave at its end: written
    by periods, no term is the difference of large ones.
    """

    def __init__(self, given: Renewals) -> None:
        self._begun = np.cumsum((given.lost + given.waiting)[::-1])[::-1]
        self._lost, self._stayed = given.lost, self._begun - given.lost
        self._before = np.arange(len(given.lost), dtype=np.float64)

    def __call__(self, point: Floats) -> Slope:
        """Return the log-likelihood, its gradient and its Hessian in the logarithms."""
        alpha, beta = (float(v) for v in np.exp(point))
        late = beta + self._before
        leave, stay, share = alpha / (alpha + late), beta / late, beta / (alpha + late)
        height = np.dot(self._lost, np.log(leave)) - np.dot(self._stayed, np.log1p(alpha / late))
        gradient = (
            float(self._lost.sum() - np.dot(self._begun, leave)),
            float(np.dot(self._stayed, stay) - np.dot(self._begun, share)),
        )
        cross = float(np.dot(self._begun, leave * share))
        bend = (
            -float(np.dot(self._begun, leave * (1 - leave))),
            float(np.dot(self._stayed, stay * (1 - stay)))
            - float(np.dot(self._begun, share * (1 - share))),
        )
        hessian = np.array([[bend[0], cross], [cross, bend[1]]])
        return float(height), np.array(gradient), hessian


def contract_survival(model: ContractModel, periods: Floats) -> Floats:
    """Return the share still customers after each number of periods, 0-1."""
    return _survival(model.logarithms, periods)


def contract_survival_interval(model: ContractModel, periods: Floats) -> tuple[Floats, Floats]:
    """Return the 95 % ends of the survival share (delta method), within 0-1."""
    low, high = delta_interval(
        lambda point: _survival(point, periods), model.logarithms, model.covariance
    )
    return low, np.minimum(high, 1.0)


def staying_prob(model: ContractModel, renewed: Floats, periods: float) -> Floats:
    """Return the chance to stay `periods` more after `renewed` renewals, 0-1."""
    return _staying(model.logarithms, renewed, periods)


def staying_prob_interval(
    model: ContractModel, renewed: Floats, periods: float
) -> tuple[Floats, Floats]:
    """Return the 95 % ends of the chance to stay (delta method), within 0-1."""
    low, high = delta_interval(
        lambda point: _staying(point, renewed, periods), model.logarithms, model.covariance
    )
    return low, np.minimum(high, 1.0)


def renewal_prob(model: ContractModel, renewed: Floats) -> Floats:
    """Return the chance of the next renewal after `renewed` renewals, 0-1; it grows with them."""
    return (model.beta + renewed) / (model.alpha + model.beta + renewed)


def residual_periods(
    model: ContractModel, renewed: Floats, discount_rate_per_period: float
) -> Floats:
    """Return the discounted expected residual lifetime (DERL) in periods, at least 0.

    Shape:   one per number of renewals so far. The next renewal is due at once and counts in
             full, later ones are discounted; infinite without a discount and alpha at most 1.
    Source:  P. S. Fader, B. G. S. Hardie, Marketing Science 29 (2010) 85-93, equation 7.
    """
    if discount_rate_per_period < 0:
        raise InternalProblem(f"Discount rate {discount_rate_per_period} is below zero.")
    total = model.alpha + model.beta
    first = (model.beta + renewed) / (total + renewed)
    share = 1 / (1 + discount_rate_per_period)
    if discount_rate_per_period == 0 and model.alpha <= 1:
        return np.full(len(renewed), np.inf)
    series = hyp2f1(1.0, model.beta + renewed + 1, total + renewed + 1, share)
    return np.asarray(first * series, dtype=np.float64)


def residual_periods_within(
    model: ContractModel, renewed: Floats, periods: int, discount_rate_per_period: float
) -> Floats:
    """Return the discounted renewals expected among the next `periods` due, 0 to `periods`."""
    now = _survival(model.logarithms, renewed)
    total = np.zeros(len(renewed))
    for ahead in range(periods):
        later = _survival(model.logarithms, renewed + ahead + 1)
        total += later / now / (1 + discount_rate_per_period) ** ahead
    return total


def _survival(point: Floats, periods: Floats) -> Floats:
    alpha, beta = (float(v) for v in np.exp(point))
    return np.asarray(np.exp(betaln(alpha, beta + periods) - betaln(alpha, beta)))


def _staying(point: Floats, renewed: Floats, periods: float) -> Floats:
    return np.asarray(_survival(point, renewed + periods) / _survival(point, renewed))
