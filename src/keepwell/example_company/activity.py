"""What accounts do, given their latent health: activities, usage, tickets, survey answers."""

import numpy as np

from keepwell.example_company import plan
from keepwell.example_company.latent import Floats, Ints, Latent, month_start

Rows = dict[str, Ints]


def _life_months(latent: Latent) -> tuple[Ints, Ints, Floats]:
    """Return account and month of every month lived up to as_of, and the health then."""
    begins = np.asarray(month_start(np.arange(plan.MONTHS)))
    lived = (begins[None, :] + plan.DAYS_PER_MONTH > latent.start_day[:, None]) & (
        begins[None, :] < latent.churn_day[:, None]
    )
    account, month = np.nonzero(lived)
    return account, month, latent.health[account, month]


def _spread(
    account: Ints, month: Ints, counts: Ints, latent: Latent, rng: np.random.Generator
) -> Rows:
    """Return one row per event: its account and a day inside month, life and the past."""
    who, when = np.repeat(account, counts), np.repeat(month, counts)
    offset = rng.integers(0, plan.DAYS_PER_MONTH, len(who))
    offset = np.where(latent.is_burst[who], 3 + offset % 9, offset)
    # Bursts come once a quarter; the other months of such accounts stay silent.
    keep = ~latent.is_burst[who] | (when % 3 == 1)
    day = np.asarray(month_start(when)) + offset
    keep &= (day >= latent.start_day[who]) & (day < latent.churn_day[who]) & (day <= 0)
    return {"account": who[keep], "day": day[keep]}


def activities(latent: Latent, rng: np.random.Generator) -> Rows:
    """Return activities: account, day, type index; more of them where health is good."""
    account, month, health = _life_months(latent)
    rate = np.array(plan.ACTIVITIES_PER_MONTH)[latent.size[account]]
    noise = rng.gamma(1.6, 1 / 1.6, len(account))
    boost = 1 + 0.9 * latent.is_struggling[account] + 2.0 * latent.is_burst[account]
    counts = rng.poisson(rate * noise * boost * np.exp(0.9 * health))
    rows = _spread(account, month, counts, latent, rng)
    quiet_since = -rng.integers(60, 121, len(latent.size))
    loud = ~latent.is_silent_giant[rows["account"]] | (rows["day"] < quiet_since[rows["account"]])
    rows = {name: values[loud] for name, values in rows.items()}
    support = np.where(latent.is_struggling[rows["account"]], 0.45, 0.12)
    kind = rng.choice(4, len(support), p=(0.3, 0.4, 0.2, 0.1))
    rows["type"] = np.where(rng.random(len(support)) < support, 4, kind)
    return rows


def usage(latent: Latent, rng: np.random.Generator) -> Rows:
    """Return product usage: account, day, feature index, value (events that day)."""
    account, month, health = _life_months(latent)
    depth = np.clip(2.2 + 0.9 * health + rng.normal(0, 0.8, len(account)), 0, 6)
    counts = rng.poisson(depth * np.array((2.2, 1.9, 1.5, 1.1))[latent.size[account]])
    rows = _spread(account, month, counts, latent, rng)
    who = rows["account"]
    breadth = np.clip(np.round(2.5 + latent.health[who, plan.MONTHS - 1]), 1, 6)
    rows["feature"] = (rng.random(len(who)) * breadth).astype(np.int64)
    grown = 1.08 ** ((rows["day"] + plan.MONTHS * plan.DAYS_PER_MONTH) / plan.DAYS_PER_MONTH)
    rate = np.array((40.0, 22.0, 12.0, 6.0))[latent.size[who]]
    rows["value"] = 1 + rng.poisson(rate * np.where(latent.is_growing[who], grown, 1.0))
    return rows


def tickets(latent: Latent, rng: np.random.Generator) -> Rows:
    """Return support tickets: account, day opened, days to close (-1 open), 1 if reopened."""
    account, month, health = _life_months(latent)
    rate = np.array((1.6, 0.9, 0.5, 0.22))[latent.size[account]]
    worse = np.exp(-0.35 * health) * (1 + 1.5 * latent.is_struggling[account])
    rows = _spread(account, month, rng.poisson(rate * worse), latent, rng)
    who = rows["account"]
    slow = rng.gamma(1.5, 4, len(who)).astype(np.int64) + 1
    rows["close_after"] = np.where(rows["day"] + slow > 0, -1, slow)
    chance = np.where(latent.is_struggling[who], 0.4, 0.08)
    rows["reopened"] = ((rng.random(len(who)) < chance) & (rows["close_after"] > 0)).astype(
        np.int64
    )
    return rows


def surveys(latent: Latent, rng: np.random.Generator) -> Rows:
    """Return survey answers: account, day, answer 0-10 to "would you recommend us?"."""
    account, month, _ = _life_months(latent)
    asked = (month % 6 == 2) & (rng.random(len(account)) < 0.45)
    rows = _spread(account[asked], month[asked], np.ones(asked.sum(), int), latent, rng)
    felt = latent.health[rows["account"], plan.MONTHS - 1]
    rows["value"] = np.clip(np.round(7 + 1.5 * felt + rng.normal(0, 1.8, len(felt))), 0, 10).astype(
        np.int64
    )
    return rows
