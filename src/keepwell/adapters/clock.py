"""The only file that reads a clock; and a clock that stands still, for invented data."""

import time as time_module
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


class SystemClock:
    """The machine's clock, as ports.Clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)

    def today(self, time_zone: str) -> date:
        """Return today's date in `time_zone`."""
        return datetime.now(ZoneInfo(time_zone)).date()


def pause(seconds: float) -> None:
    """Wait."""
    time_module.sleep(seconds)


def steady_seconds() -> float:
    """Return seconds since some moment, which no change of the clock touches."""
    return time_module.monotonic()


@dataclass(frozen=True, slots=True)
class FixedClock:
    """A clock that always shows noon (UTC) of one day, as ports.Clock.

    The example company lives on a fixed day; with this clock its report is the same every day.
    """

    day: date

    def now(self) -> datetime:
        """Return noon of the day in UTC."""
        return datetime.combine(self.day, time(12), UTC)

    def today(self, time_zone: str) -> date:
        """Return the date of that moment in `time_zone`."""
        return self.now().astimezone(ZoneInfo(time_zone)).date()


@dataclass(frozen=True, slots=True)
class EarlierClock:
    """The machine's clock, set back by some days, for invented data that live on a fixed day."""

    days: int

    def now(self) -> datetime:
        """Return the moment so many days ago, in UTC."""
        return SystemClock().now() - timedelta(days=self.days)

    def today(self, time_zone: str) -> date:
        """Return the date of that moment in `time_zone`."""
        return self.now().astimezone(ZoneInfo(time_zone)).date()
