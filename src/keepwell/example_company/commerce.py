"""What accounts buy: opportunities, subscriptions and invoices, given size, life and health."""

from dataclasses import dataclass

import numpy as np

from keepwell.example_company import plan
from keepwell.example_company.latent import Bools, Floats, Ints, Latent

OPEN_STAGES = ("Qualification", "Proposal", "Negotiation")
YEAR = 365


@dataclass(frozen=True, slots=True)
class Deals:
    """Opportunities: account, created and (expected) close day, amount, and what became of them."""

    account: Ints
    created: Ints
    close: Ints
    amount: Floats
    is_won: Bools
    is_closed: Bools
    kind: Ints
    probability: Ints


def mrr(latent: Latent, rng: np.random.Generator) -> Floats:
    """Return each account's monthly recurring amount at the start, by size."""
    drawn = np.exp(rng.normal(np.array(plan.MRR_LOG_MEAN)[latent.size], 0.6))
    return np.asarray(np.round(drawn, -1) + 50, dtype=np.float64)


def health_on(latent: Latent, account: Ints, day: Ints) -> Floats:
    """Return the latent health of accounts on days; days before the simulation take month 0."""
    month = np.clip(plan.MONTHS + (day - 1) // plan.DAYS_PER_MONTH, 0, latent.health.shape[1] - 1)
    return latent.health[account, month]


def terms(latent: Latent) -> tuple[Ints, Ints, Ints]:
    """Return account, first day and last day of each yearly subscription term begun by as_of."""
    lived = np.minimum(latent.churn_day, 1) - latent.start_day
    count = np.maximum(1, -(-lived // YEAR))
    account = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(account)) - np.repeat(np.cumsum(count) - count, count)
    first = latent.start_day[account] + number * YEAR
    last = np.minimum(first + YEAR - 1, latent.churn_day[account])
    return account, first, last


def deals(latent: Latent, monthly: Floats, rng: np.random.Generator) -> Deals:
    """Return the new, renewal and expansion opportunities of all accounts."""
    account, first, _ = terms(latent)
    is_new = first == latent.start_day[account]
    renewal_amount = monthly[account] * 12 * rng.uniform(0.95, 1.15, len(account))
    extra = rng.poisson(0.9 * np.exp(0.25 * latent.health[:, plan.MONTHS - 1]))
    more = np.repeat(np.arange(len(extra)), extra)
    made = np.round(latent.start_day[more] * rng.random(len(more))).astype(np.int64)
    who = np.concatenate([account, more])
    created = np.concatenate([first - rng.integers(20, 90, len(first)), made])
    close = created + np.concatenate(
        [rng.integers(15, 90, len(first)), rng.integers(20, 240, len(more))]
    )
    amount = np.concatenate([renewal_amount, monthly[more] * rng.gamma(2, 3, len(more))])
    kind = np.concatenate([np.where(is_new, 0, 1), np.full(len(more), 2)])
    wins = 1 / (1 + np.exp(-(-0.6 + 0.8 * health_on(latent, who, close))))
    won = np.where(kind == 2, rng.random(len(who)) < wins, True)
    closed = close <= 0
    alive = (created <= 0) & (created < latent.churn_day[who])
    found = Deals(
        who,
        created,
        close,
        np.round(amount, 2),
        won & closed,
        closed,
        kind,
        np.where(closed, np.where(won, 100, 0), rng.integers(2, 9, len(who)) * 10),
    )
    return Deals(*(getattr(found, name)[alive] for name in Deals.__slots__))
