"""Moments as the clock of a reader shows them: in its time zone, or in that of the project."""

from datetime import datetime
from zoneinfo import ZoneInfo

from keepwell.web.security import Visit


def moment_text(at: datetime | None, zone: str) -> str:
    """Return day and minute in a time zone; empty where nothing happened.

    >>> from datetime import UTC
    >>> moment_text(datetime(2026, 11, 4, 23, 5, tzinfo=UTC), "Asia/Shanghai")
    '2026-11-05 07:05'
    >>> moment_text(None, "UTC")
    ''
    """
    if at is None:
        return ""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def zone_of(visit: Visit) -> str:
    """Return the time zone in which a visitor reads moments."""
    return visit.person.look.time_zone or visit.desk.project.config.time_zone


def length_text(seconds: float) -> str:
    """Return how long something took, in the largest unit that says enough.

    >>> length_text(0.4), length_text(75), length_text(7300)
    ('0.4 s', '1 min 15 s', '2 h 1 min')
    """
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def size_text(size_bytes: int) -> str:
    """Return a size as people read it.

    >>> size_text(900), size_text(52_000), size_text(7_300_000)
    ('1 kB', '52 kB', '7.3 MB')
    """
    if size_bytes < 1_000_000:
        return f"{max(round(size_bytes / 1000), 1)} kB"
    return f"{size_bytes / 1e6:,.1f} MB"
