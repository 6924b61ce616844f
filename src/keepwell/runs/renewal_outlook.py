"""Store what recurring revenue was kept, what is due for renewal, and what of it is at risk."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date, timedelta

import numpy as np

from keepwell.measures import months_from
from keepwell.ports import Engine
from keepwell.proof.renewal_outlook import (
    RecurringRevenue,
    RenewalOutlook,
    Share,
    renewal_outlook,
)
from keepwell.runs.outlook_tables import store_rows

TABLE = "renewal_outlook"
LONG_TERM_DAYS = 180
NEEDED = ("account_id", "period_start", "period_end", "amount")


@dataclass(frozen=True, slots=True)
class RenewalRow:
    """The one row of the table: yearly amounts, shares 0-1 with the ends of their intervals."""

    arr_amount: float | None
    due_amount: float | None
    due_low_amount: float | None
    at_risk_amount: float | None
    grr: float | None
    grr_low: float | None
    grr_high: float | None
    nrr: float | None
    nrr_low: float | None
    nrr_high: float | None
    renewed: float | None
    renewed_low: float | None
    renewed_high: float | None
    renewals: int
    grr_ahead_low: float | None
    grr_ahead_high: float | None
    open_amount: float | None


def outlook_renewals(engine: Engine, mapped: Collection[str], as_of: date) -> RenewalOutlook | None:
    """Store TABLE, without rows where subscriptions have no terms and amounts; return the outlook.

    Needs: tables subscriptions and scores.
    """
    if not {f"subscriptions.{c}" for c in NEEDED} <= set(mapped):
        store_rows(engine, TABLE, [], RenewalRow)
        return None
    table = engine.arrow(revenue_select(as_of))
    columns = [table.column(n).to_numpy(zero_copy_only=False) for n in range(1, 8)]
    now, half_year, year, due, was_due, open_end, is_low = columns
    low = is_low.astype(np.bool_)
    held = RecurringRevenue(now, half_year, year, due, was_due, low, open_end)
    found = renewal_outlook(held)
    store_rows(engine, TABLE, [_row(found)], RenewalRow)
    return found


def stored_renewals(engine: Engine) -> RenewalRow | None:
    """Return the row of TABLE, None where it has none or an earlier version wrote it."""
    names = [f.name for f in fields(RenewalRow)]
    if not set(names) <= set(engine.columns(TABLE)):
        return None
    rows = engine.rows(f"SELECT {', '.join(names)} FROM {TABLE}")  # noqa: S608
    return RenewalRow(**dict(zip(names, rows[0], strict=True))) if rows else None


def revenue_select(as_of: date) -> str:
    """Return SQL giving the columns of `RecurringRevenue` for each account with subscriptions.

    Trials bring no money. Accounts that left count with what they had.
    """
    days = {
        name: months_from(as_of, -back) for name, back in (("now", 0), ("half", 6), ("year", 12))
    }
    held = {name: _in_force(day) for name, day in days.items()}
    ahead = (
        f"{held['now']} AND is_long AND period_end < {_day(months_from(as_of, 6) + timedelta(1))}"
    )
    behind = f"{held['half']} AND is_long AND period_end <= {_day(as_of)}"
    endless = f"{held['now']} AND period_end IS NULL"
    sums = ", ".join(
        f"coalesce(CAST(sum(amount) FILTER (WHERE {when}) AS DOUBLE) * 12, CAST(0 AS DOUBLE)) "
        f"AS arr_{name}"
        for name, when in (*held.items(), ("due", ahead), ("was_due", behind), ("open", endless))
    )
    return (
        "SELECT t.account_id, t.arr_now, t.arr_half, t.arr_year, t.arr_due, t.arr_was_due, "  # noqa: S608
        "t.arr_open, coalesce(s.tier = 'low', FALSE) AS is_low FROM ("
        f"SELECT account_id, {sums} FROM ("
        "SELECT account_id, amount, CAST(period_start AS DATE) AS period_start, "
        "CAST(period_end AS DATE) AS period_end, "
        "coalesce(date_diff('day', CAST(period_start AS DATE), CAST(period_end AS DATE)) "
        f">= {LONG_TERM_DAYS}, FALSE) AS is_long FROM subscriptions "
        "WHERE NOT coalesce(is_trial, FALSE)) AS terms GROUP BY account_id) AS t "
        "LEFT JOIN scores AS s ON s.account_id = t.account_id ORDER BY t.account_id"
    )


def _day(day: date) -> str:
    return f"CAST('{day.isoformat()}' AS DATE)"


def _in_force(day: date) -> str:
    at = _day(day)
    return f"period_start <= {at} AND (period_end IS NULL OR period_end >= {at})"


def _row(found: RenewalOutlook) -> RenewalRow:
    ahead = found.grr_ahead
    return RenewalRow(
        found.arr_amount,
        found.due_amount,
        found.due_low_amount,
        found.at_risk_amount,
        *_told(found.grr),
        *_told(found.nrr),
        *_told(found.renewed),
        found.renewed.accounts if found.renewed else 0,
        ahead.low if ahead else None,
        ahead.high if ahead else None,
        found.open_amount,
    )


def _told(share: Share | None) -> tuple[float | None, float | None, float | None]:
    if share is None:
        return None, None, None
    return share.value, share.interval.low, share.interval.high
