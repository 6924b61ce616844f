"""The track record: forecasts of past days use nothing later, and errors are what they are."""

import os

import numpy as np
import pandas as pd
import pytest

from keepwell.proof.forecast_cases import WonMonths, contribution_tiers
from keepwell.proof.forecast_record import (
    FEWEST_BUYERS,
    LEVEL,
    NEEDED_MONTHS,
    ForecastRecord,
    forecast_record,
)
from keepwell.proof.forecast_spread import shortest_interval

SOAK = bool(os.environ.get("KEEPWELL_SOAK"))
ACCOUNTS = 800


def steady(seed: int, months: int = 40, accounts: int = ACCOUNTS) -> WonMonths:
    """Accounts that buy at a level of their own, in random months."""
    rng = np.random.default_rng(seed)
    level = rng.lognormal(8.0, 1.0, size=(accounts, 1))
    amounts = level * rng.gamma(0.8, 1.25, size=(accounts, months))
    return WonMonths(amounts, np.ones((accounts, months + 1), dtype=np.bool_))


def yearly(seed: int) -> WonMonths:
    """Accounts that renew once a year, each in its month: keep-last is wrong half of the time."""
    rng = np.random.default_rng(seed)
    amounts = np.zeros((ACCOUNTS, 40))
    for account, month in enumerate(rng.integers(12, size=ACCOUNTS)):
        amounts[account, month::12] = 1_000.0 * (1 + account % 9)
    return WonMonths(amounts, np.ones((ACCOUNTS, 41), dtype=np.bool_))


def row(record: ForecastRecord, method: str, tier: int = 0) -> dict[str, float | None]:
    found = next(r for r in record.rows if (r.method, r.tier) == (method, tier))
    return {"wape": found.wape, "bias": found.bias, "coverage": found.coverage}


def test_yearly_renewals_are_known_by_the_year_before() -> None:
    record = forecast_record(yearly(1), 1)
    assert (record.verdict, record.chosen) == ("beats_keep_last", "seasonal")
    assert row(record, "chosen")["wape"] == 0.0
    assert record.skill == 1.0
    assert record.better_origins == record.origins


def test_a_series_that_stays_is_not_beaten() -> None:
    level = np.random.default_rng(2).lognormal(8.0, 1.0, size=(ACCOUNTS, 1))
    won = WonMonths(np.repeat(level, 40, axis=1), np.ones((ACCOUNTS, 41), dtype=np.bool_))
    record = forecast_record(won, 1)
    assert record.verdict == "does_not_beat_keep_last"
    assert row(record, "keep_last")["wape"] == pytest.approx(0.0)


@pytest.mark.parametrize("seed", range(200 if SOAK else 6))
def test_intervals_hold_what_comes_at_the_nominal_rate(seed: int) -> None:
    record = forecast_record(steady(seed), seed)
    coverage = row(record, "chosen")["coverage"]
    assert coverage is not None
    assert abs(coverage - LEVEL) < 4.0 * (LEVEL * (1 - LEVEL) / ACCOUNTS) ** 0.5
    assert record.held_totals >= 0.75 * record.origins


def test_accounts_sum_to_the_portfolio() -> None:
    record = forecast_record(steady(3), 3)
    assert record.total == pytest.approx(record.amounts.sum())
    assert record.total_interval is not None
    assert record.total_interval.holds(record.total)
    assert (record.lows <= record.highs).all()
    assert record.highs.sum() > record.total_interval.high


@pytest.mark.parametrize(
    ("won", "origins"),
    [
        (steady(1, NEEDED_MONTHS - 1), 3),
        (steady(1, 11), 0),
        (steady(1, 40, FEWEST_BUYERS - 1), 17),
        (WonMonths(np.zeros((5, 40)), np.ones((5, 41), dtype=np.bool_)), 0),
    ],
)
def test_a_short_record_is_called_short(won: WonMonths, origins: int) -> None:
    record = forecast_record(won, 1)
    assert (record.verdict, record.origins, record.rows) == ("too_short", origins, ())
    assert record.total_interval is None
    assert record.total == pytest.approx(won.pace(0).sum())


def test_months_enough_are_enough() -> None:
    assert forecast_record(steady(1, NEEDED_MONTHS), 1).origins == 4


def test_later_wins_change_no_choice_of_an_earlier_day() -> None:
    won = steady(5)
    later = won.amounts.copy()
    later[:, :6] *= 50.0
    whole = [forecast_record(WonMonths(a, won.is_customer), 5).rows for a in (won.amounts, later)]
    cut = [
        forecast_record(WonMonths(a[:, 6:], won.is_customer[:, 6:]), 5)
        for a in (won.amounts, later)
    ]
    assert cut[0].rows == cut[1].rows
    assert whole[0] != whole[1]


def test_errors_equal_a_plain_recomputation() -> None:
    won = steady(7, 30, 60)
    record = forecast_record(won, 7)
    frame = pd.DataFrame(won.amounts)
    missed = error = came = 0.0
    for origin in range(6, 13):
        actual = frame.loc[:, origin - 6 : origin - 1].sum(axis=1)
        forecast = frame.loc[:, origin : origin + 11].mean(axis=1) * 6
        missed += (forecast - actual).abs().sum()
        error += (forecast - actual).sum()
        came += actual.sum()
    assert record.origins == 7
    assert row(record, "pace")["wape"] == pytest.approx(missed / came)
    assert row(record, "pace")["bias"] == pytest.approx(error / came)


def test_who_was_no_customer_on_a_day_is_no_case_of_it() -> None:
    won = steady(8)
    is_customer = won.is_customer.copy()
    is_customer[:100, 6:] = False
    found = forecast_record(WonMonths(won.amounts, is_customer), 8)
    cases = next(r.cases for r in found.rows if r.tier == 0)
    assert cases == found.origins * (ACCOUNTS - 100)


def test_tiers_are_quarters_and_spans_the_shortest() -> None:
    assert list(contribution_tiers(np.array([5.0, 1.0, 9.0, 5.0]))) == [2, 4, 1, 3]
    assert shortest_interval(np.arange(99.0), 0.9).high == 89.0
    assert shortest_interval(np.zeros(0), 0.9).high == 0.0
