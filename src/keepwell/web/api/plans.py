"""Success plans as JSON: with gates and where they stand; enrol, decide, settle, extend, end."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from keepwell.actions import SuccessPlan
from keepwell.web.api.answers import Answer, IdempotencyKey, once
from keepwell.web.asking import Number
from keepwell.web.security import Visit, needs
from keepwell.wiring.web_plans import (
    PlanView,
    decide,
    enrol,
    plan_in_sight,
    plan_templates,
    plan_view,
    plan_work,
    plans_in_sight,
)

plans = APIRouter(tags=["plans"])
Words = Annotated[str, Field(max_length=2000)]
Needed = Annotated[str, Field(min_length=1, max_length=2000)]
STRICT = ConfigDict(extra="forbid")


class PlanWish(BaseModel):
    """The plan that an account is to be enrolled in, with one or two goals in its own words."""

    model_config = STRICT
    template: Annotated[str, Field(min_length=1, max_length=64)]
    goals: Annotated[list[Needed], Field(max_length=2)] = []
    on: date | None = None


class GateVerdict(BaseModel):
    """`judge`: by the snapshot shown. A person's verdict has its evidence in `reason`."""

    model_config = STRICT
    verdict: Literal["judge", "passed", "failed", "waived"]
    reason: Words = ""


class MilestoneDeed(BaseModel):
    """How a milestone ended; one that is dropped needs a note."""

    model_config = STRICT
    status: Literal["done", "dropped"]
    note: Words = ""


class Extension(BaseModel):
    """By how many days to move what is pending, and why."""

    model_config = STRICT
    days: Annotated[int, Field(ge=1, le=365)]
    reason: Needed


class PlanEnd(BaseModel):
    """How a plan ends, and why."""

    model_config = STRICT
    ending: Literal["completed", "early_exit", "stopped"]
    reason: Needed


@plans.get("/plans/templates", response_model=None)
def templates(visit: Visit = needs("see")) -> dict[str, Any]:
    """Return the kinds of plans."""
    return {
        "templates": [
            {"template": t.template, "title": {"zh": t.title.zh, "en": t.title.en},
             "days": t.days, "is_rescue": t.is_rescue}
            for t in plan_templates(visit.desk)
        ]
    }  # fmt: skip


@plans.get("/plans", response_model=None)
def list_plans(
    status: Annotated[Literal["open", "closed"], Query()] = "open", visit: Visit = needs("see")
) -> dict[str, Any]:
    """Return plans of accounts in sight, the one that ends first on top."""
    found = plans_in_sight(visit.desk, visit.scope, status)
    return {"plans": [_plan(view) for view in found]}


@plans.get("/plans/{plan_id}", response_model=None)
def one_plan(plan_id: Number, visit: Visit = needs("see")) -> dict[str, Any]:
    """Return one plan. 404 for one whose account is not in sight."""
    return {"plan": _plan(plan_view(visit.desk, visit.scope, plan_id))}


@plans.post("/accounts/{account_id:path}/plans", response_model=None, status_code=201)
def open_plan(
    account_id: str, wish: PlanWish, visit: Visit = needs("act"), key: IdempotencyKey = None
) -> Response:
    """Enrol an account in a plan. 422 when it has an open one of the kind."""
    visit.desk.pages.account(visit.scope, account_id)

    def write() -> Answer:
        made = enrol(
            visit.desk, visit.scope, account_id, wish.template, goals=wish.goals, on=wish.on,
            by=visit.person.login,
        )  # fmt: skip
        return Answer(201, {"plan_id": made.id, "gates": _days(made)})

    return once(visit, key, ["plan", account_id, wish.model_dump(mode="json")], write)


@plans.post("/plans/{plan_id}/gates/{number}", response_model=None)
def gate(
    plan_id: Number,
    number: Number,
    wish: GateVerdict,
    visit: Visit = needs("act"),
    key: IdempotencyKey = None,
) -> Response:
    """Judge a gate by the snapshot, or pass, fail or waive it with evidence."""
    plan_in_sight(visit.desk, visit.scope, plan_id)

    def write() -> Answer:
        made = decide(
            visit.desk, visit.scope, plan_id, number, wish.verdict, reason=wish.reason,
            by=visit.person.login,
        )  # fmt: skip
        return Answer(200, {"plan_id": plan_id, "gates": _days(made)})

    return once(visit, key, ["gate", plan_id, number, wish.model_dump(mode="json")], write)


@plans.post("/plans/{plan_id}/milestones/{name}", response_model=None)
def milestone(
    plan_id: Number,
    name: Annotated[str, Path(max_length=64)],
    wish: MilestoneDeed,
    visit: Visit = needs("act"),
) -> dict[str, Any]:
    """Settle a milestone as done or dropped."""
    plan_in_sight(visit.desk, visit.scope, plan_id)
    by, work = visit.person.login, plan_work(visit.desk)
    made = work.milestone(plan_id, name, wish.status, by=by, note=wish.note, on=None)
    return {"plan_id": plan_id, "milestones": {m.name: m.status for m in made.milestones}}


@plans.post("/plans/{plan_id}/extension", response_model=None)
def extension(plan_id: Number, wish: Extension, visit: Visit = needs("act")) -> dict[str, Any]:
    """Move what is pending of a plan; a failed gate is judged again."""
    plan_in_sight(visit.desk, visit.scope, plan_id)
    by, work = visit.person.login, plan_work(visit.desk)
    made = work.extend(plan_id, wish.days, by=by, reason=wish.reason)
    return {"plan_id": plan_id, "ends_on": made.ends_on, "gates": _days(made)}


@plans.post("/plans/{plan_id}/end", response_model=None)
def end(plan_id: Number, wish: PlanEnd, visit: Visit = needs("act")) -> dict[str, Any]:
    """Close a plan. 422 for an ending that is not earned."""
    plan_in_sight(visit.desk, visit.scope, plan_id)
    by, work = visit.person.login, plan_work(visit.desk)
    made = work.close(plan_id, wish.ending, by=by, reason=wish.reason)
    return {"plan_id": plan_id, "status": made.status, "ending": made.ending}


def _days(plan: SuccessPlan) -> list[dict[str, Any]]:
    return [{"number": g.number, "due_on": g.due_on, "status": g.status} for g in plan.gates]


def _plan(view: PlanView) -> dict[str, Any]:
    plan = view.plan
    return {
        "id": plan.id,
        "account_id": plan.account_id,
        "account": view.account.name,
        "template": plan.template.template,
        "status": plan.status,
        "ending": plan.ending,
        "started_on": plan.started_on,
        "ends_on": plan.ends_on,
        "overdue": list(view.overdue),
        "gates": [
            {"number": g.gate.number, "title": {"zh": g.gate.title.zh, "en": g.gate.title.en},
             "due_on": g.gate.due_on, "status": g.gate.status, "reason": g.gate.reason,
             "criteria": [{"criterion": c.criterion, "met": str(c.met), "wanted": c.wanted,
                           "found": c.found} for c in g.checked]}
            for g in view.gates
        ],
        "milestones": [
            {"name": m.name, "title": {"zh": m.title.zh, "en": m.title.en}, "due_on": m.due_on,
             "owner": m.owner, "status": m.status, "on": m.on, "note": m.note}
            for m in plan.milestones
        ],
    }  # fmt: skip
