"""CTAs and tasks: no illegal move, whatever is tried; errors name what is legal."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.actions import (
    CANCEL_CAUSES,
    LEGAL_MOVES,
    OUTCOMES,
    TASK_MOVES,
    CtaChange,
    CtaMove,
    CtaState,
    CtaStatus,
    IllegalMove,
    PlayStatus,
    TaskMove,
    TaskStatus,
    ended_play,
    is_awake,
    legal_moves,
    moved_cta,
    moved_task,
    open_key,
)
from keepwell.vocabulary import InputProblem

DAY = date(2026, 11, 2)
# An independent reference: what a person may expect to be able to do, written by hand.
ALLOWED = {
    "new": {"start": "in_progress", "snooze": "snoozed", "done": "done", "cancel": "cancelled"},
    "in_progress": {"snooze": "snoozed", "done": "done", "cancel": "cancelled"},
    "snoozed": {
        "start": "in_progress",
        "snooze": "snoozed",
        "wake": "?",
        "done": "done",
        "cancel": "cancelled",
    },
    "done": {"reopen": "new"},
    "cancelled": {"reopen": "new"},
}


def change(move: CtaMove, on: date = DAY) -> CtaChange:
    outcome = {CtaMove.FINISH: "resolved", CtaMove.CANCEL: "not_needed"}.get(move)
    until = on + timedelta(days=7) if move is CtaMove.SNOOZE else None
    return CtaChange(move, on, "why", until, outcome)


@given(st.lists(st.sampled_from(CtaMove), max_size=25))
def test_a_cta_goes_where_the_reference_machine_goes(moves: list[CtaMove]) -> None:
    state, expected, slept_from = CtaState(), "new", "new"
    for move in moves:
        target = ALLOWED[expected].get(move)
        if target is None:
            with pytest.raises(IllegalMove):
                moved_cta(state, change(move))
            continue
        state = moved_cta(state, change(move))
        if move is CtaMove.SNOOZE and expected != "snoozed":
            slept_from = expected
        expected = slept_from if target == "?" else target
        assert state.status == expected
        assert state.is_open == (expected not in {"done", "cancelled"})
        assert (state.outcome is None) == state.is_open
        assert (state.closed_on is None) == state.is_open
        assert (state.snoozed_until is None) == (expected != "snoozed")


def test_the_error_of_an_illegal_move_names_the_legal_ones() -> None:
    done = moved_cta(CtaState(), change(CtaMove.FINISH))
    with pytest.raises(IllegalMove, match="done does not allow `start`") as caught:
        moved_cta(done, change(CtaMove.START))
    assert caught.value.cure == "Legal now: reopen."
    assert caught.value.details["legal"] == ["reopen"]
    for status in CtaStatus:
        assert set(map(str, legal_moves(status))) == set(ALLOWED[status])


def test_a_snooze_ends_on_a_later_day_and_an_end_says_what_came_of_it() -> None:
    with pytest.raises(InputProblem, match="a day after 2026-11-02, not on 2026-11-02"):
        moved_cta(CtaState(), CtaChange(CtaMove.SNOOZE, DAY, until=DAY))
    with pytest.raises(InputProblem, match="no outcome of a CTA that is done") as caught:
        moved_cta(CtaState(), CtaChange(CtaMove.FINISH, DAY, outcome="duplicate"))
    assert all(outcome in caught.value.cure for outcome in OUTCOMES)
    with pytest.raises(InputProblem, match="no cause of a CTA that is cancelled") as caught:
        moved_cta(CtaState(), CtaChange(CtaMove.CANCEL, DAY))
    assert all(cause in caught.value.cure for cause in CANCEL_CAUSES)


def test_a_snoozed_cta_comes_back_on_its_day_as_what_it_was() -> None:
    started = moved_cta(CtaState(), change(CtaMove.START))
    asleep = moved_cta(started, change(CtaMove.SNOOZE))
    longer = moved_cta(asleep, CtaChange(CtaMove.SNOOZE, DAY, until=DAY + timedelta(days=30)))
    assert not is_awake(longer, DAY + timedelta(days=29))
    assert is_awake(longer, DAY + timedelta(days=30))
    assert moved_cta(longer, change(CtaMove.WAKE)) == started


def test_the_key_of_an_open_cta_ignores_how_its_reason_is_spelled() -> None:
    assert open_key("A", "risk", "Champion  LEFT ") == open_key("A", "risk", "champion left")
    assert open_key("A", "risk", "x") != open_key("A", "renewal", "x")


@given(st.lists(st.sampled_from(TaskMove), max_size=15))
def test_a_task_that_was_cancelled_stays_so_and_others_come_back(moves: list[TaskMove]) -> None:
    status = TaskStatus.OPEN
    for move in moves:
        if (status, move) not in TASK_MOVES:
            with pytest.raises(IllegalMove, match=f"is {status} does not allow `{move}`"):
                moved_task(status, move, why="w")
            continue
        status = moved_task(status, move, why="w")
    if status is TaskStatus.CANCELLED:
        assert not [m for at, m in TASK_MOVES if at is status]
    else:
        assert status is TaskStatus.OPEN or (status, TaskMove.REOPEN) in TASK_MOVES


def test_a_task_is_skipped_for_a_reason_and_a_play_ends_once() -> None:
    with pytest.raises(InputProblem, match="needs a reason"):
        moved_task(TaskStatus.OPEN, TaskMove.SKIP)
    assert ended_play(PlayStatus.RUNNING, "exit_met") is PlayStatus.FINISHED
    assert ended_play(PlayStatus.RUNNING, "cta_closed") is PlayStatus.STOPPED
    with pytest.raises(IllegalMove, match="finished cannot end again"):
        ended_play(PlayStatus.FINISHED, "stopped")


def test_every_status_can_be_reached_and_left() -> None:
    reached = {t for t in LEGAL_MOVES.values() if t is not None} | {CtaStatus.NEW}
    assert reached == set(CtaStatus) == {at for at, _ in LEGAL_MOVES}
