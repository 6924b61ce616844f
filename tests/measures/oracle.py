"""Every measure recomputed account by account in plain Python: shares no code with the product.

Returns (value, is_never) per account and measure; a value of None without never is unknown.
"""

import calendar
import math
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

Row = dict[str, Any]
Cell = tuple[Any, bool]
UNKNOWN: Cell = (None, False)
NEVER: Cell = (None, True)


def known(value: Any) -> Cell:
    return (value, False)


def day(moment: datetime) -> date:
    return moment.date()


def month_shift(start: date, months: int) -> date:
    total = start.year * 12 + (start.month - 1) + months
    year, month = total // 12, total % 12 + 1
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def within(moment: datetime, as_of: date, days: int) -> bool:
    return 0 <= (as_of - day(moment)).days < days


def activity(rows: list[Row], as_of: date) -> dict[str, Cell]:
    dates = sorted(day(r["occurred_at"]) for r in rows if day(r["occurred_at"]) <= as_of)
    if not dates:
        never = dict.fromkeys(
            ("days_since_last_activity", "activity_trend", "longest_gap_days"), NEVER
        )
        zeros = ("total_activities_30d", "total_activities_90d", "active_weeks_90d")
        return never | dict.fromkeys(zeros, known(0))
    ago = [(as_of - d).days for d in dates]
    n30, n90 = sum(a < 30 for a in ago), sum(a < 90 for a in ago)
    gaps = [ago[-1]]
    gaps += [x - y for x, y in pairwise(ago) if y < 90]
    return {
        "days_since_last_activity": known(ago[-1]),
        "total_activities_30d": known(n30),
        "total_activities_90d": known(n90),
        "activity_trend": known(3 * n30 / n90) if n90 else NEVER,
        "active_weeks_90d": known(len({a // 7 for a in ago if a < 90})),
        "longest_gap_days": known(max(gaps)),
    }


def channels(rows: list[Row], as_of: date) -> dict[str, Cell]:
    past = [r for r in rows if day(r["occurred_at"]) <= as_of]
    recent = [r["channel"] for r in past if within(r["occurred_at"], as_of, 90)]
    named = [c for c in recent if c is not None]
    alone = [c for c in named if c in ("product", "self_service")]
    if not recent:
        return {"active_channels": known(0), "self_service_share": NEVER}
    if not named:
        return {"active_channels": UNKNOWN, "self_service_share": UNKNOWN}
    return {
        "active_channels": known(len(set(named))),
        "self_service_share": known(len(alone) / len(named)),
    }


def contacts(rows: list[Row], as_of: date, key_roles: tuple[str, ...]) -> dict[str, Cell]:
    rows = [r for r in rows if r["created_at"] is None or day(r["created_at"]) <= as_of]
    mails = sum(r["email"] is not None for r in rows)
    active = [r for r in rows if r["is_active"] is not False]
    roles = {r["role"].lower() for r in active if r["role"] is not None}
    held = sum(k.lower() in roles for k in key_roles)
    cover: Cell = NEVER if not active else UNKNOWN
    return {
        "total_contacts": known(len(rows)),
        "contacts_with_email": known(mails),
        "contact_email_coverage": known(mails / len(rows)) if rows else NEVER,
        "key_role_coverage": known(held / len(key_roles)) if roles else cover,
    }


def opportunity_state(row: Row, as_of: date) -> tuple[bool | None, bool | None]:
    """Closed and won at the date: True, False or None when the row does not tell."""
    closes = row["close_date"]
    if closes is not None and day(closes) > as_of:
        return False, False
    closed = True if row["is_won"] else row["is_closed"]
    won = False if row["is_won"] is None and row["is_closed"] is False else row["is_won"]
    return closed, won


def money(parts: list[tuple[bool | None, Any]]) -> Cell:
    """Sum of the parts that count; unknown if one may count or counts without an amount."""
    if any(counts is None or (counts and amount is None) for counts, amount in parts):
        return UNKNOWN
    return known(float(sum(amount for counts, amount in parts if counts)))


def opportunities(rows: list[Row], as_of: date) -> dict[str, Cell]:
    rows = [r for r in rows if r["created_at"] is None or day(r["created_at"]) <= as_of]
    states = [(r, *opportunity_state(r, as_of)) for r in rows]

    def won_since(first: date) -> Cell:
        parts: list[tuple[bool | None, Any]] = []
        for row, _, won in states:
            closes = row["close_date"]
            in_time = None if closes is None else day(closes) >= first
            counts = False if won is False or in_time is False else (won and in_time)
            parts.append((counts, row["amount"]))
        return money(parts)

    def due(value: Any) -> Cell:
        parts: list[tuple[bool | None, Any]] = []
        last = month_shift(as_of, 6)
        for row, closed, _ in states:
            closes = row["close_date"]
            in_time = None if closes is None else as_of < day(closes) <= last
            is_open = None if closed is None else not closed
            counts = False if is_open is False or in_time is False else (is_open and in_time)
            parts.append((counts, value(row)))
        return money(parts)

    return {
        "total_won_amount": money([(won, r["amount"]) for r, _, won in states]),
        "won_amount_12m": won_since(month_shift(as_of, -12) + timedelta(days=1)),
        "won_amount_6m": won_since(month_shift(as_of, -6) + timedelta(days=1)),
        "current_pipeline_amount": money(
            [(None if closed is None else not closed, r["amount"]) for r, closed, _ in states]
        ),
        "open_pipeline_6m_amount": due(lambda r: r["amount"]),
        "pipeline_6m_amount": due(expected),
        **deals(states),
    }


def expected(row: Row) -> float | None:
    if row["amount"] is None or row["probability"] is None:
        return None
    return math.floor(float(row["amount"]) * float(row["probability"]) * 100 + 0.5) / 100


def deals(states: list[tuple[Row, bool | None, bool | None]]) -> dict[str, Cell]:
    closed = [won for _, closed, won in states if closed]
    dark = any(c is None or (c and w is None) for _, c, w in states)
    rate = NEVER if not closed else known(sum(bool(w) for w in closed) / len(closed))
    won_rows = [r for r, _, won in states if won]
    maybe_won = any(won is None for _, _, won in states)
    cycles = [
        (day(r["close_date"]) - day(r["created_at"])).days
        for r in won_rows
        if r["close_date"] is not None and r["created_at"] is not None
    ]
    cycles = [c for c in cycles if c >= 0]
    none = UNKNOWN if won_rows or maybe_won else NEVER
    return {
        "win_rate": UNKNOWN if dark else rate,
        "average_sales_cycle_days": known(sum(cycles) / len(cycles)) if cycles else none,
    }


def transactions(rows: list[Row], as_of: date) -> dict[str, Cell]:
    def since(first: date) -> Cell:
        return money([(first <= day(r["occurred_at"]) <= as_of, r["amount"]) for r in rows])

    return {
        "total_won_amount": since(date.min),
        "won_amount_12m": since(month_shift(as_of, -12) + timedelta(days=1)),
        "won_amount_6m": since(month_shift(as_of, -6) + timedelta(days=1)),
    }


def subscriptions(rows: list[Row], as_of: date) -> dict[str, Cell]:
    live = [
        r
        for r in rows
        if r["period_start"] <= as_of
        and (r["period_end"] is None or r["period_end"] >= as_of)
        and not r["is_trial"]
    ]
    mrr = money([(True, r["amount"]) for r in live])
    return {
        "current_mrr_amount": mrr,
        "current_arr_amount": UNKNOWN if mrr == UNKNOWN else known(mrr[0] * 12),
        "seats": money([(True, r["seats"]) for r in live]),
        "days_to_renewal": min(
            (
                known((r["period_end"] - as_of).days)
                for r in live
                if r["period_end"] and (r["period_end"] - r["period_start"]).days >= 180
            ),
            default=UNKNOWN,
        ),
    }


def tickets(rows: list[Row], as_of: date) -> dict[str, Cell]:
    rows = [r for r in rows if day(r["occurred_at"]) <= as_of]

    def is_open(row: Row) -> bool:
        closed, again = row["closed_at"], row["reopened_at"]
        if closed is None or day(closed) > as_of:
            return True
        return again is not None and day(again) <= as_of and again > closed

    again = [r for r in rows if r["reopened_at"] and within(r["reopened_at"], as_of, 90)]
    return {
        "open_tickets": known(sum(is_open(r) for r in rows)),
        "reopened_tickets_90d": known(len(again)),
        "total_tickets_90d": known(sum(within(r["occurred_at"], as_of, 90) for r in rows)),
    }


def used(rows: list[Row]) -> list[Row]:
    return [r for r in rows if r["value"] != 0]


def usage(rows: list[Row], as_of: date) -> dict[str, Cell]:
    rows = [r for r in used(rows) if day(r["occurred_at"]) <= as_of]
    recent = [r for r in rows if within(r["occurred_at"], as_of, 90)]
    kinds = {r["kind"] for r in recent if r["kind"] is not None}

    def volume(row: Row) -> int:
        if row["value"] is None:
            return 1000
        return max(1, math.floor(min(float(row["value"]), 1e12) * 1000 + 0.5))

    all_90 = sum(volume(r) for r in recent)
    all_30 = sum(volume(r) for r in recent if within(r["occurred_at"], as_of, 30))
    last = max((day(r["occurred_at"]) for r in rows), default=None)
    depth = UNKNOWN if recent and not kinds else known(len(kinds))
    return {
        "days_since_last_login": known((as_of - last).days) if last else NEVER,
        "feature_adoption_depth": depth,
        "usage_trend": known(3 * all_30 / all_90) if all_90 else NEVER,
    }


def nps(rows: list[Row], as_of: date, kinds: tuple[str, ...] | None) -> dict[str, Cell]:
    rows = [r for r in rows if day(r["occurred_at"]) <= as_of]
    rows = [r for r in rows if kinds is None or r["kind"] in kinds]
    answers = [r["value"] for r in rows if within(r["occurred_at"], as_of, 365)]
    if answers:
        return {"nps": known(sum(answers) / len(answers))}
    return {"nps": UNKNOWN if rows else NEVER}


def size(value: Any, cuts: tuple[float, float, float]) -> Cell:
    if value is None:
        return UNKNOWN
    for cut, name in zip(cuts, ("Enterprise", "Large", "Mid-Market"), strict=True):
        if value >= cut:
            return known(name)
    return known("Small Business")


def age(account: Row, as_of: date) -> Cell:
    began = account["customer_since"] or account["created_at"]
    return UNKNOWN if began is None or began > as_of else known((as_of - began).days)
