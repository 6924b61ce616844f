"""SIGKILL at named points of publishing and delivering: no alert is lost, none is told twice.

Between a channel's acceptance and its mark one message may come twice, with the same key.
"""

import os
import random
import signal
import tempfile
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
from keepwell.adapters.state import SqlOutboxStore, SqlStateStore, SqlWarningStore
from keepwell.messages import Answer, DeliverySettings
from keepwell.ports import Channel, Leased
from outbox_world import DAY, START, World, publish
from state_databases import KINDS, StateDatabase, fresh_database

TRANSACTIONS = {
    "publish": (SqlStateStore, "publish"),
    "plan": (SqlOutboxStore, "add_plan"),
    "lease": (SqlOutboxStore, "lease"),
    "mark": (SqlOutboxStore, "mark"),
    "inbox": (SqlOutboxStore, "put_inbox"),
}
# How often each happens in all: two runs, each told to two people on two channels.
TIMES = {"publish": 2, "plan": 2, "lease": 8, "mark": 8, "inbox": 4, "send": 4}
MOMENTS = ("begun", "first statement", "about to commit", "committed")
POINTS = (*(f"{t}: {m}" for t in TRANSACTIONS for m in MOMENTS), "send: before", "send: after")
# Only here has the channel accepted what is not marked yet.
MAY_REPEAT = {"send: after", *(f"mark: {m}" for m in MOMENTS[:3])}
# How a transaction begins and takes its turn is not yet its first statement.
TURNS = ("PRAGMA", "BEGIN", "SELECT pg_advisory_xact_lock")
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


def work(database: StateDatabase, log: Path, hours: int, at: Callable[[str], None]) -> World:
    """Publish what is not published yet and deliver, as a schedule would after a restart."""
    with database.open() as state:
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

    def statement(_connection: object, _cursor: object, said: str, *_: object) -> None:
        if inside and not inside[-1][1] and not said.startswith(TURNS):
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


def killed(database: StateDatabase, log: Path, point: str, time: int) -> bool:
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
                work(database, log, 0, at)
        except BaseException:  # noqa: BLE001 - the child must end here, whatever happened
            log.with_suffix(".failed").write_text(traceback.format_exc())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert not log.with_suffix(".failed").exists(), log.with_suffix(".failed").read_text()
    return os.WIFSIGNALED(status)


def check(database: StateDatabase, folder: Path, point: str, time: int) -> bool:
    """Kill once, go on, and look at what reached the outside; say whether it was killed."""
    log = folder / "log.txt"
    log.write_text("")
    was_killed = killed(database, log, point, time)
    work(database, log, 1, lambda _: None)
    reached = log.read_text().split()
    wanted = {f"r{n}/digest/log/U{u}" for n in range(RUNS) for u in range(2)}
    assert set(reached) == wanted, (point, time)
    repeated = len(reached) - len(wanted)
    assert repeated <= (1 if point in MAY_REPEAT else 0), (point, time, reached)
    with database.open() as state:
        store = SqlOutboxStore(state)
        balance = store.balance()
        assert balance.faults == ()
        assert balance.matched == balance.delivered == RUNS * ACCOUNTS
        assert SqlWarningStore(state).audit_faults() == ()
        assert [len(store.inbox(f"U{u}")) for u in range(2)] == [RUNS, RUNS]
    return was_killed


@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_at_any_point_loses_nothing_and_repeats_at_most_one_key(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # A seeded sample; the soak takes all points.
    chosen = random.Random(f"20261102 {kind}")  # noqa: S311
    for point in ("send: after", *chosen.sample(POINTS, 4)):
        # The second occurrence of a transaction exists for each of them.
        assert killed_once(kind, point, chosen.randint(1, 2), tmp_path, request), point


@pytest.mark.soak
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("kind", KINDS)
def test_twenty_kills_at_each_point_on_both_databases(
    kind: str, point: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    times = TIMES[point.partition(":")[0]]
    kills = [killed_once(kind, point, 1 + n % times, tmp_path, request) for n in range(20)]
    assert kills == [True] * 20


def killed_once(
    kind: str, point: str, time: int, folder: Path, request: pytest.FixtureRequest
) -> bool:
    own = Path(tempfile.mkdtemp(dir=folder))
    found = False
    for database in fresh_database(request, own, kind):
        found = check(database, own, point, time)
    return found
