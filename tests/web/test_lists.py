"""Lists: work on many accounts with confirmation, columns and views of one's own; the palette."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from keepwell.adapters.state import SqlAccessStore, SqlPagesStore, SqlPeopleStore
from keepwell.ports.people import Invitation
from keepwell.vocabulary import InputProblem
from keepwell.web.listing import COLUMNS, SORTED_BY, USUAL
from keepwell.web.navigation import GO_KEYS, SECTIONS
from keepwell.wiring.web_bulk import ACCOUNTS_AT_MOST
from keepwell.wiring.web_desk import WebDesk
from keepwell.wiring.web_people import acting_desk
from state_databases import StateDatabase
from web.caller import Caller, let_in, signed_in, with_token
from web.portfolio import AT, CANARY

Shop = tuple[FastAPI, WebDesk]


def admin(shop: Shop) -> Caller:
    let_in(shop[1], "ada", "admin")
    return signed_in(shop[0], "ada")


def told(answer: Any) -> str:
    assert answer.status_code == 303, answer.text[:500]
    return str(answer.headers["location"])


def test_ctas_are_opened_for_the_whole_filter_once_it_is_confirmed(shop: Shop) -> None:
    browser, desk = admin(shop), shop[1]
    where = "/accounts/bulk?tier=low&idle_days=30"
    page = browser.submit(where, {"deed": "open", "whole": "1"}).text
    assert "Open a CTA for 12 accounts?" in page
    assert 'action="/accounts/bulk/do?tier=low&amp;idle_days=30"' in page
    wish = {"deed": "open", "whole": "1", "accounts": "12", "reason": "Renewal talk", "owner": "U2"}
    done = "/accounts/bulk/do?tier=low&idle_days=30"
    assert browser.submit(done, {**wish, "accounts": "11"}).status_code == 422, "not as confirmed"
    assert told(browser.submit(done, wish)).endswith("told=open%3A12%3A0")
    assert told(browser.submit(done, wish)).endswith("told=open%3A0%3A12"), "each has one"
    with desk.project.state.session() as session:
        found = text("SELECT count(*), min(owner), max(owner) FROM ctas WHERE reason = :r")
        assert tuple(session.execute(found, {"r": "Renewal talk"}).one()) == (12, "U2", "U2")
        log = text("SELECT details FROM audit_log WHERE action = 'bulk_done' ORDER BY sequence")
        assert '"accounts": 12' in session.execute(log).first()[0]  # type: ignore[index]
    assert "Opened 12 CTAs." in browser.get("/accounts?told=open:12:0").text
    assert "accounts had nothing" not in browser.get("/accounts?told=<b>:1:2").text


def test_ticked_accounts_are_given_a_play_then_assigned_and_put_away(shop: Shop) -> None:
    browser, desk = admin(shop), shop[1]
    picked = {"pick": ["A003", "A006"], "accounts": "2"}
    page = browser.submit("/accounts/bulk", {"deed": "play", "pick": ["A003", "A006"]}).text
    assert "Start a play for 2 accounts?" in page
    wish = {**picked, "deed": "play", "play": "diagnostic_call"}
    assert told(browser.submit("/accounts/bulk/do", wish)).endswith("told=play%3A2%3A0")
    running = {p.account_id for p in acting_desk(desk).plays(("running",), None, 10)}
    assert running == {"A003", "A006"}
    wish = {**picked, "deed": "assign", "owner": "ada"}
    assert told(browser.submit("/accounts/bulk/do", wish)).endswith("told=assign%3A3%3A0")
    nobody = browser.submit("/accounts/bulk/do", {**wish, "owner": "nobody"})
    assert nobody.status_code == 422
    wish = {**picked, "deed": "snooze"}
    assert told(browser.submit("/accounts/bulk/do", wish)).endswith("told=snooze%3A3%3A0")
    assert told(browser.submit("/accounts/bulk/do", wish)).endswith("told=snooze%3A0%3A2")


def test_what_is_ticked_or_filtered_is_exported(shop: Shop) -> None:
    browser = admin(shop)
    ticked = told(browser.submit("/accounts/bulk", {"deed": "export", "pick": ["A003", "A006"]}))
    assert len(browser.get(ticked).text.strip().splitlines()) == 3
    whole = {"deed": "export", "whole": "1"}
    filtered = told(browser.submit("/accounts/bulk?tier=low&idle_days=30", whole))
    assert len(browser.get(filtered).text.strip().splitlines()) == 13
    assert browser.submit("/accounts/bulk", {"deed": "export"}).status_code == 422


def test_nobody_works_on_accounts_out_of_sight_or_on_too_many_at_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, desk = shop
    let_in(desk, "one", "csm", ("U1",))
    one = signed_in(app, "one")
    page = one.submit("/accounts/bulk", {"deed": "open", "pick": [CANARY, "A003"]}).text
    assert "Open a CTA for 1 accounts?" in page
    assert CANARY not in page.replace(f'name="pick" value="{CANARY}"', "")
    wish = {"deed": "open", "pick": [CANARY], "accounts": "1", "reason": "r"}
    assert one.submit("/accounts/bulk/do", wish).status_code == 422
    monkeypatch.setattr("keepwell.wiring.web_bulk.ACCOUNTS_AT_MOST", 59)
    assert ACCOUNTS_AT_MOST == 500
    many = one.submit("/accounts/bulk", {"deed": "open", "whole": "1"})
    assert many.status_code == 422
    assert "60 accounts are more than the 59" in many.text


def test_a_program_works_on_many_and_is_told_what_came_of_it(shop: Shop) -> None:
    let_in(shop[1], "robot", "api")
    robot = with_token(shop[0], shop[1].add_token("robot", "t", ("write",), 9, by="t")[1])
    body = {"deed": "snooze", "accounts": 60, "until": "2099-01-01"}
    done = robot.post("/api/v1/bulk?csm=U1", json=body, headers={"Idempotency-Key": "k"})
    assert done.json() == {"accounts": 60, "ctas": 1, "passed_over": {"no_cta": 59}}
    again = robot.post("/api/v1/bulk?csm=U1", json=body, headers={"Idempotency-Key": "k"})
    assert again.text == done.text


def test_columns_are_chosen_by_each_person_and_stay(shop: Shop) -> None:
    app, desk = shop
    browser = admin(shop)
    assert set(USUAL) | set(SORTED_BY) <= set(COLUMNS)
    browser.submit("/accounts/columns", {"column": ["score", "region", "nonsense", "loss"]})
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', browser.get("/accounts").text, re.S)
    shown = [re.sub(r"<[^>]+>|[↑↓]", "", h).strip() for h in heads]
    assert shown == ["", "Account", "Region", "Score", "Expected loss"]
    let_in(desk, "bob", "viewer")
    page = signed_in(app, "bob").get("/accounts").text
    assert "12 weeks" in page
    assert 'name="pick"' not in page, "a viewer works on nothing"
    browser.submit("/accounts/columns", {})
    assert "12 weeks" in browser.get("/accounts").text


def test_views_are_renamed_and_replaced_and_columns_kept_on_both_databases(
    state_database: StateDatabase,
) -> None:
    with state_database.open() as state:
        people, pages = SqlPeopleStore(state), SqlPagesStore(state)
        SqlAccessStore(state)
        people.invite(Invitation("ada", "", "admin", (), AT.replace(year=2030), "t"), "a", at=AT)
        person = people.accept("a", "Ada", "hash", at=AT).id
        for name, query in (("low", "tier=low"), ("late", "idle_days=30"), ("low", "tier=high")):
            pages.save_view(person, "accounts", name, query, AT)
        views = {v.name: v for v in pages.views(person, "accounts")}
        assert {n: v.query for n, v in views.items()} == {
            "low": "tier=high",
            "late": "idle_days=30",
        }
        pages.rename_view(person, views["low"].id, "best")
        with pytest.raises(InputProblem, match="Another of your views"):
            pages.rename_view(person, views["late"].id, "best")
        pages.choose_columns(person, "accounts", ("score", "tier"), AT)
        pages.choose_columns(person, "accounts", ("loss",), AT)
        assert pages.columns(person, "accounts") == ("loss",)
        pages.choose_columns(person, "accounts", (), AT)
        assert pages.columns(person, "accounts") == ()


def test_a_view_is_renamed_where_it_is_shown_and_over_the_api(shop: Shop) -> None:
    browser = admin(shop)
    browser.submit("/accounts/views", {"name": "Mine", "query": "tier=low"})
    assert 'action="/accounts/views/1/rename"' in browser.get("/accounts?tier=low").text
    back = browser.submit("/accounts/views/1/rename", {"name": "Ours", "query": "tier=low"})
    assert told(back) == "/accounts?tier=low"
    assert ">Ours<" in browser.get("/accounts").text
    assert browser.submit("/accounts/views/1/rename", {"name": " "}).status_code == 422
    robot = with_token(shop[0], shop[1].add_token("ada", "t", ("read", "write"), 9, by="t")[1])
    assert [v["name"] for v in robot.get("/api/v1/views").json()["views"]] == ["Ours"]
    assert robot.send("DELETE", "/api/v1/views/1").json() == {"views": []}


def test_the_palette_finds_pages_accounts_in_sight_and_actions(shop: Shop) -> None:
    app, desk = shop
    browser = admin(shop)
    browser.submit("/settings", {"lang": "en"})

    def found(who: Caller, words: str) -> list[str]:
        page = who.get("/palette", params={"q": words}).text
        return re.findall(r'role="option"[^>]*href="([^"]*)"', page)

    assert found(browser, "plays")[0] == "/plays"
    assert found(browser, "收件箱")[0] == "/inbox", "in either language"
    assert found(browser, "a003") == [
        "/accounts/A003", "/accounts/A003#enrol", "/accounts?q=a003"
    ]  # fmt: skip
    assert "/accounts/A003" in found(browser, "kh003") + found(browser, "kehu003")
    assert f"/accounts/{CANARY}" in found(browser, CANARY)
    let_in(desk, "one", "csm", ("U1",))
    one = signed_in(app, "one")
    assert found(one, CANARY) == [f"/accounts?q={CANARY}"]
    assert "/admin" not in found(one, "")
    let_in(desk, "eve", "viewer")
    eve = signed_in(app, "eve")
    assert "/accounts/export.csv" not in found(eve, "export")
    assert found(eve, "a003") == ["/accounts/A003", "/accounts?q=a003"]
    assert "<script>" not in browser.get("/palette", params={"q": "<script>"}).text


def test_every_page_of_the_side_bar_has_a_key_of_its_own() -> None:
    pages = [name for _, links in SECTIONS for name, _, _ in links]
    assert set(pages) <= set(GO_KEYS)
    assert len(set(GO_KEYS.values())) == len(GO_KEYS)
