"""SIGKILL at named points of journeys: no step is lost, none reaches anybody twice.

Between a mailer's acceptance and its mark one mail may come twice, with the same key.
"""

import os
import random
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest

from journeys.world import START, World, two_mails
from keepwell.adapters.state import SqlJourneyStore, SqlWarningStore
from keepwell.journeys import Letter
from keepwell.messages import Answer
from keepwell.ports.journeys import Dispatched, LeasedSend
from killing import MOMENTS, Told, killed, points
from state_databases import KINDS, StateDatabase, fresh_database

TRANSACTIONS: dict[str, tuple[type, str]] = {
    "plan": (SqlJourneyStore, "apply"),
    "lease": (SqlJourneyStore, "lease"),
    "mark": (SqlJourneyStore, "mark"),
}
# How often each happens in all: on three days the journey goes on, two accounts get two mails.
TIMES = {"plan": 3, "lease": 4, "mark": 4, "send": 4}
POINTS = points(TRANSACTIONS, "send: before", "send: after")
MAY_REPEAT = {"send: after", *(f"mark: {m}" for m in MOMENTS[:3])}
PEOPLE = {"A0": "p0@example.com", "A1": "p1@example.com"}


class LogMailer:
    """An outside that remembers every mail that it accepted."""

    def __init__(self, path: Path, at: Told) -> None:
        self._path = path
        self._at = at

    def send(
        self, leased: LeasedSend, letter: Letter, address: str, opt_out_link: str | None
    ) -> Dispatched:
        assert letter.subject
        assert opt_out_link is None
        self._at("send: before")
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{leased.send.key} {address}\n")
        self._at("send: after")
        return Dispatched(Answer("accepted"))


def work(database: StateDatabase, log: Path, hours: int, at: Told) -> None:
    """Lead the accounts through the journey, three days apart, from wherever they are."""
    with database.open() as state:
        world = World(state, (two_mails("j"),), PEOPLE, owner=str(os.getpid()))
        world.mailer = LogMailer(log, at)
        for number in range(3):
            world.now = START + timedelta(days=3 * number, hours=hours)
            world.run()


def check(database: StateDatabase, folder: Path, point: str, time: int) -> bool:
    """Kill once, go on, and look at what reached people; say whether it was killed."""
    log = folder / "log.txt"
    log.write_text("")
    was_killed = killed(TRANSACTIONS, lambda at: work(database, log, 0, at), point, time, folder)
    work(database, log, 1, lambda _: None)
    reached = log.read_text().splitlines()
    assert len({line.split(" ")[0] for line in reached}) == len(set(reached)) == 4, (point, time)
    repeated = len(reached) - 4
    assert repeated <= (1 if point in MAY_REPEAT else 0), (point, time, reached)
    with database.open() as state:
        store = SqlJourneyStore(state)
        (count,) = store.counts()
        assert count.steps["first"] == count.steps["second"] == {"delivered": 2}
        assert [len(store.feed(a)) for a in PEOPLE] == [1, 1]
        assert SqlWarningStore(state).audit_faults() == ()
    return was_killed


@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_at_any_point_of_a_journey_repeats_at_most_one_key(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    # A seeded sample; the soak takes all points.
    chosen = random.Random(f"20261130 {kind}")  # noqa: S311
    for point in ("send: after", *chosen.sample(POINTS, 2)):
        assert killed_once(kind, point, chosen.randint(1, 2), tmp_path, request), point


@pytest.mark.soak
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("kind", KINDS)
def test_twenty_kills_at_each_point_of_a_journey(
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
