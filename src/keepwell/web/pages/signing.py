"""Signing in and out, and taking up an invitation."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.vocabulary import InputProblem
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import (
    cookie_name,
    language_of,
    require_same_origin,
    session_cookie,
)
from keepwell.web.showing import bare_page
from keepwell.web.templating import said
from keepwell.wiring.oidc_desk import provider_name
from keepwell.wiring.web_desk import WebDesk

signing = APIRouter()


def way_back(asked: str) -> str:
    """Return where to go after signing in: a path of ours, never another site.

    >>> way_back("/accounts?tier=low"), way_back("//evil"), way_back("https://evil")
    ('/accounts?tier=low', '/', '/')
    """
    is_path = asked.startswith("/") and not asked.startswith(("//", "/\\"))
    is_clean = all(c.isprintable() and c != "\\" for c in asked)
    return asked if is_path and is_clean else "/"


@signing.get("/login")
def login_page(request: Request, next: str = "/") -> Response:  # noqa: A002 - its name in addresses
    """Show the form."""
    desk: WebDesk = request.app.state.desk
    lang = language_of(request, "", desk.lang)
    is_empty = not desk.people.people()
    values = {"next": way_back(next), "login": "", "message": "", "is_empty": is_empty}
    values["provider"] = provider_name(desk)
    return bare_page(request, "login.html", lang, values)


@signing.post("/login")
def sign_in(
    request: Request,
    login: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - its name in the form
) -> Response:
    """Sign in, or say that it was refused, in the same words for every reason."""
    require_same_origin(request)
    desk: WebDesk = request.app.state.desk
    address = request.client.host if request.client else ""
    found = desk.sign_in(login, password, address)
    if isinstance(found, int):
        lang = language_of(request, "", desk.lang)
        key = "sign.wait" if found else "sign.refused"
        message = said(key, lang, seconds=found) if found else said(key, lang)
        values = {"next": way_back(next), "login": login, "message": message, "is_empty": False}
        values["provider"] = provider_name(desk)
        answer: Response = bare_page(
            request, "login.html", lang, values, status=429 if found else 401
        )
        if found:
            answer.headers["Retry-After"] = str(found)
        return answer
    answer = RedirectResponse(way_back(next), 303)
    answer.headers.append("Set-Cookie", session_cookie(request, found[1]))
    return answer


@signing.post("/logout")
def sign_out(request: Request, _: Visit = needs("self")) -> Response:
    """End the session."""
    real: WebDesk = request.app.state.desk
    real.sign_out(request.cookies.get(cookie_name(request), ""))
    answer = RedirectResponse("/login", 303)
    # A cookie that is bound to the host goes only by a `Secure` one.
    is_secure = request.url.scheme == "https"
    answer.delete_cookie(cookie_name(request), path="/", secure=is_secure, httponly=True)
    return answer


@signing.get("/welcome/{secret}")
def welcome_page(request: Request, secret: str) -> Response:
    """Show the form of an invitation. Errors: NotFound when it does not count."""
    desk: WebDesk = request.app.state.desk
    invited = desk.invitation(secret)
    return _welcome(request, desk, secret, invited.login, invited.name, "", 200)


@signing.post("/welcome/{secret}")
def accept(
    request: Request,
    secret: str,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Take an invitation up and sign in."""
    require_same_origin(request)
    desk: WebDesk = request.app.state.desk
    invited = desk.invitation(secret)
    try:
        person = desk.accept(secret, name, password)
    except InputProblem as weak:
        return _welcome(request, desk, secret, invited.login, name, f"{weak.what} {weak.cure}", 422)
    answer = RedirectResponse("/", 303)
    answer.headers.append("Set-Cookie", session_cookie(request, desk.opened(person)))
    return answer


def _welcome(
    request: Request, desk: WebDesk, secret: str, login: str, name: str, message: str, status: int
) -> Response:
    lang = language_of(request, "", desk.lang)
    values = {"secret": secret, "login": login, "name": name, "message": message}
    return bare_page(request, "welcome.html", lang, values, status=status)
