"""When a message that was not accepted is tried again, and when it is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 3600.0
GIVE_UP_AFTER = timedelta(hours=24)
# A channel that asks for more than this is not believed.
LONGEST_ASKED_S = 6 * 3600.0

Outcome = Literal["accepted", "later", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a channel said: accepted, later (may work), refused (never will); and its words.

    `retry_after_s`: how long it asked to wait. `is_confirmed`: false where accepted means handed
    over, because nobody reads what the service answers.
    """

    outcome: Outcome
    detail: str = ""
    retry_after_s: float | None = None
    is_confirmed: bool = True


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a message after an attempt: done, tried again at a moment, or given up."""

    is_done: bool
    again_at: datetime | None


def fate_of(answer: Answer, attempts: int, first_at: datetime, now: datetime, share: float) -> Fate:
    """Return the fate after the n-th attempt; waits double up to an hour, with jitter.

    `share`: a random number in 0-1; the wait is between half of its length and the whole.

    >>> from datetime import UTC
    >>> start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    >>> fate_of(Answer("later"), 1, start, start, 1.0).again_at.isoformat()
    '2026-01-05T09:00:30+00:00'
    >>> fate_of(Answer("refused"), 1, start, start, 1.0).again_at is None
    True
    """
    if answer.outcome == "accepted":
        return Fate(is_done=True, again_at=None)
    if answer.outcome == "refused":
        return Fate(is_done=False, again_at=None)
    full = min(FIRST_WAIT_S * 2.0 ** min(attempts - 1, 20), LONGEST_WAIT_S)
    wait = full * (0.5 + share / 2)
    if answer.retry_after_s is not None:
        asked = min(max(answer.retry_after_s, 0.0), LONGEST_ASKED_S)
        wait = max(wait, asked)
    again = now + timedelta(seconds=wait)
    return Fate(is_done=False, again_at=again if again <= first_at + GIVE_UP_AFTER else None)
