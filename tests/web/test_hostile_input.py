"""Every call and every form, with what its own description allows and with strings that attack.

Driven by the OpenAPI and by the forms that pages show: what is added is covered by itself.
"""

import os
import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hostile_strings import EVERYTHING, MARK
from keepwell.wiring.web_desk import WebDesk
from web.caller import HOST, Caller, let_in, signed_in, with_token
from web.portfolio import CANARY
from web.test_roles import FILLED, address, routes_of

Shop = tuple[FastAPI, WebDesk]
IS_SOAK = bool(os.environ.get("KEEPWELL_SOAK"))
EXAMPLES = 200 if IS_SOAK else 2
# In CI each address gets every how-manieth string, each of them somewhere; in the soak all.
STEP = 1 if IS_SOAK else 29
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def _program(shop: Shop) -> Caller:
    app, desk = shop
    let_in(desk, "robot", "csm", ("U1",))
    _, secret = desk.add_token("robot", "t", ("read", "write"), 10, by="t")
    return with_token(app, secret)


def test_calls_answer_as_the_description_says_whatever_they_are_asked(shop: Shop) -> None:
    app, desk = shop
    caller = _program(shop)
    stranger = Caller(app)
    schema = schemathesis.openapi.from_dict(app.openapi())
    faults: list[str] = []

    def try_out(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url=HOST)
        method, url = sent.pop("method"), sent.pop("url")
        given_ = {
            k: v for k, v in sent.items() if k in ("json", "params", "data") and v is not None
        }
        if isinstance(given_.get("data"), bytes):
            given_["content"] = given_.pop("data")
        headers = {k: v for k, v in (sent.get("headers") or {}).items() if _is_header(v)}
        answer = caller.send(method, url.removeprefix(HOST), headers=headers, **given_)
        refused = stranger.send(method, url.removeprefix(HOST), headers=headers, **given_)
        # An id with a line break is no address at all, for nobody.
        is_nowhere = "%0A" in url and refused.status_code == answer.status_code == 404
        if case.path.startswith("/api/") and refused.status_code != 401 and not is_nowhere:
            faults.append(f"{method} {case.path}: {refused.status_code} for a stranger")
        assert CANARY not in answer.text, case.path
        try:
            case.validate_response(answer, checks=CHECKS)
        except FailureGroup as told:
            faults.append(f"{method} {case.path}: {told.exceptions}"[:900])

    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        tried = settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        )(seed(7)(given(case=operation.as_strategy())(try_out)))
        tried()
    assert not faults, "\n".join(dict.fromkeys(faults))
    assert desk.people.people(), "somebody is left"


