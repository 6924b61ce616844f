"""The days of an account in a month as the bits of a number, and the weeks that they lie in.

The first of a month is the lowest bit. Bits do not depend on the as-of date; weeks do.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from keepwell.measures.months import LONGEST_WINDOW_DAYS, MonthFold

_WEEK = 7


def bits_select(fold: MonthFold) -> str:
    """Return SQL of a row per account with its `days` of a month as bits, for DuckDB."""
    bits = "CAST(bit_or(1 << (extract('day' FROM day) - 1)) AS INTEGER) AS days"
    return f"SELECT account_id, {bits} FROM {fold.name} GROUP BY account_id"  # noqa: S608


def weeks_sql(months: Sequence[tuple[date, str]], as_of: date) -> str:
    """Return SQL of the weeks with a day, of those that the longest window has.

    `months`: the first day of each month, and the SQL of its bits; NULL is no day.
    """
    weeks = []
    for start in range(0, LONGEST_WINDOW_DAYS, _WEEK):
        end = min(start + _WEEK, LONGEST_WINDOW_DAYS)
        days = {as_of - timedelta(days=ago) for ago in range(start, end)}
        held = [
            f"coalesce({sql} & {mask}, 0) <> 0" for m, sql in months if (mask := _mask(m, days))
        ]
        if held:
            weeks.append(f"CAST({' OR '.join(held)} AS INTEGER)")
    return f"CAST({' + '.join(weeks or ['0'])} AS DOUBLE)"


def _mask(month: date, days: set[date]) -> int:
    return sum(1 << (d.day - 1) for d in days if (d.year, d.month) == (month.year, month.month))
