"""Plays and plans: the board of rescues, plans with gates, running plays, reviews, help."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.web.asking import Number, address
from keepwell.web.navigation import address_of
from keepwell.web.pages.signing import way_back
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.account_view import reason_titles
from keepwell.wiring.web_care import (
    ask_help,
    board,
    coming_reviews,
    help_clocks,
    help_teams,
    move_help,
    move_task,
    review_held,
    running_plays,
    set_stage,
)
from keepwell.wiring.web_inbox import stop_play
from keepwell.wiring.web_plans import plan_templates, plans_in_sight

plays = APIRouter()
Words = Annotated[str, Form(max_length=2000)]
Key = Annotated[str, Query(max_length=40)]
TABS = ("board", "plans", "running", "reviews", "help")


@plays.get("/plays")
def board_page(request: Request, visit: Visit = needs("see")) -> Response:
    """Show where the rescues of the accounts in sight stand."""
    return _tab(request, visit, "board", {"columns": board(visit.desk, visit.scope)})


@plays.get("/plays/plans")
def plans_page(request: Request, status: str = "open", visit: Visit = needs("see")) -> Response:
    """Show the plans of the accounts in sight with their gates."""
    wanted = "closed" if status == "closed" else "open"
    found = plans_in_sight(visit.desk, visit.scope, wanted)
    values = {"plans": found, "status": wanted, "templates": plan_templates(visit.desk)}
    return _tab(request, visit, "plans", values)


@plays.get("/plays/running")
def running_page(
    request: Request, whose: str = "mine", key: Key = "", visit: Visit = needs("see")
) -> Response:
    """Show a page of the plays that run, with their steps."""
    is_all = whose == "all"
    found = running_plays(visit.desk, visit.scope, visit.person, is_all=is_all, key=key)
    values = {
        "running": found.plays,
        "following": address(request, key=found.after) if found.after else "",
        "is_later": bool(key),
        "this_page": address(request, key=key),
        "whose": "all" if is_all else "mine",
        "titles": reason_titles(visit.desk),
    }
    return _tab(request, visit, "running", values)


@plays.get("/plays/reviews")
def reviews_page(request: Request, visit: Visit = needs("see")) -> Response:
    """Show the business reviews that are due within six weeks, by week."""
    found = coming_reviews(visit.desk, visit.scope)
    weeks: dict[date, list[Any]] = {}
    for review in found:
        monday = date.fromordinal(review.due.toordinal() - review.due.weekday())
        weeks.setdefault(monday, []).append(review)
    return _tab(request, visit, "reviews", {"weeks": weeks, "count": len(found)})


@plays.get("/plays/help")
def help_page(request: Request, visit: Visit = needs("see")) -> Response:
    """Show the open help requests with their clocks."""
    teams = {t.team: t.title for t in help_teams(visit.desk)}
    values = {"clocks": help_clocks(visit.desk, visit.scope), "teams": teams}
    return _tab(request, visit, "help", values)


@plays.post("/tasks/{task_id}")
def step(
    task_id: Number,
    deed: Annotated[str, Form(max_length=20)],
    why: Words = "",
    back: Annotated[str, Form(max_length=2000)] = "/plays/running",
    visit: Visit = needs("act"),
) -> Response:
    """Tick, skip or reopen a step. Errors: NotFound, IllegalMove."""
    move_task(visit.desk, visit.scope, task_id, deed, why=why, by=visit.person.login)
    return RedirectResponse(way_back(back), 303)


@plays.post("/plays/{play_id}/stop")
def stop(play_id: Number, why: Words, visit: Visit = needs("act")) -> Response:
    """Stop a play with its reason. Errors: NotFound, InputProblem."""
    stop_play(visit.desk, visit.scope, play_id, why=why, by=visit.person.login)
    return RedirectResponse("/plays/running", 303)


@plays.post("/accounts/{account_id:path}/stage")
def stage(
    account_id: str,
    stage: Annotated[str, Form(max_length=40)],
    reason: Words,
    visit: Visit = needs("act"),
) -> Response:
    """Move an account's risk stage. Errors: NotFound, InputProblem."""
    set_stage(visit.desk, visit.scope, account_id, stage, reason=reason, by=visit.person.login)
    return RedirectResponse(address_of(account_id), 303)


@plays.post("/accounts/{account_id:path}/reviews")
def held(
    account_id: str,
    on: Annotated[date | None, Form()] = None,
    note: Words = "",
    visit: Visit = needs("act"),
) -> Response:
    """Record that a business review was held. Errors: NotFound, InputProblem."""
    review_held(visit.desk, visit.scope, account_id, on, note=note, by=visit.person.login)
    return RedirectResponse("/plays/reviews", 303)


@plays.post("/accounts/{account_id:path}/help")
def ask(
    account_id: str,
    team: Annotated[str, Form(max_length=64)],
    text: Words,
    urgency: Annotated[str, Form(max_length=16)] = "normal",
    visit: Visit = needs("act"),
) -> Response:
    """Ask another team for help with an account. Errors: NotFound, InputProblem."""
    ask_help(
        visit.desk, visit.scope, account_id, team, urgency=urgency, text=text,
        by=visit.person.login,
    )  # fmt: skip
    return RedirectResponse("/plays/help", 303)


@plays.post("/help/{request_id}")
def answer(
    request_id: Number,
    status: Annotated[str, Form(max_length=20)],
    note: Words = "",
    visit: Visit = needs("act"),
) -> Response:
    """Accept, solve, decline or withdraw a help request. Errors: NotFound, InputProblem."""
    move_help(visit.desk, visit.scope, request_id, status, note=note, by=visit.person.login)
    return RedirectResponse("/plays/help", 303)


def _tab(request: Request, visit: Visit, tab: str, values: dict[str, Any]) -> Response:
    note_view(visit, f"plays {tab}")
    given = {
        "shown": tab,
        "tabs": TABS,
        "today": visit.desk.project.today,
        "now": visit.now,
        **values,
    }
    return page(request, "plays.html", visit, given)
