"""The only file that reads a clock."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


class SystemClock:
    """The machine's clock, as ports.Clock."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)

    def today(self, time_zone: str) -> date:
        """Return today's date in `time_zone`."""
        return datetime.now(ZoneInfo(time_zone)).date()
