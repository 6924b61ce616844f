"""Running plays and their steps, risk stages, reviews and help requests as JSON."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from keepwell.web.api.answers import Answer, IdempotencyKey, once
from keepwell.web.asking import Number
from keepwell.web.security import Visit, needs
from keepwell.wiring.web_care import (
    HelpClock,
    ask_help,
    board,
    coming_reviews,
    help_clocks,
    help_in_sight,
    move_help,
    move_task,
    review_held,
    running_plays,
    set_stage,
    task_in_sight,
)
from keepwell.wiring.web_inbox import play_in_sight, stop_play

plays = APIRouter(tags=["plays"])
Words = Annotated[str, Field(max_length=2000)]
Needed = Annotated[str, Field(min_length=1, max_length=2000)]
STRICT = ConfigDict(extra="forbid")


class StepDeed(BaseModel):
    """What to do with a step of a play; a step that is skipped needs a reason."""

    model_config = STRICT
    deed: Literal["done", "skip", "reopen"]
    why: Words = ""


class Reason(BaseModel):
    """Why something ends."""

    model_config = STRICT
    reason: Needed


class StageWish(BaseModel):
    """The risk stage that an account is to be in; `recovered` rests on its past scores."""

    model_config = STRICT
    stage: Literal["at_risk", "plan_in_place", "saving", "recovered"]
    reason: Needed


class ReviewHeld(BaseModel):
    """A business review that was held; today if no day is given."""

    model_config = STRICT
    on: date | None = None
    note: Words = ""


class HelpWish(BaseModel):
    """Help asked of a team."""

    model_config = STRICT
    team: Annotated[str, Field(min_length=1, max_length=64)]
    urgency: Literal["urgent", "normal", "low"] = "normal"
    text: Needed


class HelpMove(BaseModel):
    """How a request goes on; a note is needed but for accepting and solving."""

    model_config = STRICT
    status: Literal["accepted", "solved", "declined", "withdrawn", "asked"]
    note: Words = ""


@plays.get("/stages", response_model=None)
def stages(visit: Visit = needs("see")) -> dict[str, Any]:
    """Return the risk stages with their accounts in sight, the largest expected loss first."""
    return {
        "stages": [
            {"stage": c.stage, "accounts": c.accounts, "amount": c.amount,
             "expected_loss_amount": c.loss_amount,
             "first": [{"account_id": a.account_id, "name": a.name, "since": record.on,
                        "reason": record.reason} for record, a in c.placed]}
            for c in board(visit.desk, visit.scope)
        ]
    }  # fmt: skip


@plays.put("/accounts/{account_id:path}/stage", response_model=None)
def put_stage(account_id: str, wish: StageWish, visit: Visit = needs("act")) -> dict[str, Any]:
    """Move the risk stage of an account. 422 for a move that is not legal or lacks its ground."""
    by = visit.person.login
    moved = set_stage(visit.desk, visit.scope, account_id, wish.stage, reason=wish.reason, by=by)
    return {"account_id": account_id, "stage": moved.stage, "before": moved.before, "on": moved.on}


@plays.get("/plays", response_model=None)
def running(
    whose: Annotated[Literal["mine", "all"], Query()] = "all",
    key: Annotated[str, Query(max_length=40)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    visit: Visit = needs("see"),
) -> dict[str, Any]:
    """Return the plays that run on accounts in sight, with their steps, the oldest first.

    Pass `next` as `key` for the page after it.
    """
    found = running_plays(
        visit.desk, visit.scope, visit.person, is_all=whose == "all", key=key, limit=limit
    )
    return {
        "next": found.after or None,
        "plays": [
            {"id": p.play.id, "play": p.play.play, "cta_id": p.play.cta_id, "owner": p.owner,
             "account_id": p.account.account_id, "started_on": p.play.started_on,
             "tasks": [{"id": t.id, "title": {"zh": t.title.zh, "en": t.title.en},
                        "status": t.status, "due_on": t.due_on, "owner": t.owner}
                       for t in p.tasks]}
            for p in found.plays
        ]
    }  # fmt: skip


@plays.post("/tasks/{task_id}/deeds", response_model=None)
def do_step(
    task_id: Number, wish: StepDeed, visit: Visit = needs("act"), key: IdempotencyKey = None
) -> Response:
    """Tick, skip or reopen a step; the last one settled ends its play."""
    task_in_sight(visit.desk, visit.scope, task_id)

    def write() -> Answer:
        by = visit.person.login
        moved = move_task(visit.desk, visit.scope, task_id, wish.deed, why=wish.why, by=by)
        return Answer(200, {"task_id": task_id, "status": moved.status})

    return once(visit, key, ["task", task_id, wish.model_dump(mode="json")], write)


@plays.post("/plays/{play_id}/stop", response_model=None)
def stop(
    play_id: Number, wish: Reason, visit: Visit = needs("act"), key: IdempotencyKey = None
) -> Response:
    """Stop a play; its open steps are cancelled."""
    play_in_sight(visit.desk, visit.scope, play_id)

    def write() -> Answer:
        by = visit.person.login
        stopped = stop_play(visit.desk, visit.scope, play_id, why=wish.reason, by=by)
        return Answer(200, {"play_id": play_id, "status": stopped.status})

    return once(visit, key, ["stop play", play_id, wish.model_dump(mode="json")], write)


@plays.get("/reviews", response_model=None)
def reviews(visit: Visit = needs("see")) -> dict[str, Any]:
    """Return the business reviews of accounts in sight that are due within six weeks."""
    return {
        "reviews": [
            {"account_id": r.account.account_id, "name": r.account.name, "due": r.due,
             "last": r.last, "every_days": r.every_days, "csm_id": r.account.csm_id}
            for r in coming_reviews(visit.desk, visit.scope)
        ]
    }  # fmt: skip


@plays.post("/accounts/{account_id:path}/reviews", response_model=None)
def held(account_id: str, wish: ReviewHeld, visit: Visit = needs("act")) -> dict[str, Any]:
    """Record that a business review was held. 422 when that day is on record."""
    by = visit.person.login
    day = review_held(visit.desk, visit.scope, account_id, wish.on, note=wish.note, by=by)
    return {"account_id": account_id, "held_on": day}


@plays.get("/help-requests", response_model=None)
def requests(visit: Visit = needs("see")) -> dict[str, Any]:
    """Return open help requests on accounts in sight, the one that is due first on top."""
    return {"help_requests": [_clock(c) for c in help_clocks(visit.desk, visit.scope)]}


@plays.post("/accounts/{account_id:path}/help-requests", response_model=None, status_code=201)
def ask(
    account_id: str, wish: HelpWish, visit: Visit = needs("act"), key: IdempotencyKey = None
) -> Response:
    """Ask another team for help with an account; its clock starts now."""
    visit.desk.pages.account(visit.scope, account_id)

    def write() -> Answer:
        made = ask_help(
            visit.desk, visit.scope, account_id, wish.team, urgency=wish.urgency, text=wish.text,
            by=visit.person.login,
        )  # fmt: skip
        return Answer(201, {"help_request": _clock(made)})

    return once(visit, key, ["help", account_id, wish.model_dump(mode="json")], write)


@plays.post("/help-requests/{request_id}/deeds", response_model=None)
def answer(
    request_id: Number, wish: HelpMove, visit: Visit = needs("act"), key: IdempotencyKey = None
) -> Response:
    """Accept, solve, decline, withdraw a request, or ask again."""
    help_in_sight(visit.desk, visit.scope, request_id)

    def write() -> Answer:
        by = visit.person.login
        moved = move_help(
            visit.desk, visit.scope, request_id, wish.status, note=wish.note, by=by
        )  # fmt: skip
        return Answer(200, {"help_request": _clock(moved)})

    return once(visit, key, ["help", request_id, wish.model_dump(mode="json")], write)


def _clock(clock: HelpClock) -> dict[str, Any]:
    found = clock.request
    return {
        "id": found.id,
        "account_id": found.account_id,
        "team": found.team,
        "urgency": found.urgency,
        "text": found.text,
        "status": found.status,
        "asked_by": found.asked_by,
        "asked_at": found.asked_at,
        "answer_due": found.answer_due,
        "solve_due": found.solve_due,
        "missed": clock.late.missed,
        "late_working_hours": clock.late.hours,
        "level": found.level,
    }
