"""SIGKILL at named points of publishing and delivering: no alert is lost, none is told twice.

Between a channel's acceptance and its mark one message may come twice, with the same key; so may
an event of a webhook.
"""

import os
import random
import tempfile
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from keepwell.actions import (
    Call,
    Effects,
    PlayBook,
    RunActions,
    TeamSettings,
    WorkWeeks,
    decide_openings,
)
from keepwell.adapters.channels import InAppChannel
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.state import (
    SqlActionStore,
    SqlOutboxStore,
    SqlStateStore,
    SqlWarningStore,
    SqlWebhookStore,
)
from keepwell.messages import Answer, DeliverySettings, EventKind
from keepwell.ports import Channel, CtaFilter, Leased
from keepwell.ports.webhooks import Called, LeasedEvent
from keepwell.runs.send_webhooks import EventSender, send_events
from killing import MOMENTS, Told, killed, points
from outbox_world import DAY, START, World, publish
from state_databases import KINDS, StateDatabase, fresh_database

TRANSACTIONS: dict[str, tuple[type, str]] = {
    "publish": (SqlStateStore, "publish"),
    "plan": (SqlOutboxStore, "add_plan"),
    "lease": (SqlOutboxStore, "lease"),
    "mark": (SqlOutboxStore, "mark"),
    "inbox": (SqlOutboxStore, "put_inbox"),
    "hook lease": (SqlWebhookStore, "lease"),
    "hook mark": (SqlWebhookStore, "mark"),
}
# How often each happens in all: two runs, each told to two people on two channels.
TIMES = {"publish": 2, "plan": 2, "lease": 8, "mark": 8, "inbox": 4, "send": 4}
# Two runs that end, and the CTAs of the first; a lease looks first whether anything is open.
TIMES |= {"hook lease": 8, "hook mark": 6}
POINTS = points(TRANSACTIONS, "send: before", "send: after")
# Only here has the channel accepted what is not marked yet.
MAY_REPEAT = {"send: after", *(f"mark: {m}" for m in MOMENTS[:3])}
MAY_REPEAT_EVENT = {f"hook mark: {m}" for m in MOMENTS[:3]}
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

    def __init__(self, path: Path, at: Told) -> None:
        self._path = path
        self._at = at

    def send(self, leased: Leased) -> Answer:
        self._at("send: before")
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{leased.key}\n")
        self._at("send: after")
        return Answer("accepted")


class LogCaller:
    """An endpoint that remembers every event that it accepted."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def call(self, leased: LeasedEvent) -> Called:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{leased.event.uid}\n")
        return Called(Answer("accepted"), 204, 1)


@cache
def book() -> PlayBook:
    return PlayBook(load_library(), WorkWeeks())


def actions(state: SqlStateStore, day: date) -> RunActions:
    """Return the CTAs and plays that the alerts of a day open."""
    facts = {"csm_id": "U0", "effective_tier": "low", "account_size_segment": "Large"}
    keys = {str(n): f"low:{day}:{n}" for n in range(ACCOUNTS)}
    calls = [
        Call(account, "risk", "low", "high", "alert_follow_up", facts, alert=key)
        for account, key in keys.items()
    ]
    known = SqlActionStore(state).work(list(keys.values()), day)
    opened = decide_openings(calls, known, TeamSettings(), book(), day, "usual")
    return RunActions(day, opened, Effects())


def work(database: StateDatabase, log: Path, hours: int, at: Told) -> None:
    """Publish what is not published yet and deliver, as a schedule would after a restart."""
    with database.open() as state:
        at_work = World(state, {}, SETTINGS, START + timedelta(hours=hours), str(os.getpid()))
        inbox: Channel = InAppChannel(SqlOutboxStore(state), lambda: at_work.now)
        at_work.channels = {"log": LogChannel(log, at), "inapp": inbox}
        for number in range(RUNS):
            if f"r{number}" not in {r.run_id for r in state.runs()}:
                day = DAY + timedelta(days=number)
                publish(state, f"r{number}", ACCOUNTS, day=day, actions=actions(state, day))
            at_work.deliver()
            send_events(sender_of(at_work, log.with_name("events.txt")))


def sender_of(world: World, log: Path) -> EventSender:
    """Return what sends events in a world, by its clock."""
    store, caller = SqlWebhookStore(world.state), LogCaller(log)
    return EventSender(store, caller, 5, world.owner, lambda: world.now, world.sleep, lambda: 1.0)


def check(database: StateDatabase, folder: Path, point: str, time: int) -> bool:
    """Kill once, go on, and look at what reached the outside; say whether it was killed."""
    log = folder / "log.txt"
    log.write_text("")
    with database.open() as state:
        wanted_events: tuple[EventKind, ...] = ("run.finished", "cta.opened")
        SqlWebhookStore(state).add("https://a.test/", wanted_events, "", "-", by="t", at=START)
    was_killed = killed(TRANSACTIONS, lambda at: work(database, log, 0, at), point, time, folder)
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
        require_each_cta_once(SqlActionStore(state))
        require_each_event_once(state, folder / "events.txt", point)
    return was_killed


def require_each_event_once(state: SqlStateStore, log: Path, point: str) -> None:
    """Each fact has one event, and each event arrived, one of them perhaps twice."""
    found = SqlWebhookStore(state).deliveries(1)
    assert {d.status for d in found} == {"delivered"}
    assert Counter(d.event.kind for d in found) == {"run.finished": RUNS, "cta.opened": ACCOUNTS}
    arrived = log.read_text().split()
    assert set(arrived) == {d.event.uid for d in found}, point
    assert len(arrived) - len(found) <= (1 if point in MAY_REPEAT_EVENT else 0), point


def require_each_cta_once(store: SqlActionStore) -> None:
    """The second run's alerts join the CTA that the first one's opened."""
    found = store.ctas(CtaFilter(limit=100))
    assert Counter(c.account_id for c in found) == Counter(map(str, range(ACCOUNTS)))


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
