"""Read the terms of contracts from an import, and make spells of a back-test's rows."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from keepwell.ports import Engine
from keepwell.proof import NO_DAY, Ints, Texts
from keepwell.proof.model import STEP_DAYS, ContractTerms, Days, Spells
from keepwell.runs.backtest_history import ends_are_rewritten
from keepwell.runs.churn_sample import PastRows
from keepwell.runs.feature_columns import texts_of

NEEDED = ("subscriptions.account_id", "subscriptions.period_start")
# Contracts are the clock only where most accounts have a term in force.
LEAST_SHARE = 0.5
_EPOCH = "DATE '1970-01-01'"


@dataclass(frozen=True, slots=True)
class NamedTerms:
    """Terms by the names of their accounts, in order; an account without any is one of its own."""

    names: Texts
    terms: ContractTerms

    def places(self, account: Texts, origin: Days, steps: int) -> Texts:
        """Return where the next steps of each account lie in its contract: rows x steps."""
        at = np.minimum(np.searchsorted(self.names, account), max(len(self.names) - 1, 0))
        held = self.names[at] == account if len(self.names) else np.zeros(len(account), np.bool_)
        number = np.where(held, at, len(self.names)).astype(np.int64)
        day = origin.astype("datetime64[D]").astype(np.int64)
        return self.terms.places(number, day, steps)


def has_terms(mapped: Collection[str]) -> bool:
    """Say whether subscriptions with terms are mapped."""
    return set(NEEDED) <= set(mapped)


def read_terms(engine: Engine) -> NamedTerms:
    """Return the paid terms of all accounts. Needs: table subscriptions."""
    found = engine.arrow(
        f"SELECT account_id, CAST(date_diff('day', {_EPOCH}, period_start) AS BIGINT), "  # noqa: S608
        f"coalesce(CAST(date_diff('day', {_EPOCH}, period_end) AS BIGINT), {NO_DAY}) "
        "FROM subscriptions WHERE NOT coalesce(is_trial, FALSE) "
        "ORDER BY account_id, period_start, period_end, subscription_id"
    )
    names, number = np.unique(texts_of(found.column(0)), return_inverse=True)
    first, last = (np.asarray(found.column(i).to_numpy(), np.int64) for i in (1, 2))
    length = usual_months(first, last) if ends_are_rewritten(engine) else None
    return NamedTerms(names, ContractTerms(len(names) + 1, number, first, last, length))


def usual_months(first: Ints, last: Ints) -> int:
    """Return the whole months that most ended terms ran; 1 where most were cut short of any.

    >>> usual_months(np.array([0, 0, 0]), np.array([364, 364, 100]))
    12
    """
    days = (last - first + 1)[last < NO_DAY]
    months = np.maximum(np.round(days / 30.4375), 1.0)
    whole = months[np.abs(days - months * 30.4375) <= 3]
    if 2 * len(whole) < len(days) or not len(whole):
        return 1
    values, counts = np.unique(whole, return_counts=True)
    return int(values[np.argmax(counts)])


def spells_of(rows: PastRows, terms: NamedTerms) -> Spells | None:
    """Return the spells of a back-test's rows; None where most have no term in force.

    A step is 30 days; who left in the third step was seen in three.
    """
    steps = rows.horizon_days // STEP_DAYS
    places = terms.places(rows.account, rows.origin, steps)
    if (places[:, 0] != "no_term").mean() < LEAST_SHARE:
        return None
    after = (rows.event_day - rows.origin).astype("timedelta64[D]").astype(np.int64)
    step = np.clip(-(-after // STEP_DAYS), 1, steps)
    seen = np.where(rows.left, step, steps)
    return Spells(rows.features, places, seen, rows.left, rows.cluster, rows.origin, STEP_DAYS)
