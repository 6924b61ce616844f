"""Which wall-clock minutes a rule names: five fields of cron, or a time of day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CRON_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
ALL_DAYS, ALL_MONTHS = frozenset(range(1, 32)), frozenset(range(1, 13))
ALL_WEEKDAYS, ALL_HOURS = frozenset(range(7)), frozenset(range(24))


@dataclass(frozen=True, slots=True)
class Pattern:
    """Minutes, hours, days of the month, months and weekdays (0 is Monday) that must all fit.

    `is_either_day`: day of month and weekday are both given, and one of them is enough.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] = ALL_DAYS
    months: frozenset[int] = ALL_MONTHS
    weekdays: frozenset[int] = ALL_WEEKDAYS
    is_either_day: bool = False

    @property
    def is_hourly(self) -> bool:
        """Say whether the rule goes by every hour that passes, not by a time of day."""
        return self.hours == ALL_HOURS

    def has_day(self, day: date) -> bool:
        """Say whether the rule names a time on this day."""
        if day.month not in self.months:
            return False
        fits = (day.day in self.days, day.weekday() in self.weekdays)
        return any(fits) if self.is_either_day else all(fits)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    low: int
    high: int
    names: Mapping[str, int]


_FIELDS = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of month", 1, 31, {}),
    _Field("month", 1, 12, {n: i for i, n in enumerate(MONTHS, start=1)}),
    _Field("weekday", 0, 7, {n: i for i, n in enumerate(CRON_DAYS)}),
)


def parse_cron(text: str) -> Pattern:
    """Return the pattern of five cron fields: `*`, lists, ranges, steps, names of months and days.

    As in cron, a day of month and a weekday that are both given are alternatives, and Sunday is
    0 or 7. Errors: ValueError for anything else, and for a day that no month has.

    >>> sorted(parse_cron("*/20 6-7 * * mon-fri").minutes)
    [0, 20, 40]
    >>> parse_cron("0 6 30 2 *")
    Traceback (most recent call last):
    ...
    ValueError: `0 6 30 2 *` names a day that does not exist
    """
    parts = text.lower().split()
    if len(parts) != len(_FIELDS):
        raise ValueError(
            f"`{text}` is no rule of five fields (minute hour day month weekday), such as "
            "`30 6 * * mon-fri`; seconds, years, @daily, L, W, # and ? are not supported"
        )
    values = [_values(part, field) for part, field in zip(parts, _FIELDS, strict=True)]
    minutes, hours, days, months, cron_days = values
    found = Pattern(
        minutes,
        hours,
        days,
        months,
        frozenset((n - 1) % 7 for n in cron_days),
        is_either_day=not parts[2].startswith("*") and not parts[4].startswith("*"),
    )
    if not found.is_either_day and not any(
        day <= LONGEST_MONTH[month - 1] for day in days for month in months
    ):
        raise ValueError(f"`{text}` names a day that does not exist")
    return found


def _values(text: str, field: _Field) -> frozenset[int]:
    return frozenset().union(*(_range(part, field) for part in text.split(",")))


def _range(text: str, field: _Field) -> frozenset[int]:
    span, has_step, step_text = text.partition("/")
    step = int(step_text) if step_text.isdecimal() else 0
    if has_step and step < 1:
        raise ValueError(f"{field.name}: `{text}` has no step like */5")
    if span == "*":
        low, high = field.low, field.high
    else:
        first, is_range, last = span.partition("-")
        low = _number(first, field)
        # As in cron, `5/15` begins at 5 and goes on to the end.
        high = _number(last, field) if is_range else field.high if has_step else low
    if low > high:
        raise ValueError(f"{field.name}: `{text}` runs backwards; write two ranges")
    return frozenset(range(low, high + 1, step or 1))


def _number(text: str, field: _Field) -> int:
    found = field.names.get(text, int(text) if text.isdecimal() else -1)
    if not field.low <= found <= field.high:
        named = f" or {', '.join(field.names)}" if field.names else ""
        raise ValueError(f"{field.name}: `{text}` is not {field.low} to {field.high}{named}")
    return found
