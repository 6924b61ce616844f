"""People and API tokens as JSON: invite, change, disable, end sessions; make and revoke tokens."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from keepwell.ports.people import ApiToken, Person, Role, TokenScope
from keepwell.web.asking import Number
from keepwell.web.pages.admin import require_sight
from keepwell.web.security import Visit, needs

users = APIRouter(tags=["people"])
Login = Annotated[str, Path(min_length=1, max_length=300)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Ids = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=1000)]


class NewPerson(BaseModel):
    """Whom to invite. `sees`: ids of CSMs; empty is all accounts, for a CSM it may not be."""

    model_config = ConfigDict(extra="forbid")
    login: Name
    role: Role
    name: Annotated[str, Field(max_length=200)] = ""
    sees: Ids = []


class PersonChange(BaseModel):
    """What to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    role: Role | None = None
    sees: Ids | None = None
    is_disabled: bool | None = None


class NewToken(BaseModel):
    """A token to make."""

    model_config = ConfigDict(extra="forbid")
    login: Name
    name: Name
    scopes: Annotated[list[TokenScope], Field(min_length=1, max_length=2)]
    days: Annotated[int, Field(ge=1, le=366)] = 90


@users.get("/users", response_model=None)
def people(visit: Visit = needs("admin")) -> dict[str, Any]:
    """Return who may sign in."""
    counts = visit.desk.people.session_counts(visit.now)
    return {"users": [_person(p, counts.get(p.login, 0)) for p in visit.desk.people.people()]}


@users.post("/users", response_model=None, status_code=201)
def invite(request: Request, wish: NewPerson, visit: Visit = needs("admin")) -> dict[str, Any]:
    """Invite somebody; `link` is in this answer alone, and works once."""
    secret = visit.desk.invite(
        wish.login, wish.role, name=wish.name, sees=wish.sees, by=visit.person.login
    )
    invited = visit.desk.invitation(secret)
    link = f"{str(request.base_url).rstrip('/')}/welcome/{secret}"
    return {"login": invited.login, "role": invited.role, "link": link, "until": invited.expires_at}


@users.patch("/users/{login}", response_model=None)
def change(login: Login, wish: PersonChange, visit: Visit = needs("admin")) -> dict[str, Any]:
    """Change role, sight or admission; the person's sessions end. 422: the last admin stays."""
    if wish.sees is not None or wish.role is not None:
        now = visit.desk.people.person(login)
        sees = now.sees if wish.sees is None else wish.sees
        require_sight(wish.role or now.role, sees)
    changed = visit.desk.people.change(
        login, role=wish.role, sees=wish.sees, is_disabled=wish.is_disabled,
        by=visit.person.login, at=visit.now,
    )  # fmt: skip
    return {"user": _person(changed, 0)}


@users.delete("/users/{login}/sessions", response_model=None)
def end_sessions(login: Login, visit: Visit = needs("admin")) -> dict[str, Any]:
    """End every session of a person."""
    ended = visit.desk.people.end_sessions(login, by=visit.person.login, at=visit.now)
    return {"login": login, "ended": ended}


@users.get("/tokens", response_model=None)
def tokens(visit: Visit = needs("admin")) -> dict[str, Any]:
    """Return the API tokens, without their secrets."""
    return {"tokens": [_token(t) for t in visit.desk.access.tokens()]}


@users.post("/tokens", response_model=None, status_code=201)
def add_token(wish: NewToken, visit: Visit = needs("admin")) -> dict[str, Any]:
    """Make a token; `secret` is in this answer alone."""
    made, secret = visit.desk.add_token(
        wish.login, wish.name, wish.scopes, wish.days, by=visit.person.login
    )
    return {"token": _token(made), "secret": secret}


@users.delete("/tokens/{token_id}", response_model=None)
def revoke(token_id: Number, visit: Visit = needs("admin")) -> dict[str, Any]:
    """End a token."""
    visit.desk.access.revoke(token_id, by=visit.person.login, at=visit.now)
    return {"revoked": token_id}


def _person(person: Person, sessions: int) -> dict[str, Any]:
    return {
        "login": person.login,
        "name": person.name,
        "role": person.role,
        "sees": list(person.sees) if person.sees or person.role == "csm" else None,
        "is_disabled": person.disabled_at is not None,
        "created_at": person.created_at,
        "sessions": sessions,
    }


def _token(token: ApiToken) -> dict[str, Any]:
    return {k: v for k, v in asdict(token).items() if k != "person_id"}
