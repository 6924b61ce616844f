"""Folds of events by calendar month: what a month holds does not depend on the as-of date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from keepwell.measures.binding import months_from, span_fold
from keepwell.measures.dialects import SOURCE_DIALECT
from keepwell.measures.families import EVENTS, FOLD_TYPES, FOLDS, fold_names
from keepwell.measures.portable import parse_portable

LONGEST_WINDOW_DAYS = 90
DAYS, BEFORE = FOLDS
_EMPTY = {
    DAYS: "SELECT CAST(NULL AS VARCHAR) AS account_id, CAST(NULL AS DATE) AS day, "
    "CAST(NULL AS VARCHAR) AS channel, CAST(NULL AS BIGINT) AS row_count WHERE FALSE",
    BEFORE: "SELECT CAST(NULL AS VARCHAR) AS account_id, CAST(NULL AS DATE) AS last_day "
    "WHERE FALSE",
}


@dataclass(frozen=True, slots=True)
class MonthFold:
    """One fold of one month of a family's events; `first` is the month's first day."""

    family: str
    fold: str
    first: date

    @property
    def table(self) -> str:
        """Return the canonical table that is folded."""
        return EVENTS[self.family].table

    @property
    def end(self) -> date:
        """Return the first day after the month."""
        return months_from(self.first, 1)

    @property
    def name(self) -> str:
        """Return the table that holds the fold in an engine."""
        return f"{self.family}_{self.fold}_{self.first:%Y_%m}"

    def select(self) -> str:
        """Return the portable SELECT that folds the month."""
        tree = span_fold(self.family, self.fold, self.first, self.end)
        return parse_portable(tree, types=FOLD_TYPES, for_score=True).sql(dialect=SOURCE_DIALECT)


def wanted_months(family: str, months: Sequence[date], as_of: date) -> tuple[MonthFold, ...]:
    """Return the folds that an as-of date needs of the months that hold rows.

    A month that ends before the longest window needs its last days alone.
    """
    since = as_of - timedelta(days=LONGEST_WINDOW_DAYS - 1)
    return tuple(
        MonthFold(family, BEFORE if months_from(m, 1) <= since else DAYS, m)
        for m in sorted(months)
        if m <= as_of
    )


def joined_folds(
    family: str, folds: Sequence[MonthFold], as_of: date, older: str | None = None
) -> tuple[tuple[str, str], ...]:
    """Return the family's two folds as of a date from folds of months: name and SELECT.

    The months share no day, so that counts by day need no adding up.
    `older`: a table of `last_days_select`, read instead of the months that it is made of.
    """
    since, end = as_of - timedelta(days=LONGEST_WINDOW_DAYS - 1), as_of + timedelta(days=1)
    days = [f.name for f in folds if f.fold == DAYS]
    recent = [
        f"SELECT account_id, day, channel, row_count FROM {n} "  # noqa: S608
        f"WHERE day >= {_day(since)} AND day < {_day(end)}"
        for n in days
    ]
    closed = [older] if older else [f.name for f in folds if f.fold == BEFORE]
    before = [f"SELECT account_id, last_day FROM {n}" for n in closed]  # noqa: S608
    before += [
        f"SELECT account_id, day AS last_day FROM {n} WHERE day < {_day(since)}"  # noqa: S608
        for n in days
    ]
    selects = (" UNION ALL ".join(recent or [_EMPTY[DAYS]]), _last_of(before))
    return tuple(zip(fold_names(family), selects, strict=True))


def last_days_select(folds: Sequence[MonthFold]) -> str:
    """Return SQL of the last day of each account in months whose last days are kept."""
    return _last_of([f"SELECT account_id, last_day FROM {f.name}" for f in folds])  # noqa: S608


def _last_of(selects: Sequence[str]) -> str:
    before = " UNION ALL ".join(selects or [_EMPTY[BEFORE]])
    least = "account_id, MAX(last_day) AS last_day"
    return f"SELECT {least} FROM ({before}) AS months GROUP BY account_id"  # noqa: S608


def _day(day: date) -> str:
    return f"CAST('{day.isoformat()}' AS DATE)"
