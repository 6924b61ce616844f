"""What the pages and calls show and do: lists, pages by key, exports, deeds, repeated writes."""

import io
import json
import re

import openpyxl
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from keepwell.adapters.state import SqlPagesStore
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.ports.pages import SORTS, AccountFilter, Scope, SortKey, StagedPages
from keepwell.web.exporting import harmless
from keepwell.wiring.web_desk import WebDesk
from keepwell.wiring.web_people import acting_desk
from state_databases import StateDatabase
from web.caller import HOST, Caller, let_in, signed_in, with_token
from web.portfolio import CANARY, account, header, rows

Shop = tuple[FastAPI, WebDesk]
ALL = Scope(None)


def admin(shop: Shop) -> Caller:
    let_in(shop[1], "ada", "admin")
    return signed_in(shop[0], "ada")


def program(shop: Shop) -> Caller:
    let_in(shop[1], "robot", "api")
    return with_token(shop[0], shop[1].add_token("robot", "t", ("read", "write"), 9, by="t")[1])


@pytest.mark.parametrize("sort", SORTS)
def test_pages_by_key_hold_every_row_once_in_both_directions(
    state_database: StateDatabase, sort: SortKey
) -> None:
    with state_database.open() as state:
        store = SqlPagesStore(state)
        store.replace(StagedPages(header(), rows()))
        for is_descending in (False, True):
            ids: list[str] = []
            key: str | None = ""
            page = None
            while key is not None:
                page = store.accounts(
                    ALL, AccountFilter(), sort=sort, is_descending=is_descending, key=key, limit=17
                )
                assert page.position == len(ids)
                ids += [a.account_id for a in page.accounts]
                key = page.after
            assert page
            back = [a.account_id for a in page.accounts]
            while page.before is not None:
                page = store.accounts(
                    ALL,
                    AccountFilter(),
                    sort=sort,
                    is_descending=is_descending,
                    key=page.before,
                    limit=17,
                )
                back = [a.account_id for a in page.accounts] + back
            assert (len(set(ids)), page.position) == (61, 0)
            assert back == ids


def test_an_account_is_found_by_pinyin_initials_id_and_words_in_any_order(shop: Shop) -> None:
    desk = shop[1]
    made = account(70, "U1", "low", name="栖川冷链 Group 100%")
    desk.pages.replace(StagedPages(header("r2"), [*rows(), made]))
    for words in ("qcll", "qichuan", "冷链", "a070", "group 冷链", "100%"):
        found = desk.pages.accounts(ALL, AccountFilter(text=words), sort="name")
        assert [a.account_id for a in found.accounts] == ["A070"], words
    assert desk.pages.count(ALL, AccountFilter(text="%")) == 1
    assert desk.pages.count(ALL, AccountFilter(text="_")) == 0


def test_a_filter_narrows_lists_counts_and_exports_alike(shop: Shop) -> None:
    browser = admin(shop)
    query = "tier=low&idle_days=30"
    listed = browser.get(f"/api/v1/accounts?{query}&limit=200").json()
    tiers = browser.get(f"/api/v1/tiers?{query}").json()["tiers"]
    lines = browser.get(f"/accounts/export.csv?{query}").text.strip().splitlines()
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/accounts/export.xlsx?{query}").content))
    assert listed["total"] == len(listed["accounts"]) == 12
    assert [(t["name"], t["accounts"]) for t in tiers] == [("low", 12)]
    assert len(lines) == book["accounts"].max_row == 13


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_exported_cell_runs_as_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("key", ["x", "W10", "WyJuYW1lIl0", "eyJhIjoxfQ", "\u00e9"])
def test_a_key_that_no_page_gave_out_is_refused(shop: Shop, key: str) -> None:
    answer = program(shop).get("/api/v1/accounts", params={"key": key})
    assert answer.status_code == 422
    assert answer.json()["error"]["cure"]


def test_what_was_looked_at_and_exported_stands_in_the_log(shop: Shop) -> None:
    browser, desk = admin(shop), shop[1]
    browser.get("/accounts/A003")
    browser.get("/accounts/export.csv?tier=low")
    assert desk.views.flush() == 1
    with desk.project.state.session() as session:
        found = session.execute(text("SELECT actor, action, details FROM audit_log"))
        lines = [(who, what, json.loads(details)) for who, what, details in found]
    assert ("ada", "viewed", {"pages": ["account"], "accounts": ["A003"], "views": 1}) in lines
    assert [d["rows"] for _, what, d in lines if what == "exported"] == [21]


def test_an_item_is_completed_and_brought_back_by_one_press_each(shop: Shop) -> None:
    browser, desk = admin(shop), shop[1]
    page = browser.get("/inbox?whose=all&item=cta-1").text
    assert 'action="/inbox/cta-1"' in page
    done = browser.submit("/inbox/cta-1", {"deed": "done", "whose": "all"})
    assert done.status_code == 303
    after = browser.get(done.headers["location"]).text
    assert 'value="undo_done"' in after
    assert "cta-1&" not in after.split("ib-item")[0]
    browser.submit("/inbox/cta-1", {"deed": "undo_done", "whose": "all"})
    assert acting_desk(desk).show(1).cta.state.status == "new"
    browser.submit("/inbox/alert-1", {"deed": "acknowledge", "whose": "all"})
    assert "alert-1" not in browser.get("/inbox?whose=all").text
    browser.submit("/inbox/alert-1", {"deed": "undo_alert", "whose": "all"})
    assert "alert-1" in browser.get("/inbox?whose=all").text


