"""CTAs, plays and tasks on SQLite and PostgreSQL: nothing is lost, nothing is there twice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepwell.actions import (
    CtaChange,
    CtaMove,
    CtaStatus,
    IllegalMove,
    NewCta,
    NewPlay,
    NewTask,
    TaskMove,
)
from keepwell.adapters.state import (
    SqlActionStore,
    SqlStateStore,
    SqlWarningStore,
)
from keepwell.ports import CtaFilter
from keepwell.vocabulary import Bilingual, InputProblem, NotFound
from state_databases import StateDatabase, give_state, place_of

DAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def state(state_database: StateDatabase) -> Iterator[SqlStateStore]:
    with state_database.open() as opened:
        yield opened


def cta(account: str = "A1", reason: str = "health_low", **changes: Any) -> NewCta:
    given: dict[str, Any] = {
        "account_id": account,
        "type": "risk",
        "reason": reason,
        "priority": "high",
        "source": "person",
        "opened_on": DAY,
        "owner": "U1",
        "hours": 2.0,
    }
    return NewCta(**(given | changes))


def play(name: str = "rescue", tasks: int = 3, owner: str = "U1") -> NewPlay:
    word = Bilingual("步骤", "step")
    made = tuple(
        NewTask(f"s{n}", n, word, word, None, "csm", owner, DAY + timedelta(days=n))
        for n in range(tasks)
    )
    return NewPlay(name, DAY, made)


def finish(why: str = "called") -> CtaChange:
    return CtaChange(CtaMove.FINISH, DAY, why, outcome="resolved")


def test_an_open_cta_has_no_second_like_it_until_it_is_closed(state: SqlStateStore) -> None:
    store = SqlActionStore(state)
    first = store.add(cta(), None, by="Lin", at=AT)
    with pytest.raises(InputProblem, match=f"CTA {first} is open for the same account"):
        store.add(cta(reason="Health_low "), None, by="Lin", at=AT)
    store.add(cta(reason="other"), None, by="Lin", at=AT)
    store.move(first, finish(), by="Lin", at=AT)
    again = store.add(cta(), None, by="Lin", at=AT)
    assert again != first
    with pytest.raises(InputProblem, match=f"CTA {again} is open"):
        store.move(first, CtaChange(CtaMove.REOPEN, DAY), by="Lin", at=AT)
    assert store.cta_counts() == {"new": 2, "done": 1}
    assert store.cta(first).state.outcome == "resolved"


def test_every_change_is_in_the_history_and_in_the_audit_log(state: SqlStateStore) -> None:
    store = SqlActionStore(state)
    number = store.add(cta(), play(), by="Lin", at=AT, why="call")
    store.move(number, CtaChange(CtaMove.START, DAY), by="Wu", at=AT)
    store.assign(number, "U2", by="Wu", at=AT, why="knows them")
    store.move(number, finish(), by="U2", at=AT)
    with pytest.raises(IllegalMove):
        store.move(number, CtaChange(CtaMove.START, DAY), by="Wu", at=AT)
    lines = [(e.actor, e.move, e.before, e.after) for e in store.events(number)]
    assert lines == [
        ("Lin", "opened", "", "new"),
        ("Wu", "start", "new", "in_progress"),
        ("Wu", "assign", "in_progress", "in_progress"),
        ("U2", "done", "in_progress", "done"),
    ]
    log = SqlWarningStore(state)
    actions = [line.action for line in reversed(log.audit())]
    assert actions == ["cta_opened", "cta_start", "cta_assigned", "cta_done"]
    assert log.audit_faults() == ()
    assert store.events(number)[-1].details["tasks_cancelled"] == 3
    assert {t.owner for t in store.tasks(cta_id=number)} == {"U2"}
    with pytest.raises(NotFound, match=f"no CTA 99; the newest is {number}"):
        store.cta(99)


def test_a_snoozed_cta_is_woken_on_its_day_once(state: SqlStateStore) -> None:
    store = SqlActionStore(state)
    number = store.add(cta(), None, by="Lin", at=AT)
    until = DAY + timedelta(days=3)
    store.move(number, CtaChange(CtaMove.SNOOZE, DAY, "away", until), by="Lin", at=AT)
    assert store.wake(DAY + timedelta(days=2), AT) == 0
    assert store.wake(until, AT) == 1
    assert store.wake(until, AT) == 0
    assert store.cta(number).state.status is CtaStatus.NEW
    assert [e.move for e in store.events(number)] == ["opened", "snooze", "wake"]


def test_the_first_task_done_starts_its_cta_and_the_last_ends_its_play(
    state: SqlStateStore,
) -> None:
    store = SqlActionStore(state)
    number = store.add(cta(), play(), by="Lin", at=AT)
    tasks = store.tasks(cta_id=number)
    args: dict[str, Any] = {"by": "U1", "on": DAY, "at": AT}
    store.move_task(tasks[0].id, TaskMove.FINISH, why="", **args)
    assert store.cta(number).state.status is CtaStatus.IN_PROGRESS
    store.move_task(tasks[0].id, TaskMove.REOPEN, why="not yet", **args)
    for task in tasks[:2]:
        store.move_task(task.id, TaskMove.FINISH, why="", **args)
    assert store.plays()[0].tasks == {"open": 1, "done": 2, "skipped": 0, "cancelled": 0}
    store.move_task(tasks[2].id, TaskMove.SKIP, why="no meeting needed", **args)
    (ended,) = store.plays()
    assert (ended.status, ended.end_cause) == ("finished", "all_settled")
    with pytest.raises(InputProblem, match="has ended"):
        store.move_task(tasks[2].id, TaskMove.REOPEN, why="", **args)
    again = store.start_play(number, play(), by="U1", at=AT)
    with pytest.raises(InputProblem, match=f"Play {again} runs `rescue`"):
        store.start_play(number, play(), by="U1", at=AT)
    with pytest.raises(InputProblem, match="no step for this account"):
        store.start_play(number, play("other", tasks=0), by="U1", at=AT)
    stopped = store.stop_play(again, "plan changed", by="U1", on=DAY, at=AT)
    assert (stopped.status, stopped.tasks["cancelled"]) == ("stopped", 3)
    with pytest.raises(IllegalMove):
        store.stop_play(again, "twice", by="U1", on=DAY, at=AT)


def test_who_takes_a_cta_that_nobody_had_takes_all_its_open_tasks(state: SqlStateStore) -> None:
    store = SqlActionStore(state)
    manned, other = play(owner="U7").tasks[0], play().tasks[1]
    unmanned = replace(other, role="executive_sponsor", owner=None)
    number = store.add(cta(owner=None), NewPlay("x", DAY, (manned, unmanned)), by="Lin", at=AT)
    store.assign(number, "U2", by="Wu", at=AT)
    assert [t.owner for t in store.tasks(cta_id=number)] == ["U7", "U2"]


def test_a_work_list_puts_the_urgent_first_and_narrows(state: SqlStateStore) -> None:
    store = SqlActionStore(state)
    for account, priority, due, stake in (
        ("A", "normal", 1, 900.0),
        ("B", "critical", 9, 10.0),
        ("C", "high", 5, 10.0),
        ("D", "high", 5, 20.0),
        ("E", "high", None, 99.0),
    ):
        due_on = None if due is None else DAY + timedelta(days=due)
        new = cta(account, priority=priority, due_on=due_on, at_stake_amount=stake)
        store.add(new, None, by="Lin", at=AT)
    assert [c.account_id for c in store.ctas(CtaFilter())] == ["B", "D", "C", "E", "A"]
    soon = CtaFilter(due_until=DAY + timedelta(days=5))
    assert [c.account_id for c in store.ctas(soon)] == ["D", "C", "A"]
    assert not store.ctas(CtaFilter(owner="U9"))
    assert not store.ctas(CtaFilter(is_unassigned=True))
    store.add(cta("A", "second", hours=3.0), None, by="Lin", at=AT)
    assert store.loads() == {"U1": 2.0 * 4 + 3.0}


MOVES = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 2)),
    st.tuples(st.sampled_from(CtaMove), st.integers(0, 5)),
    st.tuples(st.sampled_from(TaskMove), st.integers(0, 8)),
    st.tuples(st.just("play"), st.integers(0, 5)),
    st.tuples(st.just("stop"), st.integers(0, 5)),
)


@settings(max_examples=12)
@given(st.lists(MOVES, min_size=5, max_size=20))
def test_whatever_people_try_no_task_is_lost_and_no_two_open_ctas_are_alike(
    tmp_path_factory: pytest.TempPathFactory, state_file: Path, moves: list[tuple[Any, int]]
) -> None:
    folder = tmp_path_factory.mktemp("state")
    (folder / ".keepwell").mkdir()
    give_state(folder, state_file)
    with SqlStateStore(place_of(folder)) as state:
        store, made = SqlActionStore(state), 0
        for move, number in moves:
            try:
                made += attempt(store, move, number)
            except (InputProblem, NotFound):
                continue
        found = store.ctas(CtaFilter(limit=1000))
        open_ones = [(c.account_id, c.type, c.reason) for c in found if c.state.is_open]
        assert len(open_ones) == len(set(open_ones))
        tasks = [t for c in found for t in store.tasks(cta_id=c.id)]
        assert len(tasks) == made == sum(n for p in store.plays() for n in p.tasks.values())
        running = {p.id for p in store.plays(statuses=["running"])}
        assert {t.play_id for t in tasks if t.status == "open"} == running
        closed = {c.id for c in found if not c.state.is_open}
        assert not closed & {t.cta_id for t in tasks if t.status == "open"}
        for item in found:
            assert_history_leads_here(store, item.id, str(item.state.status))
        assert SqlWarningStore(state).audit_faults() == ()


def attempt(store: SqlActionStore, move: Any, number: int) -> int:
    """Do one thing and return how many tasks it made."""
    args: dict[str, Any] = {"by": "Lin", "at": AT}
    match move:
        case "add":
            store.add(cta(f"A{number}"), play(tasks=number + 1), **args)
            return number + 1
        case "play":
            store.start_play(number, play("second", tasks=2), **args)
            return 2
        case "stop":
            store.stop_play(number, "why", on=DAY, **args)
        case TaskMove():
            store.move_task(number, move, why="why", on=DAY, **args)
        case CtaMove():
            outcome = {CtaMove.FINISH: "improved", CtaMove.CANCEL: "duplicate"}.get(move)
            until = DAY + timedelta(days=number)
            store.move(number, CtaChange(move, DAY, "why", until, outcome), **args)
    return 0


def assert_history_leads_here(store: SqlActionStore, number: int, status: str) -> None:
    """Assert that each line begins where the last ended, and the last is the present."""
    lines = store.events(number)
    for before, after in pairwise(lines):
        assert before.after == after.before
    assert lines[-1].after == status
