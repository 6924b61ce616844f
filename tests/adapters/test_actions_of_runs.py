"""What runs decide for people's work, stored with the run on SQLite and PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from keepwell.actions import (
    Call,
    CtaChange,
    CtaMove,
    CtaStatus,
    Effects,
    Openings,
    PlayBook,
    RunActions,
    TaskMove,
    TeamSettings,
    WorkWeeks,
    decide_effects,
    decide_openings,
)
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.state import SqlActionStore, SqlStateStore, SqlWarningStore
from keepwell.ports import AlertMeans, CtaFilter, RunRecord, RunWarning
from keepwell.vocabulary import InputProblem
from keepwell.warning import Alert, AlertStatus, Decisions, Ending, Gate, GateKind
from state_databases import StateDatabase

DAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BOOK = PlayBook(load_library(), WorkWeeks())
ACCOUNTS = ("A", "B", "C")


@pytest.fixture
def state(state_database: StateDatabase) -> Iterator[SqlStateStore]:
    with state_database.open() as opened:
        yield opened


def alert(account: str, status: AlertStatus = AlertStatus.PENDING) -> Alert:
    facts = {"csm_id": f"U{account}", "effective_tier": "low", "account_size_segment": "Large"}
    return Alert(f"low:{account}", account, "low", status, DAY, is_proxy=False, facts=facts)


def openings(state: SqlStateStore, accounts: tuple[str, ...]) -> Openings:
    calls = [
        Call(a, "risk", "low", "high", "alert_follow_up", alert(a).facts, alert=f"low:{a}")
        for a in accounts
    ]
    work = SqlActionStore(state).work([f"low:{a}" for a in accounts], DAY)
    return decide_openings(calls, work, TeamSettings(), BOOK, DAY, "usual")


def publish(
    state: SqlStateStore,
    run_id: str,
    accounts: tuple[str, ...] = (),
    endings: tuple[tuple[str, str], ...] = (),
    **more: Any,
) -> None:
    """Publish a run whose alerts start for some accounts and end for others."""
    store = SqlActionStore(state)
    ended = tuple(Ending(f"low:{a}", a, "low", cause) for a, cause in endings)
    effects = decide_effects([(e.key, e.cause) for e in ended], store.signals(), {}, is_held=False)
    actions = RunActions(DAY, openings(state, accounts), effects, **more)
    decisions = Decisions(tuple(map(alert, accounts)), ended, {}, len(accounts))
    means = {"low": AlertMeans("high", "digest")}
    record = RunRecord(run_id, DAY, AT, "published", (), 3, "c", "i")
    warning = RunWarning(Gate(GateKind.OPEN), "d", decisions, means, actions=actions)
    state.publish(record, (), warning)


def statuses(store: SqlActionStore) -> dict[str, str]:
    found = store.ctas(CtaFilter(limit=100))
    return {c.account_id: str(c.state.status) for c in found}


def test_ctas_plays_and_tasks_are_published_with_their_run_or_not_at_all(
    state: SqlStateStore,
) -> None:
    publish(state, "r1", ACCOUNTS)
    store = SqlActionStore(state)
    assert statuses(store) == dict.fromkeys(ACCOUNTS, "new")
    first = store.ctas(CtaFilter(account_id="A"))[0]
    assert first.alerts == ("low:A",)
    assert (first.owner, first.signal, first.hours) == ("UA", "on", 10.0)
    (play,) = store.plays(account_id="A")
    assert play.tasks["open"] == len(store.tasks(cta_id=first.id)) == 5
    assert store.work([], DAY).of_the_day == {"UA": 1, "UB": 1, "UC": 1}
    with pytest.raises(InputProblem, match="published already"):
        publish(state, "r1", ("D",))
    assert statuses(store) == dict.fromkeys(ACCOUNTS, "new")
    publish(state, "r2", ACCOUNTS)
    assert store.cta_counts() == {"new": 3}
    log = SqlWarningStore(state)
    assert [x.action for x in log.audit()].count("ctas_of_run") == 1
    assert log.audit_faults() == ()


def test_what_an_alert_leaves_behind_follows_whether_somebody_has_begun(
    state: SqlStateStore,
) -> None:
    publish(state, "r1", ACCOUNTS)
    store = SqlActionStore(state)
    b, c = (store.ctas(CtaFilter(account_id=a))[0] for a in "BC")
    store.move(b.id, CtaChange(CtaMove.START, DAY), by="UB", at=AT)
    store.move(c.id, CtaChange(CtaMove.FINISH, DAY, outcome="resolved"), by="UC", at=AT)
    publish(state, "r2", endings=tuple((a, "over") for a in ACCOUNTS))
    assert statuses(store) == {"A": "cancelled", "B": "in_progress", "C": "done"}
    a = store.ctas(CtaFilter(account_id="A"))[0]
    assert (a.state.outcome, a.signal) == ("signal_over", "over")
    assert [e.move for e in store.events(a.id)] == ["opened", "signal_ended", "cancel"]
    assert store.events(a.id)[-1].details["tasks_cancelled"] == 5
    assert store.cta(b.id).signal == "over"
    assert {t.status for t in store.tasks(cta_id=a.id)} == {"cancelled"}
    publish(state, "r3", ACCOUNTS)
    assert statuses(store) == {"A": "new", "B": "in_progress", "C": "done"}
    assert store.cta(a.id).signal == "on"
    assert store.cta_counts() == {"new": 1, "in_progress": 1, "done": 1}


def test_a_later_alert_of_the_same_kind_joins_the_open_cta(state: SqlStateStore) -> None:
    publish(state, "r1", ("A",))
    store = SqlActionStore(state)
    (cta,) = store.ctas(CtaFilter())
    links = Openings(links={"low:again:A": cta.id})
    record = RunRecord("r2", DAY, AT, "published", (), 3, "c", "i")
    warning = RunWarning(
        Gate(GateKind.OPEN), "d", Decisions((), (), {}, 0), {}, actions=RunActions(DAY, links)
    )
    state.publish(record, (), warning)
    assert store.cta(cta.id).alerts == ("low:A", "low:again:A")
    publish(state, "r3", endings=(("A", "over"),))
    assert store.cta(cta.id).state.status is CtaStatus.NEW
    assert [s.alert for s in store.signals()] == ["low:again:A"]


def test_goals_and_checks_are_read_once_and_end_the_play_not_the_cta(
    state: SqlStateStore,
) -> None:
    publish(state, "r1", ("A", "B"))
    store = SqlActionStore(state)
    a = store.plays(account_id="A")[0]
    checked = [t for t in store.tasks(play_id=a.id) if t.check is not None]
    assert [t.step for t in checked] == ["look_back"]
    assert store.due_checks(DAY) == ()
    due = {d.task_id for d in store.due_checks(checked[0].due_on)}
    assert len(due) == 2
    store.move_task(checked[0].id, TaskMove.FINISH, why="", by="UA", on=DAY, at=AT)
    reading = {"value": 3.0, "is_met": True, "is_never": False, "on": DAY.isoformat()}
    publish(state, "r2", exits=(a.id,), readings={checked[0].id: reading})
    assert {d.task_id for d in store.due_checks(checked[0].due_on)} == due - {checked[0].id}
    ended = store.play(a.id)
    assert (ended.status, ended.end_cause) == ("finished", "exit_met")
    assert ended.tasks == {"open": 0, "done": 1, "skipped": 0, "cancelled": 4}
    assert [t.reading for t in store.tasks(play_id=a.id) if t.reading] == [reading]
    assert store.ctas(CtaFilter(account_id="A"))[0].state.is_open
    assert [name for _, name, _ in store.running()] == ["alert_follow_up"]


def test_alerts_that_a_baseline_left_out_are_its_backlog_while_they_hold(
    state: SqlStateStore,
) -> None:
    record = RunRecord("r1", DAY, AT, "published", (), 3, "c", "i")
    left = tuple(replace(alert(a), status=AlertStatus.BASELINE) for a in ACCOUNTS)
    means = {"low": AlertMeans("high", "digest")}
    actions = RunActions(DAY, openings(state, ("A",)))
    warning = RunWarning(
        Gate(GateKind.BASELINE), "d", Decisions(left, (), {}, 3), means, actions=actions
    )
    state.publish(record, (), warning)
    store, later = SqlActionStore(state), DAY + timedelta(days=1)
    assert [key for key, *_ in store.backlog(["low"], later)] == ["low:B", "low:C"]
    assert store.backlog(["low"], DAY) == store.backlog(["other"], later) == ()
    publish(state, "r2", endings=(("C", "over"),))
    ((key, account, name, facts),) = store.backlog(["low"], later)
    assert (key, account, name, facts["csm_id"]) == ("low:B", "B", "low", "UB")


def test_what_a_run_holds_opens_no_cta_until_it_is_approved(state: SqlStateStore) -> None:
    held = tuple(replace(alert(a), status=AlertStatus.HELD) for a in ACCOUNTS)
    record = RunRecord("r1", DAY, AT, "published", (), 3, "c", "i")
    decisions = Decisions(held, (), {}, 3)
    means = {"low": AlertMeans("high", "digest")}
    gate = Gate(GateKind.HELD)
    state.publish(record, (), RunWarning(gate, "d", decisions, means, actions=RunActions(DAY)))
    store, warning = SqlActionStore(state), SqlWarningStore(state)
    assert store.cta_counts() == {}
    later = DAY + timedelta(days=1)
    assert store.backlog(["low"], later) == ()
    actions = RunActions(DAY, openings(state, ACCOUNTS), Effects())
    assert warning.judge("r1", "approved", by="Lin", at=AT, actions=actions) == 3
    assert store.cta_counts() == {"new": 3}
