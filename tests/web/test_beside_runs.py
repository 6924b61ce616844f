"""Requests go on while runs are published and messages are settled: no fault, no lock, no wait."""

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI

from keepwell.adapters.state import SqlAccessStore, SqlOutboxStore
from keepwell.ports import RunRecord
from keepwell.ports.pages import StagedPages
from keepwell.ports.people import Looked
from keepwell.web.app import create_app
from keepwell.wiring import Project
from keepwell.wiring.web_desk import WebDesk, web_desk
from state_databases import StateDatabase
from web.caller import HOST, let_in, signed_in
from web.portfolio import AS_OF, AT, account, bare_project, header, staged

SECONDS = 30.0 if os.environ.get("KEEPWELL_SOAK") else 2.0
PATHS = (
    "/", "/accounts?tier=low&sort=loss", "/accounts/A003", "/inbox", "/matrix",
    "/api/v1/accounts", "/api/v1/accounts/A006", "/api/v1/inbox",
)  # fmt: skip


class Beside:
    """Work that is repeated in threads until the time is over; its first failure is told."""

    def __init__(self) -> None:
        self.until = time.monotonic() + SECONDS
        self.turns: list[str] = []
        self.failures: list[str] = []

    def repeat(self, name: str, work: Callable[[int], None]) -> threading.Thread:
        def go() -> None:
            turn = 0
            while time.monotonic() < self.until and not self.failures:
                try:
                    work(turn)
                except Exception as problem:  # noqa: BLE001 - told by the test
                    self.failures.append(f"{name}: {problem!r}")
                self.turns.append(name)
                turn += 1

        thread = threading.Thread(target=go, name=name)
        thread.start()
        return thread


def _publishing(desk: WebDesk) -> Callable[[int], None]:
    tiers = ("low", "medium", "high")
    rows = [account(n, "U1", tiers[n % 3]) for n in range(1, 1500)]

    def publish(turn: int) -> None:
        run = RunRecord(f"n{turn}", AS_OF, AT, "published", (), len(rows), "c", f"i{turn}")
        pages = StagedPages(header(f"n{turn}"), rows)
        desk.project.state.publish(run, (), None, pages)

    return publish


def _settling(desk: WebDesk) -> Callable[[int], None]:
    outbox, access = SqlOutboxStore(desk.project.state), SqlAccessStore(desk.project.state)

    def settle(turn: int) -> None:
        if turn % 2:
            outbox.take_back(1, by="storm", at=AT)
        else:
            outbox.acknowledge(1, by="storm", at=AT)
        access.note_views([Looked(AT, "storm", "account", f"A{turn}")])

    return settle


def _asking(app: FastAPI, start: int) -> Callable[[int], None]:
    browser = signed_in(app, "ada")
    word = browser.csrf()

    def ask(turn: int) -> None:
        if turn % 5 == 4:
            form = {"theme": ("dark", "light")[turn % 2], "_csrf": word}
            answer = browser.post("/settings", form, headers={"Origin": HOST})
        else:
            answer = browser.get(PATHS[(turn + start) % len(PATHS)])
        assert answer.status_code < 400, f"{answer.request.url}: {answer.status_code}"
        assert "locked" not in answer.text

    return ask


def test_requests_go_on_beside_runs_and_a_storm_of_messages(
    state_database: StateDatabase, state_file: Path, tmp_path: Path
) -> None:
    project = Project(bare_project(tmp_path / "p", state_file))
    with state_database.open() as state:
        project.__dict__["state"] = state
        desk = web_desk(project)
        staged(desk)
        let_in(desk, "ada", "admin")
        app = create_app(desk)
        askers = [_asking(app, n) for n in range(3)]
        beside = Beside()
        works = {"publish": _publishing(desk), "settle": _settling(desk)}
        works |= {f"ask {n}": ask for n, ask in enumerate(askers)}
        for thread in [beside.repeat(name, work) for name, work in works.items()]:
            thread.join(SECONDS + 60)
            assert not thread.is_alive(), f"{thread.name} waits for ever"
    assert not beside.failures
    assert set(beside.turns) == set(works)
