"""A label that comes and goes, such as silence, raises no question about honest features."""

import numpy as np
import pytest

from keepwell.proof.leak_search import find_leaks
from keepwell.proof.leaks import FeatureTable, Leak

MONTHS, ACCOUNTS = 14, 900


def buyers(seed: int, origins: int = 10) -> FeatureTable:
    """Customers who buy at a falling pace; silent are those without a purchase in three months."""
    chance = np.random.default_rng(seed)
    pace = chance.gamma(0.8, 0.5, (ACCOUNTS, 1)) * np.exp(-0.08 * np.arange(MONTHS + 6))
    bought = chance.poisson(pace)
    bought[:, 0] += 1
    first = 3
    months = np.arange(first, first + origins)
    account = np.repeat(np.arange(ACCOUNTS), origins)
    month = np.tile(months, ACCOUNTS)
    sums = np.concatenate([np.zeros((ACCOUNTS, 1)), bought.cumsum(axis=1)], axis=1)

    def within(back: int, ahead: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        begin = np.maximum(month + 1 - back, 0)
        return np.asarray(sums[account, month + 1 + ahead] - sums[account, begin], np.float64)

    return FeatureTable(
        account=np.array([f"A{a:04d}" for a in range(ACCOUNTS)])[account],
        day=np.datetime64("2025-01-01") + (30 * month).astype("timedelta64[D]"),
        label=within(0, 3) == 0,
        event_day=np.full(len(account), np.datetime64("NaT", "D")),
        features={
            "orders_6m": within(6, 0),
            "orders_12m": within(12, 0),
            "amount": within(12, 0) * chance.lognormal(3, 0.3, ACCOUNTS)[account],
            "first_year": chance.poisson(3, ACCOUNTS)[account].astype(np.float64),
            "planted": within(0, 3),
        },
    )


@pytest.mark.parametrize("seed", range(4))
def test_only_the_feature_that_looks_ahead_is_questioned(seed: int) -> None:
    table = buyers(seed)
    assert 0.3 < table.label.mean() < 0.95
    found = find_leaks(table, 90)
    assert {f.feature for f in found} == {"planted"}
    assert Leak.TELLS_LABEL in {f.leak for f in found}


@pytest.mark.parametrize(("days", "is_looked_for"), [(4, False), (10, True)])
def test_a_few_days_of_trending_features_tell_nothing_of_the_future(
    days: int, is_looked_for: bool
) -> None:
    # Each account has a pace: one feature follows it steadily, another at the end alone.
    chance = np.random.default_rng(3)
    account, day = np.repeat(np.arange(ACCOUNTS), days), np.tile(np.arange(days), ACCOUNTS)
    pace = chance.normal(size=ACCOUNTS)[account]
    late = 3.0 * (day >= days - 1 if days < 8 else day % 4 == 3)
    ahead = np.where(day % 4 == 0, 3.0, 0.0) if days >= 8 else day
    table = FeatureTable(
        account=np.array([f"A{a:04d}" for a in range(ACCOUNTS)])[account],
        day=np.datetime64("2025-01-01") + (30 * day).astype("timedelta64[D]"),
        label=chance.random(len(day)) < 0.1,
        event_day=np.full(len(day), np.datetime64("NaT", "D")),
        features={
            "steady": pace * ahead + chance.normal(size=len(day)),
            "late": pace * late + chance.normal(0, 0.8, len(day)),
        },
    )
    signs = {f.leak for f in find_leaks(table, 90)}
    assert (Leak.KNOWS_THE_FUTURE in signs) is is_looked_for


@pytest.mark.parametrize("seed", range(4))
def test_a_long_window_that_later_holds_what_a_short_one_holds_now_is_no_future(seed: int) -> None:
    # Everybody's first orders come early: what three months count now, six months still hold later.
    chance = np.random.default_rng(seed)
    days, ahead = 14, 6
    first = chance.integers(0, 3, ACCOUNTS)
    pace = chance.gamma(0.6, 0.25, (ACCOUNTS, 1))
    orders = chance.poisson(np.repeat(pace, days + ahead, axis=1))
    orders[np.arange(days + ahead) < first[:, None]] = 0
    orders[np.arange(ACCOUNTS), first] += 1 + chance.poisson(0.8, ACCOUNTS)
    sums = np.concatenate([np.zeros((ACCOUNTS, 1)), orders.cumsum(axis=1)], axis=1)
    account, day = np.repeat(np.arange(ACCOUNTS), days), np.tile(np.arange(days), ACCOUNTS)
    keep = day >= first[account]
    account, day = account[keep], day[keep]

    def within(back: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.asarray(
            sums[account, day + 1] - sums[account, np.maximum(day + 1 - back, 0)], np.float64
        )

    table = FeatureTable(
        account=np.array([f"A{a:04d}" for a in range(ACCOUNTS)])[account],
        day=np.datetime64("2025-01-01") + (30 * day).astype("timedelta64[D]"),
        label=chance.random(len(day)) < 0.1,
        event_day=np.full(len(day), np.datetime64("NaT", "D")),
        features={"orders_3m": within(3), "orders_6m": within(6)},
    )
    assert Leak.KNOWS_THE_FUTURE not in {f.leak for f in find_leaks(table, 90)}
