"""Which snapshots stay: all of late, then one a week, then one a month, and what is needed."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from keepwell.config import RetentionSettings
from keepwell.ports import RunRecord

Reason = Literal["last", "referred", "recent", "week", "month", "old"]


@dataclass(frozen=True, slots=True)
class SnapshotVerdict:
    """Whether a run's snapshot stays, and why; only `old` ones go."""

    run_id: str
    as_of: date
    reason: Reason

    @property
    def stays(self) -> bool:
        """Say whether the snapshot is kept."""
        return self.reason != "old"


def retain(
    runs: Sequence[RunRecord], settings: RetentionSettings, referred: Collection[str]
) -> tuple[SnapshotVerdict, ...]:
    """Return a verdict on each run, in the order given (newest first).

    Ages count from the newest day that was run, not from today: a project that stood still for a
    year loses nothing by it. Of a day that was run again only its last run can stand for a week
    or month.
    """
    if not runs:
        return ()
    newest_day = max(r.as_of for r in runs)
    last_of_day: dict[date, str] = {}
    for run in runs:
        last_of_day.setdefault(run.as_of, run.run_id)
    weeks = _last_of(last_of_day, lambda day: day.isocalendar()[:2])
    months = _last_of(last_of_day, lambda day: (day.year, day.month))
    needed = {runs[0].run_id, last_of_day[newest_day]}

    def reason(run: RunRecord) -> Reason:
        age = (newest_day - run.as_of).days
        rules: tuple[tuple[Reason, bool], ...] = (
            ("last", run.run_id in needed),
            ("referred", run.run_id in referred),
            ("recent", age < settings.all_days),
            ("week", run.run_id in weeks and _is_within(age, settings.weekly_days)),
            ("month", run.run_id in months and _is_within(age, settings.monthly_days)),
        )
        return next((word for word, holds in rules if holds), "old")

    return tuple(SnapshotVerdict(r.run_id, r.as_of, reason(r)) for r in runs)


def _last_of(days: dict[date, str], period: Callable[[date], tuple[int, ...]]) -> frozenset[str]:
    last: dict[tuple[int, ...], str] = {}
    for day in sorted(days):
        last[period(day)] = days[day]
    return frozenset(last.values())


def _is_within(age: int, days: int | None) -> bool:
    return days is None or age < days
