"""The days to which a back-test looks back: ends of months whose horizon lies in the past."""

from dataclasses import dataclass
from datetime import date, timedelta

from keepwell.measures import months_from

# Windows that reach over the beginning of the data count less than there was.
WARM_UP_DAYS = 30


@dataclass(frozen=True, slots=True)
class Origins:
    """The days, oldest first; `incomplete` and `early` were left out."""

    days: tuple[date, ...]
    incomplete: tuple[date, ...]
    early: int


def month_ends(first: date, last: date, most: int, ahead_days: int) -> Origins:
    """Return the last `most` ends of months from which `ahead_days` end by `last`.

    `first`, `last`: the first and last day of the data.
    Shape: oldest first; those too near `first` are only counted.

    >>> found = month_ends(date(2026, 1, 1), date(2026, 7, 15), 24, 90)
    >>> [str(d) for d in found.days], len(found.incomplete), found.early
    (['2026-01-31', '2026-02-28', '2026-03-31'], 3, 0)
    """
    whole: list[date] = []
    incomplete: list[date] = []
    early = 0
    day = months_from(last.replace(day=1), 0) - timedelta(days=1)
    while day >= first and len(whole) < most:
        if day + timedelta(days=ahead_days) > last:
            incomplete.append(day)
        elif day < first + timedelta(days=WARM_UP_DAYS):
            early += 1
        else:
            whole.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return Origins(tuple(reversed(whole)), tuple(reversed(incomplete)), early)
