"""How often one contact and one account may be reached over all journeys."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Cap(BaseModel):
    """At most `at_most` messages in any span of `days` days."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    at_most: Annotated[int, Field(ge=1, le=100)]
    days: Annotated[int, Field(ge=1, le=366)]


def next_allowed(caps: Sequence[Cap], sent: Sequence[datetime], now: datetime) -> datetime:
    """Return the first moment from `now` on at which one more message breaks no cap.

    `sent`: moments of earlier messages in any order, none after `now`.

    >>> from datetime import UTC
    >>> day = datetime(2026, 11, 2, 9, tzinfo=UTC)
    >>> next_allowed([Cap(at_most=1, days=3)], [day], day).isoformat()
    '2026-11-05T09:00:00+00:00'
    """
    moment = now
    newest = sorted(sent, reverse=True)
    for cap in caps:
        if len(newest) >= cap.at_most:
            moment = max(moment, newest[cap.at_most - 1] + timedelta(days=cap.days))
    return moment


def longest_days(caps: Sequence[Cap]) -> int:
    """Return the days that the caps look back."""
    return max((c.days for c in caps), default=0)
