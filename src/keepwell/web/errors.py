"""Every failure as one page or one JSON shape: what, cure, code; never a trace or a secret."""

import logging
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from keepwell.ports.studio import Overtaken
from keepwell.vocabulary import (
    InputProblem,
    KeepwellProblem,
    Lang,
    NotFound,
    OutsideProblem,
)
from keepwell.web.security.entrance import language_of
from keepwell.web.security.problems import (
    FormNotOurs,
    KeyReused,
    KeyUnderWay,
    NotAllowed,
    NotSignedIn,
    Outdated,
    Throttled,
)
from keepwell.web.showing import bare_page

STATUSES: Mapping[type[KeepwellProblem], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    FormNotOurs: 403,
    KeyReused: 409,
    KeyUnderWay: 409,
    Overtaken: 409,
    Outdated: 412,
    Throttled: 429,
    NotFound: 404,
    InputProblem: 422,
    OutsideProblem: 503,
}


class Refusal(BaseModel):
    """What failed with its values, and what to do."""

    code: str
    what: str
    cure: str
    details: dict[str, Any]


class ErrorAnswer(BaseModel):
    """The one shape of every answer that is not what was asked for."""

    error: Refusal


REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer, "description": words}
    for status, words in (
        (401, "Nobody signed in, or the token counts no more"),
        (403, "The role or token may not do this, or the form is not ours"),
        (404, "It does not exist, or is not in sight"),
        (
            409,
            "The idempotency key is taken or under way, or somebody was first",
        ),
        (412, "It has changed since it was read"),
        (413, "The request is larger than 1 MiB"),
        (422, "The request is not as expected, or the state does not allow it"),
        (503, "The database or a file is away; try again"),
    )
}
LOG = logging.getLogger("keepwell.web")


def status_of(problem: KeepwellProblem) -> int:
    """Return the HTTP status of a problem."""
    return next((s for kind, s in STATUSES.items() if isinstance(problem, kind)), 500)


def shape(code: str, what: str, cure: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the one JSON shape of errors, the same as `--json` of the command line."""
    return {"error": {"code": code, "what": what, "cure": cure, "details": dict(details)}}


def add_error_pages(app: FastAPI) -> None:
    """Answer all failures of the app."""
    app.add_exception_handler(KeepwellProblem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, KeepwellProblem)  # noqa: S101 - registered for this type
    status = status_of(problem)
    if status >= 500 and not isinstance(problem, OutsideProblem):
        return _fault(request, problem)
    if isinstance(problem, NotSignedIn) and not _is_api(request):
        return _to_sign_in(request)
    details = {k: _plain(v) for k, v in problem.details.items()}
    return _answer(request, status, problem.code, problem.what, problem.cure, details)


def _to_sign_in(request: Request) -> Response:
    back = request.url.path if request.method == "GET" else "/"
    address = "/login" if back == "/" else f"/login?next={quote(back, safe='/')}"
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


def _invalid(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, RequestValidationError)  # noqa: S101 - registered for this type
    wrong = [f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in problem.errors()]
    what = "The request is not as expected: " + "; ".join(wrong) + "."
    cure = "See /api/v1/openapi.json for what each call takes."
    return _answer(request, 422, "input_problem", what, cure, {"fields": wrong})


def _http(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)  # noqa: S101 - registered for this type
    status = problem.status_code
    code = {404: "not_found", 405: "not_allowed_here"}.get(status, "http_problem")
    what = f"Nothing is at {request.url.path}." if status == 404 else str(problem.detail)
    answer = _answer(request, status, code, what, "", {})
    answer.headers.update(problem.headers or {})
    return answer


def _fault(request: Request, problem: Exception) -> Response:
    number = secrets.token_hex(4)
    # The route, not the address: that of an invitation holds its secret.
    where = getattr(request.scope.get("route"), "path", "an unknown address")
    LOG.error("fault %s at %s", number, where, exc_info=problem)
    what = f"Something that should not happen did. Reference {number}."
    cure = "Try again; if it stays, the log of the server holds the trace under this reference."
    return _answer(request, 500, "internal_problem", what, cure, {"reference": number})


def _answer(
    request: Request, status: int, code: str, what: str, cure: str, details: Mapping[str, Any]
) -> Response:
    if _is_api(request):
        headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
        return JSONResponse(shape(code, what, cure, details), status, headers=headers)
    desk = request.app.state.desk
    visit = getattr(request.state, "visit", None)
    lang = visit.lang if visit else language_of(request, "", _lang_of(desk))
    values = {"status": status, "what": what, "cure": cure}
    return bare_page(request, "error.html", lang, values, status=status)


def _lang_of(desk: Any) -> Lang:
    """Return the project's language; what is wrong with its file must still be told."""
    try:
        lang: Lang = desk.lang
    except KeepwellProblem:
        return "en"
    return lang


def _is_api(request: Request) -> bool:
    path = request.url.path
    return path.startswith("/api/") or path in ("/healthz", "/readyz")


def _plain(value: object) -> object:
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    return str(value)
