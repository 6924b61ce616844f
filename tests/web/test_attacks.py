"""What an attacker or an unlucky moment may send: refused in words, and nobody is signed out."""

import base64
import importlib
import json
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from keepwell.adapters.state import SqlPagesStore, SqlPeopleStore
from keepwell.ports.pages import AccountFilter, Scope, StagedPages
from keepwell.vocabulary import InputProblem
from keepwell.web.exporting import harmless
from keepwell.web.security.headers import POLICY
from keepwell.web.security.limits import MOST_BYTES
from keepwell.wiring.web_desk import WebDesk
from state_databases import StateDatabase
from web.caller import HOST, PASSWORD, Caller, let_in, signed_in
from web.portfolio import account, header

Web = tuple[FastAPI, WebDesk]


def key_of(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("name", key_of("name", "after", "\ud800", "A1", 1)),
        ("name", key_of("name", "after", "x\x00", "A1", 1)),
        ("name", key_of("name", "after", "x", "A\x00", 1)),
        ("name", key_of("name", "after", "x", "\udfff", 1)),
        ("amount", key_of("amount", "after", 1.0, "A1", float("inf"))),
        ("amount", key_of("amount", "after", True, "A1", 1)),
        ("amount", key_of("amount", "after", float("nan"), "A1", 1)),
    ],
)
def test_a_page_key_that_no_page_gave_out_is_refused(shop: Web, sort: str, key: str) -> None:
    app, desk = shop
    let_in(desk, "ada", "admin")
    answer = signed_in(app, "ada").get(f"/api/v1/accounts?sort={sort}&key={key}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "input_problem")


@pytest.mark.parametrize("path", ["/api/v1/me", "/accounts/NO-SUCH", "/accounts/export.csv"])
def test_a_session_outlives_its_rotation_whatever_is_asked_then(
    shop: Web, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    app, desk = shop
    let_in(desk, "ada", "admin")
    browser = signed_in(app, "ada")
    start = desk.now()
    hours = [0.0]
    monkeypatch.setattr(WebDesk, "now", lambda _: start + timedelta(hours=hours[0]))
    hours[0] = 7
    browser.get(path)
    hours[0] = 8
    assert browser.get("/settings").status_code == 200


def test_two_requests_that_rotate_at_once_leave_a_session_that_counts(
    bare: Web,
) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    secret = signed_in(app, "ada").cookies["keepwell"]
    later = desk.now() + timedelta(hours=7)
    first, second = desk.rotated(secret, later), desk.rotated(secret, later)
    assert first != secret
    assert desk.session_of(first, later)
    assert desk.session_of(second, later)


def test_signing_out_ends_the_secret_before_the_rotation_too(bare: Web) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    old = signed_in(app, "ada").cookies["keepwell"]
    later = desk.now() + timedelta(hours=7)
    fresh = desk.rotated(old, later)
    desk.sign_out(fresh)
    assert desk.session_of(old, later) is None


def test_disabling_somebody_ends_the_links_that_would_let_in_again(bare: Web) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    let_in(desk, "bob", "admin")
    secret = desk.invite("bob", "admin", by="t")
    desk.people.change("bob", is_disabled=True, by="t", at=desk.now())
    assert Caller(app).get(f"/welcome/{secret}").status_code == 404


def test_a_fault_carries_the_headers_too(bare: Web) -> None:
    app, _ = bare

    @app.get("/broken")
    def broken() -> None:
        raise ValueError

    answer = Caller(app).get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("cell", ["\n=1+1", "＝1+1", "＋1", "－1", "＠SUM(A1)"])
def test_no_cell_begins_as_a_formula_of_any_spreadsheet(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_setting_a_tier_leads_back_to_an_account_whose_id_has_marks_of_addresses(
    shop: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, desk = shop
    let_in(desk, "ada", "admin")
    pages = StagedPages(header(), [account(1, "U1", "low", account_id="A?1#x")])
    desk.pages.replace(pages)
    monkeypatch.setattr(type(desk.project), "set_override", lambda *_: None)
    wish = {"tier": "low", "reason": "r", "until": "2026-12-01"}
    answer = signed_in(app, "ada").submit("/accounts/A%3F1%23x/override", wish)
    assert answer.headers["location"] == "/accounts/A%3F1%23x"
    with desk.project.state.session() as session:
        found = text("SELECT actor, action, subject FROM audit_log ORDER BY sequence DESC LIMIT 1")
        assert tuple(session.execute(found).one()) == ("ada", "override_set", "A?1#x")


def test_no_invitation_takes_the_last_admin_away(bare: Web) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    secret = desk.invite("ada", "viewer", by="t")
    form = {"password": PASSWORD}
    answer = Caller(app).post(f"/welcome/{secret}", form, headers={"Origin": HOST})
    assert answer.status_code == 422
    assert desk.people.person("ada").role == "admin"


def test_a_sum_that_is_emptied_while_it_is_read_is_made_again(shop: Web) -> None:
    class Emptied(dict[Any, Any]):
        """Holds everything until it is asked for."""

        def __contains__(self, key: object) -> bool:
            return True

    _, desk = shop
    assert isinstance(desk.pages, SqlPagesStore)
    desk.pages._kept = Emptied()
    assert desk.pages.count(Scope(("U1",)), AccountFilter()) == 60


def test_text_that_a_database_does_not_take_is_told_as_an_input(
    state_database: StateDatabase,
) -> None:
    with state_database.open() as state:
        try:
            told = str(SqlPeopleStore(state).password_hash("a\x00"))
        except InputProblem as refused:
            told = refused.what
    assert told == "None" or "does not take a value" in told


def test_an_inbox_that_is_cut_says_so(shop: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    app, desk = shop
    let_in(desk, "ada", "admin")
    browser = signed_in(app, "ada")
    # The room names the router `inbox`, so the module is asked for by its path.
    inbox_page = importlib.import_module("keepwell.web.pages.inbox")
    monkeypatch.setattr(inbox_page, "INBOX_AT_MOST", 4)
    assert "The first 4," in browser.get("/inbox?whose=all").text
    monkeypatch.setattr(inbox_page, "INBOX_AT_MOST", 5)
    assert "The first 4," not in browser.get("/inbox?whose=all").text


@pytest.mark.parametrize("path", ["/login", "/welcome/x"])
def test_a_body_larger_than_any_form_is_not_read(bare: Web, path: str) -> None:
    app, _ = bare
    file = b'--b\r\nContent-Disposition: form-data; name="login"; filename="f"\r\n\r\n'
    for kind, start in (("x-www-form-urlencoded", b""), ("form-data; boundary=b", file)):
        family = "multipart" if start else "application"
        head = {"Origin": HOST, "Content-Type": f"{family}/{kind}"}
        body = start + b"x" * (MOST_BYTES + 1)
        assert Caller(app).post(path, headers=head, content=body).status_code == 413


def test_the_log_of_a_fault_holds_no_secret_of_an_invitation(
    bare: Web, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app, _ = bare

    def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(WebDesk, "invitation", broken)
    assert Caller(app).get("/welcome/SECRET-OF-AN-INVITATION").status_code == 500
    told = [r.getMessage() for r in caplog.records if r.name == "keepwell.web"]
    assert told
    assert "SECRET" not in "".join(told)


def test_signing_out_takes_the_cookie_of_a_safe_connection_away(bare: Web) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    browser = Caller(app, base="https://keepwell.test")
    form = {"login": "ada", "password": PASSWORD}
    ours = {"Origin": "https://keepwell.test"}
    assert browser.post("/login", form, headers=ours).status_code == 303
    word = browser.csrf()
    gone = browser.post("/logout", {"_csrf": word}, headers=ours).headers["set-cookie"]
    assert gone.startswith("__Host-keepwell=")
    assert "Secure" in gone


def test_a_password_typed_for_a_name_stands_in_no_log(bare: Web) -> None:
    app, desk = bare
    let_in(desk, "ada", "admin")
    for login in ("hunter2 hunter2", "ada"):
        form = {"login": login, "password": "x"}
        assert Caller(app).post("/login", form, headers={"Origin": HOST}).status_code == 401
    with desk.project.state.session() as session:
        found = text("SELECT actor, subject FROM audit_log WHERE action = 'sign_in_refused'")
        assert [tuple(row) for row in session.execute(found)] == [("-", "-"), ("ada", "ada")]


def test_a_kept_answer_is_not_for_somebody_who_lost_sight_of_the_account(shop: Web) -> None:
    app, desk = shop
    for path, deed in (("/api/v1/ctas/1", "start"), ("/api/v1/alerts/1", "acknowledge")):
        let_in(desk, "one", "csm", ("U1",))
        given = []
        for sees in (("U1",), ("U2",)):
            desk.people.change("one", sees=sees, by="t", at=desk.now())
            one = signed_in(app, "one")
            head = {"Origin": HOST, "X-CSRF-Token": one.csrf(), "Idempotency-Key": path}
            given.append(one.send("POST", f"{path}/deeds", headers=head, json={"deed": deed}))
        assert [answer.status_code for answer in given] == [200, 404]


def test_an_alert_is_not_put_away_until_a_day_that_has_been(shop: Web) -> None:
    app, desk = shop
    let_in(desk, "ada", "admin")
    ada = signed_in(app, "ada")
    for day, status in ((desk.project.today, 422), (date(9999, 1, 1), 303)):
        form = {"deed": "snooze", "until": str(day)}
        assert ada.submit("/inbox/alert-1", form).status_code == status


def test_what_a_thread_reads_in_one_block_is_of_one_moment(shop: Web) -> None:
    _, desk = shop
    everything = Scope(None)
    with desk.reading():
        assert desk.pages.count(everything, AccountFilter()) == 61
        desk.pages.replace(StagedPages(header("r2"), [account(1, "U1", "low")]))
        assert desk.pages.staged_run() == "r1"
        assert desk.pages.account(everything, "A003").name == "客户003"
    assert desk.pages.staged_run() == "r2"
    assert desk.pages.count(everything, AccountFilter()) == 1
