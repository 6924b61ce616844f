"""The exports of the example company: latent truth written as tables of text, in zh or en."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from keepwell.example_company import activity, commerce, events, plan, profiles
from keepwell.example_company.dirt import soil
from keepwell.example_company.latent import Floats, Latent, month_start, simulate
from keepwell.example_company.texts import ExportTable

AS_OF = date(2026, 10, 31)
SEED = 20261031

__all__ = ["AS_OF", "Company", "ExportTable", "build_company"]


@dataclass(frozen=True, slots=True)
class Company:
    """The exports (what a CRM would give) and, apart from them, the truth behind them.

    `truth` has one row per account: latent health at as_of, the day of churn relative to as_of
    (empty when none is simulated), the planted patterns that touch it and the day on which a
    planted decline begins (empty when none is planted).
    """

    as_of: date
    exports: tuple[ExportTable, ...]
    truth: ExportTable


@dataclass(frozen=True, slots=True)
class Made:
    """A company as generated: the truth, what follows from it, and its exports without dirt.

    `before_profiles`: the generator's state from which accounts and contacts are drawn, so that
    another day's accounts and contacts are those of the same company.
    """

    latent: Latent
    monthly: Floats
    deals: commerce.Deals
    before_profiles: Mapping[str, Any]
    tables: tuple[ExportTable, ...]


def build_company(
    accounts: int = 2000, lang: str = "en", seed: int = SEED, *, with_dirt: bool = True
) -> Company:
    """Return the example company of `accounts` accounts over 24 months; equal seeds, equal bytes.

    Errors: ValueError below 50 accounts, where the planted patterns have no room.
    """
    made = make(accounts, lang, seed)
    exports = soil(made.tables, AS_OF, lang) if with_dirt else made.tables
    return Company(AS_OF, exports, truth_of(made))


def make(accounts: int, lang: str, seed: int) -> Made:
    """Return a company as generated. Errors: ValueError below 50 accounts."""
    if accounts < 50:
        raise ValueError(f"the example company needs at least 50 accounts, not {accounts}")
    rng = np.random.default_rng(seed)
    latent = simulate(accounts, rng)
    monthly = commerce.mrr(latent, rng)
    before = rng.bit_generator.state
    profile = (
        profiles.accounts_table(latent, AS_OF, lang, rng),
        profiles.contacts_table(latent, AS_OF, lang, rng),
    )
    done = activity.activities(latent, rng)
    deals = commerce.deals(latent, monthly, rng)
    tables = (
        *profile,
        events.activities_table(done, AS_OF, lang),
        events.opportunities_table(deals, AS_OF, lang, rng),
        events.subscriptions_table(latent, monthly, AS_OF),
        events.transactions_table(latent, monthly, AS_OF, rng),
        events.usage_table(activity.usage(latent, rng), AS_OF),
        events.tickets_table(activity.tickets(latent, rng), AS_OF, rng),
        events.surveys_table(activity.surveys(latent, rng), AS_OF),
    )
    return Made(latent, monthly, deals, before, tables)


def truth_of(made: Made) -> ExportTable:
    """Return the truth behind a company, one row per account."""
    latent = made.latent
    churns = ["" if d >= 10_000 else str(d) for d in latent.churn_day]
    marks = {
        "silent_giant": latent.is_silent_giant,
        "burst_use": latent.is_burst,
        "struggle": latent.is_struggling & ~latent.is_valued_struggle,
        "valued_struggle": latent.is_valued_struggle,
        "upgrade": latent.is_growing,
        "champion_left": latent.champion_left_month < plan.MONTHS,
        "hot_spot": (latent.industry == plan.HOT_INDUSTRY) & (latent.size == plan.HOT_SIZE),
    }
    patterns = [
        " ".join(name for name, mask in marks.items() if mask[i]) for i in range(len(churns))
    ]
    return ExportTable.of(
        "truth",
        account_id=profiles.account_ids(len(churns)),
        latent_health=[f"{h:.4f}" for h in latent.health[:, plan.MONTHS - 1]],
        churn_day=churns,
        patterns=patterns,
        decline_day=["" if d is None else str(d) for d in _decline_days(made)],
    )


def _decline_days(made: Made) -> list[int | None]:
    """Return the day on which each account's planted decline begins, None where none is planted.

    A champion leaves, a giant falls silent, a struggle sets in; the first of them counts.
    """
    latent = made.latent
    found: list[int | None] = []
    left = np.asarray(month_start(latent.champion_left_month))
    silent = _silent_since(made)
    for i in range(len(latent.size)):
        days = [int(left[i])] if latent.champion_left_month[i] < plan.MONTHS else []
        if latent.is_silent_giant[i]:
            days.append(silent.get(f"A{i + 1:07d}", 0))
        if latent.is_struggling[i]:
            days.append(int(month_start(plan.STRUGGLE_FROM_MONTH)))
        found.append(min(days, default=None))
    return found


def _silent_since(made: Made) -> dict[str, int]:
    """Return the day after each account's last activity."""
    table = made.tables[2]
    last = {row[1]: row[4] for row in table.rows}
    return {a: (date.fromisoformat(t[:10]) - AS_OF).days + 1 for a, t in last.items()}
