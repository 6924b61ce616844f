"""What the single deals say of the forecast: open ones without an amount, months that wins cover.

The state of a deal on the day is that of `measures/sql/opportunities.sql`.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from keepwell.outlook.figures import Figure

DAYS_OF_PACE = 365
_DATED = {"opportunities": "close_date", "transactions": "occurred_at"}


def open_deals_select(as_of: date) -> str:
    """Return SQL of one row: deals open on the day, those without amount, the accounts of these."""
    next_day = _next_day(as_of)
    return f"""
SELECT count(*), count(*) FILTER (WHERE amount IS NULL),
       count(DISTINCT CASE WHEN amount IS NULL THEN account_id END)
FROM (
  SELECT o.account_id, o.amount,
         CASE WHEN o.close_date >= {next_day} THEN TRUE
              WHEN coalesce(o.is_won, FALSE) THEN FALSE
              ELSE NOT o.is_closed END AS is_open
  FROM opportunities AS o JOIN accounts AS a ON a.account_id = o.account_id
  WHERE o.created_at IS NULL OR o.created_at < {next_day}
) AS states WHERE is_open"""


def first_win_select(table: str, as_of: date) -> str:
    """Return SQL of one row: days from the first win (or purchase) to the day inclusive, and wins.

    `table`: `opportunities` or `transactions`, whichever the won amounts come from.
    """
    day = _DATED[table]
    won = "d.is_won AND " if table == "opportunities" else ""
    next_day = _next_day(as_of)
    return f"""
SELECT date_diff('day', CAST(first_day AS DATE), CAST('{as_of.isoformat()}' AS DATE)) + 1, wins
FROM (
  SELECT min(d.{day}) AS first_day, count(*) AS wins
  FROM {table} AS d JOIN accounts AS a ON a.account_id = d.account_id
  WHERE {won}d.{day} < {next_day}
) AS won"""


def _next_day(as_of: date) -> str:
    return f"CAST('{(as_of + timedelta(days=1)).isoformat()}' AS TIMESTAMP)"


def open_deal_figures(row: Sequence[int]) -> tuple[Figure, ...]:
    """Return the open deals, and those without an amount; none where no deal is open."""
    deals, bare, accounts = (int(n) for n in row)
    if not deals:
        return ()
    return (
        Figure("open_deals", float(deals), deals),
        Figure("open_deals_without_amount", bare / deals, deals, hits=bare),
        Figure("accounts_with_deals_without_amount", float(accounts), deals),
    )


def first_win_figures(row: Sequence[int | None]) -> tuple[Figure, ...]:
    """Return the days that the wins cover where they are fewer than the pace's twelve months."""
    days, wins = row
    if days is None or int(days) >= DAYS_OF_PACE:
        return ()
    return (Figure("won_days_covered", float(days), int(wins or 0)),)
