"""One success plan with its gates, and enrolling an account in one."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.web.asking import Number
from keepwell.web.measuring import measure_text
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.web_people import acting_desk
from keepwell.wiring.web_plans import decide, enrol, plan_in_sight, plan_view, plan_work

plans = APIRouter()
Words = Annotated[str, Form(max_length=2000)]
Name = Annotated[str, Form(max_length=64)]


@plans.get("/plans/{plan_id}")
def plan_page(request: Request, plan_id: Number, visit: Visit = needs("see")) -> Response:
    """Show one plan. Errors: NotFound, the same for one of an account that is not in sight."""
    found = plan_view(visit.desk, visit.scope, plan_id)
    note_view(visit, "plan", found.plan.account_id)
    milestones = {m.name: m.title for m in found.plan.milestones}

    def criterion(name: str) -> str:
        if name in milestones:
            return milestones[name].zh if visit.lang == "zh" else milestones[name].en
        return measure_text(name, visit.lang)

    values = {
        "view": found,
        "a": found.account,
        "criterion": criterion,
        "bound": bound_text,
        "today": visit.desk.project.today,
        "roles": acting_desk(visit.desk).library.roles,
    }
    return page(request, "plan.html", visit, values)


def bound_text(wanted: str) -> str:
    """Return a criterion's bound as people write it.

    >>> bound_text("<= 30"), bound_text(">= 40.17 + 0.00")
    ('≤ 30', '≥ 40.17')
    """
    return wanted.replace(">=", "≥").replace("<=", "≤").removesuffix(" + 0.00")


@plans.post("/accounts/{account_id:path}/plans")
def open_plan(
    account_id: str,
    template: Name,
    goal: Words = "",
    second_goal: Words = "",
    on: Annotated[date | None, Form()] = None,
    visit: Visit = needs("act"),
) -> Response:
    """Enrol an account in a plan. Errors: NotFound, InputProblem."""
    goals = [goal, second_goal]
    by = visit.person.login
    made = enrol(visit.desk, visit.scope, account_id, template, goals=goals, on=on, by=by)
    return RedirectResponse(f"/plans/{made.id}", 303)


@plans.post("/plans/{plan_id}/gates/{number}")
def gate(
    plan_id: Number,
    number: Number,
    verdict: Name,
    reason: Words = "",
    visit: Visit = needs("act"),
) -> Response:
    """Judge a gate by the snapshot, or pass, fail or waive it with its evidence."""
    by = visit.person.login
    decide(visit.desk, visit.scope, plan_id, number, verdict, reason=reason, by=by)
    return RedirectResponse(f"/plans/{plan_id}", 303)


@plans.post("/plans/{plan_id}/milestones/{name}")
def milestone(
    plan_id: Number, name: str, status: Name, note: Words = "", visit: Visit = needs("act")
) -> Response:
    """Settle a milestone as done, or dropped with a reason. Errors: NotFound, InputProblem."""
    plan_in_sight(visit.desk, visit.scope, plan_id)
    by = visit.person.login
    plan_work(visit.desk).milestone(plan_id, name, status, by=by, note=note, on=None)
    return RedirectResponse(f"/plans/{plan_id}", 303)


@plans.post("/plans/{plan_id}/extension")
def extension(
    plan_id: Number,
    days: Annotated[int, Form(ge=1, le=365)],
    reason: Words,
    visit: Visit = needs("act"),
) -> Response:
    """Move what is pending of a plan by some days. Errors: NotFound, InputProblem."""
    plan_in_sight(visit.desk, visit.scope, plan_id)
    plan_work(visit.desk).extend(plan_id, days, by=visit.person.login, reason=reason)
    return RedirectResponse(f"/plans/{plan_id}", 303)


@plans.post("/plans/{plan_id}/end")
def end(plan_id: Number, ending: Name, reason: Words, visit: Visit = needs("act")) -> Response:
    """Close a plan with its reason. Errors: NotFound, InputProblem."""
    plan_in_sight(visit.desk, visit.scope, plan_id)
    plan_work(visit.desk).close(plan_id, ending, by=visit.person.login, reason=reason)
    return RedirectResponse(f"/plans/{plan_id}", 303)
