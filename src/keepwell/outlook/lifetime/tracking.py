"""Repeat purchases day by day, as they came and as the model expected them."""

from dataclasses import dataclass

import numpy as np

from keepwell.outlook.lifetime.expectations import expected_purchases_of_a_new_customer
from keepwell.outlook.lifetime.histories import Floats
from keepwell.outlook.lifetime.purchases import PurchaseModel


@dataclass(frozen=True, slots=True, eq=False)
class Tracking:
    """Cumulative repeat purchases of all customers at the end of each day in `days`.

    `fitted_until_day`: up to here the model saw the data; what lies after is holdout.
    """

    days: Floats
    actual: Floats
    expected: Floats
    fitted_until_day: float
    customers: int

    @property
    def holdout_actual(self) -> float:
        """Return the repeat purchases after the fit."""
        return float(self.actual[-1] - np.interp(self.fitted_until_day, self.days, self.actual))

    @property
    def holdout_expected(self) -> float:
        """Return the repeat purchases that the model expected after the fit."""
        return float(self.expected[-1] - np.interp(self.fitted_until_day, self.days, self.expected))


def track(
    model: PurchaseModel,
    first_days: tuple[Floats, Floats],
    repeat_days: tuple[Floats, Floats],
    fitted_until_day: int,
    last_day: int,
    step_days: int = 7,
) -> Tracking:
    """Return actual against expected cumulative repeat purchases, one point per step.

    `first_days`, `repeat_days`: (day, count) as first_days_select and repeat_days_select give.
    Method: sum over first-purchase days of customers x expected repeats since that day.
    Source: Fader, Hardie and Lee (2005), figure 3.
    """
    starts, customers = first_days
    bought, purchases = repeat_days
    days = np.unique(
        np.concatenate([np.arange(0, last_day + 1, step_days), [fitted_until_day, last_day]])
    ).astype(np.float64)
    order = np.argsort(bought)
    running = np.concatenate([[0.0], np.cumsum(purchases[order])])
    actual = running[np.searchsorted(bought[order], days, side="right")]
    lengths = np.arange(0, last_day + 1, dtype=np.float64)
    curve = expected_purchases_of_a_new_customer(model, lengths)
    since = days[:, None] - starts[None, :]
    each = np.where(since > 0, curve[np.clip(since, 0, last_day).astype(np.int64)], 0.0)
    return Tracking(
        days=days,
        actual=actual,
        expected=each @ customers,
        fitted_until_day=float(fitted_until_day),
        customers=round(float(customers.sum())),
    )
