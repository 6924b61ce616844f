"""When rows of a dated table are overdue: on their first day, and never for customers' silence."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from keepwell.warning import EarlierRun, overdue_days
from keepwell.warning.arrivals import DayCounts

FRIDAY = date(2026, 11, 20)
MONDAY, TUESDAY, SATURDAY = FRIDAY + timedelta(3), FRIDAY + timedelta(4), FRIDAY + timedelta(1)
WEEKDAYS = frozenset(range(5))


def rows(until: date, *, a_day: int = 20, weekdays: frozenset[int] = WEEKDAYS) -> dict[date, int]:
    """Return rows by day of the last weeks up to a day."""
    days = (until - timedelta(days=n) for n in range(98))
    return {d: a_day for d in days if d.weekday() in weekdays}


def runs(until: date, *, days_late: int = 0, is_sound: bool = True) -> list[EarlierRun]:
    """Return daily runs up to a day, newest first, which saw the newest weekday so many ago."""
    found = []
    for n in range(10):
        day = until - timedelta(days=n)
        seen = day - timedelta(days=days_late)
        while seen.weekday() not in WEEKDAYS:
            seen -= timedelta(days=1)
        found.append(EarlierRun(day, {"calls": seen, "usage": seen}, is_sound))
    return found


def overdue(as_of: date, calls: DayCounts, usage: DayCounts, earlier: list[EarlierRun]) -> int:
    counts: Mapping[str, DayCounts] = {"calls": calls, "usage": usage}
    return overdue_days("calls", counts, as_of, earlier)


def test_a_file_that_stopped_is_noticed_on_its_first_day_and_on_those_after_it() -> None:
    assert overdue(MONDAY, rows(FRIDAY), rows(MONDAY), runs(MONDAY - timedelta(1))) == 1
    stopped = [EarlierRun(MONDAY, {"calls": FRIDAY}, is_sound=False), *runs(MONDAY - timedelta(1))]
    assert overdue(TUESDAY, rows(FRIDAY), rows(TUESDAY), stopped) == 2
    assert overdue(MONDAY, rows(MONDAY), rows(MONDAY), runs(MONDAY - timedelta(1))) == 0


def test_a_public_holiday_in_the_weeks_before_does_not_blind() -> None:
    calls = rows(FRIDAY)
    del calls[MONDAY - timedelta(weeks=4)]
    assert overdue(MONDAY, calls, rows(MONDAY), runs(MONDAY - timedelta(1))) == 1
    del calls[MONDAY - timedelta(weeks=5)]
    assert overdue(MONDAY, calls, rows(MONDAY), runs(MONDAY - timedelta(1))) == 0


@pytest.mark.parametrize(
    ("as_of", "calls", "usage", "earlier"),
    [
        (MONDAY, rows(FRIDAY), rows(MONDAY), []),
        (SATURDAY, rows(FRIDAY), rows(SATURDAY, weekdays=frozenset(range(7))), runs(FRIDAY)),
        (MONDAY, rows(FRIDAY), rows(FRIDAY), runs(MONDAY - timedelta(1))),
        (MONDAY, rows(FRIDAY), {**rows(FRIDAY), MONDAY: 4}, runs(MONDAY - timedelta(1))),
        (MONDAY, rows(FRIDAY), rows(MONDAY), runs(MONDAY - timedelta(1), days_late=1)),
        (TUESDAY, rows(MONDAY), rows(TUESDAY), [EarlierRun(MONDAY, {"calls": FRIDAY}, True)]),
        (MONDAY, rows(FRIDAY, a_day=5), rows(MONDAY), runs(MONDAY - timedelta(1))),
        (MONDAY, {}, rows(MONDAY), runs(MONDAY - timedelta(1))),
        (MONDAY, rows(FRIDAY), rows(MONDAY), runs(MONDAY - timedelta(1), is_sound=False)),
    ],
    ids=[
        "no earlier run",
        "weekend",
        "a holiday: nothing else moves either",
        "the day is not over",
        "always a day late",
        "later than usual but moving",
        "few rows",
        "no rows at all",
        "never known to be on time",
    ],
)
def test_silence_that_customers_or_schedules_explain_is_no_fault(
    as_of: date, calls: DayCounts, usage: DayCounts, earlier: list[EarlierRun]
) -> None:
    assert overdue(as_of, calls, usage, earlier) == 0