def test_an_inbox_names_no_account_that_a_machine_answers_and_gives_alerts_on_plans_a_title(
    shop: Shop,
) -> None:
    browser, desk = admin(shop), shop[1]
    with desk.project.state.session(is_writing=True) as session:
        alert = session.get_one(AlertRow, 1)
        alert.facts, alert.trigger = {"told_as": "count"}, "plan:review_due"
    assert "alert-1" not in browser.get("/inbox?whose=all").text
    with desk.project.state.session(is_writing=True) as session:
        session.get_one(AlertRow, 1).facts = {"told_to": ["U1"]}
    page = browser.get("/inbox?whose=all&item=alert-1").text
    assert "Business review due" in page
    assert "plan:review_due" not in page


def test_the_same_key_gets_the_same_answer_and_is_done_once(shop: Shop) -> None:
    robot, desk = program(shop), shop[1]
    headers = {"Idempotency-Key": "k1"}
    body = {"deed": "start"}
    first = robot.post("/api/v1/ctas/1/deeds", json=body, headers=headers)
    again = robot.post("/api/v1/ctas/1/deeds", json=body, headers=headers)
    assert (first.status_code, first.text) == (200, again.text)
    assert [e.move for e in acting_desk(desk).show(1).events].count("start") == 1
    other = robot.post("/api/v1/ctas/1/deeds", json={"deed": "done"}, headers=headers)
    assert other.status_code == 409
    without = robot.post("/api/v1/ctas/1/deeds", json=body)
    assert (without.status_code, without.json()["error"]["code"]) == (422, "illegal_move")


def test_an_account_that_did_not_change_is_not_sent_again(shop: Shop) -> None:
    robot = program(shop)
    first = robot.get("/api/v1/accounts/A003")
    tag = first.headers["etag"]
    assert robot.get("/api/v1/accounts/A003", headers={"If-None-Match": tag}).status_code == 304
    other = robot.get("/api/v1/accounts/A006").headers["etag"]
    assert other != tag


def test_saved_views_are_ones_own(shop: Shop) -> None:
    app, desk = shop
    browser = admin(shop)
    browser.submit("/accounts/views", {"name": "Mine <b>", "query": "tier=low&key=abc"})
    assert "Mine &lt;b&gt;" in browser.get("/accounts").text
    assert "tier=low" in desk.pages.views(1, "accounts")[0].query
    let_in(desk, "bob", "admin")
    bob = signed_in(app, "bob")
    assert "Mine" not in bob.get("/accounts").text
    assert bob.submit("/accounts/views/1/drop").status_code == 404


def test_a_longer_text_than_any_field_takes_is_refused_not_cut(shop: Shop) -> None:
    robot = program(shop)
    assert robot.get("/api/v1/accounts", params={"q": "x" * 201}).status_code == 422
    assert robot.get("/api/v1/accounts", params={"tier": ["low'; DROP TABLE people; --"]}).json()[
        "total"
    ] == 0  # fmt: skip


def test_both_languages_and_every_page_of_a_full_and_an_empty_project(
    shop: Shop, bare: tuple[FastAPI, WebDesk]
) -> None:
    browser = admin(shop)
    for lang, word in (("zh", "客户"), ("en", "Accounts")):
        browser.submit("/settings", {"lang": lang})
        for path in ("/", "/?period=week", "/accounts", "/accounts/A003", "/inbox", "/matrix",
                     "/matrix?industry=制造&size=Large", "/settings", "/value", "/forecast",
                     "/accounts?on_list=quiet&group=high_value&contribution_tier=1"):  # fmt: skip
            answer = browser.get(path)
            assert answer.status_code == 200, (path, answer.text[:500])
            assert word in answer.text
            assert not re.search(r"\{\{|\}\}|None</", answer.text), path


def test_a_project_without_a_run_says_what_to_do(bare: tuple[FastAPI, WebDesk]) -> None:
    let_in(bare[1], "boss", "leader")
    browser = signed_in(bare[0], "boss")
    for path in ("/", "/accounts", "/inbox", "/matrix", "/value", "/forecast"):
        assert browser.get(path).status_code == 200, path
    assert "keepwell run" in browser.get("/").text
    # Who may set it up is led there.
    assert admin(bare).get("/").headers["location"] == "/start"


def test_hostile_names_stay_text(shop: Shop) -> None:
    browser, desk = admin(shop), shop[1]
    name = """<script>alert(1)</script>"'><img src=x onerror=alert(1)>""" + "长" * 200
    made = account(71, "U1", "low", name=name)
    desk.pages.replace(StagedPages(header("r3"), [*rows(), made]))
    for path in ("/accounts?sort=amount", "/accounts/A071", f"/accounts?q={CANARY}&tier=<b>"):
        answer = browser.get(path, headers={"Origin": HOST})
        assert "<script>alert" not in answer.text
        assert "<img" not in answer.text
        assert "tier=<b>" not in answer.text


def test_every_call_of_the_api_says_how_it_may_be_refused(shop: Shop) -> None:
    described = program(shop).get("/api/v1/openapi.json").json()
    calls = [
        (path, method, call["responses"])
        for path, methods in described["paths"].items()
        if path.startswith("/api/")
        for method, call in methods.items()
    ]
    assert len(calls) >= 13
    for path, method, responses in calls:
        for status in ("401", "403", "404", "422"):
            shape = responses[status]["content"]["application/json"]["schema"]["$ref"]
            assert shape.endswith("/ErrorAnswer"), (path, method, status)
