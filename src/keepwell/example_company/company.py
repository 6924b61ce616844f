"""The exports of the example company: latent truth written as tables of text, in zh or en."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from keepwell.example_company import activity, commerce, events, plan, profiles
from keepwell.example_company.dirt import soil
from keepwell.example_company.latent import Latent, simulate
from keepwell.example_company.texts import ExportTable

AS_OF = date(2026, 10, 31)
SEED = 20261031

__all__ = ["AS_OF", "Company", "ExportTable", "build_company"]


@dataclass(frozen=True, slots=True)
class Company:
    """The exports (what a CRM would give) and, apart from them, the truth behind them.

    `truth` has one row per account: latent health at as_of, the day of churn relative to as_of
    (empty when none is simulated) and the planted patterns that touch it.
    """

    as_of: date
    exports: tuple[ExportTable, ...]
    truth: ExportTable


def build_company(
    accounts: int = 2000, lang: str = "en", seed: int = SEED, *, with_dirt: bool = True
) -> Company:
    """Return the example company of `accounts` accounts over 24 months; equal seeds, equal bytes.

    Errors: ValueError below 50 accounts, where the planted patterns have no room.
    """
    if accounts < 50:
        raise ValueError(f"the example company needs at least 50 accounts, not {accounts}")
    rng = np.random.default_rng(seed)
    latent = simulate(accounts, rng)
    monthly = commerce.mrr(latent, rng)
    tables = [
        profiles.accounts_table(latent, AS_OF, lang, rng),
        profiles.contacts_table(latent, AS_OF, lang, rng),
        events.activities_table(activity.activities(latent, rng), AS_OF, lang),
        events.opportunities_table(commerce.deals(latent, monthly, rng), AS_OF, lang, rng),
        events.subscriptions_table(latent, monthly, AS_OF),
        events.transactions_table(latent, monthly, AS_OF, rng),
        events.usage_table(activity.usage(latent, rng), AS_OF),
        events.tickets_table(activity.tickets(latent, rng), AS_OF, rng),
        events.surveys_table(activity.surveys(latent, rng), AS_OF),
    ]
    exports = soil(tuple(tables), AS_OF, lang) if with_dirt else tuple(tables)
    return Company(AS_OF, exports, _truth(latent))


def _truth(latent: Latent) -> ExportTable:
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
    )
