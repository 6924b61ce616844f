"""What the CSM does from day to day: plays, plans with gates, reviews, help, owners of work."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from keepwell.adapters.state import SqlPlanStore, SqlWorkPages
from keepwell.ports.pages import Scope
from keepwell.wiring.web_desk import WebDesk
from keepwell.wiring.web_people import acting_desk
from web.caller import Caller, let_in, signed_in, with_token
from web.care import cared_for, run_again
from web.clock import Standing
from web.portfolio import AS_OF, CANARY

Shop = tuple[FastAPI, WebDesk]
TEN = datetime(2026, 11, 2, 10, tzinfo=UTC)


@pytest.fixture
def clock(shop: Shop) -> Standing:
    """Give the clock of the project: ten in the morning of the day after the run."""
    made = Standing(TEN)
    shop[1].project.clock = made
    return made


def admin(shop: Shop) -> Caller:
    let_in(shop[1], "ada", "admin")
    return signed_in(shop[0], "ada")


def test_the_suggested_play_is_started_and_taken_back_by_one_press_each(
    shop: Shop, clock: Standing
) -> None:
    browser, desk = admin(shop), shop[1]
    with desk.project.state.session(is_writing=True) as session:
        session.execute(text("UPDATE alerts SET trigger = 'health_low' WHERE id = 1"))
    page = browser.get("/inbox?whose=all&item=alert-1").text
    chosen = re.search(r'<select[^>]*name="play".*?<option value="(\w+)"', page, re.S)
    assert chosen
    assert chosen[1] == "alert_follow_up"
    form = {"deed": "play", "play": chosen[1], "whose": "all"}
    answer = browser.submit("/inbox/alert-1", form)
    opened = re.search(r"item=cta-(\d+).*was=(\d+)", answer.headers["location"])
    assert opened, answer.headers["location"]
    shown = browser.get(answer.headers["location"]).text
    assert "alert-1" not in shown, "the CTA answers the alert"
    assert 'value="undo_play"' in shown
    assert acting_desk(desk).play(int(opened[2])).play.status == "running"
    browser.submit(f"/inbox/cta-{opened[1]}", {"deed": "undo_play", "was": opened[2]})
    assert acting_desk(desk).play(int(opened[2])).play.status == "stopped"


def test_work_goes_to_people_whom_the_project_knows_and_to_nobody_else(shop: Shop) -> None:
    browser, desk = admin(shop), shop[1]
    given = browser.submit("/inbox/cta-1", {"deed": "assign", "owner": "U2", "whose": "all"})
    assert "did=assign" in given.headers["location"]
    assert "was=U1" in given.headers["location"]
    assert 'value="undo_assign"' in browser.get(given.headers["location"]).text
    browser.submit("/inbox/cta-1", {"deed": "undo_assign", "was": "U1"})
    assert acting_desk(desk).show(1).cta.owner == "U1"
    for nobody in ("U-2", "", "<b>"):
        refused = browser.submit("/inbox/cta-1", {"deed": "assign", "owner": nobody})
        assert refused.status_code == 422, nobody
    robot = with_token(shop[0], desk.add_token("ada", "t", ("write",), 9, by="t")[1])
    assert robot.send("PUT", "/api/v1/ctas/1/owner", json={"owner": "U3"}).status_code == 422
    assert robot.send("PUT", "/api/v1/ctas/1/owner", json={"owner": "ada"}).status_code == 200
    assert acting_desk(desk).show(1).cta.owner == "ada"


def test_the_last_step_that_is_ticked_ends_its_play(shop: Shop) -> None:
    browser, desk = admin(shop), shop[1]
    cared_for(desk)
    page = browser.get("/plays/running?whose=all").text
    # Page by page: nothing is left out however many run.
    first = browser.get("/api/v1/plays?limit=1").json()
    last = browser.get(f"/api/v1/plays?limit=1&key={first['next']}").json()
    assert [p["id"] for p in (*first["plays"], *last["plays"])] == [1, 2]
    assert last["next"] is None
    second = browser.get(f"/plays/running?whose=all&key={first['next']}").text
    assert re.findall(r'action="/plays/(\d+)/stop"', second) == ["2"]
    assert f"key={first['next']}" in second
    assert browser.get("/api/v1/plays?key=x").status_code == 422
    tasks = re.findall(r'action="/tasks/(\d+)"', page.split('action="/plays/2/stop"')[0])
    mine = [t.id for t in acting_desk(desk).play(1).tasks]
    assert set(map(str, mine)) <= set(tasks)
    for task in mine:
        form = {"deed": "done", "back": "/plays/running?whose=all"}
        answer = browser.submit(f"/tasks/{task}", form)
        assert answer.headers["location"] == "/plays/running?whose=all"
    assert acting_desk(desk).play(1).play.status == "finished"
    assert browser.submit(f"/tasks/{mine[0]}", {"deed": "reopen"}).status_code == 422


def test_an_account_is_enrolled_and_its_first_gate_judged_by_the_run_of_its_day(
    shop: Shop, clock: Standing
) -> None:
    browser, desk = admin(shop), shop[1]
    form = {"template": "rescue_90d", "goal": "Exports must not fail"}
    opened = browser.submit("/accounts/A003/plans", form)
    assert opened.headers["location"] == "/plans/1"
    assert browser.submit("/accounts/A003/plans", form).status_code == 422, "one of a kind"
    gate = {"verdict": "judge"}
    early = browser.submit("/plans/1/gates/1", gate)
    assert early.status_code == 422
    assert "does not speak for 2026-12-02" in early.text
    assert browser.submit("/plans/1/milestones/plan_agreed", {"status": "done"}).status_code == 303
    clock.at += timedelta(days=30)
    run_again(desk, "low", score_micro=41_000_000)
    browser = signed_in(shop[0], "ada")
    assert 'value="judge"' in browser.get("/plans/1").text
    browser.submit("/plans/1/gates/1", gate)
    plan = SqlPlanStore(desk.project.state).plan(1)
    assert (plan.gates[0].status, plan.gates[0].by, plan.gates[0].run_id) == ("passed", "ada", "r2")
    board = {c.stage: c.accounts for c in SqlWorkPages(desk.project.state).board(Scope(None), 5)}
    assert board == {"saving": 1}


def test_a_gate_that_the_data_leave_open_is_passed_by_a_person_with_evidence(
    shop: Shop, clock: Standing
) -> None:
    browser, desk = admin(shop), shop[1]
    browser.submit("/accounts/A003/plans", {"template": "rescue_90d", "goal": "g"})
    browser.submit("/plans/1/milestones/plan_agreed", {"status": "done"})
    wish = {"verdict": "passed", "reason": "The sponsor wrote that it is done"}
    assert browser.submit("/plans/1/gates/1", wish).status_code == 422, "the snapshot judges"
    clock.at += timedelta(days=30)
    run_again(desk, "unknown", score_micro=None)
    browser = signed_in(shop[0], "ada")
    browser.submit("/plans/1/gates/1", {"verdict": "judge"})
    page = browser.get("/plans/1").text
    assert 'value="passed"' in page
    assert browser.submit("/plans/1/gates/1", {**wish, "reason": ""}).status_code == 422
    browser.submit("/plans/1/gates/1", wish)
    gate = SqlPlanStore(desk.project.state).plan(1).gates[0]
    assert (gate.status, gate.by, gate.reason) == ("passed", "ada", wish["reason"])


def test_a_review_that_was_held_moves_the_next_one_a_cadence_on(
    shop: Shop, clock: Standing
) -> None:
    browser, desk = admin(shop), shop[1]
    robot = with_token(shop[0], desk.add_token("ada", "t", ("read", "write"), 9, by="t")[1])
    due = {r["account_id"]: r["due"] for r in robot.get("/api/v1/reviews").json()["reviews"]}
    assert "A003" in due
    assert "2026-11-02" <= min(due.values()) <= max(due.values()) <= "2026-12-14"
    assert "A003" in browser.get("/plays/reviews").text
    browser.submit("/accounts/A003/reviews")
    later = {r["account_id"]: r["due"] for r in robot.get("/api/v1/reviews").json()["reviews"]}
    assert "A003" not in later, "due 45 days after today"
    assert {a: d for a, d in due.items() if a != "A003"} == later
    assert browser.submit("/accounts/A003/reviews").status_code == 422


def test_a_help_request_shows_its_clock_in_the_readers_time_zone(
    shop: Shop, clock: Standing
) -> None:
    browser = admin(shop)
    form = {"team": "support", "urgency": "urgent", "text": "Exports fail"}
    assert browser.submit("/accounts/A003/help", form).status_code == 303
    page = browser.get("/plays/help").text
    assert "2 Nov 12:00" in page, "two working hours after ten"
    browser.submit("/settings", {"time_zone": "Europe/Berlin"})
    assert "2 Nov 13:00" in browser.get("/plays/help").text
    clock.at += timedelta(hours=5)
    assert "late by 3.0 working hours" in browser.get("/plays/help").text
    browser.submit("/help/1", {"status": "accepted"})
    assert "solution · urgent" in browser.get("/plays/help").text
    browser.submit("/help/1", {"status": "solved"})
    assert "Exports fail" not in browser.get("/plays/help").text


def test_a_stage_moves_as_its_rules_say(shop: Shop) -> None:
    browser = admin(shop)
    wish = {"stage": "at_risk", "reason": "The sponsor left"}
    assert browser.submit("/accounts/A003/stage", wish).status_code == 303
    assert "At risk" in browser.get("/plays").text
    for stage in ("saving", "lost", "nonsense"):
        refused = browser.submit("/accounts/A003/stage", {**wish, "stage": stage})
        assert refused.status_code == 422, stage


def test_every_tab_shows_what_is_in_sight_in_both_languages_and_what_to_do_when_empty(
    shop: Shop,
) -> None:
    app, desk = shop
    browser = admin(shop)
    tabs = ("", "/plans", "/plans?status=closed", "/running?whose=all", "/reviews", "/help")
    for lang in ("zh", "en"):
        browser.submit("/settings", {"lang": lang})
        for tab in tabs:
            assert browser.get(f"/plays{tab}").status_code == 200, tab
    cared_for(desk)
    for tab in ("", "/plans", "/running?whose=all", "/help"):
        assert CANARY in browser.get(f"/plays{tab}").text, tab
    let_in(desk, "one", "csm", ("U1",))
    one = signed_in(app, "one")
    assert len(one.get("/api/v1/plans").json()["plans"]) == 1
    assert "客户003" in one.get("/plays/plans").text
    assert AS_OF.isoformat() == one.get("/api/v1/plans/1").json()["plan"]["started_on"]
