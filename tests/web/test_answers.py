"""Writes that come twice at one moment are done once, on both databases."""

import importlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from keepwell.adapters.state import SqlAccessStore, SqlPeopleStore
from keepwell.ports.people import Answered, Invitation
from keepwell.web.api import answers
from keepwell.wiring.web_desk import WebDesk
from state_databases import StateDatabase
from web.caller import let_in, with_token

AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
Web = tuple[FastAPI, WebDesk]
# The room names the router `inbox`, so the module is asked for by its path.
calls = importlib.import_module("keepwell.web.api.inbox")


def test_of_all_who_take_a_key_at_one_moment_one_gets_it(state_database: StateDatabase) -> None:
    with state_database.open() as state:
        people, store = SqlPeopleStore(state), SqlAccessStore(state)
        until = AT + timedelta(days=1)
        people.invite(Invitation("ada", "", "admin", (), until, "t"), "a" * 64, at=AT)
        person = people.accept("a" * 64, "Ada", "hash", at=AT).id
        gate = threading.Barrier(6)

        def take(_: int) -> Answered | None:
            gate.wait(10)
            return store.claim_answer(person, "k", "r" * 64, AT)

        with ThreadPoolExecutor(6) as pool:
            found = list(pool.map(take, range(6)))
        assert found.count(None) == 1
        assert {f.status for f in found if f} == {0}
        store.keep_answer(person, "k", Answered("r" * 64, 200, "{}"))
        assert store.claim_answer(person, "k", "r" * 64, AT) == Answered("r" * 64, 200, "{}")
        store.release_answer(person, "k")
        assert store.claim_answer(person, "k", "x", AT) is not None, "an answer is no claim"
        assert store.claim_answer(person, "k", "x", AT + timedelta(days=2)) is None


def test_two_equal_writes_at_one_moment_are_done_once_and_answered_alike(
    shop: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, desk = shop
    let_in(desk, "robot", "api")
    secret = desk.add_token("robot", "t", ("read", "write"), 9, by="t")[1]
    done: list[int] = []
    real = calls.do_cta

    def slow(*given: Any, **named: Any) -> Any:
        done.append(1)
        time.sleep(0.15)
        return real(*given, **named)

    monkeypatch.setattr(calls, "do_cta", slow)
    gate = threading.Barrier(3)

    def write(_: int) -> tuple[int, str]:
        robot = with_token(app, secret)
        gate.wait(10)
        answer = robot.post(
            "/api/v1/ctas/1/deeds", json={"deed": "start"}, headers={"Idempotency-Key": "k"}
        )
        return answer.status_code, answer.text

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(write, range(3)))
    assert (len(done), len(set(found)), found[0][0]) == (1, 1, 200)


def test_a_key_whose_write_never_answered_is_refused_and_one_that_was_refused_is_free(
    shop: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, desk = shop
    let_in(desk, "robot", "api")
    robot = with_token(app, desk.add_token("robot", "t", ("write",), 9, by="t")[1])
    head, path = {"Idempotency-Key": "k"}, "/api/v1/ctas/1/deeds"
    wrong = {"deed": "done", "outcome": "no such outcome"}
    for _ in range(2):
        assert robot.post(path, json=wrong, headers=head).status_code == 422
    assert robot.post(path, json={"deed": "start"}, headers=head).status_code == 200
    monkeypatch.setattr(answers, "WAITED_S", 0.0)
    head = {"Idempotency-Key": "dies"}
    for broken, status in ((True, 500), (False, 409)):
        with monkeypatch.context() as patched:
            if broken:
                patched.setattr(calls, "do_cta", lambda *_, **__: 1 / 0)
            answer = robot.post(path, json={"deed": "done"}, headers=head)
        assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] == "key_under_way"
