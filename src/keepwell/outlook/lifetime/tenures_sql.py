"""SQL that turns accounts, or their subscriptions, into observed tenures and whether they ended."""

from collections.abc import Sequence
from datetime import date

from keepwell.outlook.sql_text import text_literal

TENURE_COLUMNS = ("account_id", "started_at", "tenure_days", "is_lost")


def account_tenures_select(as_of: date, *, table: str = "accounts") -> str:
    """Return SQL giving how long each account was a customer by `as_of`, and whether it left.

    Columns: `TENURE_COLUMNS`. From customer_since, or else created_at, to churned_at, or else
             `as_of`. Accounts without a start, starting later or ending before they start are
             left out.
    """
    start = "coalesce(customer_since, created_at)"
    seen = f"SELECT account_id, {start} AS started_at, churned_at FROM {table}"
    return _tenures(as_of, seen, "<=")


def subscription_tenures_select(as_of: date, *, table: str = "subscriptions") -> str:
    """Return SQL giving how long each account had a contract by `as_of`, and whether it ended.

    Columns: `TENURE_COLUMNS`. From the first period_start to the last period_end; an account with
             any contract in force on `as_of`, or without an end, is still a customer. Gaps between
             contracts count as tenure; trials do not count.
    """
    inner = f"""
SELECT account_id, MIN(period_start) AS started_at,
  CASE WHEN count(*) FILTER (WHERE period_end IS NULL) = 0 THEN MAX(period_end) END AS churned_at
FROM {table}
WHERE period_start <= {_literal(as_of)} AND NOT coalesce(is_trial, FALSE)
GROUP BY account_id"""
    return _tenures(as_of, inner, "<")


def cohort_case(column: str, starts: Sequence[tuple[date, str]]) -> str:
    """Return an SQL expression naming the cohort of a date by the last start not after it.

    `starts`: first day and name of each cohort, in order of time; earlier dates give NULL.
    """
    whens = " ".join(
        f"WHEN {column} >= {_literal(day)} THEN {text_literal(name)}"
        for day, name in sorted(starts, reverse=True)
    )
    return f"CASE {whens} END"


def _tenures(as_of: date, inner: str, ends: str) -> str:
    day = _literal(as_of)
    has_ended = f"churned_at IS NOT NULL AND churned_at {ends} {day}"
    is_lost = f"CASE WHEN {has_ended} THEN TRUE ELSE FALSE END"
    return f"""
SELECT account_id, started_at,
  date_diff('day', CAST(started_at AS DATE), CAST(ended_at AS DATE)) AS tenure_days, is_lost
FROM (
  SELECT account_id, started_at, {is_lost} AS is_lost,
    CASE WHEN {has_ended} THEN churned_at ELSE {day} END
      AS ended_at
  FROM ({inner}) AS seen WHERE started_at IS NOT NULL AND started_at <= {day}
) AS tenures WHERE started_at <= ended_at"""


def _literal(day: date) -> str:
    return f"CAST('{day.isoformat()}' AS DATE)"
