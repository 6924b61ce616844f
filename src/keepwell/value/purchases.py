"""R, F and M of each account from dated purchases, as portable SQL.

A purchase is a transaction with an amount over zero, or of unknown amount, whose kind is not a
failed payment; or a won opportunity on its close date. Recency counts whole days from the last
purchase day to `as_of`. Several orders of one day are one purchase day; the first purchase
counts in RFM and, as published, not in the repeat counts that lifetime models use.
"""

from collections.abc import Collection
from datetime import date, timedelta

from keepwell.outlook import text_literal
from keepwell.value.settings import RfmSettings


def spellings(kinds: Collection[str]) -> str:
    """Return kinds in the usual casings: portable SQL has no lower()."""
    words = dict.fromkeys(w for k in kinds for w in (k, k.lower(), k.upper(), k.capitalize()))
    spaced = dict.fromkeys(s for w in words for s in (w, w.replace("_", " ")))
    return ", ".join(text_literal(w) for w in spaced)


def bought_select(source: str, settings: RfmSettings, as_of: date) -> str:
    """Return SQL giving one row per event: account_id, day, bought_on, amount.

    Refunds are no purchase: their `bought_on` is NULL, yet their negative amount counts. A failed
    payment counts nowhere.
    """
    after = f"DATE '{(as_of + timedelta(days=1)).isoformat()}'"
    if source == "opportunities":
        return (
            "SELECT account_id, CAST(close_date AS DATE) AS day, "
            "CAST(close_date AS DATE) AS bought_on, amount "
            f"FROM opportunities WHERE is_won AND close_date IS NOT NULL AND close_date < {after}"
        )
    failed = spellings(settings.failed_kinds)
    # Not coalesce(.., TRUE): over tens of millions of rows an OR is what engines do fast.
    kept = f" AND (kind IS NULL OR kind NOT IN ({failed}))" if failed else ""
    return (
        "SELECT account_id, CAST(occurred_at AS DATE) AS day, amount, "
        "CASE WHEN amount > 0 OR amount IS NULL THEN CAST(occurred_at AS DATE) END AS bought_on "
        f"FROM transactions WHERE occurred_at < {after}{kept}"
    )


DATED = {"transactions": "occurred_at", "opportunities": "close_date"}
BOUGHT_ON = "bought_on"


def purchases_select(
    source: str, settings: RfmSettings, as_of: date, days: str = f"COUNT(DISTINCT {BOUGHT_ON})"
) -> str:
    """Return SQL giving one row per account that bought something by `as_of`.

    Shape:   account_id, recency_days, frequency, monetary_amount, first_purchase_age_days.
    Missing: monetary_amount is NULL when an amount is unknown, never a partial sum.
    `days`:  SQL counting the distinct days of BOUGHT_ON, as the engine does it best.
    """
    day = f"DATE '{as_of.isoformat()}'"
    frequency = days if settings.frequency == "days" else "COUNT(bought_on)"
    total = "CAST(SUM(amount) AS DOUBLE)"
    money = total if settings.monetary == "total" else f"{total} / nullif({frequency}, 0)"
    last, first = (f"CAST({f}(bought_on) AS DATE)" for f in ("MAX", "MIN"))
    return f"""
SELECT account_id,
  CAST(date_diff('day', {last}, CAST({day} AS DATE)) AS DOUBLE) AS recency_days,
  CAST({frequency} AS DOUBLE) AS frequency,
  CASE WHEN COUNT(CASE WHEN amount IS NULL THEN 1 END) = 0 THEN {money} END AS monetary_amount,
  CAST(date_diff('day', {first}, CAST({day} AS DATE)) AS DOUBLE) AS first_purchase_age_days
FROM ({bought_select(source, settings, as_of)}) AS bought
GROUP BY account_id HAVING MAX(bought_on) IS NOT NULL"""
