"""From wall-clock minutes to moments, across skipped and repeated hours."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from keepwell.schedule.patterns import Pattern

# 29 February may fall on one weekday only every forty years.
MOST_DAYS_AHEAD = 41 * 366
DAY = timedelta(days=1)


def moments_on(pattern: Pattern, day: date, zone: ZoneInfo) -> list[datetime]:
    """Return the moments in UTC that a rule names on one day of the wall calendar, in order.

    A time that the clocks skip is due at the moment of the skip; of a repeated time the first
    pass counts, unless the rule goes by every hour.
    """
    if not pattern.has_day(day):
        return []
    found = set()
    for hour in pattern.hours:
        for minute in pattern.minutes:
            local = datetime.combine(day, time(hour, minute), zone)
            first = local.astimezone(UTC)
            if first.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
                found.add(_skip_around(local))
                continue
            found.add(first)
            if pattern.is_hourly:
                found.add(local.replace(fold=1).astimezone(UTC))
    return sorted(found)


def _skip_around(local: datetime) -> datetime:
    """Return the moment at which the clocks skip a time that does not exist."""
    zone = local.tzinfo
    before = local.replace(fold=1).astimezone(UTC)
    after = local.astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle in (before, after):
            break
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def moments(
    pattern: Pattern, zone: ZoneInfo, after: datetime, until: datetime
) -> Iterator[datetime]:
    """Yield the moments that are later than `after` and not later than `until`, in order.

    >>> from keepwell.schedule.patterns import parse_cron
    >>> start = datetime(2028, 2, 28, tzinfo=UTC)
    >>> found = moments(parse_cron("0 6 29 2 *"), ZoneInfo("UTC"), start, start + DAY * 1500)
    >>> [m.isoformat() for m in found]
    ['2028-02-29T06:00:00+00:00', '2032-02-29T06:00:00+00:00']
    """
    day = after.astimezone(zone).date() - DAY
    last = until.astimezone(zone).date() + DAY
    newest = after
    while day <= last:
        for moment in moments_on(pattern, day, zone):
            if newest < moment <= until:
                newest = moment
                yield moment
        day += DAY


def next_moment(pattern: Pattern, zone: ZoneInfo, after: datetime) -> datetime | None:
    """Return the first moment later than `after`; None when there is none for forty years."""
    until = after + DAY * MOST_DAYS_AHEAD
    return next(moments(pattern, zone, after, until), None)


def last_moment(
    pattern: Pattern, zone: ZoneInfo, after: datetime, until: datetime
) -> datetime | None:
    """Return the newest moment later than `after` and not later than `until`, or None."""
    day = until.astimezone(zone).date() + DAY
    first = after.astimezone(zone).date() - DAY
    while day >= first:
        found = [m for m in moments_on(pattern, day, zone) if after < m <= until]
        if found:
            return found[-1]
        day -= DAY
    return None