def _is_header(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()


def test_no_string_in_an_address_breaks_a_page_runs_or_leads_elsewhere(shop: Shop) -> None:
    app, desk = shop
    let_in(desk, "one", "csm", ("U1",))
    one = signed_in(app, "one")
    names = ("q", "tier", "next", "key", "sort", "item", "moved", "period", "back", "csm")
    turn = 0
    for method, path, _ in routes_of(app):
        if method != "GET":
            continue
        for text in EVERYTHING[turn % STEP :: STEP]:
            turn += 1
            filled = re.sub(r"\{(\w+)\}", lambda m: FILLED[m[1]], path)
            asked = "&".join(f"{n}={quote(text, safe='')}" for n in names)
            _harmless(one.get(f"{filled}?{asked}"), f"{filled} with {text!r}")
            if "{" in path:
                hole = re.sub(r"\{(\w+)\}", quote(text, safe="") or "x", path)
                _harmless(one.get(hole), f"{path} at {text!r}")


def test_no_string_in_a_form_breaks_a_page_runs_or_leads_elsewhere(shop: Shop) -> None:
    app, desk = shop
    let_in(desk, "boss", "admin")
    boss = signed_in(app, "boss")
    pages = sorted({p for m, p, _ in routes_of(app) if m == "GET" and "{" not in p})
    pages += ["/accounts/A003", "/inbox?item=cta-1"]
    word, done, turn = boss.csrf(), 0, 0
    for page in pages:
        if page.startswith("/api/"):
            continue
        for action, fields in _forms(boss.get(page).text):
            if action.startswith("/logout"):
                continue
            for text in EVERYTHING[turn % STEP :: STEP]:
                turn += 1
                form = {**fields, **{k: text for k in fields if k != "_csrf"}, "_csrf": word}
                try:
                    answer = boss.post(action, form, headers={"Origin": HOST})
                except UnicodeEncodeError:
                    continue
                _harmless(answer, f"{action} with {text!r}")
                done += 1
    assert done > 50
    assert signed_in(app, "boss").get("/").status_code == 200


def _harmless(answer: Any, told: str) -> None:
    assert answer.status_code < 500, told
    led = answer.headers.get("location", "/")
    assert led.startswith("/") and not urlsplit(led).netloc, (told, led)  # noqa: PT018
    assert not led.startswith(("//", "/\\")), (told, led)
    assert "evil.test" not in urlsplit(led).path.partition("next=")[0], (told, led)
    assert "a=b" not in answer.headers.get("set-cookie", ""), told
    if "html" in answer.headers.get("content-type", ""):
        seen = _Seen()
        seen.feed(answer.text)
        assert not seen.live, (told, seen.live)


class _Seen(HTMLParser):
    """Collects tags and attributes in which a string of ours would run."""

    def __init__(self) -> None:
        super().__init__()
        self.live: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        for name, value in attrs:
            is_address = name in ("href", "src", "action", "formaction", "xlink:href")
            scheme = (value or "").strip().casefold().replace("\t", "")
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.live.append(f"{tag} {name}={value}")
            if is_address and scheme.startswith(("javascript:", "data:", "//", "http")):
                self.live.append(f"{tag} {name}={value}")
        if tag == "script" and not dict(attrs).get("src"):
            self.live.append("script without a source")

    def handle_data(self, data: str) -> None:
        """Look at what a script of a page would hold."""
        if self.lasttag == "script" and MARK in data:
            self.live.append(data)


def _forms(text: str) -> list[tuple[str, dict[str, str]]]:
    """Return action and fields of the forms of a page that write."""
    found = []
    for head, body in re.findall(r"<form([^>]*)>(.*?)</form>", text, re.DOTALL):
        action = re.search(r'action="([^"]+)"', head)
        if action is None or 'method="post"' not in head:
            continue
        names = re.findall(r'<(?:input|select|textarea|button)[^>]*\bname="([^"]+)"', body)
        found.append((action[1].replace("&amp;", "&"), dict.fromkeys(names, "1")))
    return found


@pytest.mark.parametrize("path", ["/api/v1/me", "/accounts", "/inbox"])
def test_a_session_of_nobody_stays_one_whatever_the_cookie_holds(shop: Shop, path: str) -> None:
    app, _ = shop
    for text in EVERYTHING[::STEP]:
        if not text.isascii() or not text.isprintable():
            continue
        answer = Caller(app).get(path, headers={"Cookie": f"keepwell={quote(text)}"})
        assert answer.status_code in (303, 401), text


def test_a_number_that_no_database_takes_is_refused(shop: Shop) -> None:
    app, desk = shop
    let_in(desk, "ada", "admin")
    ada = signed_in(app, "ada")
    head = {"Origin": HOST, "X-CSRF-Token": ada.csrf()}
    numbers = {name for name, value in FILLED.items() if value.isdecimal()} - {"upload_id"}
    faults = []
    for method, path, _ in routes_of(app):
        to = path
        for name in numbers:
            to = to.replace(f"{{{name}}}", "9" * 30)
        if to != path:
            answer = ada.send(method, address(to), headers=head, data={"name": "x"})
            faults += [f"{method} {path}"] if answer.status_code >= 500 else []
    assert faults == []
