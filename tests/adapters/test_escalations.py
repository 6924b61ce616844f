"""Escalation through the outbox, on SQLite and PostgreSQL."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from keepwell.adapters.state import SqlStateStore, SqlWarningStore
from keepwell.messages import DeliverySettings, Silence
from keepwell.runs.deliver import plan_delivery
from keepwell.warning import Ending, GateKind
from outbox_world import DAY, START, Scripted, World, publish
from state_databases import StateDatabase

LEVELS = [
    {"level": "remind", "to": ["assigned"], "after_hours": {"high": 2}},
    {"level": "leader", "to": ["leader"], "after_hours": {"high": 4}},
]


@pytest.fixture
def state(state_database: StateDatabase) -> Iterator[SqlStateStore]:
    with state_database.open() as opened:
        yield opened


def told(state: SqlStateStore, kind: GateKind = GateKind.OPEN) -> tuple[World, list[str]]:
    """Return a world whose three alerts were told to U0, U1, U0, and what reaches its channel."""
    publish(state, kind=kind)
    channel = Scripted()
    always = {"start": "00:00", "end": "00:00", "days_off": []}
    settings = DeliverySettings.model_validate(
        {
            "channels": [{"channel": "a", "kind": "file"}],
            "defaults": {"channels": ["a"], "quiet": always},
            "escalation": LEVELS,
        }
    )
    at_work = World(state, {"a": channel}, settings)
    at_work.deliver()
    channel.reached.clear()
    return at_work, channel.reached


def hours_later(at_work: World, hours: float) -> int:
    at_work.now += timedelta(hours=hours)
    return at_work.deliver().planned


def test_what_nobody_acknowledges_escalates_once_at_each_level(state: SqlStateStore) -> None:
    at_work, reached = told(state)
    assert hours_later(at_work, 1.9) == 0
    at_work.store.acknowledge(1, by="U0", at=at_work.now)
    assert hours_later(at_work, 0.1) == 2
    assert hours_later(at_work, 1) == 0
    assert reached == [f"escalation-1-{START.date()}/escalation/a/U{n}" for n in (0, 1)]
    reached.clear()
    at_work.store.acknowledge(2, by="U1", at=at_work.now)
    assert hours_later(at_work, 1) == 1
    assert hours_later(at_work, 100) == 0
    assert reached == [f"escalation-2-{START.date()}/escalation/a/leader"]
    # Each message tells of the alert that was not acknowledged, and of no other.
    newest, *_ = at_work.store.messages()
    assert (newest.person, newest.listed) == ("leader", 1)
    assert [m.kind for m in at_work.store.told(3)] == ["digest", "escalation", "escalation"]
    assert [m.kind for m in at_work.store.told(1)] == ["digest"]


def test_an_answer_between_planning_and_sending_stops_an_escalation(state: SqlStateStore) -> None:
    at_work, reached = told(state)
    at_work.now += timedelta(hours=3)
    drafts = at_work.store.unanswered(at_work.now.date())
    assert [u.notice.id for u in drafts] == [1, 2, 3]
    assert plan_delivery(at_work.postman(), at_work.now) == (2, 0)
    # A second delivery that planned at the same time adds nothing.
    assert plan_delivery(at_work.postman(), at_work.now) == (0, 0)
    for alert_id in (1, 3):
        at_work.store.acknowledge(alert_id, by="U0", at=at_work.now)
    at_work.deliver()
    assert reached == [f"escalation-1-{START.date()}/escalation/a/U1"]


def test_what_ended_was_silenced_or_put_away_does_not_escalate(state: SqlStateStore) -> None:
    at_work, reached = told(state)
    tomorrow = DAY + timedelta(days=1)
    publish(
        state,
        "r2",
        accounts=0,
        day=tomorrow,
        endings=(Ending(f"low:{DAY}:0", "0", "low", "condition"),),
    )
    until = START.date() + timedelta(days=30)
    at_work.store.add_silence(Silence(0, "1", None, None, until, "x"), by="Lin", at=START)
    at_work.store.snooze(3, until, "after the call", by="Lin", at=START)
    assert hours_later(at_work, 50) == 0
    assert reached == []


def test_the_days_of_a_silence_of_the_account_do_not_count(state: SqlStateStore) -> None:
    at_work, reached = told(state)
    for other in (2, 3):
        at_work.store.acknowledge(other, by="U0", at=START)
    until = START.date() + timedelta(days=9)
    at_work.store.add_silence(Silence(0, "0", None, None, until, "x"), by="Lin", at=START)
    # Of another person's account, or of one person alone, a silence stops no clock.
    at_work.store.add_silence(Silence(0, "7", None, None, until, "x"), by="Lin", at=START)
    over = START.replace(hour=0, minute=0, second=0) + timedelta(days=10)
    at_work.now = over + timedelta(hours=1.9)
    assert at_work.deliver().planned == 0
    at_work.now = over + timedelta(hours=2)
    assert at_work.deliver().planned == 1
    assert reached == [f"escalation-1-{over.date()}/escalation/a/U0"]


def test_the_clock_of_an_alert_that_was_put_away_begins_anew_when_it_comes_back(
    state: SqlStateStore,
) -> None:
    at_work, reached = told(state)
    for other in (2, 3):
        at_work.store.acknowledge(other, by="U0", at=START)
    at_work.store.snooze(1, START.date() + timedelta(days=9), "x", by="U0", at=START)
    back = START.date() + timedelta(days=9)
    assert hours_later(at_work, 9 * 24) == 1
    assert hours_later(at_work, 1.9) == 0
    assert hours_later(at_work, 0.1) == 1
    assert hours_later(at_work, 2) == 1
    levels = [f"escalation-{n}-{back}/escalation/a/{who}" for n, who in ((1, "U0"), (2, "leader"))]
    assert reached == [f"again-{back}/reminder/a/U0", *levels]


def test_a_baseline_does_not_escalate(state: SqlStateStore) -> None:
    at_work, reached = told(state, GateKind.BASELINE)
    assert hours_later(at_work, 100) == 0
    assert reached == []


def test_alerts_are_listed_by_whom_they_concern(state: SqlStateStore) -> None:
    at_work, _ = told(state)
    hours_later(at_work, 4)
    listed = SqlWarningStore(state).alerts
    assert [a.id for a in listed(person="U0")] == [1, 3]
    # The leader has no account of their own, and was told of all three.
    assert [a.id for a in listed(person="leader", limit=2)] == [1, 2]
    assert [a.id for a in listed(person="U1", account_id="0")] == []
