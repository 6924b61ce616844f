"""Day windows that end on `as_of`, the last included day."""

from datetime import date, timedelta


def window_start(as_of: date, days: int) -> date:
    """Return the first day of a window of `days` days that ends on `as_of` (inclusive).

    >>> window_start(date(2026, 1, 30), 30)
    datetime.date(2026, 1, 1)
    """
    if days < 1:
        raise ValueError(f"a window has at least one day, not {days}")
    return as_of - timedelta(days=days - 1)
