"""How an account goes through a journey: each step once, forward only, whatever happens."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from keepwell.journeys import WATCHING, Enrolment, Holds, Journey, advance
from keepwell.journeys.advance import entered, may_enter

DAY = date(2026, 11, 2)
TEXT = {"zh": "文", "en": "text"}


def mail(step: str, **more: Any) -> dict[str, Any]:
    return {"step": step, "kind": "mail", "subject": TEXT, "body": TEXT, **more}


def journey(*steps: dict[str, Any], **more: Any) -> Journey:
    parts = {"journey": "j", "title": TEXT, "reason": TEXT, "enter": "score < 50", **more}
    return Journey.model_validate({**parts, "steps": steps})


BRANCHED = journey(
    mail("a"),
    {"step": "w", "kind": "wait", "until": "score > 60", "at_most_days": 5},
    {"step": "b", "kind": "branch", "when": "score > 60", "then": "d"},
    mail("c", after_days=2, next="end"),
    mail("d"),
    mail("e", after_days=1),
)


def passed_in(given: Journey, days: list[Holds]) -> tuple[list[str], Enrolment]:
    at, steps = entered(given, "1", DAY, is_proxy=False), []
    for number, holds in enumerate(days):
        if at.status != "active":
            break
        step = advance(given, at, holds, DAY + timedelta(days=number))
        steps += [s.step for s in step.passed]
        at = step.enrolment
    return steps, at


def test_an_unmet_wait_ends_after_its_days_and_the_branch_takes_the_other_way() -> None:
    steps, at = passed_in(BRANCHED, [Holds()] * 5)
    assert (steps, at.position) == (["a"], "w")
    steps, at = passed_in(BRANCHED, [Holds()] * 9)
    assert steps == ["a", "w", "b", "c"]
    assert (at.status, at.ended_on) == ("completed", DAY + timedelta(days=7))


def test_a_met_wait_goes_on_at_once_and_delays_count_from_the_last_step() -> None:
    met = Holds(steps={"w": True, "b": True})
    assert passed_in(BRANCHED, [Holds(), met])[0] == ["a", "w", "b", "d"]
    steps, at = passed_in(BRANCHED, [Holds(), met, met])
    assert steps == ["a", "w", "b", "d", "e"]
    assert at.status == "completed"


def test_a_journey_with_a_goal_lasts_on_to_see_it_reached() -> None:
    given = journey(mail("a"), goal="score > 60")
    steps, at = passed_in(given, [Holds()] * 3)
    assert (steps, at.status, at.position) == (["a"], "active", WATCHING)
    _, at = passed_in(given, [Holds(), Holds(), Holds(goal=True)])
    assert (at.status, at.ended_on) == ("goal", DAY + timedelta(days=2))


def test_the_goal_counts_before_the_exit_and_both_before_any_step() -> None:
    given = journey(mail("a"), goal="score > 60", exit="score > 10")
    start = entered(given, "1", DAY, is_proxy=False)
    moved = advance(given, start, Holds(goal=True, exit=True), DAY)
    assert (moved.enrolment.status, moved.passed) == ("goal", ())
    assert advance(given, start, Holds(exit=True), DAY).enrolment.status == "exited"


def test_a_journey_that_lasts_too_long_ends_without_its_goal() -> None:
    given = journey(mail("a"), goal="score > 60", lasts_at_most_days=3)
    assert passed_in(given, [Holds()] * 4)[1].status == "active"
    assert passed_in(given, [Holds()] * 5)[1].status == "timed_out"


def test_a_step_that_was_taken_away_ends_the_passage() -> None:
    start = replace(entered(BRANCHED, "1", DAY, is_proxy=False), position="gone")
    assert advance(BRANCHED, start, Holds(), DAY).enrolment.status == "removed"


def test_who_left_comes_back_only_after_the_declared_days() -> None:
    again = journey(mail("a"), again_after_days=30)
    holds = Holds(enter=True)

    def may(given: Journey, days: int | None) -> bool:
        ended = None if days is None else DAY - timedelta(days=days)
        return may_enter(given, holds, is_active=False, last_ended=ended, today=DAY)

    assert [may(again, d) for d in (None, 29, 30)] == [True, False, True]
    assert [may(journey(mail("a")), d) for d in (None, 900)] == [True, False]
    assert not may(journey(mail("a"), again_after_days=0), 0)


@given(
    st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(1, 4), st.booleans()), max_size=25)
)
def test_no_step_comes_twice_and_the_same_day_adds_nothing(
    days: list[tuple[bool, bool, int, bool]],
) -> None:
    at, day = entered(BRANCHED, "1", DAY, is_proxy=False), DAY
    taken: list[str] = []
    for met, branch, gap, is_goal in days:
        if at.status != "active":
            break
        holds = Holds(goal=is_goal and len(taken) > 3, steps={"w": met, "b": branch})
        moved = advance(BRANCHED, at, holds, day)
        taken += [s.step for s in moved.passed]
        at = moved.enrolment
        if at.status == "active":
            again = advance(BRANCHED, at, holds, day)
            assert (again.enrolment, again.passed) == (at, ())
        day += timedelta(days=gap)
    assert len(taken) == len(set(taken))
    order = [s.step for s in BRANCHED.steps]
    assert [order.index(s) for s in taken] == sorted(order.index(s) for s in taken)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([mail("a", next="a")], "leads to `a`, which is no later step"),
        ([mail("a"), mail("b", next="a")], "no later step"),
        ([mail("a"), mail("a")], "defined twice"),
        ([mail("a", next="nowhere")], "no later step"),
        ([{"step": "w", "kind": "wait", "until": "score > 1", "at_most_days": 1}], "does anything"),
    ],
)
def test_steps_that_could_run_in_circles_or_do_nothing_are_refused(
    steps: list[dict[str, Any]], words: str
) -> None:
    with pytest.raises(ValidationError, match=words):
        journey(*steps)
