"""Near-duplicates are grouped; accounts that are only alike, or only idle, are not."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from keepwell.proof.near_duplicates import groups_by_events, groups_by_profile, joined_clusters


def company(n: int, seed: int = 1) -> dict[str, NDArray[Any]]:
    chance = np.random.default_rng(seed)
    idle = chance.random(n) < 0.3
    return {
        "revenue": chance.lognormal(12, 1, n),
        "employees": chance.integers(5, 5000, n).astype(np.float64),
        "age_days": chance.integers(30, 3000, n).astype(np.float64),
        "won": np.where(chance.random(n) < 0.4, 0.0, chance.lognormal(9, 1, n)),
        "activities_30d": np.where(idle, 0.0, chance.poisson(4, n)),
        "tickets_30d": np.where(idle, 0.0, chance.poisson(1, n)),
        "industry": chance.choice(["Retail", "Health", "Finance"], n),
        "contacts": np.where(chance.random(n) < 0.1, np.nan, chance.poisson(6, n)),
    }


def with_copies(n: int, copies: int, *, changed: int) -> tuple[dict[str, NDArray[Any]], int]:
    """Return a company whose last rows repeat its first, each with `changed` fields of its own."""
    columns, chance = company(n), np.random.default_rng(9)
    for row in range(copies):
        for column in columns.values():
            column[n - 1 - row] = column[row]
        for name in chance.choice(["tickets_30d", "won", "contacts"], changed, replace=False):
            columns[name][n - 1 - row] = 77.0 + row
    return columns, n


@pytest.mark.parametrize("changed", [0, 1])
def test_copies_are_found_also_with_one_field_changed(changed: int) -> None:
    columns, n = with_copies(2000, 50, changed=changed)
    group = groups_by_profile(columns)
    assert all(group[row] == group[n - 1 - row] for row in range(50))
    assert len(np.unique(group)) == n - 50


def test_accounts_that_are_merely_alike_or_idle_stand_alone() -> None:
    assert len(np.unique(groups_by_profile(company(5000)))) == 5000


def test_row_order_gives_the_same_groups() -> None:
    columns, n = with_copies(600, 20, changed=1)
    order = np.random.default_rng(3).permutation(n)
    shuffled = groups_by_profile({name: c[order] for name, c in columns.items()})
    straight = groups_by_profile(columns)
    same = straight[order][:, None] == straight[order][None, :]
    assert np.array_equal(same, shuffled[:, None] == shuffled[None, :])


def test_a_few_columns_make_no_duplicates() -> None:
    columns = {k: v for k, v in company(100).items() if k in ("industry", "contacts")}
    assert len(np.unique(groups_by_profile(columns))) == 100


def test_event_sequences_that_repeat_are_grouped_and_similar_ones_are_not() -> None:
    chance = np.random.default_rng(2)
    accounts = np.array([f"A{n:03d}" for n in range(300)])
    rows = [
        (a, int(d), k)
        for a in accounts
        for d, k in zip(
            chance.integers(0, 365, 40), chance.choice(["mail", "call"], 40), strict=True
        )
    ]
    by_account = {a: [r for r in rows if r[0] == a] for a in accounts}
    for number in range(20):
        source = by_account[accounts[number]]
        by_account[accounts[299 - number]] = [
            (accounts[299 - number], d, k) for _, d, k in source[:-2]
        ]
    flat = [r for held in by_account.values() for r in held]
    day = np.array([np.datetime64("2026-01-01") + r[1] for r in flat])
    account, kind = np.array([r[0] for r in flat]), np.array([r[2] for r in flat])
    group = groups_by_events(account, day, kind, accounts)
    assert all(group[number] == group[299 - number] for number in range(20))
    assert len(np.unique(group)) == 280


def test_accounts_of_few_events_are_never_grouped() -> None:
    account = np.repeat(["A", "B"], 4)
    day = np.tile(np.arange("2026-01-01", "2026-01-05", dtype="datetime64[D]"), 2)
    group = groups_by_events(account, day, np.full(8, "call"), np.array(["A", "B"]))
    assert list(group) == [0, 1]


def test_groups_of_two_kinds_are_joined() -> None:
    one, other = np.array([0, 0, 1, 2, 3]), np.array([0, 1, 1, 2, 3])
    assert list(joined_clusters(one, other)) == [0, 0, 0, 1, 2]


def test_a_hundred_thousand_accounts_take_time_by_their_number() -> None:
    import time

    def seconds(n: int) -> float:
        columns = company(n)
        started = time.process_time()
        groups_by_profile(columns)
        return time.process_time() - started

    seconds(1000)
    assert seconds(40_000) < 25 * seconds(4_000)
