"""The forecast's track record on the example company: nominal intervals, keep-last beaten."""

import os
from datetime import date

import numpy as np
import pytest

from keepwell.example_company import AS_OF, ExportTable, build_company
from keepwell.proof.forecast_cases import WonMonths
from keepwell.proof.forecast_record import LEVEL, forecast_record

SOAK = bool(os.environ.get("KEEPWELL_SOAK"))
ACCOUNTS = 800 if SOAK else 400
MONTHS = 48


def months_back(day: str) -> int:
    """Return how many months before that of AS_OF a day lies."""
    then = date.fromisoformat(day)
    return (AS_OF.year - then.year) * 12 + AS_OF.month - then.month


def columns(table: ExportTable, *names: str) -> list[tuple[str, ...]]:
    places = [table.columns.index(n) for n in names]
    return [tuple(row[p] for p in places) for row in table.rows]


def won_months(seed: int) -> WonMonths:
    """Return what the accounts of an example company won, month by month."""
    exports = {e.name: e for e in build_company(ACCOUNTS, "en", seed, with_dirt=False).exports}
    rows = columns(exports["Account"], "Id", "Customer_Since__c", "Churned_Date__c")
    place = {name: number for number, (name, _, _) in enumerate(rows)}
    amounts, here = np.zeros((ACCOUNTS, MONTHS)), np.zeros((ACCOUNTS, MONTHS + 1), np.bool_)
    for name, since, gone in rows:
        until = months_back(gone) if gone else -1
        here[place[name], max(until, 0) + (until >= 0) : max(months_back(since) + 1, 0)] = True
    for account, amount, day, won in columns(
        exports["Opportunity"], "AccountId", "Amount", "CloseDate", "IsWon"
    ):
        if won == "true" and amount and 0 <= (month := months_back(day)) < MONTHS:
            amounts[place[account], month] += float(amount)
    return WonMonths(amounts, here)


@pytest.mark.parametrize("seed", range(100, 140 if SOAK else 102))
def test_intervals_on_the_example_company_hold_what_comes_within_binomial_error(seed: int) -> None:
    record = forecast_record(won_months(seed), seed)
    (chosen,) = (r for r in record.rows if (r.method, r.tier) == ("chosen", 0))
    assert chosen.coverage is not None
    # An account's origins overlap: accounts, not cases, are what binomial error counts.
    error = (LEVEL * (1 - LEVEL) / ACCOUNTS) ** 0.5
    assert abs(chosen.coverage - LEVEL) < 3.0 * error
    assert record.verdict == "beats_keep_last"
    assert record.held_totals >= 0.75 * record.origins
