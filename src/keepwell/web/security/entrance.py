"""The one way into a route: who asks, whether it may, whether the form is ours, what it sees."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.params import Depends

from keepwell.ports.pages import Scope
from keepwell.ports.people import Looked, Person, TokenScope
from keepwell.vocabulary import Lang
from keepwell.web.security.capabilities import Capability, may, scope_of
from keepwell.web.security.problems import FormNotOurs, NotAllowed, NotSignedIn
from keepwell.wiring.example_room import visitor_of
from keepwell.wiring.web_desk import WebDesk

SESSION_AGE_S = 14 * 24 * 3600
ROOM_COOKIE = "keepwell_example"
SAFE = ("GET", "HEAD", "OPTIONS")
SIGN_IN = "Sign in at /login, or send `Authorization: Bearer TOKEN`."


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who signed in.

    `csrf`: what its forms carry; empty with a token.
    """

    desk: WebDesk
    person: Person
    scope: Scope
    lang: Lang
    csrf: str
    scopes: tuple[TokenScope, ...] | None
    now: datetime

    def may(self, capability: Capability) -> bool:
        """Say whether the visitor may do something."""
        return may(self.person.role, capability, self.scopes)


@dataclass(frozen=True)
class Needs(Depends):
    """A dependency that says what capability its route needs, so that tests can read it."""

    capability: Capability = "admin"


def needs(capability: Capability) -> Any:
    """Return the dependency that gives a `Visit` to those who have the capability.

    Errors: NotSignedIn, NotAllowed, FormNotOurs.
    """

    async def enter(request: Request) -> Visit:
        visit, secret = await run_in_threadpool(_who, request)
        is_writing = request.method not in SAFE
        if visit.scopes is not None:
            _require_scope(visit.scopes, capability, is_writing=is_writing)
        require(visit, capability)
        if secret and is_writing:
            await require_our_form(request, visit.csrf)
        request.state.visit = visit
        return visit

    dependency: Callable[[Request], Awaitable[Visit]] = enter
    return Needs(dependency, capability=capability)


def require(visit: Visit, capability: Capability) -> None:
    """Refuse who lacks a capability. Errors: NotAllowed."""
    if not visit.may(capability):
        raise NotAllowed(
            f"The role `{visit.person.role}` may not do this.",
            cure="Ask an admin: `keepwell users set LOGIN --role ROLE`.",
        )


def _require_scope(
    scopes: tuple[TokenScope, ...], capability: Capability, *, is_writing: bool
) -> None:
    """Refuse what a token was not made for. Errors: NotAllowed."""
    wanted = scope_of(capability)
    if is_writing and wanted == "read":
        wanted = "write"
    if wanted not in scopes:
        raise NotAllowed(
            f"This token was not made for this: its scopes are {', '.join(scopes)}.",
            cure=f"Make one with --scope {wanted}.",
        )


def cookie_name(request: Request) -> str:
    """Return the cookie's name; over TLS it is bound to this host."""
    return "__Host-keepwell" if request.url.scheme == "https" else "keepwell"


def session_cookie(request: Request, secret: str) -> str:
    """Return the cookie of a session as a header: not for scripts, not for other sites."""
    answer = Response()
    answer.set_cookie(
        cookie_name(request),
        secret,
        max_age=SESSION_AGE_S,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return answer.headers["set-cookie"]


def language_of(request: Request, asked: str, default: Lang) -> Lang:
    """Return the language of a page: the person's, else the cookie's, the browser's, ours."""
    spoken = request.headers.get("accept-language", "").lower()
    wanted = asked or request.cookies.get("keepwell_lang", "") or spoken[:2]
    match wanted:
        case "zh" | "en":
            return "zh" if wanted == "zh" else "en"
        case _:
            return default


def _who(request: Request) -> tuple[Visit, str]:
    desk: WebDesk = request.app.state.desk
    now = desk.now()
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return _by_token(request, desk, given.strip(), now), ""
    secret = request.cookies.get(cookie_name(request), "")
    opened = desk.session_of(secret, now) if secret else None
    if opened is None:
        raise NotSignedIn("Nobody is signed in, or the session is over.", cure=SIGN_IN)
    if opened.rotates_at <= now and request.method == "GET":
        rotated = desk.rotated(secret, now)
        # The headers of the answer carry it; another request may have been quicker.
        if rotated != secret:
            request.state.fresh_secret = secret = rotated
    csrf = desk.csrf_of(secret)
    desk, person = _place_of(request, desk, opened.person)
    lang = language_of(request, person.look.lang, desk.lang)
    return Visit(desk, person, desk.scope_of(person), lang, csrf, None, now), secret


def _place_of(request: Request, desk: WebDesk, person: Person) -> tuple[WebDesk, Person]:
    """Return where a person is: at the real data, or in the example company if it went there."""
    if request.cookies.get(ROOM_COOKIE) and may(person.role, "configure"):
        room = desk.room()
        if room is not None:
            return room, visitor_of(room.people, room.now(), person)
    desk.notice_edits()
    return desk, person


def _by_token(request: Request, desk: WebDesk, given: str, now: datetime) -> Visit:
    if not request.url.path.startswith("/api/"):
        raise NotSignedIn("API tokens open /api/ only.", cure="Sign in at /login.")
    found = desk.token_of(given, now)
    if found is None:
        raise NotSignedIn("This token does not count, or no more.", cure=SIGN_IN)
    token, person = found
    desk.notice_edits()
    lang = language_of(request, person.look.lang, desk.lang)
    return Visit(desk, person, desk.scope_of(person), lang, "", token.scopes, now)


async def require_our_form(request: Request, csrf: str) -> None:
    """Refuse a write that no page of this session made. Errors: FormNotOurs."""
    require_same_origin(request)
    given = request.headers.get("x-csrf-token", "")
    kind = request.headers.get("content-type", "")
    if not given and kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        given = str((await request.form()).get("_csrf", ""))
    desk: WebDesk = request.app.state.desk
    if not csrf or not desk.is_same(given, csrf):
        # Files that came with it go now, not when somebody collects them.
        await request.close()
        raise FormNotOurs("This form is out of date.", cure="Reload the page and send it again.")


def require_same_origin(request: Request) -> None:
    """Refuse a write that another site made a browser send. Errors: FormNotOurs."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    host = request.headers.get("host", "")
    if origin is not None:
        is_ours = urlsplit(origin).netloc.lower() == host.lower()
    else:
        is_ours = site in (None, "same-origin", "none")
    if not is_ours:
        raise FormNotOurs("The request came from another site.", cure="Use the pages of this one.")


def note_view(visit: Visit, page: str, account_id: str | None = None) -> None:
    """Remember what was looked at; the audit log gets it a few seconds later, in one line."""
    visit.desk.views.add(Looked(visit.now, visit.person.login, page, account_id))
