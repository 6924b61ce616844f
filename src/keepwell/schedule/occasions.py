"""Which due time of a job is to be acted on now, given those that were acted on before."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from keepwell.schedule.moments import last_moment, moments, next_moment
from keepwell.schedule.settings import Job

MOST_COUNTED = 10_000
FIRST_WAIT_S, WAIT_GROWTH = 60.0, 4.0


@dataclass(frozen=True, slots=True)
class Occasion:
    """A due time to act on: `as_of` for a run (None lets the data decide).

    `missed`: earlier due times that nobody acted on and that this one stands for.
    `is_too_late`: it is only put on record.
    """

    job: str
    due_at: datetime
    as_of: date | None
    missed: int = 0
    is_too_late: bool = False


def occasion(
    job: Job, time_zone: str, since: datetime, known: Collection[datetime], now: datetime
) -> Occasion | None:
    """Return the due time to act on now; None when there is nothing to do.

    `since`: due times up to then do not count. `known`: those that somebody acts on or acted on;
    whatever the clock does, none of them comes twice.
    """
    pattern, zone = job.pattern, ZoneInfo(time_zone)
    newest = last_moment(pattern, zone, since, now)
    if newest is None:
        return None
    if job.catch_up == "each":
        open_ones = (m for m in moments(pattern, zone, since, newest) if m not in known)
        due = next(open_ones, None)
        if due is None:
            return None
        return Occasion(job.job, due, _as_of(job, due, zone, is_late=due < newest))
    if newest in known:
        return None
    before = max((m for m in known if m < newest), default=since)
    passed = moments(pattern, zone, before, newest)
    missed = sum(1 for _ in islice(passed, MOST_COUNTED)) - 1
    late = now - newest > timedelta(minutes=job.grace_minutes)
    is_too_late = job.catch_up == "none" and late
    return Occasion(
        job.job, newest, _as_of(job, newest, zone, is_late=False), max(missed, 0), is_too_late
    )


def _as_of(job: Job, due: datetime, zone: ZoneInfo, *, is_late: bool) -> date | None:
    day = due.astimezone(zone).date()
    if job.as_of == "day_before":
        return day - timedelta(days=1)
    return day if job.as_of == "due_day" or is_late else None


def next_due(job: Job, time_zone: str, now: datetime) -> datetime | None:
    """Return when a job is due next."""
    return next_moment(job.pattern, ZoneInfo(time_zone), now)


def again_at(job: Job, attempts: int, now: datetime) -> datetime | None:
    """Return when a job that failed `attempts` times is tried again; None when never.

    >>> from datetime import UTC, time
    >>> job = Job(job="morning", do=("run",), daily=time(6))
    >>> start = datetime(2026, 11, 2, 6, tzinfo=UTC)
    >>> [w and str(w - start) for n in (1, 2, 3, 4) for w in [again_at(job, n, start)]]
    ['0:01:00', '0:04:00', '0:16:00', None]
    """
    if attempts > job.retries:
        return None
    return now + timedelta(seconds=FIRST_WAIT_S * WAIT_GROWTH ** (attempts - 1))
