"""Lifetime value: discounted purchases times expected spend, with intervals and its terms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keepwell.outlook.lifetime.expectations import (
    alive_prob,
    delta_interval,
    discounted_at,
    discounted_purchases,
    expected_purchases,
)
from keepwell.outlook.lifetime.histories import Floats, Histories
from keepwell.outlook.lifetime.purchases import PurchaseModel
from keepwell.outlook.lifetime.spend import SpendModel, expected_spend_amount, spend_at
from keepwell.outlook.lifetime.units import Horizon
from keepwell.outlook.shares import Interval


@dataclass(frozen=True, slots=True, eq=False)
class Spending:
    """Repeat purchases with a known amount and their mean amount, one row per history."""

    purchases: Floats
    mean_spend_amount: Floats


@dataclass(frozen=True, slots=True, eq=False)
class LifetimeValues:
    """What each customer is expected to bring within `horizon`, in `currency`.

    Shape: one row per history. `value_amount` is discounted revenue (no margin taken off), for a
    customer without repeats it rests on the mean spend of all and on `alive_prob` 1.
    """

    horizon: Horizon
    currency: str
    alive_prob: Floats
    expected_purchases: Floats
    expected_spend_amount: Floats
    value_amount: Floats
    has_repeat: NDArray[np.bool_]

    @property
    def names(self) -> dict[str, str]:
        """Return the column names that carry horizon and discount rate."""
        plain = Horizon(self.horizon.length, self.horizon.unit)
        return {
            "alive_prob": "alive_prob",
            "expected_purchases": plain.column("expected_purchases"),
            "expected_spend_amount": "expected_spend_amount",
            "value_amount": self.horizon.column("lifetime_value_amount"),
        }


def lifetime_values(
    purchases: PurchaseModel,
    spend: SpendModel,
    given: Histories,
    spending: Spending,
    horizon: Horizon,
) -> LifetimeValues:
    """Return each customer's expected value within the horizon, at least 0."""
    amount = expected_spend_amount(spend, spending.purchases, spending.mean_spend_amount)
    return LifetimeValues(
        horizon=horizon,
        currency=spend.currency,
        alive_prob=alive_prob(purchases, given),
        expected_purchases=expected_purchases(purchases, given, horizon),
        expected_spend_amount=amount,
        value_amount=amount * discounted_purchases(purchases, given, horizon),
        has_repeat=given.repeats > 0,
    )


def value_intervals(
    purchases: PurchaseModel,
    spend: SpendModel,
    given: Histories,
    spending: Spending,
    horizon: Horizon,
) -> tuple[Floats, Floats]:
    """Return the 95 % ends of each expected value: how well the expectation itself is known."""
    values, point, covariance = _joint(purchases, spend, given, spending, horizon)
    return delta_interval(values, point, covariance)


def total_value(
    purchases: PurchaseModel,
    spend: SpendModel,
    given: Histories,
    spending: Spending,
    horizon: Horizon,
) -> tuple[float, Interval]:
    """Return the expected value of all customers together with its 95 % interval."""
    each, point, covariance = _joint(purchases, spend, given, spending, horizon)

    def total(at: Floats) -> Floats:
        return np.array([float(np.dot(given.customers, each(at)))])

    low, high = delta_interval(total, point, covariance)
    return float(total(point)[0]), Interval(float(low[0]), float(high[0]))


class _ValueAt:
    """Values as a function of all seven logarithms: r, alpha, a, b, p, q, v."""

    def __init__(
        self, model: PurchaseModel, given: Histories, spending: Spending, horizon: Horizon
    ) -> None:
        self._days, self._given, self._spending = model.unit.days, given, spending
        self._terms = (horizon.in_units(model.unit), horizon.discount_per(model.unit))

    def __call__(self, point: Floats) -> Floats:
        bought = discounted_at(point[:4], self._given, self._days, self._terms)
        spending = self._spending
        return bought * spend_at(point[4:], spending.purchases, spending.mean_spend_amount)


def _joint(
    purchases: PurchaseModel,
    spend: SpendModel,
    given: Histories,
    spending: Spending,
    horizon: Horizon,
) -> tuple[_ValueAt, Floats, Floats]:
    """The two models are fitted apart, so their estimates do not hang together."""
    covariance = np.zeros((7, 7))
    covariance[:4, :4] = purchases.covariance
    covariance[4:, 4:] = spend.covariance
    point = np.concatenate([purchases.logarithms, spend.logarithms])
    return _ValueAt(purchases, given, spending, horizon), point, covariance
