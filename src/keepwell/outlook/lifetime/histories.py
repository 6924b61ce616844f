"""Purchase histories of customers: repeats, day of the last one, days observed, and how many."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keepwell.vocabulary import InternalProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Histories:
    """Purchase histories in days, one per row; `customers` counts those who share it.

    `repeats`:       purchase days after the first one.
    `last_days`:     days from the first purchase to the last, 0 without a repeat.
    `observed_days`: days from the first purchase to the end of observation.
    Errors:          InternalProblem for rows that no purchase log can give.
    """

    repeats: Floats
    last_days: Floats
    observed_days: Floats
    customers: Floats

    def __post_init__(self) -> None:
        columns = (self.repeats, self.last_days, self.observed_days, self.customers)
        if len({len(c) for c in columns}) != 1:
            raise InternalProblem(f"Columns of {[len(c) for c in columns]} histories.")
        if not all(np.isfinite(c).all() and (c >= 0).all() for c in columns):
            raise InternalProblem("A purchase history holds a negative or missing number.")
        wrong = int(np.sum((self.last_days > self.observed_days) | self._is_torn()))
        if wrong:
            raise InternalProblem(
                f"{wrong} purchase histories contradict themselves: the last purchase lies after "
                "the end, or repeats and the day of the last one do not fit together.",
                cure="Take them from purchases_select and grouped_histories_select.",
            )

    def _is_torn(self) -> NDArray[np.bool_]:
        return np.asarray((self.repeats > 0) != (self.last_days > 0))

    @property
    def total(self) -> float:
        """Return the number of customers."""
        return float(self.customers.sum())


def histories(
    repeats: Floats, last_days: Floats, observed_days: Floats, customers: Floats | None = None
) -> Histories:
    """Return the histories of one customer per row, or of `customers` each."""
    counted = np.ones(len(repeats)) if customers is None else customers
    columns = (repeats, last_days, observed_days, counted)
    return Histories(*(np.asarray(c, dtype=np.float64) for c in columns))


def grouped(given: Histories) -> Histories:
    """Return the same customers with identical histories in one row, in order of the values."""
    table = np.column_stack([given.repeats, given.last_days, given.observed_days])
    rows, place = np.unique(table, axis=0, return_inverse=True)
    counted = np.bincount(place.reshape(-1), weights=given.customers, minlength=len(rows))
    return Histories(rows[:, 0], rows[:, 1], rows[:, 2], counted.astype(np.float64))
