"""A small plan and readings for tests of plans, stages and requests."""

from datetime import UTC, date, datetime

from keepwell.actions import (
    HelpRules,
    PlanTemplate,
    Reading,
    SuccessPlan,
    WorkingTime,
    new_plan,
)
from keepwell.adapters.plan_library import shipped_plan_book

START = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
BOOK = shipped_plan_book()
RESCUE: PlanTemplate = BOOK.template("rescue_90d")
HELP: HelpRules = BOOK.help
WORKING = WorkingTime()


def reading(score: float | None, day: date = START, silent_days: float | None = 10) -> Reading:
    """What a snapshot says: a score in points and the days since the last activity."""
    micro = None if score is None else round(score * 1_000_000)
    return Reading(f"run-{day}", day, micro, "low", {"days_since_last_activity": silent_days})


def rescue(score: float | None = 40, goals: tuple[str, ...] = ()) -> SuccessPlan:
    """A new rescue plan of account A1."""
    return new_plan(RESCUE, "A1", reading(score), START, by="Li", goals=goals)
