"""SQL that turns a log of transactions into purchase histories, their groups and their track."""

from datetime import date, timedelta

from keepwell.outlook.sql_text import as_double

HISTORY_COLUMNS = (
    "account_id",
    "repeat_purchases",
    "last_purchase_days",
    "observed_days",
    "known_repeat_purchases",
    "mean_spend_amount",
)


def purchase_days_select(as_of: date, *, table: str = "transactions") -> str:
    """Return SQL giving one row per account and day with a purchase, up to and with `as_of`.

    Columns: account_id, purchase_day, day_amount (NULL when an amount is unknown).
    Method:  rows of one day are one purchase. A day on which all known amounts are below zero is
             a return, no purchase. `table` needs account_id, occurred_at and amount.
    """
    known = "count(*) FILTER (WHERE amount IS NULL) = 0"
    return f"""
SELECT account_id, CAST(occurred_at AS DATE) AS purchase_day,
  CASE WHEN {known} THEN SUM(amount) END AS day_amount
FROM {table}
WHERE occurred_at < {_day_after(as_of)}
GROUP BY account_id, CAST(occurred_at AS DATE)
HAVING count(*) FILTER (WHERE amount IS NULL OR amount >= 0) > 0"""


def histories_select(as_of: date, *, table: str = "transactions") -> str:
    """Return SQL giving the purchase history of each account, in days.

    Columns: `HISTORY_COLUMNS`. `repeat_purchases` counts purchase days after the first,
             `last_purchase_days` from the first to the last, `observed_days` from the first to
             `as_of`; `mean_spend_amount` is over repeat days with a known amount
             (`known_repeat_purchases`), without the first, NULL if there is none.
    """
    days = purchase_days_select(as_of, table=table)
    repeat = "purchase_days.purchase_day > firsts.first_day"
    return f"""
WITH purchase_days AS ({days}
),
firsts AS (
  SELECT account_id, MIN(purchase_day) AS first_day, MAX(purchase_day) AS last_day
  FROM purchase_days GROUP BY account_id
)
SELECT firsts.account_id,
  count(*) - 1 AS repeat_purchases,
  date_diff('day', CAST(firsts.first_day AS DATE), CAST(firsts.last_day AS DATE))
    AS last_purchase_days,
  date_diff('day', CAST(firsts.first_day AS DATE), {_literal(as_of)}) AS observed_days,
  count(purchase_days.day_amount) FILTER (WHERE {repeat}) AS known_repeat_purchases,
  CAST(SUM(purchase_days.day_amount) FILTER (WHERE {repeat}) AS DOUBLE)
    / nullif(count(purchase_days.day_amount) FILTER (WHERE {repeat}), 0) AS mean_spend_amount
FROM firsts JOIN purchase_days ON firsts.account_id = purchase_days.account_id
GROUP BY firsts.account_id, firsts.first_day, firsts.last_day"""


def grouped_histories_select(table: str) -> str:
    """Return SQL giving each distinct history once with its number of customers.

    Columns: repeat_purchases, last_purchase_days, observed_days, customers, in this order of
             `histories()`. `table` holds the result of `histories_select`.
    """
    return f"""
SELECT repeat_purchases, last_purchase_days, observed_days, count(*) AS customers
FROM {table}
GROUP BY repeat_purchases, last_purchase_days, observed_days"""


def grouped_spend_select(table: str) -> str:
    """Return SQL giving each distinct (known repeats, mean spend) with its number of customers.

    Columns: known_repeat_purchases, mean_spend_amount, customers, in the order of `fit_spend`'s
             data. Customers without a known repeat, or with a mean of zero or less, are left out.
    """
    return f"""
SELECT known_repeat_purchases, mean_spend_amount, count(*) AS customers
FROM {table}
WHERE mean_spend_amount > {as_double("0")}
GROUP BY known_repeat_purchases, mean_spend_amount"""


def first_days_select(start: date, as_of: date, *, table: str = "transactions") -> str:
    """Return SQL giving how many accounts bought first on each day: (days since `start`, count).

    Only accounts whose first purchase lies on or before `as_of` count.
    """
    return f"""
SELECT first_days, count(*) AS customers FROM (
  SELECT account_id,
    date_diff('day', {_literal(start)}, CAST(MIN(purchase_day) AS DATE)) AS first_days
  FROM ({purchase_days_select(as_of, table=table)}
  ) AS purchase_days GROUP BY account_id
) AS firsts GROUP BY first_days"""


def repeat_days_select(
    start: date, as_of: date, tracked_until: date, *, table: str = "transactions"
) -> str:
    """Return SQL giving how many repeat purchases fell on each day: (days since `start`, count).

    Up to `tracked_until`, of the accounts whose first purchase lies on or before `as_of`.
    """
    return f"""
WITH purchase_days AS ({purchase_days_select(tracked_until, table=table)}
),
firsts AS (
  SELECT account_id, MIN(purchase_day) AS first_day FROM purchase_days GROUP BY account_id
)
SELECT date_diff('day', {_literal(start)}, CAST(purchase_days.purchase_day AS DATE)) AS repeat_days,
  count(*) AS purchases
FROM purchase_days JOIN firsts ON purchase_days.account_id = firsts.account_id
WHERE purchase_days.purchase_day > firsts.first_day AND firsts.first_day <= {_literal(as_of)}
GROUP BY date_diff('day', {_literal(start)}, CAST(purchase_days.purchase_day AS DATE))"""


def holdout_select(as_of: date, until: date, *, table: str = "transactions") -> str:
    """Return SQL giving each account's purchase days after `as_of` up to and with `until`.

    Columns: account_id, holdout_purchases; accounts without one are not listed.
    """
    return f"""
SELECT account_id, count(*) AS holdout_purchases
FROM ({purchase_days_select(until, table=table)}
) AS purchase_days
WHERE purchase_day > {_literal(as_of)}
GROUP BY account_id"""


def _literal(day: date) -> str:
    return f"CAST('{day.isoformat()}' AS DATE)"


def _day_after(day: date) -> str:
    return f"CAST('{(day + timedelta(days=1)).isoformat()}' AS TIMESTAMP)"
