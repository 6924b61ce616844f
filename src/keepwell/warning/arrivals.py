"""Whether the rows of a dated table have arrived as they usually do, from its rows by day.

A customer may be silent on any day; that all of them are, on a weekday that always had rows and
while other tables go on, is the source's doing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DayCounts = Mapping[date, int]

# A weekday is busy when nearly all of its last occurrences had rows, and many on average.
WEEKS = 12
EMPTY_AT_MOST = 1
ROWS_AT_LEAST, ROWS_ON_AVERAGE = 3, 10
ARRIVALS_WINDOW_DAYS = 7 * (WEEKS + 2)
# Another table bears witness that a day is over when it has this share of its usual rows.
WITNESS_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class EarlierRun:
    """What an earlier run saw: the newest day of each table up to its own.

    `is_sound`: false where its sources were at fault, so that its delay is not the usual one.
    """

    as_of: date
    newest: Mapping[str, date]
    is_sound: bool


def newest_days(counts: Mapping[str, DayCounts]) -> dict[str, date]:
    """Return the newest day with rows of each table that has any."""
    return {table: max(days) for table, days in counts.items() if days}


def overdue_days(
    table: str, counts: Mapping[str, DayCounts], as_of: date, earlier: Sequence[EarlierRun]
) -> int:
    """Return for how many busy days a table's rows are overdue; 0 while nothing says so.

    Overdue are rows that are later than in any sound run of `earlier` (newest first), have not
    moved since the last run, and on whose days another table was as busy as ever.

    >>> day = date(2026, 11, 16)
    >>> counts = {t: {day - timedelta(days=n): 20 for n in range(90)} for t in ("usage", "calls")}
    >>> del counts["calls"][day]
    >>> seen = {"calls": day - timedelta(days=1)}
    >>> overdue_days("calls", counts, day, [EarlierRun(seen["calls"], seen, True)])
    1
    """
    newest = max(counts[table], default=None)
    before = next(iter(earlier), None)
    if newest is None or before is None or before.newest.get(table, date.min) < newest:
        return 0
    busy = _busy(counts[table], newest)
    missing = _days_between(newest, as_of, busy)
    usual = [
        len(_days_between(run.newest[table], run.as_of, busy))
        for run in earlier
        if run.is_sound and table in run.newest
    ]
    if not usual or len(missing) <= max(usual):
        return 0
    is_witnessed = any(_goes_on(days, missing) for other, days in counts.items() if other != table)
    return len(missing) if is_witnessed else 0


def _busy(counts: DayCounts, until: date) -> dict[int, float]:
    """Return the busy weekdays with their rows on average, over the weeks up to a day."""
    found = {}
    for back in range(7):
        rows = [counts.get(until - timedelta(days=back + 7 * week), 0) for week in range(WEEKS)]
        empty = sum(n < ROWS_AT_LEAST for n in rows)
        if empty <= EMPTY_AT_MOST and sum(rows) >= ROWS_ON_AVERAGE * WEEKS:
            found[(until - timedelta(days=back)).weekday()] = sum(rows) / WEEKS
    return found


def _days_between(after: date, until: date, busy: Mapping[int, float]) -> list[date]:
    """Return the busy days after one day, up to another."""
    return [day for day in _days(after, until) if day.weekday() in busy]


def _days(after: date, until: date) -> Iterator[date]:
    for n in range(1, (until - after).days + 1):
        yield after + timedelta(days=n)


def _goes_on(counts: DayCounts, days: Sequence[date]) -> bool:
    """Say whether a table has on all these days what its weekdays usually have."""
    busy = _busy(counts, days[0] - timedelta(days=1))
    return all(
        day.weekday() in busy and counts.get(day, 0) >= WITNESS_SHARE * busy[day.weekday()]
        for day in days
    )
