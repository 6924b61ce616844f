"""When a person may be told: outside quiet hours, days off and holidays of their own zone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from keepwell.messages.settings import WEEKDAYS, Quiet

# A year of holidays in a row is no life; past this the message goes out.
MOST_DAYS = 31
# Two spans a day, for longer than the slowest clock of an escalation runs.
MOST_SPANS = 2 * 366


def next_open(moment: datetime, quiet: Quiet, time_zone: str) -> datetime:
    """Return the first moment from `moment` on at which the person may be told.

    Hours are those of the wall clock in `time_zone`, also across a change of clocks.

    >>> from datetime import UTC
    >>> late = datetime(2026, 10, 30, 21, 0, tzinfo=UTC)  # a Friday
    >>> next_open(late, Quiet(), "UTC").isoformat()
    '2026-11-02T08:00:00+00:00'
    """
    local = moment.astimezone(ZoneInfo(time_zone))
    for _ in range(MOST_DAYS):
        if not _is_off(local, quiet):
            opens = _opening(local, quiet)
            if opens is None:
                return local
            if not _is_off(opens, quiet):
                return opens
            local = opens
        local = _midnight_after(local)
    return local


def after_open_hours(moment: datetime, hours: float, quiet: Quiet, time_zone: str) -> datetime:
    """Return when `hours` in which the person may be told have passed since `moment`.

    >>> from datetime import UTC
    >>> friday = datetime(2026, 10, 30, 18, 0, tzinfo=UTC)
    >>> after_open_hours(friday, 3, Quiet(), "UTC").isoformat()
    '2026-11-02T09:00:00+00:00'
    """
    left = timedelta(hours=hours)
    local = next_open(moment, quiet, time_zone)
    for _ in range(MOST_SPANS):
        closes = _closing(local, quiet)
        span = closes.astimezone(UTC) - local.astimezone(UTC)
        if left <= span:
            break
        left -= max(span, timedelta(0))
        local = next_open(closes, quiet, time_zone)
    return (local.astimezone(UTC) + left).astimezone(local.tzinfo)


def _closing(local: datetime, quiet: Quiet) -> datetime:
    """Return when the open span around `local` ends, at the latest at midnight."""
    midnight = _midnight_after(local)
    if quiet.start == quiet.end or local.time() >= quiet.start:
        return midnight
    begins = datetime.combine(local.date(), quiet.start, local.tzinfo).replace(fold=local.fold)
    return min(_existing(begins), midnight, key=lambda m: m.astimezone(UTC))


def _is_off(local: datetime, quiet: Quiet) -> bool:
    return WEEKDAYS[local.weekday()] in quiet.days_off or local.date() in quiet.holidays


def _opening(local: datetime, quiet: Quiet) -> datetime | None:
    """Return when the quiet hours around `local` end; None when it is in none."""
    now, start, end = local.time().replace(tzinfo=None), quiet.start, quiet.end
    if start == end:
        return None
    is_over_midnight = start > end
    is_quiet = (now >= start or now < end) if is_over_midnight else start <= now < end
    if not is_quiet:
        return None
    is_tomorrow = is_over_midnight and now >= start
    day = local.date() + timedelta(days=1 if is_tomorrow else 0)
    return _existing(datetime.combine(day, end, local.tzinfo))


def _midnight_after(local: datetime) -> datetime:
    day = local.date() + timedelta(days=1)
    return _existing(datetime.combine(day, time(0), local.tzinfo))


def _existing(local: datetime) -> datetime:
    """Return a wall-clock time that exists: one inside a skipped hour moves past it."""
    zone = local.tzinfo
    back = local.astimezone(ZoneInfo("UTC")).astimezone(zone)
    return back if back.replace(tzinfo=None) != local.replace(tzinfo=None) else local
