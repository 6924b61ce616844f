"""Recurring revenue kept so far and due for renewal: GRR, NRR and ARR at risk."""

import math
from dataclasses import dataclass

import numpy as np
import scipy

from keepwell.outlook import Interval
from keepwell.proof.frame import Flags, Floats

FEWEST_RENEWALS = 30
# Above this share of revenue without an end on record, nobody knows what is due.
MOST_OPEN = 0.5


@dataclass(frozen=True, slots=True)
class RecurringRevenue:
    """One row per account, yearly recurring amounts.

    now, half_year_ago, year_ago: in force on the as-of date, six and twelve months before.
    due:      of `now`, terms of half a year or longer that end within the next six months.
    was_due:  of `half_year_ago`, such terms that ended within the six months since.
    is_low:   the account is in the low health tier.
    open_end: of `now`, terms without an end on record: when they come due is unknown.
    """

    now: Floats
    half_year_ago: Floats
    year_ago: Floats
    due: Floats
    was_due: Floats
    is_low: Flags
    open_end: Floats


@dataclass(frozen=True, slots=True)
class Share:
    """A share of money, its interval over accounts, and the accounts that it rests on."""

    value: float
    interval: Interval
    accounts: int


@dataclass(frozen=True, slots=True)
class RenewalOutlook:
    """What was kept over twelve months, and what the next six months of renewals may keep.

    `grr`, `nrr`: of the last twelve months; None without revenue then.
    `renewed`:    share of what was due in the last six months and stayed; None under 30 accounts.
    `at_risk_amount`: due now and expected to go. `grr_ahead`: what stays of revenue in six months,
                  expansion left out and terms that are not due taken to stay.
    `open_amount`: of `arr_amount`, without an end on record. Where that is more than half, what is
                  due is unknown, so both of the above are None.
    """

    arr_amount: float
    due_amount: float
    due_low_amount: float
    grr: Share | None
    nrr: Share | None
    renewed: Share | None
    at_risk_amount: float | None
    grr_ahead: Interval | None
    open_amount: float


def renewal_outlook(held: RecurringRevenue) -> RenewalOutlook:
    """Return revenue kept and at risk. Source: docs/outlook.md#renewals.

    >>> year = np.array([100.0, 100.0])
    >>> none, nobody = np.zeros(2), np.zeros(2, dtype=np.bool_)
    >>> now = np.array([50.0, 130.0])
    >>> found = renewal_outlook(RecurringRevenue(now, year, year, none, none, nobody, none))
    >>> found.grr and found.grr.value, found.nrr and found.nrr.value
    (0.75, 0.9)
    """
    kept = np.minimum(held.now, held.year_ago)
    begun = held.year_ago > 0.0
    stayed = held.half_year_ago - held.was_due
    renewed = np.minimum(np.maximum(held.now - stayed, 0.0), held.was_due)
    share = _share(renewed, held.was_due, 1.0)
    if share is not None and share.accounts < FEWEST_RENEWALS:
        share = None
    whole, due, open_end = (float(x.sum()) for x in (held.now, held.due, held.open_end))
    ahead = None if open_end > MOST_OPEN * whole else share
    return RenewalOutlook(
        arr_amount=whole,
        due_amount=due,
        due_low_amount=float(held.due[held.is_low].sum()),
        grr=_share(kept[begun], held.year_ago[begun], 1.0),
        nrr=_share(held.now[begun], held.year_ago[begun]),
        renewed=share,
        at_risk_amount=None if ahead is None else due * (1.0 - ahead.value),
        grr_ahead=None if ahead is None or whole <= 0.0 else _ahead(ahead, due / whole),
        open_amount=open_end,
    )


def _ahead(renewed: Share, due_share: float) -> Interval:
    low, high = renewed.interval.low, renewed.interval.high
    return Interval(1.0 - due_share * (1.0 - low), 1.0 - due_share * (1.0 - high))


def _share(part: Floats, whole: Floats, most: float = math.inf) -> Share | None:
    """Return the share of sums and its interval up to `most`, by the spread over accounts."""
    total, accounts = float(whole.sum()), int((whole > 0.0).sum())
    if total <= 0.0 or accounts < 2:
        return None
    value = float(part.sum()) / total
    spread = math.sqrt(float(((part - value * whole) ** 2).sum())) / total
    radius = float(scipy.stats.t.ppf(0.975, accounts - 1)) * spread
    return Share(value, Interval(max(value - radius, 0.0), min(value + radius, most)), accounts)
