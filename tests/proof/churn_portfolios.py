"""Invented portfolios over 27 months whose level stands, drifts, wanders, steps or has seasons."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from keepwell.proof.model import ChurnSample, FeatureSpec, FeatureTable

Floats = NDArray[np.float64]
MONTHS, MONTH_DAYS, HORIZON, LAPSED = 27, 30, 90, 365
FIRST = np.datetime64("2024-01-31")
BUYER_SPECS = (
    FeatureSpec("recency", "rises"),
    FeatureSpec("bought_30d", "falls"),
    FeatureSpec("bought_90d", "falls"),
    FeatureSpec("value", "falls"),
)
CONTRACT_SPECS = (
    FeatureSpec("usage", "falls"),
    FeatureSpec("silence", "rises"),
    FeatureSpec("noise"),
    FeatureSpec("plan", is_category=True),
)
Portfolio = tuple[ChurnSample, tuple[FeatureSpec, ...]]


@dataclass(frozen=True)
class Buyers:
    """Buyers by BG/NBD: gamma rates a week, beta chances to stay away after each purchase.

    joins: all in the first quarter; as many as go; ever more. season: swing of the rate in a
    year; trend: its change a month.
    """

    rate: tuple[float, float]
    away: tuple[float, float]
    joins: Literal["first_quarter", "steadily", "ever_more"] = "first_quarter"
    accounts: int = 900
    season: float = 0.0
    trend: float = 0.0

    def rate_at(self, day: Floats) -> Floats:
        """Return the season and trend at a day as a share of their top."""
        wave = 1 + self.season * np.sin(2 * np.pi * day / 365)
        top = (1 + self.season) * max(1.0, float(np.exp(self.trend * MONTHS)))
        return np.asarray(wave * np.exp(self.trend * day / MONTH_DAYS) / top, np.float64)

    def start(self, chance: np.random.Generator) -> Floats:
        """Return the day of each first purchase."""
        end = MONTHS * MONTH_DAYS
        if self.joins == "first_quarter":
            return chance.uniform(0, 90, self.accounts)
        if self.joins == "steadily":
            return chance.uniform(-720, end, self.accounts)
        return end - chance.exponential(300, self.accounts)


def purchases(world: Buyers, chance: np.random.Generator) -> tuple[NDArray[np.int64], ...]:
    """Return buyer and day of every purchase, in order."""
    at = world.start(chance)
    end, count = MONTHS * MONTH_DAYS, len(at)
    rate = chance.gamma(world.rate[0], 1 / world.rate[1], count) / 7
    leaves = chance.beta(*world.away, count)
    buyer, day = [np.arange(count)], [at.copy()]
    alive = chance.random(count) >= leaves
    top = 1 / float(world.rate_at(np.zeros(1))[0])
    while (live := alive & (at < end)).any():
        at = at + chance.exponential(1, count) / (rate * top)
        buys = live & (at < end) & (chance.random(count) < world.rate_at(at))
        buyer.append(np.flatnonzero(buys))
        day.append(at[buys])
        alive = live & ~(buys & (chance.random(count) < leaves))
    who, when = np.concatenate(buyer), np.floor(np.concatenate(day)).astype(np.int64)
    order = np.lexsort((when, who))
    return who[order], when[order]


def buyers(world: Buyers, seed: int) -> Portfolio:
    """Return the buyers at ends of month; who buys nothing for 90 days has left."""
    chance = np.random.default_rng([seed, 1])
    who, day = purchases(world, chance)
    count = int(who.max()) + 1
    spend = chance.lognormal(3, 0.6, count)
    key, own = who * 100_000 + day, np.arange(count) * 100_000
    parts = []
    for month in range(1, MONTHS - 2):
        now = own + month * MONTH_DAYS
        until = [np.searchsorted(key, now + d, side="right") for d in (-90, -30, 0, HORIZON)]
        bought = until[2] - np.searchsorted(key, own - 5000)
        last = day[np.maximum(until[2] - 1, 0)]
        recency = month * MONTH_DAYS - last
        here = np.flatnonzero((bought > 0) & (recency < LAPSED))
        columns = (recency, until[2] - until[1], until[2] - until[0], spend * bought)
        numbers = np.column_stack(columns)[here].astype(np.float64)
        parts.append((here, np.full(len(here), month), numbers, (until[3] == until[2])[here]))
    account, at, numbers, left = (np.concatenate(c) for c in zip(*parts, strict=True))
    table = FeatureTable({s.name: numbers[:, i] for i, s in enumerate(BUYER_SPECS)}, {})
    return ChurnSample(table, left, account, FIRST + at * MONTH_DAYS, HORIZON), BUYER_SPECS


Path = Literal["still", "shaken", "climb", "walk", "step", "season"]


@dataclass(frozen=True)
class Contracts:
    """Contracts that end by a monthly chance.

    signal: weight of the measures; frailty: spread of what nobody measures; is_ageing: nobody
    joins, so that the frail go first.
    """

    path: Path
    signal: float = 1.0
    accounts: int = 500
    frailty: float = 0.0
    is_ageing: bool = False


def path_of(kind: Path, chance: np.random.Generator) -> Floats:
    """Return the level of every month, in log-odds."""
    at, up = np.arange(MONTHS), chance.choice([-1.0, 1.0])
    paths: dict[Path, Floats] = {
        "still": np.zeros(MONTHS),
        "shaken": chance.normal(0, 0.25, MONTHS),
        "climb": 0.04 * up * at,
        "walk": np.cumsum(chance.normal(0, 0.12, MONTHS)),
        "step": 0.6 * up * (at >= chance.integers(6, MONTHS - 7)),
        "season": 0.5 * np.sin(2 * np.pi * at / 12 + chance.uniform(0, 6.28)),
    }
    return paths[kind]


def contracts(world: Contracts, seed: int) -> Portfolio:
    """Return the contracts at ends of month; who ends within 90 days has left."""
    chance = np.random.default_rng([seed, 2])
    count, level = world.accounts, path_of(world.path, chance)
    frail, usage = chance.normal(0, world.frailty, count), chance.normal(size=count)
    plan, account, joined = chance.integers(0, 3, count), np.arange(count), count
    last_month = np.full(count * MONTHS, MONTHS + HORIZON)
    months = []
    for month in range(MONTHS):
        silence = np.clip(20 - 8 * usage + chance.normal(0, 10, len(usage)), 0, 120)
        seen = (usage + chance.normal(0, 0.3, len(usage)), silence, chance.normal(size=len(usage)))
        months.append((account, np.full(len(account), month), np.column_stack(seen), plan))
        odds = -0.6 * usage + 0.5 * (plan == 0) - 0.4 * (plan == 1)
        odds = -3.3 + level[month] + world.signal * odds + frail
        goes = chance.random(len(odds)) < 1 / (1 + np.exp(-odds))
        last_month[account[goes]] = month
        if world.is_ageing:
            account, usage, plan, frail = (c[~goes] for c in (account, usage, plan, frail))
        else:
            new = int(goes.sum())
            account, usage, plan = account.copy(), usage.copy(), plan.copy()
            account[goes] = np.arange(joined, joined + new)
            usage[goes], plan[goes] = chance.normal(size=new), chance.integers(0, 3, new)
            joined += new
        usage = 0.9 * usage + chance.normal(0, 0.44, len(usage))
    account, at, numbers, plan = (np.concatenate(c) for c in zip(*months[1:-3], strict=True))
    table = FeatureTable(
        {s.name: numbers[:, i] for i, s in enumerate(CONTRACT_SPECS[:3])},
        {"plan": np.array(["basic", "pro", "team"])[plan]},
    )
    left = last_month[account] < at + HORIZON // MONTH_DAYS
    return ChurnSample(table, left, account, FIRST + at * MONTH_DAYS, HORIZON), CONTRACT_SPECS


STEADY: Literal["steadily"] = "steadily"
PORTFOLIOS: dict[str, Callable[[int], Portfolio]] = {
    "cohort, r 0.5": partial(buyers, Buyers((0.5, 8), (0.8, 3))),
    "cohort, r 1": partial(buyers, Buyers((1, 6), (1, 2.5))),
    "cohort, r 0.4": partial(buyers, Buyers((0.4, 5), (0.5, 5))),
    "cohort, r 2": partial(buyers, Buyers((2, 16), (0.7, 7))),
    "steady buyers, r 1": partial(buyers, Buyers((1, 6), (1, 6), STEADY, 1000)),
    "steady buyers, r 0.5": partial(buyers, Buyers((0.5, 8), (0.8, 8), STEADY, 1000)),
    "growing buyers": partial(buyers, Buyers((1, 6), (1, 6), "ever_more", 1000)),
    "seasonal buyers": partial(buyers, Buyers((1, 6), (1, 6), STEADY, 1000, season=0.5)),
    "buyers slow down": partial(buyers, Buyers((1, 6), (1, 6), STEADY, 1000, trend=-0.03)),
    "contracts, still": partial(contracts, Contracts("still")),
    "contracts, shaken": partial(contracts, Contracts("shaken")),
    "contracts, climb": partial(contracts, Contracts("climb")),
    "contracts, walk": partial(contracts, Contracts("walk")),
    "contracts, step": partial(contracts, Contracts("step")),
    "contracts, season": partial(contracts, Contracts("season")),
    "contracts, ageing": partial(
        contracts, Contracts("still", accounts=1400, frailty=1.2, is_ageing=True)
    ),
    "noise, still": partial(contracts, Contracts("still", signal=0)),
    "noise, walk": partial(contracts, Contracts("walk", signal=0)),
    "noise, season": partial(contracts, Contracts("season", signal=0)),
}
