"""Decide how an account goes on in a journey: which steps are due today, and whether it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from keepwell.journeys.models import Journey
from keepwell.journeys.steps import BranchStep, Step, WaitStep, following

Status = Literal["active", "goal", "exited", "completed", "timed_out", "removed"]
# The steps are done and the goal is still open: the journey lasts on to see it reached.
WATCHING = ""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One account in one journey.

    `position`: the step that comes next, WATCHING when none does. `since`: the day of the last
    move, from which delays count. `ended_on`: None while it is active.
    """

    journey: str
    account_id: str
    entered_on: date
    position: str
    since: date
    status: Status = "active"
    ended_on: date | None = None
    is_proxy: bool = False

    @property
    def key(self) -> str:
        """Return the key of this passage: the same however often the run is repeated."""
        return f"{self.journey}:{self.entered_on.isoformat()}:{self.account_id}"


@dataclass(frozen=True, slots=True)
class Holds:
    """Which conditions of a journey hold for an account; what is unknown does not."""

    enter: bool = False
    exit: bool = False
    goal: bool = False
    steps: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Advance:
    """An enrolment after a run, and the steps that were passed, actions among them."""

    enrolment: Enrolment
    passed: tuple[Step, ...]


def may_enter(
    journey: Journey, holds: Holds, *, is_active: bool, last_ended: date | None, today: date
) -> bool:
    """Return whether an account begins a journey today."""
    if is_active or not holds.enter or holds.exit or holds.goal:
        return False
    if last_ended is None:
        return True
    again = journey.again_after_days
    return again is not None and today >= last_ended + timedelta(days=max(again, 1))


def entered(journey: Journey, account_id: str, today: date, *, is_proxy: bool) -> Enrolment:
    """Return a new enrolment before its first step."""
    first = journey.steps[0].step
    return Enrolment(journey.journey, account_id, today, first, today, is_proxy=is_proxy)


def advance(journey: Journey, before: Enrolment, holds: Holds, today: date) -> Advance:
    """Return how an active enrolment goes on.

    Each step is passed at most once: steps lead forward only.
    """
    ending: Status | None = None
    if holds.goal:
        ending = "goal"
    elif holds.exit:
        ending = "exited"
    elif (today - before.entered_on).days > journey.lasts_at_most_days:
        ending = "timed_out"
    if ending is not None:
        return Advance(replace(before, status=ending, ended_on=today), ())
    if before.position == WATCHING:
        return Advance(before, ())
    step = journey.step(before.position)
    if step is None:
        return Advance(replace(before, status="removed", ended_on=today), ())
    return _walk(journey, before, step, holds, today)


def _walk(journey: Journey, before: Enrolment, step: Step, holds: Holds, today: date) -> Advance:
    passed: list[Step] = []
    since = before.since
    at: Step | None = step
    while at is not None:
        due = since + timedelta(days=at.after_days)
        if today < due or _still_waits(at, holds, due, today):
            return Advance(replace(before, position=at.step, since=since), tuple(passed))
        passed.append(at)
        since = today
        at = following(journey.steps, at, _target(at, holds))
    if journey.goal is not None:
        return Advance(replace(before, position=WATCHING, since=since), tuple(passed))
    done = replace(before, position=WATCHING, since=since, status="completed", ended_on=today)
    return Advance(done, tuple(passed))


def _still_waits(step: Step, holds: Holds, due: date, today: date) -> bool:
    if not isinstance(step, WaitStep) or holds.steps.get(step.step, False):
        return False
    return today < due + timedelta(days=step.at_most_days)


def _target(step: Step, holds: Holds) -> str | None:
    if isinstance(step, BranchStep):
        return step.then if holds.steps.get(step.step, False) else step.otherwise or step.next
    return step.next
