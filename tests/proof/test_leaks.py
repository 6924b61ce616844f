"""Planted leaks are all found; a clean table raises hardly any question."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from keepwell.proof.leak_search import find_leaks
from keepwell.proof.leaks import FeatureTable, Leak

CLEAN = 200 if os.environ.get("KEEPWELL_SOAK") else 25
HORIZON, STEP, ORIGINS = 90, 30, 10
Feature = NDArray[Any]


def company(seed: int, accounts: int = 800, *, after: int = 0) -> tuple[FeatureTable, Any]:
    """Return honest features over monthly days, and a place to draw more; one in seven leaves.

    `after`: days that rows go on after an account left, as in a table of present values.
    """
    chance = np.random.default_rng(seed)
    account = np.repeat(np.arange(accounts), ORIGINS)
    month = np.tile(np.arange(ORIGINS), accounts)
    steps = chance.normal(0, 0.5, (accounts, ORIGINS + 4)).cumsum(axis=1) * 0.6
    health = chance.normal(0, 1, (accounts, 1)) + steps
    prob = 0.02 / (1 + np.exp(1.5 * health + 0.5)) * 2
    goes = chance.random(health.shape) < prob
    left = np.where(goes.any(axis=1), goes.argmax(axis=1) * STEP + chance.integers(1, 30), 9999)
    day, gone = month * STEP, left[account]
    keep = day < gone + after
    account, month, day, gone = account[keep], month[keep], day[keep], gone[keep]
    pace = np.exp(0.4 * health[account, month] + 1.5)
    features: dict[str, Feature] = {
        "activities_30d": chance.poisson(pace).astype(np.float64),
        "tickets_30d": chance.poisson(np.exp(-0.3 * health[account, month])).astype(np.float64),
        "days_since_activity": np.floor(chance.exponential(30 / pace)),
        "tenure_days": 40.0 + day + (account * 13 % 700),
        "visits_30d": chance.poisson(pace * (1 + month / 3)).astype(np.float64),
        "employees": np.round(np.exp(chance.normal(4, 1, accounts)))[account],
        "industry": np.array(["Retail", "Health", "Finance", "IT"])[account % 4],
        "contacts": np.where(chance.random(len(day)) < 0.1, np.nan, chance.poisson(5, len(day))),
        "last_login": np.datetime64("2025-01-01") + day - chance.integers(0, 20, len(day)),
    }
    start = np.datetime64("2025-01-01")
    ends = np.where(gone < 9999, gone, 0)
    table = FeatureTable(
        account=np.array([f"A{a:04d}" for a in range(accounts)])[account],
        day=start + day.astype("timedelta64[D]"),
        label=(gone > day) & (gone <= day + HORIZON),
        event_day=np.where(
            gone < 9999, start + ends.astype("timedelta64[D]"), np.datetime64("NaT")
        ),
        features=features,
    )
    order = chance.permutation(len(day))
    return taken(table, order), chance


def taken(table: FeatureTable, rows: NDArray[Any]) -> FeatureTable:
    return FeatureTable(
        table.account[rows],
        table.day[rows],
        table.label[rows],
        table.event_day[rows],
        {name: column[rows] for name, column in table.features.items()},
    )


def label_copy(table: FeatureTable, _: np.random.Generator) -> Feature:
    return np.where(table.label, "closed", "open")


def noisy_label_copy(table: FeatureTable, chance: np.random.Generator) -> Feature:
    return table.label * 1.0 + chance.normal(0, 0.3, len(table.label))


def filled_for_churned(table: FeatureTable, chance: np.random.Generator) -> Feature:
    filled = table.label & (chance.random(len(table.label)) < 0.85)
    return np.where(filled, chance.choice(["price", "service"], len(filled)), "")


def zeroed_for_churned(table: FeatureTable, chance: np.random.Generator) -> Feature:
    late = table.label & (chance.random(len(table.label)) < 0.8)
    return np.where(late, 0.0, np.round(chance.lognormal(3, 1, len(late)), 2))


def date_after_origin(table: FeatureTable, chance: np.random.Generator) -> Feature:
    ahead = np.where(table.label, chance.integers(1, 60, len(table.label)), -3)
    late: Feature = table.day + ahead.astype("timedelta64[D]")
    return late


def written_by_the_event(table: FeatureTable, _: np.random.Generator) -> Feature:
    return np.where(table.day >= table.event_day, 2.0, 1.0)


def frozen_after_the_event(table: FeatureTable, chance: np.random.Generator) -> Feature:
    after = table.day >= table.event_day
    return np.where(after, 41.0, np.round(chance.normal(50, 9, len(after)), 2))


def sum_over_the_horizon(table: FeatureTable, chance: np.random.Generator) -> Feature:
    known = dict(
        zip(
            zip(table.account, table.day, strict=True),
            table.features["activities_30d"],
            strict=True,
        )
    )
    ahead = [np.timedelta64(d, "D") for d in (30, 60, 90)]
    return np.array(
        [
            sum(known.get((a, d + step), 0.0) for step in ahead)
            for a, d in zip(table.account, table.day, strict=True)
        ]
    )


def target_encoding(table: FeatureTable, chance: np.random.Generator) -> Feature:
    code = np.unique(table.account, return_inverse=True)[1]
    group = (code * 7919) % 60
    last = {
        a: i
        for i, (a, d) in sorted(
            enumerate(zip(table.account, table.day, strict=True)), key=lambda r: r[1][1]
        )
    }
    ever = {a: bool(table.label[table.account == a].any()) for a in last}
    sums, counts = np.zeros(60), np.zeros(60)
    for a, i in last.items():
        sums[group[i]] += ever[a]
        counts[group[i]] += 1
    return ((sums + 0.5) / (counts + 3))[group]


def hashed_label(table: FeatureTable, chance: np.random.Generator) -> Feature:
    code = np.unique(table.account, return_inverse=True)[1]
    return ((code % 40) * 2 + table.label) * 7919 % 10007 * 1.0


PLANTED: list[tuple[Callable[..., Feature], set[Leak], int]] = [
    (label_copy, {Leak.TELLS_LABEL}, 0),
    (noisy_label_copy, {Leak.TELLS_LABEL}, 0),
    (filled_for_churned, {Leak.FILLED_FOR_ONE_SIDE}, 0),
    (zeroed_for_churned, {Leak.SAME_VALUE_AFTER_LEAVING}, 0),
    (date_after_origin, {Leak.DATED_AFTER_ORIGIN}, 0),
    (written_by_the_event, {Leak.CHANGES_ONLY_WITH_EVENT}, 90),
    (frozen_after_the_event, {Leak.FROZEN_AFTER_EVENT}, 120),
    (sum_over_the_horizon, {Leak.KNOWS_THE_FUTURE}, 0),
    (target_encoding, {Leak.ENCODES_THE_LABEL}, 0),
    (hashed_label, {Leak.VALUE_TELLS_LABEL}, 0),
]


@pytest.mark.parametrize(
    ("plant", "signs", "after"), PLANTED, ids=lambda x: getattr(x, "__name__", "")
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_planted_leak_is_found_by_its_sign(
    plant: Callable[..., Feature], signs: set[Leak], after: int, seed: int
) -> None:
    table, chance = company(seed, after=after)
    planted = plant(table, chance)
    leaky = replace(table, features={**table.features, "planted": planted})
    found = {f.leak for f in find_leaks(leaky, HORIZON) if f.feature == "planted"}
    assert signs <= found


def test_rows_sorted_by_their_label_are_found() -> None:
    table, _ = company(1)
    assert {f.leak for f in find_leaks(taken(table, np.argsort(~table.label, kind="stable")))} >= {
        Leak.ROW_ORDER
    }


def test_clean_companies_raise_less_than_one_false_question_in_a_hundred_features() -> None:
    false = asked = 0
    for seed in range(100, 100 + CLEAN):
        table, _ = company(seed)
        false += len(find_leaks(table, HORIZON))
        asked += len(table.features) + 1
    assert false <= 0.01 * asked


def test_too_few_departures_raise_no_question() -> None:
    table, chance = company(1, accounts=60)
    copied = replace(table, features={"planted": label_copy(table, chance)})
    assert find_leaks(copied) == ()


def test_the_order_of_columns_changes_nothing() -> None:
    table, chance = company(2)
    features = {**table.features, "planted": noisy_label_copy(table, chance)}
    turned = dict(reversed(list(features.items())))
    assert find_leaks(replace(table, features=features)) == find_leaks(
        replace(table, features=turned)
    )
