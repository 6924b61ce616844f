"""Signing in at a provider of OpenID Connect: there, and back."""

from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.vocabulary import InputProblem
from keepwell.web.pages.signing import way_back
from keepwell.web.security.entrance import language_of, session_cookie
from keepwell.web.showing import bare_page
from keepwell.wiring.oidc_desk import begin, finish, provider_name
from keepwell.wiring.web_desk import WebDesk

oidc = APIRouter()
KEPT_S = 600
Given = Annotated[str, Query(max_length=4000)]


def kept_name(request: Request) -> str:
    """Return the name of the cookie that holds a sign-in that has begun."""
    return "__Secure-keepwell-oidc" if request.url.scheme == "https" else "keepwell-oidc"


@oidc.get("/login/oidc")
def start(
    request: Request,
    next: Annotated[str, Query(max_length=2000)] = "/",  # noqa: A002 - its name in addresses
) -> Response:
    """Lead to the provider. Errors: NotFound without one."""
    desk: WebDesk = request.app.state.desk
    begun = begin(desk)
    answer = RedirectResponse(begun.address, 303)
    # The provider leads back from another site: `lax` lets the cookie come along.
    answer.set_cookie(
        kept_name(request),
        # A header holds no Chinese path.
        f"{begun.kept}|{quote(way_back(next))}",
        max_age=KEPT_S,
        path="/login/oidc",
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@oidc.get("/login/oidc/back")
def back(request: Request, state: Given = "", code: Given = "", error: Given = "") -> Response:
    """Take somebody in whom the provider knows, or say why not."""
    desk: WebDesk = request.app.state.desk
    kept, _, quoted = request.cookies.get(kept_name(request), "").partition("|")
    wanted = way_back(unquote(quoted) or "/")
    try:
        if error:
            raise InputProblem(f"The provider says `{error[:80]}`.", cure="Try again.")
        _, secret = finish(desk, kept, state, code)
        answer: Response = RedirectResponse(wanted, 303)
        answer.headers.append("Set-Cookie", session_cookie(request, secret))
    except InputProblem as refused:
        lang = language_of(request, "", desk.lang)
        values = {
            "next": wanted, "login": "", "is_empty": False,
            "message": f"{refused.what} {refused.cure}", "provider": provider_name(desk),
        }  # fmt: skip
        answer = bare_page(request, "login.html", lang, values, status=401)
    secure = request.url.scheme == "https"
    answer.delete_cookie(kept_name(request), path="/login/oidc", secure=secure, httponly=True)
    return answer
