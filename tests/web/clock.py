"""A clock that stands until a test moves it."""

from datetime import date, datetime


class Standing:
    """Fulfils `ports.Clock`."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def today(self, _zone: str) -> date:
        return self.at.date()
