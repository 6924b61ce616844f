"""Signing in: invitations, passwords, sessions, throttles, forms, tokens, headers."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from keepwell.adapters import credentials
from keepwell.adapters.state import SqlAccessStore, SqlPeopleStore
from keepwell.ports.people import Invitation, Looked
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.web.security.headers import POLICY
from keepwell.wiring.web_desk import WebDesk
from state_databases import StateDatabase, state_bytes
from web.caller import HOST, PASSWORD, Caller, let_in, signed_in, with_token

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
Bare = tuple[FastAPI, WebDesk]
OURS = {"Origin": HOST}


def test_only_an_invitation_makes_the_first_admin_and_it_works_once(bare: Bare) -> None:
    app, desk = bare
    secret = desk.invite("ada@acme.test", "admin", by="cli")
    browser = Caller(app)
    assert "ada@acme.test" in browser.get(f"/welcome/{secret}").text
    weak = browser.post(f"/welcome/{secret}", {"password": "short"}, headers=OURS)
    assert weak.status_code == 422
    form = {"name": "Ada", "password": PASSWORD}
    taken = browser.post(f"/welcome/{secret}", form, headers=OURS)
    assert (taken.status_code, taken.headers["location"]) == (303, "/")
    assert browser.get("/settings").status_code == 200
    assert Caller(app).get(f"/welcome/{secret}").status_code == 404
    assert Caller(app).get("/welcome/guessed").status_code == 404
    assert desk.people.person("ada@acme.test").role == "admin"


def test_the_last_admin_stays(bare: Bare) -> None:
    _, desk = bare
    let_in(desk, "ada", "admin")
    with pytest.raises(InputProblem, match="only admin"):
        desk.people.change("ada", role="viewer", by="t", at=desk.now())
    let_in(desk, "bob", "admin")
    assert desk.people.change("ada", role="viewer", by="t", at=desk.now()).role == "viewer"


def test_wrong_names_and_wrong_passwords_look_alike_and_wait_after_five(bare: Bare) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    texts = set()
    for login in ("ada", "nobody"):
        for _ in range(4):
            refused = Caller(app).post("/login", {"login": login, "password": "x"}, headers=OURS)
            assert refused.status_code == 401
            texts.add(refused.text.replace(f'value="{login}"', ""))
    assert len(texts) == 1
    fifth = Caller(app).post("/login", {"login": "ada", "password": "x"}, headers=OURS)
    assert fifth.status_code == 429
    right = Caller(app).post("/login", {"login": "ada", "password": PASSWORD}, headers=OURS)
    assert right.status_code == 429
    assert 1 <= int(right.headers["retry-after"]) <= 31


def test_cookies_are_not_for_scripts_and_secrets_are_stored_as_hashes(
    bare: Bare,
) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    answer = Caller(app).post("/login", {"login": "ada", "password": PASSWORD}, headers=OURS)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    session = re.match(r"keepwell=([^;]+)", cookie)
    assert session
    _, token = desk.add_token("ada", "t", ("read",), 10, by="t")
    raw = state_bytes(desk.project.layout.root)
    assert session[1].encode() not in raw
    assert token.encode() not in raw
    assert PASSWORD.encode() not in raw
    assert b"$argon2id$" in raw


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(bare: Bare) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    browser = signed_in(app, "ada")
    kept = dict(browser.cookies)
    assert browser.submit("/logout").status_code == 303
    thief = Caller(app)
    thief.cookies = kept
    assert thief.get("/settings").headers["location"] == "/login?next=/settings"


@pytest.mark.parametrize(
    ("headers", "word"),
    [
        (OURS, None),
        (OURS, "0" * 64),
        ({"Origin": "https://evil.test"}, "right"),
        ({"Sec-Fetch-Site": "cross-site"}, "right"),
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(
    bare: Bare, headers: dict[str, str], word: str | None
) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    browser = signed_in(app, "ada")
    data = {"theme": "dark"}
    if word is not None:
        data["_csrf"] = browser.csrf() if word == "right" else word
    assert browser.post("/settings", data, headers=headers).status_code == 403
    assert desk.people.person("ada").look.theme == "system"
    assert browser.submit("/settings", {"theme": "dark"}).status_code == 303
    assert desk.people.person("ada").look.theme == "dark"


def test_another_site_cannot_sign_a_browser_in(bare: Bare) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    form = {"login": "ada", "password": PASSWORD}
    foreign = Caller(app).post("/login", form, headers={"Origin": "https://evil.test"})
    assert foreign.status_code == 403
    assert "set-cookie" not in foreign.headers


@pytest.mark.parametrize(
    "back", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "\t//e"]
)
def test_signing_in_leads_to_no_other_site(bare: Bare, back: str) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    form = {"login": "ada", "password": PASSWORD, "next": back}
    assert Caller(app).post("/login", form, headers=OURS).headers["location"] == "/"


def test_a_token_opens_the_api_only_within_its_scope_and_until_it_is_revoked(bare: Bare) -> None:
    app, desk = bare
    let_in(desk, "robot", "api")
    made, secret = desk.add_token("robot", "nightly", ("read",), 10, by="t")
    program = with_token(app, secret)
    me = program.get("/api/v1/me").json()
    assert me["capabilities"] == ["self", "see", "export"]
    assert program.get("/settings").headers["location"].startswith("/login")
    desk.access.revoke(made.id, by="t", at=desk.now())
    gone = program.get("/api/v1/me")
    assert gone.status_code == 401
    assert gone.json()["error"]["code"] == "not_signed_in"


def test_errors_have_one_shape_and_name_no_inside(bare: Bare) -> None:
    app, _ = bare
    for path in ("/api/v1/nothing", "/api/v1/me"):
        error = Caller(app).get(path).json()["error"]
        assert set(error) == {"code", "what", "cure", "details"}
    page = Caller(app).get("/nothing-here")
    assert page.status_code == 404
    assert "Traceback" not in page.text


def test_a_fault_shows_a_reference_and_nothing_else(bare: Bare) -> None:
    app, _ = bare

    @app.get("/api/v1/broken")
    def broken() -> None:
        raise ValueError("secret-value-of-ours")

    answer = Caller(app).get("/api/v1/broken")
    assert answer.status_code == 500
    assert "secret-value-of-ours" not in answer.text
    assert re.search(r"[0-9a-f]{8}", answer.json()["error"]["details"]["reference"])


def test_every_answer_carries_the_headers_and_no_page_needs_what_they_forbid(bare: Bare) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    browser = signed_in(app, "ada")
    for path in ("/login", "/settings", "/nothing", "/api/v1/me", "/static/app.css", "/healthz"):
        answer = browser.get(path)
        assert answer.headers["content-security-policy"] == POLICY, path
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in POLICY
    assert browser.get("/settings").headers["cache-control"] == "no-store"
    linked = re.search(r'href="(/static/app.css\?v=[0-9a-f]{12})"', browser.get("/settings").text)
    assert linked
    assert "immutable" in browser.get(linked[1]).headers["cache-control"]


def test_the_process_says_whether_it_lives_and_is_ready(bare: Bare) -> None:
    app, _ = bare
    assert Caller(app).get("/healthz").json() == {"status": "ok"}
    assert Caller(app).get("/readyz").json()["status"] in ("ready", "no_run")


def test_real_passwords_cost_what_owasp_asks_for() -> None:
    assert credentials.MEMORY_KIB >= 19_456
    assert credentials.PASSES >= 2


def test_the_stores_behave_the_same_on_both_databases(state_database: StateDatabase) -> None:
    with state_database.open() as state:
        people, access = SqlPeopleStore(state), SqlAccessStore(state)
        invited = Invitation("ada", "", "csm", ("U1",), AT + timedelta(days=1), "cli")
        people.invite(invited, "a" * 64, at=AT)
        person = people.accept("a" * 64, "Ada", "hash", at=AT)
        with pytest.raises(NotFound):
            people.accept("a" * 64, "Ada", "hash", at=AT)
        assert people.password_hash("ada") == (person, "hash")
        access.open_session(person, "b" * 64, at=AT, expires_at=AT + timedelta(days=14))
        opened = access.session_of("b" * 64, AT + timedelta(hours=1))
        assert opened
        assert (opened.person.sees, opened.rotates_at > AT) == (("U1",), True)
        later = AT + timedelta(hours=7)
        access.rotate("b" * 64, "c" * 64, at=later)
        assert access.session_of("c" * 64, later + timedelta(minutes=5))
        assert access.session_of("b" * 64, later + timedelta(seconds=30))
        assert access.session_of("b" * 64, later + timedelta(minutes=5)) is None
        assert access.session_of("c" * 64, later + timedelta(hours=13)) is None
        access.note_views([Looked(AT, "ada", "account", "A1"), Looked(AT, "ada", "account", "A2")])
        people.change("ada", is_disabled=True, by="cli", at=later)
        assert people.password_hash("ada") is None
        assert access.session_of("c" * 64, later + timedelta(minutes=6)) is None
        with state.session() as session:
            rows = session.execute(text("SELECT action, details FROM audit_log ORDER BY sequence"))
            lines = [(str(a), json.loads(d)) for a, d in rows]
    assert [a for a, _ in lines] == [
        "person_invited", "invitation_accepted", "signed_in", "viewed", "person_changed"
    ]  # fmt: skip
    assert lines[3][1]["accounts"] == ["A1", "A2"]
