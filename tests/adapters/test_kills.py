"""SIGKILL at named points of publishing and delivering: no alert is lost, none is told twice.

Between a channel's acceptance and its mark one message may come twice, with the same key.
"""

import os
import random
import shutil
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from keepwell.adapters.channels import InAppChannel
from keepwell.adapters.state import SqlOutboxStore, SqlStateStore, sqlite_url
from keepwell.messages import Answer, DeliverySettings
from keepwell.ports import Channel, Leased
from outbox_world import DAY, START, World, publish
from postgres_server import PostgresServer

TRANSACTIONS = {
    "publish": (SqlStateStore, "publish"),
    "plan": (SqlOutboxStore, "add_plan"),
    "lease": (SqlOutboxStore, "lease"),
    "mark": (SqlOutboxStore, "mark"),
    "inbox": (SqlOutboxStore, "put_inbox"),
}
MOMENTS = ("begun", "first statement", "about to commit", "committed")
POINTS = (*(f"{t}: {m}" for t in TRANSACTIONS for m in MOMENTS), "send: before", "send: after")
# Only here has the channel accepted what is not marked yet.
MAY_REPEAT = {"send: after", *(f"mark: {m}" for m in MOMENTS[:3])}
RUNS, ACCOUNTS = 2, 4
SETTINGS = DeliverySettings.model_validate(
    {
        "channels": [{"channel": "log", "kind": "file"}],
        "defaults": {
            "channels": ["log", "inapp"],
            "quiet": {"start": "00:00", "end": "00:00", "days_off": []},
        },
    }
)


class LogChannel:
    """An outside that remembers every message that it accepted."""

    def __init__(self, path: Path, at: Callable[[str], None]) -> None:
        self._path = path
        self._at = at

    def send(self, leased: Leased) -> Answer:
        self._at("send: before")
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{leased.key}\n")
        self._at("send: after")
        return Answer("accepted")


def work(url: str, log: Path, hours: int, at: Callable[[str], None]) -> World:
    """Publish what is not published yet and deliver, as a schedule would after a restart."""
    with SqlStateStore(url) as state:
        at_work = World(state, {}, SETTINGS, START + timedelta(hours=hours), str(os.getpid()))
        inbox: Channel = InAppChannel(SqlOutboxStore(state), lambda: at_work.now)
        at_work.channels = {"log": LogChannel(log, at), "inapp": inbox}
        for number in range(RUNS):
            if f"r{number}" not in {r.run_id for r in state.runs()}:
                publish(state, f"r{number}", ACCOUNTS, day=DAY + timedelta(days=number))
            at_work.deliver()
    return at_work


@contextmanager
def watched(at: Callable[[str], None]) -> Iterator[None]:
    """Tell `at` every named point of the transactions."""
    inside: list[list[Any]] = []

    def told(moment: str) -> None:
        if inside:
            at(f"{inside[-1][0]}: {moment}")

    def statement(*_: object) -> None:
        if inside and not inside[-1][1]:
            inside[-1][1] = True
            told("first statement")

    patch = pytest.MonkeyPatch()
    for name, (kind, method) in TRANSACTIONS.items():
        patch.setattr(kind, method, _named(name, getattr(kind, method), inside))
    listeners = {
        "after_begin": lambda *_: told("begun"),
        "before_commit": lambda *_: told("about to commit"),
        "after_commit": lambda *_: told("committed"),
    }
    event.listen(Engine, "after_cursor_execute", statement)
    for what, listener in listeners.items():
        event.listen(Session, what, listener)
    # The process dies or ends with its work: nothing has to be taken back.
    yield


def _named(name: str, call: Callable[..., Any], inside: list[list[Any]]) -> Callable[..., Any]:
    def named(*args: Any, **more: Any) -> Any:
        inside.append([name, False])
        try:
            return call(*args, **more)
        finally:
            inside.pop()

    return named


def killed(url: str, log: Path, point: str, time: int) -> bool:
    """Work in a process that kills itself when it is at `point` for the n-th time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        left = [time]

        def at(where: str) -> None:
            left[0] -= where == point
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            with watched(at):
                work(url, log, 0, at)
        except BaseException:  # noqa: BLE001 - the child must end here, whatever happened
            log.with_suffix(".failed").write_text(traceback.format_exc())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert not log.with_suffix(".failed").exists(), log.with_suffix(".failed").read_text()
    return os.WIFSIGNALED(status)


def check(url: str, folder: Path, point: str, time: int) -> bool:
    """Kill once, go on, and look at what reached the outside; say whether it was killed."""
    log = folder / "log.txt"
    log.write_text("")
    was_killed = killed(url, log, point, time)
    work(url, log, 1, lambda _: None)
    reached = log.read_text().split()
    wanted = {f"r{n}/digest/log/U{u}" for n in range(RUNS) for u in range(2)}
    assert set(reached) == wanted, (point, time)
    repeated = len(reached) - len(wanted)
    assert repeated <= (1 if point in MAY_REPEAT else 0), (point, time, reached)
    with SqlStateStore(url) as state:
        store = SqlOutboxStore(state)
        balance = store.balance()
        assert balance.faults == ()
        assert balance.matched == balance.delivered == RUNS * ACCOUNTS
        assert [len(store.inbox(f"U{u}")) for u in range(2)] == [RUNS, RUNS]
    return was_killed


def test_a_kill_at_any_point_loses_nothing_and_repeats_at_most_one_key(tmp_path: Path) -> None:
    chosen = random.Random(20261102)  # noqa: S311 - a seeded sample; the soak takes all points
    empty = tmp_path / "empty.db"
    SqlStateStore(sqlite_url(empty)).close()
    for number, point in enumerate(("send: after", *chosen.sample(POINTS, 6))):
        folder = tmp_path / str(number)
        folder.mkdir()
        shutil.copy(empty, folder / "state.db")
        # The second occurrence of a transaction exists for each of them.
        assert check(sqlite_url(folder / "state.db"), folder, point, chosen.randint(1, 2)), point


@pytest.mark.soak
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_twenty_kills_at_each_point_on_both_databases(
    kind: str, point: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kills = 0
    for number in range(20):
        folder = tmp_path / str(number)
        folder.mkdir()
        if kind == "sqlite":
            url = sqlite_url(folder / "state.db")
        else:
            server: PostgresServer = request.getfixturevalue("postgres_server")
            plain = server.url(database=server.add_database())
            url = plain.replace("postgresql://", "postgresql+psycopg://")
        kills += check(url, folder, point, 1 + number % 2)
    assert kills == 20
