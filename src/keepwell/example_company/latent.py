"""Latent health per account and month, and the churn that it causes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keepwell.example_company import plan

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PERSISTENCE = 0.88
HAZARD_AT_ZERO = -5.0
HAZARD_SLOPE = -1.4


@dataclass(frozen=True, slots=True)
class Latent:
    """The truth behind the exports; arrays by account, `health` by account and month.

    Units: `start_day` and `churn_day` are days before (negative) or after as_of; a `churn_day`
    of 10,000 means that the account does not leave within the simulated time.
    """

    size: Ints
    industry: Ints
    start_day: Ints
    churn_day: Ints
    health: Floats
    champion_left_month: Ints
    is_silent_giant: Bools
    is_burst: Bools
    is_struggling: Bools
    is_valued_struggle: Bools
    is_growing: Bools


def health_by(latent: Latent, day: int) -> Floats:
    """Return each account's latent health on a day, between the months' values in a straight line.

    `day`: relative to as_of, 0 or before; 0 gives the last simulated month of the past.
    """
    place = max(0.0, plan.MONTHS - 1 + day / plan.DAYS_PER_MONTH)
    month = int(place)
    share = place - month
    if not share:
        return latent.health[:, month]
    return latent.health[:, month] * (1 - share) + latent.health[:, month + 1] * share


def month_start(month: int | Ints) -> int | Ints:
    """Return the day (relative to as_of) on which a simulated month begins."""
    return (month - plan.MONTHS) * plan.DAYS_PER_MONTH + 1


def simulate(accounts: int, rng: np.random.Generator) -> Latent:
    """Return the latent truth of `accounts` accounts over 24 months and 6 months to come."""
    size = rng.choice(4, accounts, p=plan.SIZE_SHARES)
    industry = rng.choice(len(plan.INDUSTRIES), accounts, p=plan.INDUSTRY_SHARES)
    start_day = -rng.integers(45, 1800, accounts)
    silent = _every(size == 0, 12)
    burst = (rng.random(accounts) < 0.03) & ~silent
    struggling = (rng.random(accounts) < 0.03) & ~silent & ~burst
    valued = _every(size <= 1, 8) & ~silent & ~burst
    struggling |= valued
    growing = (size == 3) & (rng.random(accounts) < 0.04)
    health, left = _health(size, industry, struggling, valued, growing, rng)
    return Latent(
        size=size,
        industry=industry,
        start_day=start_day,
        churn_day=_churn_day(health, start_day, silent, rng),
        health=health,
        champion_left_month=left,
        is_silent_giant=silent,
        is_burst=burst,
        is_struggling=struggling,
        is_valued_struggle=valued,
        is_growing=growing,
    )


def _every(mask: Bools, step: int) -> Bools:
    chosen = np.zeros(len(mask), dtype=bool)
    chosen[np.flatnonzero(mask)[step - 1 :: step]] = True
    return chosen


def _health(
    size: Ints,
    industry: Ints,
    struggling: Bools,
    valued: Bools,
    growing: Bools,
    rng: np.random.Generator,
) -> tuple[Floats, Ints]:
    accounts, months = len(size), plan.MONTHS + plan.FUTURE_MONTHS
    level = rng.normal(0.25, 0.8, accounts)
    level -= 1.6 * ((industry == plan.HOT_INDUSTRY) & (size == plan.HOT_SIZE))
    level += np.array(plan.HEALTH_BY_SIZE)[size]
    level += 0.6 * growing
    level -= 1.6 * valued
    left = np.where(rng.random((accounts, months)) < 0.015, np.arange(months), months).min(axis=1)
    health = np.empty((accounts, months))
    now = rng.normal(0, 0.7, accounts)
    for month in range(months):
        now = PERSISTENCE * now + rng.normal(0, 0.33, accounts)
        now -= 1.6 * (left == month)
        drift = 0.09 * np.maximum(0, month - plan.STRUGGLE_FROM_MONTH)
        health[:, month] = level + now - drift * struggling
    return health, left


def _churn_day(health: Floats, start: Ints, silent: Bools, rng: np.random.Generator) -> Ints:
    hazard = 1 / (1 + np.exp(-(HAZARD_AT_ZERO + HAZARD_SLOPE * health)))
    begins = np.asarray(month_start(np.arange(health.shape[1])))
    at_risk = begins[None, :] > start[:, None] + 60
    leaves = (rng.random(health.shape) < hazard) & at_risk
    leaves[:, : plan.MONTHS] &= ~silent[:, None]
    first = np.where(leaves.any(axis=1), leaves.argmax(axis=1), -1)
    day = begins[first] + rng.integers(0, plan.DAYS_PER_MONTH, len(start))
    return np.where(first < 0, 10_000, day).astype(np.int64)
