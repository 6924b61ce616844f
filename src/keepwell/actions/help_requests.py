"""Help asked of other teams: due times, legal moves, and escalation once a time is missed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from keepwell.actions.help_requests_hours import (
    WorkingTime,
    after_days,
    after_hours,
    hours_between,
)
from keepwell.actions.plans_criteria import FROZEN, Name
from keepwell.actions.plans_moves import Machine, require_words
from keepwell.vocabulary import Bilingual, InputProblem

Urgency = Literal["urgent", "normal", "low"]
URGENCIES: tuple[Urgency, ...] = ("urgent", "normal", "low")


class RequestStatus(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    SOLVED = "solved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


REQUESTS = Machine(
    "help request",
    {
        "asked": ("accepted", "declined", "withdrawn"),
        "accepted": ("solved", "declined", "withdrawn"),
        # A solution that does not hold is asked for again, with times of its own.
        "solved": ("asked",),
        "declined": ("asked",),
        "withdrawn": (),
    },
)


class Promise(BaseModel):
    """What a team promises for an urgency: an answer in working hours, a solution in days."""

    model_config = FROZEN
    answer_hours: Annotated[float, Field(gt=0, le=400)]
    solve_days: Annotated[int, Field(ge=0, le=200)]


class HelpTeam(BaseModel):
    """A team that can be asked, and its promises by urgency."""

    model_config = FROZEN
    team: Name
    title: Bilingual
    promises: dict[Urgency, Promise]

    @model_validator(mode="after")
    def _promises_all(self) -> Self:
        missing = [u for u in URGENCIES if u not in self.promises]
        if missing:
            raise ValueError(f"team `{self.team}` promises nothing for {', '.join(missing)}")
        return self


class HelpRules(BaseModel):
    """Teams, and the working hours past a missed time after which each level is reached."""

    model_config = FROZEN
    teams: Annotated[tuple[HelpTeam, ...], Field(min_length=1)]
    escalate_after_hours: Annotated[tuple[float, ...], Field(min_length=1, max_length=5)]
    levels: tuple[Bilingual, ...]

    @model_validator(mode="after")
    def _levels_fit(self) -> Self:
        hours = self.escalate_after_hours
        if list(hours) != sorted(set(hours)) or hours[0] < 0:
            raise ValueError(f"escalate_after_hours must rise from 0 or more, not {list(hours)}")
        if len(self.levels) != len(hours):
            raise ValueError(f"{len(hours)} steps of escalation need as many levels")
        return self

    def team(self, name: str) -> HelpTeam:
        """Return a team. Errors: InputProblem."""
        found = next((t for t in self.teams if t.team == name), None)
        if found is None:
            known = ", ".join(t.team for t in self.teams)
            raise InputProblem(f"`{name}` is no team.", cure=f"Ask one of {known}.")
        return found


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """A request. `answer_due`, `solve_due`: in UTC. `level`: the highest escalation so far."""

    id: int
    account_id: str
    team: str
    urgency: str
    text: str
    asked_by: str
    asked_at: datetime
    answer_due: datetime
    solve_due: datetime
    status: str = RequestStatus.ASKED
    answered_at: datetime | None = None
    settled_at: datetime | None = None
    owner: str = ""
    note: str = ""
    level: int = 0
    plan_id: int | None = None
    cta_id: int | None = None

    @property
    def is_open(self) -> bool:
        """Say whether somebody still owes something."""
        return self.status in (RequestStatus.ASKED, RequestStatus.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Lateness:
    """How a request stands to its times at a moment: which was missed, by how many hours.

    `missed` is "answer", "solution" or empty; `level` 0 is no escalation.
    """

    missed: str
    hours: float
    level: int


def new_request(
    rules: HelpRules,
    working: WorkingTime,
    time_zone: str,
    *,
    account_id: str,
    team: str,
    urgency: str,
    text: str,
    by: str,
    at: datetime,
    plan_id: int | None = None,
    cta_id: int | None = None,
) -> HelpRequest:
    """Return a request with its due times. Errors: InputProblem for team, urgency or no text."""
    require_words(text=text, by=by)
    answer, solve = _due(rules.team(team), urgency, at, working, time_zone)
    return HelpRequest(
        0,
        account_id,
        team,
        urgency,
        text.strip(),
        by,
        at,
        answer,
        solve,
        plan_id=plan_id,
        cta_id=cta_id,
    )


def _due(
    team: HelpTeam, urgency: str, at: datetime, working: WorkingTime, time_zone: str
) -> tuple[datetime, datetime]:
    if urgency not in URGENCIES:
        raise InputProblem(f"`{urgency}` is no urgency.", cure=f"Use {', '.join(URGENCIES)}.")
    promise = next(p for u, p in team.promises.items() if u == urgency)
    answer = after_hours(at, promise.answer_hours, working, time_zone)
    return answer, max(answer, after_days(at, promise.solve_days, working, time_zone))


def move_request(
    request: HelpRequest,
    status: str,
    rules: HelpRules,
    working: WorkingTime,
    time_zone: str,
    *,
    by: str,
    at: datetime,
    note: str = "",
) -> HelpRequest:
    """Return the request moved on. Errors: InputProblem for an illegal move or a missing note.

    Declining, withdrawing and asking again need a note; asking again starts new times.
    """
    require_words(by=by)
    if status not in [str(s) for s in RequestStatus]:
        raise InputProblem(f"`{status}` is no state.", cure=f"Use {', '.join(RequestStatus)}.")
    REQUESTS.require(request.status, status, f"Help request {request.id}")
    match status:
        case RequestStatus.ACCEPTED:
            return replace(request, status=status, answered_at=at, owner=by, note=note)
        case RequestStatus.ASKED:
            require_words(reason=note)
            answer, solve = _due(rules.team(request.team), request.urgency, at, working, time_zone)
            return replace(
                request,
                status=status,
                asked_at=at,
                answer_due=answer,
                solve_due=solve,
                answered_at=None,
                settled_at=None,
                owner="",
                note=note,
                level=0,
            )
        case RequestStatus.SOLVED:
            return replace(request, status=status, settled_at=at, note=note)
        case _:
            require_words(reason=note)
            answered = request.answered_at or at
            return replace(request, status=status, answered_at=answered, settled_at=at, note=note)


def lateness(
    request: HelpRequest, now: datetime, rules: HelpRules, working: WorkingTime, time_zone: str
) -> Lateness:
    """Return which promise is missed at a moment, by how much, and the level that calls for.

    A settled request is judged at the moment it was settled. The moment that is due is in time.
    """
    until = request.settled_at or now
    late: list[Lateness] = []
    for name, due, met in (
        ("answer", request.answer_due, request.answered_at),
        ("solution", request.solve_due, request.settled_at),
    ):
        moment = met or until
        if moment > due:
            hours = hours_between(due, moment, working, time_zone)
            level = sum(hours >= step for step in rules.escalate_after_hours)
            late.append(Lateness(name, hours, level))
    if not late:
        return Lateness("", 0.0, 0)
    return max(late, key=lambda found: (found.level, found.hours))


def escalated(
    requests: Sequence[HelpRequest],
    now: datetime,
    rules: HelpRules,
    working: WorkingTime,
    time_zone: str,
) -> tuple[HelpRequest, ...]:
    """Return the open requests whose level rises at a moment, with their new level.

    A promise that was kept in the end no longer escalates; a level never falls by itself.
    """
    found = []
    for request in requests:
        pending = request.is_open and _pending_level(request, now, rules, working, time_zone)
        if pending and pending > request.level:
            found.append(replace(request, level=pending))
    return tuple(found)


def _pending_level(
    request: HelpRequest, now: datetime, rules: HelpRules, working: WorkingTime, time_zone: str
) -> int:
    due = request.answer_due if request.answered_at is None else request.solve_due
    if now <= due:
        return 0
    hours = hours_between(due, now, working, time_zone)
    return sum(hours >= step for step in rules.escalate_after_hours)
