"""The admin area: people, tokens, channels, the audit log; and its calls of the API."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from channel_servers import vendor_servers
from keepwell.adapters.state import SqlAccessStore, SqlAuditStore, SqlPeopleStore
from keepwell.ports.auditing import AuditFilter
from keepwell.ports.people import Invitation
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.wiring import Project
from keepwell.wiring.channel_trial import try_channel
from keepwell.wiring.overriding import end_tier_by_hand, set_tier_by_hand
from keepwell.wiring.web_desk import WebDesk
from state_databases import StateDatabase
from web.caller import HOST, Caller, let_in, signed_in

Web = tuple[FastAPI, WebDesk]
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
DELIVERY = """\
channels:
  - {channel: team, kind: slack, url_env: KEEPWELL_TEST_HOOK, allow_private_addresses: true}
"""


def admin_of(app: FastAPI, desk: WebDesk) -> Caller:
    let_in(desk, "ada", "admin")
    return signed_in(app, "ada")


def with_word(caller: Caller) -> dict[str, str]:
    return {"Origin": HOST, "X-CSRF-Token": caller.csrf()}


def test_an_invitation_made_on_the_page_lets_its_person_in(shop: Web) -> None:
    app, desk = shop
    ada = admin_of(app, desk)
    form = {"login": "lu@acme.test", "role": "csm", "sees": "U1, U2", "name": "Lu"}
    shown = ada.submit("/admin/people", form).text
    link = re.search(r"/welcome/([\w-]+)", shown)
    assert link
    invited = desk.invitation(link[1])
    assert (invited.login, invited.role, invited.sees) == ("lu@acme.test", "csm", ("U1", "U2"))
    assert link[0] not in ada.get("/admin").text


def test_a_person_is_changed_disabled_and_signed_out_on_the_page(shop: Web) -> None:
    app, desk = shop
    ada = admin_of(app, desk)
    let_in(desk, "lu", "csm", ("U1",))
    lu = signed_in(app, "lu")
    ada.submit("/admin/people/change", {"login": "lu", "deed": "end_sessions"})
    assert lu.get("/settings").status_code == 303
    form = {"login": "lu", "deed": "change", "role": "leader", "sees": "U1 U2"}
    assert ada.submit("/admin/people/change", form).status_code == 303
    changed = desk.people.person("lu")
    assert (changed.role, changed.sees) == ("leader", ("U1", "U2"))
    ada.submit("/admin/people/change", {"login": "lu", "deed": "disable"})
    assert desk.people.password_hash("lu") is None
    nothing_to_see = {"login": "lu", "deed": "change", "role": "csm", "sees": " "}
    assert ada.submit("/admin/people/change", nothing_to_see).status_code == 422
    last = ada.submit("/admin/people/change", {"login": "ada", "deed": "disable"})
    assert last.status_code == 422
    assert "only admin" in last.text


def test_a_token_is_shown_once_and_ends_when_it_is_revoked(shop: Web) -> None:
    app, desk = shop
    ada = admin_of(app, desk)
    let_in(desk, "robot", "api")
    form = {"login": "robot", "name": "dashboard", "scope": "read", "days": "7"}
    found = re.search(r"kw_[\w-]{40,}", ada.submit("/admin/tokens", form).text)
    assert found
    assert desk.token_of(found[0], desk.now())
    assert found[0] not in ada.get("/admin/tokens").text
    ada.submit("/admin/tokens/1/revoke")
    assert desk.token_of(found[0], desk.now()) is None
    assert ada.submit("/admin/tokens", form | {"days": "400"}).status_code == 422


def test_the_api_invites_changes_and_makes_tokens(shop: Web) -> None:
    app, desk = shop
    ada = admin_of(app, desk)
    head = with_word(ada)
    wish = {"login": "lu", "role": "leader", "sees": ["U1"]}
    made = ada.send("POST", "/api/v1/users", json=wish, headers=head)
    assert made.status_code == 201
    desk.accept(made.json()["link"].rpartition("/")[2], "Lu", "correct horse battery")
    changed = ada.send("PATCH", "/api/v1/users/lu", json={"sees": []}, headers=head)
    assert changed.json()["user"]["sees"] is None
    refused = ada.send("PATCH", "/api/v1/users/lu", json={"role": "csm"}, headers=head)
    assert refused.status_code == 422
    assert {u["login"] for u in ada.get("/api/v1/users").json()["users"]} == {"ada", "lu"}
    wanted = {"login": "lu", "name": "n", "scopes": ["read"]}
    token = ada.send("POST", "/api/v1/tokens", json=wanted, headers=head)
    assert token.status_code == 201
    assert token.json()["secret"] not in ada.get("/api/v1/tokens").text
    number = token.json()["token"]["id"]
    assert ada.send("DELETE", f"/api/v1/tokens/{number}", headers=head).status_code == 200
    signed_in(app, "lu")
    ended = ada.send("DELETE", "/api/v1/users/lu/sessions", headers=head)
    assert ended.json() == {"login": "lu", "ended": 1}


def test_the_log_is_filtered_paged_and_taken_out(shop: Web) -> None:
    app, desk = shop
    ada = admin_of(app, desk)
    for number in range(120):
        desk.access.note_deed("bot", "=deed", f"thing {number}", {"n": number}, AT)
    first = ada.get("/api/v1/audit?actor=bot&limit=100").json()
    rest = ada.get(f"/api/v1/audit?actor=bot&limit=100&before={first['next']}").json()
    assert [a["details"]["n"] for a in first["lines"] + rest["lines"]] == [*range(119, -1, -1)]
    assert rest["next"] is None
    page = ada.get("/admin/audit?actor=bot&since=2026-11-02&until=2026-11-02").text
    assert "thing 119" in page
    assert "before=" in page
    assert "thing" not in ada.get("/admin/audit?actor=bot&since=2026-11-03").text
    taken = ada.get("/admin/audit/export.csv?text=thing+11").text
    assert taken.count("\r\n") == 12
    assert "'=deed" in taken
    lines = ada.get("/admin/audit/export.jsonl?text=thing+119").text.splitlines()
    assert [json.loads(a)["subject"] for a in lines] == ["thing 119"]
    assert ada.get("/api/v1/audit?action=exported").json()["lines"][0]["subject"] == "audit"


def test_an_edited_log_is_told(shop: Web) -> None:
    app, desk = shop
    ada = admin_of(app, desk)
    assert ada.get("/api/v1/audit/verify").json() == {"is_sound": True, "faults": []}
    with desk.project.state.session(is_writing=True) as session:
        session.execute(text("UPDATE audit_log SET actor = 'mallory' WHERE sequence = 2"))
    assert ada.get("/api/v1/audit/verify").json()["faults"] == [{"sequence": 2, "what": "edited"}]
    assert "1" in ada.get("/admin/audit/verify").text


def test_a_channel_is_tried_and_its_secret_never_shown(
    shop: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, desk = shop
    ada = admin_of(app, desk)
    (desk.project.layout.root / "delivery.yml").write_text(DELIVERY, "utf-8")
    assert "not set" in ada.get("/admin/channels", headers={"Accept-Language": "en"}).text
    unset = ada.submit("/admin/channels/team/trial").text
    assert "KEEPWELL_TEST_HOOK is not set" in unset
    with vendor_servers(lambda: AT) as vendors:
        monkeypatch.setenv("KEEPWELL_TEST_HOOK", vendors.url("slack") + "verysecret")
        shown = ada.submit("/admin/channels/team/trial").text
        assert [c.kind for c in vendors.taken] == ["slack"]
        assert vendors.violations == []
    assert "took the test message" in shown
    assert "verysecret" not in shown + ada.get("/admin/channels").text
    tried = list(desk.audit.lines(AuditFilter(action="channel_tried")))
    assert [a.subject for a in tried] == ["team", "team"]
    with pytest.raises(NotFound, match="no channel"):
        try_channel(desk.project, "other", "", "en", by="ada")


def test_the_settings_of_the_project_are_shown_with_their_keys(shop: Web) -> None:
    app, desk = shop
    shown = admin_of(app, desk).get("/admin/settings").text
    assert "memory_limit_mb" in shown
    assert "keepwell.yml" in shown


def test_an_override_of_the_command_line_stands_in_the_log(
    shop: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, desk = shop
    set_to: list[str] = []
    monkeypatch.setattr(Project, "set_override", lambda _, a, *__: set_to.append(a))
    monkeypatch.setattr(Project, "end_override", lambda *_: None)
    day = AT.date() + timedelta(days=30)
    set_tier_by_hand(desk.project, "A003", "high", reason="called", author="Lu", until=day)
    end_tier_by_hand(desk.project, "A003", author="")
    found = [(a.actor, a.action, a.subject) for a in desk.audit.page(AuditFilter(), None, 2).lines]
    assert found == [("keepwell", "override_ended", "A003"), ("Lu", "override_set", "A003")]
    assert set_to == ["A003"]


def test_both_databases_end_sessions_and_page_the_log_alike(state_database: StateDatabase) -> None:
    with state_database.open() as state:
        people, access, log = SqlPeopleStore(state), SqlAccessStore(state), SqlAuditStore(state)
        later = AT + timedelta(days=1)
        people.invite(Invitation("lu", "", "viewer", (), later, "t"), "h", at=AT)
        lu = people.accept("h", "Lu", "x", at=AT)
        access.open_session(lu, "s", at=AT, expires_at=later)
        assert people.session_counts(AT) == {"lu": 1}
        assert people.end_sessions("lu", by="ada", at=AT) == 1
        assert people.session_counts(AT) == {}
        access.note_deed("ada", "deed", "50%_off", {}, AT)
        access.note_deed("ada", "deed", "50 off", {}, AT)
        first = log.page(AuditFilter(actor="ada", until=later), None, 2)
        assert [a.subject for a in first.lines] == ["50 off", "50%_off"]
        rest = log.page(AuditFilter(actor="ada"), first.next_before, 2)
        assert [a.action for a in rest.lines] == ["sessions_ended"]
        assert [a.subject for a in log.lines(AuditFilter(text="50%_"))] == ["50%_off"]
        assert "sessions_ended" in log.actions()
        assert not log.faults()
        with pytest.raises(NotFound):
            people.end_sessions("nobody", by="ada", at=AT)


def test_a_day_that_cannot_be_followed_is_an_input(shop: Web) -> None:
    app, desk = shop
    answer = admin_of(app, desk).get("/api/v1/audit?until=9999-12-31")
    assert answer.status_code == 422
    with pytest.raises(InputProblem):
        desk.invite("lu", "csm", by="t")
