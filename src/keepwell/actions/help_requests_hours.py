"""Working time: moments so many working hours or days ahead, by the wall clock of a zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, model_validator

from keepwell.actions.plans_criteria import FROZEN
from keepwell.vocabulary import InputProblem

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# More days off in a row than this is a mistake in the calendar, not a holiday.
MOST_DAYS_OFF = 60


class WorkingTime(BaseModel):
    """When people work: hours of the wall clock, the days off of a week, holidays.

    `workdays`: days that are worked although they fall on a day off, as before long holidays.
    """

    model_config = FROZEN
    start: time = time(9)
    end: time = time(18)
    days_off: tuple[Weekday, ...] = ("sat", "sun")
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _has_hours(self) -> Self:
        if self.start >= self.end:
            raise ValueError(f"working time ends at {self.end}, not after its start {self.start}")
        if set(self.days_off) >= set(WEEKDAYS):
            raise ValueError("a week needs a working day")
        both = sorted(set(self.holidays) & set(self.workdays))
        if both:
            raise ValueError(f"{both[0]} is both a holiday and a workday")
        return self

    def is_workday(self, day: date) -> bool:
        """Say whether people work on a day."""
        if day in self.workdays:
            return True
        return day not in self.holidays and WEEKDAYS[day.weekday()] not in self.days_off

    def next_workday(self, day: date) -> date:
        """Return the day itself if it is worked, else the next one that is.

        >>> WorkingTime().next_workday(date(2026, 10, 31))  # a Saturday
        datetime.date(2026, 11, 2)
        """
        for step in range(MOST_DAYS_OFF + 1):
            if self.is_workday(day + timedelta(days=step)):
                return day + timedelta(days=step)
        raise InputProblem(
            f"There is no working day in the {MOST_DAYS_OFF} days after {day}.",
            cure="Check days_off and holidays of `working` in plans.yml.",
        )


def after_hours(moment: datetime, hours: float, working: WorkingTime, time_zone: str) -> datetime:
    """Return the moment at which so many working hours have passed, in UTC.

    >>> friday = datetime(2026, 10, 30, 16, tzinfo=UTC)
    >>> after_hours(friday, 4, WorkingTime(), "UTC").isoformat()
    '2026-11-02T11:00:00+00:00'
    """
    left = timedelta(hours=hours)
    for opens, closes in _shifts(moment, working, time_zone):
        begins = max(opens, moment.astimezone(UTC))
        if closes - begins >= left:
            return begins + left
        left -= max(closes - begins, timedelta(0))
    raise AssertionError("shifts never end")


def after_days(moment: datetime, days: int, working: WorkingTime, time_zone: str) -> datetime:
    """Return the close of the working day so many working days on, in UTC.

    What comes in after closing, or on a day off, counts from the next working day.

    >>> friday = datetime(2026, 10, 30, 16, tzinfo=UTC)
    >>> after_days(friday, 1, WorkingTime(), "UTC").isoformat()
    '2026-11-02T18:00:00+00:00'
    """
    shifts = _shifts(moment, working, time_zone)
    for _ in range(days):
        next(shifts)
    return next(shifts)[1]


def hours_between(start: datetime, end: datetime, working: WorkingTime, time_zone: str) -> float:
    """Return the working hours from one moment to a later one; 0 when it is not later."""
    total = timedelta(0)
    for opens, closes in _shifts(start, working, time_zone):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), timedelta(0))
    return total.total_seconds() / 3600


def _shifts(
    moment: datetime, working: WorkingTime, time_zone: str
) -> Iterator[tuple[datetime, datetime]]:
    """Yield opening and close, in UTC, of the working days that end after the moment."""
    zone = ZoneInfo(time_zone)
    day = moment.astimezone(zone).date()
    while True:
        day = working.next_workday(day)
        opens = datetime.combine(day, working.start, zone).astimezone(UTC)
        closes = datetime.combine(day, working.end, zone).astimezone(UTC)
        if closes > moment:
            yield opens, closes
        day += timedelta(days=1)
