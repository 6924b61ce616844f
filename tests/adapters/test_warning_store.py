"""Alerts, gates, transitions and the audit log as stored, on both databases."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import event, text

from keepwell.adapters.state import SqlStateStore, SqlWarningStore
from keepwell.adapters.state.transition_rows import add_transitions
from keepwell.ports import RunRecord, RunWarning, WarningStore
from keepwell.vocabulary import NotFound
from keepwell.warning import (
    TRANSITION_KINDS,
    AlarmState,
    Cause,
    Decisions,
    Gate,
    GateKind,
    GateReason,
    Split,
    StoredAlarm,
    Transition,
)
from outbox_world import DAY, START, publish
from state_databases import StateDatabase


@pytest.fixture
def state(state_database: StateDatabase) -> Iterator[SqlStateStore]:
    with state_database.open() as opened:
        yield opened


def _published(state: SqlStateStore, run_id: str, day: date, *found: Transition) -> None:
    alarm = StoredAlarm(AlarmState(True, day, 2), AlarmState(False, None, 0), day)
    decisions = Decisions((), (), {("客户 1", "low"): alarm}, 0)
    record = RunRecord(run_id, day, START, "published", (), 1, "c", "i")
    warning = RunWarning(Gate(GateKind.OPEN), "d", decisions, {}, transitions=found)
    state.publish(record, (), warning)


def _fall(name: str, before: int, after: int) -> Transition:
    return Transition(
        account_id="客户 1",
        kind=TRANSITION_KINDS["tier"],
        name=name,
        before="high",
        after="low",
        cause=Cause("customer"),
        before_micro=before,
        after_micro=after,
        split=Split(after - before, 0, 0),
    )


def test_alerts_come_newest_first_and_are_counted_by_status(state: SqlStateStore) -> None:
    publish(state)
    publish(state, "r2", 2, GateKind.HELD, day=DAY + timedelta(days=1))
    store: WarningStore = SqlWarningStore(state)
    assert [(a.as_of.day, a.account_id) for a in store.alerts()] == [
        (2, "0"),
        (2, "1"),
        (1, "0"),
        (1, "1"),
        (1, "2"),
    ]
    assert [a.facts["name"] for a in store.alerts(statuses=["held"], account_id="1")] == [
        "Account 1"
    ]
    assert store.alert_counts() == {"pending": 3, "held": 2}
    with pytest.raises(NotFound, match="no alert 99; the newest is 5"):
        store.alert(99)


def test_held_alerts_are_approved_once_and_gates_come_newest_first(state: SqlStateStore) -> None:
    publish(state)
    publish(state, "r2", 2, GateKind.HELD, day=DAY + timedelta(days=1))
    store = SqlWarningStore(state)
    assert store.judge("r2", "approved", by="Li", at=START) == 2
    with pytest.raises(NotFound, match=r"Waiting: none"):
        store.judge("r2", "discarded", by="Li", at=START)
    assert [(g.run_id, g.verdict, g.decided_at) for g in store.gates()] == [
        ("r2", "approved", START),
        ("r1", None, None),
    ]
    assert store.alert_counts() == {"pending": 5}


@pytest.mark.parametrize(
    ("reason", "again", "counts"),
    [
        (GateReason.MASS_CHANGE, GateKind.OPEN, {"pending": 2}),
        (GateReason.MASS_CHANGE, GateKind.HELD, {"held": 2}),
        (GateReason.DEFINITION_CHANGED, GateKind.HELD, {"held": 2}),
        # A second run under the definition that a person refused tells nothing of it.
        (GateReason.DEFINITION_CHANGED, GateKind.OPEN, {"suppressed": 1, "pending": 1}),
    ],
)
def test_what_a_person_discarded_is_asked_again_when_its_day_is_run_again(
    reason: GateReason, again: GateKind, counts: dict[str, int], state: SqlStateStore
) -> None:
    publish(state, accounts=1, kind=GateKind.HELD, reason=reason)
    store = SqlWarningStore(state)
    store.judge("r1", "discarded", by="Li", at=START)
    publish(state, "r2", 2, again)
    assert store.alert_counts() == counts


def test_what_two_runs_of_a_day_hold_is_approved_with_the_last(state: SqlStateStore) -> None:
    for run_id in ("r1", "r2"):
        publish(state, run_id, 2, GateKind.HELD)
    store = SqlWarningStore(state)
    assert store.judge("r1", "discarded", by="Li", at=START) == 0
    assert store.judge("r2", "approved", by="Li", at=START) == 2
    assert store.alert_counts() == {"pending": 2}


def test_alarms_are_replaced_and_transitions_are_those_of_the_last_run_of_a_day(
    state: SqlStateStore,
) -> None:
    _published(state, "r1", DAY, _fall("tier", 80_000_000, 40_000_000))
    _published(state, "r2", DAY, _fall("tier", 80_000_000, 30_000_000), _fall("B", 2, 1))
    store = SqlWarningStore(state)
    assert {key: held.state.streak for key, held in store.alarms().items()} == {
        ("客户 1", "low"): 2
    }
    told = store.transitions("客户 1")
    # Text sorts by its bytes: capitals first.
    assert [(t.run_id, t.transition.name, t.transition.after_micro) for t in told] == [
        ("r2", "B", 1),
        ("r2", "tier", 30_000_000),
    ]
    assert told[1].transition.split == Split(-50_000_000, 0, 0)


def test_a_source_is_told_of_once_a_day(state: SqlStateStore) -> None:
    store = SqlWarningStore(state)
    assert store.source_alert("stale", DAY, START) is True
    assert store.source_alert("stale", DAY, START) is False
    assert store.source_alert("stale", DAY + timedelta(days=1), START) is True


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        ("UPDATE audit_log SET actor = 'nobody' WHERE sequence = 2", [(2, "edited")]),
        ("DELETE FROM audit_log WHERE sequence = 2", [(2, "missing")]),
    ],
)
def test_an_audit_line_that_was_edited_or_taken_out_is_found(
    state: SqlStateStore, harm: str, found: list[tuple[int, str]]
) -> None:
    for number in range(3):
        publish(state, f"r{number}", 1, day=DAY + timedelta(days=number))
    store = SqlWarningStore(state)
    assert store.audit_faults() == ()
    assert [(line.sequence, line.subject) for line in store.audit(2)] == [(3, "r2"), (2, "r1")]
    with state.session(is_writing=True) as session:
        session.execute(text(harm))
    assert [(f.sequence, f.what) for f in store.audit_faults()] == found


def test_rows_of_a_kind_share_a_statement_and_keep_what_is_empty(state: SqlStateStore) -> None:
    statements: list[str] = []
    transitions = [
        Transition(f"A{n}", "trigger", "low", "off", "on", Cause.CUSTOMER, micro, micro, None)
        for n, micro in enumerate([1, None] * 50)
    ]
    _published(state, "r1", DAY, *transitions)
    with state.session(is_writing=True) as session:
        event.listen(
            session.connection(),
            "before_cursor_execute",
            lambda *told: statements.append(str(told[2])),
        )
        record = RunRecord("r2", DAY, START, "published", (), 1, "c", "i")
        add_transitions(session, record, transitions)
    assert len([s for s in statements if "INSERT INTO transitions" in s]) == 2
    store = SqlWarningStore(state)
    micros = [store.transitions(f"A{n}")[0].transition.after_micro for n in (0, 1)]
    assert micros == [1, None]
