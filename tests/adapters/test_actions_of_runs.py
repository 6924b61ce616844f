"""What runs decide for people's work, stored with the run on SQLite and PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from keepwell.actions import (
    Call,
    CtaChange,
    CtaMove,
    CtaStatus,
    NewCta,
    Openings,
    PlayBook,
    RunActions,
    TaskMove,
    TeamSettings,
    Urged,
    WorkWeeks,
    decide_effects,
    decide_openings,
)
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.state import (
    SqlActionStore,
    SqlOutboxStore,
    SqlStateStore,
    SqlWarningStore,
)
from keepwell.adapters.trigger_library import shipped_triggers
from keepwell.messages import Plan, Silence
from keepwell.ports import AlertMeans, CtaFilter, RunRecord, RunWarning
from keepwell.runs.act import Acting, act_on_approval
from keepwell.vocabulary import InputProblem
from keepwell.warning import Alert, AlertStatus, Decisions, Ending, Gate, GateKind
from state_databases import StateDatabase

DAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LIBRARY = load_library()
BOOK = PlayBook(LIBRARY, WorkWeeks())
LOW = next(t for t in shipped_triggers() if t.trigger == "health_low").model_copy(
    update={"trigger": "low"}
)
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
    store_actions(state, "r2", RunActions(DAY, Openings(links={"low:again:A": cta.id})))
    assert store.cta(cta.id).alerts == ("low:A", "low:again:A")
    publish(state, "r3", endings=(("A", "over"),))
    assert store.cta(cta.id).state.status is CtaStatus.NEW
    assert [s.alert for s in store.signals()] == ["low:again:A"]


def test_a_more_urgent_alert_makes_the_cta_that_it_joins_more_urgent(state: SqlStateStore) -> None:
    publish(state, "r1", ("A",))
    store = SqlActionStore(state)
    (cta,) = store.ctas(CtaFilter())
    assert cta.priority == "high"
    sooner, later = DAY, DAY + timedelta(days=300)

    def join(run: str, priority: str, due_on: date) -> tuple[str, date | None]:
        found = Openings(links={f"low:{run}": cta.id}, urged={cta.id: Urged(priority, due_on)})
        store_actions(state, run, RunActions(DAY, found))
        now = store.cta(cta.id)
        return now.priority, now.due_on

    assert join("r2", "normal", sooner) == ("high", cta.due_on)
    assert join("r3", "critical", later) == ("critical", cta.due_on)
    moves = [e for e in store.events(cta.id) if e.move == "urged"]
    assert [e.details["priority"] for e in moves] == [["high", "critical"]]
    assert join("r4", "critical", sooner) == ("critical", cta.due_on)


def test_a_cta_without_owner_is_handed_out_with_its_tasks_once(state: SqlStateStore) -> None:
    publish(state, "r1", ("A", "B"))
    store = SqlActionStore(state)
    with state.session(is_writing=True) as session:
        session.execute(text("UPDATE ctas SET owner = NULL WHERE account_id = 'A'"))
        session.execute(text("UPDATE tasks SET owner = NULL WHERE account_id = 'A'"))
    a, b = (store.ctas(CtaFilter(account_id=x))[0] for x in "AB")
    assert store.unowned() == {a.id: "A"}
    store_actions(state, "r2", RunActions(DAY, handed={a.id: "Wu", b.id: "Wu"}))
    assert (store.cta(a.id).owner, store.cta(b.id).owner) == ("Wu", "UB")
    assert {t.owner for t in store.tasks(cta_id=a.id)} == {"Wu"}
    assert [e.move for e in store.events(a.id)] == ["opened", "assign"]
    assert store.unowned() == {}


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
    outbox = SqlOutboxStore(state)
    quiet = Silence(0, "B", None, None, DAY + timedelta(days=9), "away")
    outbox.add_silence(quiet, by="Lin", at=AT)
    told = SqlWarningStore(state).alerts(account_id="B")[0]
    outbox.add_plan(Plan((), {told.id: 1}), AT)
    assert SqlWarningStore(state).alert(told.id).status == AlertStatus.SUPPRESSED
    assert [k for k, *_ in store.backlog(["low"], later)] == ["low:B"]


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
    publish(state, "r2", ACCOUNTS)
    assert store.cta_counts() == {}
    acting = Acting(store, TeamSettings(), LIBRARY, BOOK)
    waiting = warning.alerts(statuses=[AlertStatus.HELD])
    actions = act_on_approval(acting, waiting, (LOW,), DAY)
    assert warning.judge("r1", "approved", by="Lin", at=AT, actions=actions) == 3
    assert store.cta_counts() == {"new": 3}


def test_what_was_discarded_opens_no_cta_when_its_day_is_run_again(state: SqlStateStore) -> None:
    held = (replace(alert("A"), status=AlertStatus.HELD),)
    record = RunRecord("r1", DAY, AT, "published", (), 3, "c", "i")
    means = {"low": AlertMeans("high", "digest")}
    decisions = Decisions(held, (), {}, 1)
    state.publish(record, (), RunWarning(Gate(GateKind.HELD), "d", decisions, means))
    SqlWarningStore(state).judge("r1", "discarded", by="Lin", at=AT)
    publish(state, "r2", ("A", "B"))
    assert statuses(SqlActionStore(state)) == {"B": "new"}
    assert SqlActionStore(state).backlog(["low"], DAY + timedelta(days=1)) == ()


def both(state: SqlStateStore, run_id: str, on: tuple[str, ...], over: tuple[str, ...]) -> str:
    """Publish a run in which alerts of one account hold or are over; return its CTA's status."""
    store = SqlActionStore(state)
    keys = [f"{name}:A" for name in on]
    calls = [Call("A", "risk", n, "high", "alert_follow_up", {}, alert=f"{n}:A") for n in on]
    found = decide_openings(calls, store.work(keys, DAY), TeamSettings(), BOOK, DAY, "usual")
    endings = [(f"{name}:A", "over") for name in over]
    effects = decide_effects(endings, store.signals(), {}, is_held=False)
    store_actions(state, run_id, RunActions(DAY, found, effects))
    return statuses(store)["A"]


