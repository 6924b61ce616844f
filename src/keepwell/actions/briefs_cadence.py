"""How often an account has a business review, by tier and size, and when the next one is due."""

import hashlib
from datetime import date, timedelta
from typing import Annotated

from pydantic import BaseModel, Field

from keepwell.actions.help_requests_hours import WorkingTime
from keepwell.actions.plans_criteria import FROZEN

ANY = "any"


class Cadence(BaseModel):
    """Days between reviews of a tier and size, `any` for all; 0 is no review."""

    model_config = FROZEN
    tier: str = ANY
    size: str = ANY
    every_days: Annotated[int, Field(ge=0, le=730)]


def every_days(cadences: tuple[Cadence, ...], tier: str, size: str) -> int:
    """Return the days of the first line that fits; 0, no review, when none does."""
    for line in cadences:
        if line.tier in (tier, ANY) and line.size in (size, ANY):
            return line.every_days
    return 0


def next_review(
    account_id: str,
    every: int,
    *,
    last_held: date | None,
    known_since: date,
    working: WorkingTime,
) -> date | None:
    """Return the working day on which the next review is due; None without a cadence.

    Reviews that were never held are spread over the first cadence after `known_since`, always
    the same day for an account, so that a new project does not owe all of them at once.
    """
    if not every:
        return None
    if last_held is not None:
        return working.next_workday(last_held + timedelta(days=every))
    digest = hashlib.sha256(account_id.encode()).digest()
    return working.next_workday(
        known_since + timedelta(days=1 + int.from_bytes(digest[:8]) % every)
    )
