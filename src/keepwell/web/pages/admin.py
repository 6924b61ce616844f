"""Admin: who may sign in, with which role, seeing whose accounts; API tokens."""

import re
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.ports.people import ROLES, TOKEN_SCOPES, Role, TokenScope
from keepwell.vocabulary import InputProblem
from keepwell.web.asking import Number
from keepwell.web.security import CAPABILITIES, Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page

admin = APIRouter()
Login = Annotated[str, Form(min_length=1, max_length=200)]
SEPARATORS = re.compile(r"[\s,;，；、]+")
DEFAULT_DAYS = 90


@admin.get("/admin")
def people_page(request: Request, visit: Visit = needs("admin")) -> Response:
    """Show who may sign in."""
    note_view(visit, "admin")
    return _people(request, visit)


@admin.post("/admin/people")
def invite(
    request: Request,
    login: Login,
    role: Annotated[Role, Form()],
    name: Annotated[str, Form(max_length=200)] = "",
    sees: Annotated[str, Form(max_length=4000)] = "",
    visit: Visit = needs("admin"),
) -> Response:
    """Make a link, shown once, with which somebody chooses a password."""
    secret = visit.desk.invite(
        login, role, name=name.strip(), sees=ids_of(sees), by=visit.person.login
    )
    link = f"{str(request.base_url).rstrip('/')}/welcome/{secret}"
    return _people(request, visit, link=link, invited=login.strip().casefold())


@admin.post("/admin/people/change")
def change(
    login: Login,
    deed: Annotated[str, Form(pattern="^(change|disable|enable|end_sessions)$")],
    role: Annotated[Role | None, Form()] = None,
    sees: Annotated[str, Form(max_length=4000)] = "",
    visit: Visit = needs("admin"),
) -> Response:
    """Change role and sight, disable or enable, end sessions. Errors: NotFound, InputProblem."""
    people, by, now = visit.desk.people, visit.person.login, visit.now
    match deed:
        case "change":
            require_sight(role, ids_of(sees))
            people.change(login, role=role, sees=ids_of(sees), by=by, at=now)
        case "end_sessions":
            people.end_sessions(login, by=by, at=now)
        case _:
            people.change(login, is_disabled=deed == "disable", by=by, at=now)
    return RedirectResponse("/admin?saved=1", 303)


@admin.get("/admin/tokens")
def tokens_page(request: Request, visit: Visit = needs("admin")) -> Response:
    """Show the API tokens, without their secrets."""
    note_view(visit, "admin")
    return _tokens(request, visit)


@admin.post("/admin/tokens")
def add_token(
    request: Request,
    login: Login,
    name: Annotated[str, Form(min_length=1, max_length=200)],
    scope: Annotated[list[TokenScope], Form(max_length=3)],
    days: Annotated[int, Form()] = DEFAULT_DAYS,
    visit: Visit = needs("admin"),
) -> Response:
    """Make an API token; its secret is shown once."""
    scopes = tuple(s for s in TOKEN_SCOPES if s in scope)
    _, secret = visit.desk.add_token(login, name.strip(), scopes, days, by=visit.person.login)
    return _tokens(request, visit, secret=secret)


@admin.post("/admin/tokens/{token_id}/revoke")
def revoke(token_id: Number, visit: Visit = needs("admin")) -> Response:
    """End an API token. Errors: NotFound."""
    visit.desk.access.revoke(token_id, by=visit.person.login, at=visit.now)
    return RedirectResponse("/admin/tokens", 303)


def ids_of(text: str) -> tuple[str, ...]:
    """Return the ids of CSMs that a person wrote down, in order and once.

    >>> ids_of("U1, U2；U1")
    ('U1', 'U2')
    """
    return tuple(dict.fromkeys(i for i in SEPARATORS.split(text) if i))


def require_sight(role: Role | None, sees: Sequence[str]) -> None:
    """Refuse a CSM who would see nothing. Errors: InputProblem."""
    if role == "csm" and not sees:
        raise InputProblem(
            "A CSM without accounts would see nothing.", cure="Name its id in the data."
        )


def _people(request: Request, visit: Visit, *, link: str = "", invited: str = "") -> Response:
    people = visit.desk.people
    values = {
        "area": "people",
        "people": people.people(),
        "sessions": people.session_counts(visit.now),
        "roles": ROLES,
        "capabilities": CAPABILITIES,
        "csm_ids": visit.desk.pages.options(visit.scope)["csm_ids"],
        "invitation": link,
        "invited": invited,
        "is_saved": "saved" in request.query_params,
    }
    return page(request, "admin_people.html", visit, values)


def _tokens(request: Request, visit: Visit, *, secret: str = "") -> Response:
    values = {
        "area": "tokens",
        "tokens": visit.desk.access.tokens(),
        "people": visit.desk.people.people(),
        "scopes": TOKEN_SCOPES,
        "days": DEFAULT_DAYS,
        "secret": secret,
        "now": visit.now,
    }
    return page(request, "admin_tokens.html", visit, values)