def store_actions(state: SqlStateStore, run_id: str, actions: RunActions) -> None:
    record = RunRecord(run_id, DAY, AT, "published", (), 3, "c", "i")
    none = Decisions((), (), {}, 0)
    state.publish(record, (), RunWarning(Gate(GateKind.OPEN), "d", none, {}, actions=actions))


def test_every_alert_that_holds_again_keeps_its_cta_open(state: SqlStateStore) -> None:
    assert both(state, "r1", ("falls", "low"), ()) == "new"
    assert both(state, "r2", (), ("low",)) == "new"
    assert both(state, "r3", ("falls", "low"), ()) == "new"
    assert both(state, "r4", (), ("falls",)) == "new"
    assert both(state, "r5", (), ("low",)) == "cancelled"
    assert both(state, "r6", ("falls", "low"), ()) == "new"
    store = SqlActionStore(state)
    (running,) = store.plays(account_id="A")
    assert (running.status, running.tasks["open"], running.tasks["cancelled"]) == ("running", 4, 0)
    assert both(state, "r7", (), ("falls",)) == "new"
    (cta,) = store.ctas(CtaFilter())
    store.move(cta.id, CtaChange(CtaMove.START, DAY), by="UA", at=AT)
    assert both(state, "r8", (), ("low",)) == "in_progress"
    assert store.cta(cta.id).signal == "over"
    assert both(state, "r9", ("low",), ()) == "in_progress"
    assert store.cta(cta.id).signal == "on"


def test_an_alert_that_ends_while_its_cta_is_closed_is_no_signal_of_a_reopened_one(
    state: SqlStateStore,
) -> None:
    publish(state, "r1", ("A",))
    store = SqlActionStore(state)
    (cta,) = store.ctas(CtaFilter())
    store.move(cta.id, CtaChange(CtaMove.FINISH, DAY, outcome="resolved"), by="UA", at=AT)
    publish(state, "r2", endings=(("A", "over"),))
    store.move(cta.id, CtaChange(CtaMove.REOPEN, DAY), by="UA", at=AT)
    assert (store.cta(cta.id).signal, store.signals()) == ("over", ())


def test_what_a_person_does_while_a_run_computes_stands(state: SqlStateStore) -> None:
    store = SqlActionStore(state)
    by_hand = NewCta("A", "risk", "own words", "high", "person", DAY, alerts=("low:A",))
    decided = RunActions(DAY, openings(state, ("A",)))
    own = store.add(by_hand, None, by="Lin", at=AT)
    store_actions(state, "r1", decided)
    assert [(c.id, c.alerts) for c in store.ctas(CtaFilter())] == [(own, ("low:A",))]
    ending = RunActions(
        DAY, effects=decide_effects([("low:A", "over")], store.signals(), {}, is_held=False)
    )
    store.move(own, CtaChange(CtaMove.START, DAY), by="Lin", at=AT)
    store_actions(state, "r2", ending)
    assert store.cta(own).state.status is CtaStatus.IN_PROGRESS
    publish(state, "r3", ("B",))
    publish(state, "r4", endings=(("B", "over"),))
    back = RunActions(DAY, openings(state, ("B",)))
    (b,) = store.ctas(CtaFilter(account_id="B"))
    store.move(b.id, CtaChange(CtaMove.REOPEN, DAY), by="Lin", at=AT)
    store_actions(state, "r5", back)
    assert store.cta(b.id).state.status is CtaStatus.NEW
    assert [s.alert for s in store.signals()] == ["low:B"]
