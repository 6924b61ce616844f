"""A success plan under random moves: no illegal one passes, nothing of it is ever lost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from actions.plan_world import RESCUE, START, reading, rescue
from keepwell.actions import (
    Gate,
    GateStatus,
    SuccessPlan,
    add_milestone,
    close_plan,
    decide_gate,
    due_gate,
    extend_plan,
    judge_gate,
    settle_milestone,
)
from keepwell.vocabulary import InputProblem

DECIDED = ("passed", "failed", "waived")
# Written down here by hand: what may follow what.
MAY_FOLLOW = {
    "pending": {"pending", "passed", "failed", "waived", "dropped"},
    "failed": {"failed", "waived", "pending"},
    "passed": {"passed"},
    "waived": {"waived"},
    "dropped": {"dropped"},
}
scores = st.one_of(st.none(), st.floats(0, 100))


class PlanMachine(RuleBasedStateMachine):
    """Moves a plan at random; every refused move must leave it as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.plan = rescue()
        self.today = START
        self.names = {m.name for m in self.plan.milestones}
        self.settled: dict[str, str] = {}

    def become(self, new: SuccessPlan) -> None:
        for old, gate in zip(self.plan.gates, new.gates, strict=True):
            assert gate.status in MAY_FOLLOW[old.status]
            assert gate.due_on >= old.due_on
        self.plan = new

    @rule(days=st.integers(0, 25))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(score=scores)
    def a_run_judges_what_is_due(self, score: float | None) -> None:
        found = due_gate(self.plan, [self.today])
        if found is None:
            return
        gate, day = found
        earlier = self.plan.gates[: gate.number - 1]
        assert all(g.status in DECIDED for g in earlier)
        assert day >= gate.due_on - timedelta(days=7)
        self.become(judge_gate(self.plan, gate.number, reading(score, day)))

    @rule(number=st.integers(1, 3), score=scores)
    def somebody_judges_any_gate(self, number: int, score: float | None) -> None:
        gate = self.plan.gate(number)
        may = (
            self.plan.is_open
            and gate.status == "pending"
            and all(g.status != "pending" for g in self.plan.gates[: number - 1])
        )
        try:
            new = judge_gate(self.plan, number, reading(score, self.today))
        except InputProblem:
            assert not may
        else:
            assert may
            self.become(new)

    @rule(number=st.integers(1, 3), status=st.sampled_from([*DECIDED, "dropped", "pending", "x"]))
    def somebody_decides(self, number: int, status: str) -> None:
        try:
            new = decide_gate(self.plan, number, status, by="Li", reason="agreed")
        except InputProblem:
            return
        assert status in DECIDED
        assert self.plan.is_open
        self.become(new)

    @rule(data=st.data(), status=st.sampled_from(["done", "dropped"]))
    def a_milestone_is_settled(self, data: st.DataObject, status: str) -> None:
        name = data.draw(st.sampled_from(sorted(self.names)))
        may = self.plan.is_open and self.plan.milestone(name).status == "open"
        try:
            new = settle_milestone(self.plan, name, status, on=self.today, by="Li", note="because")
        except InputProblem:
            assert not may
        else:
            assert may
            self.become(new)
            self.settled[name] = status

    @rule(ahead=st.integers(-200, 200))
    def a_milestone_is_added(self, ahead: int) -> None:
        due = self.today + timedelta(days=ahead)
        try:
            new = add_milestone(self.plan, "an own step", due, "csm")
        except InputProblem:
            return
        assert self.plan.is_open
        self.names |= {m.name for m in new.milestones}
        self.become(new)

    @rule(days=st.integers(-5, 40))
    def it_is_extended(self, days: int) -> None:
        left = RESCUE.most_extension_days - self.plan.extended_days
        try:
            new = extend_plan(self.plan, days, on=self.today, by="Li", reason="holidays")
        except InputProblem:
            return
        assert 1 <= days <= left
        self.become(new)

    @precondition(lambda self: self.today > START + timedelta(days=40))
    @rule(
        ending=st.sampled_from(["completed", "early_exit", "stopped", "churned", "won"]),
        is_exit_met=st.booleans(),
    )
    def it_is_closed(self, ending: str, is_exit_met: bool) -> None:
        undecided = [g for g in self.plan.gates if g.status not in ("passed", "waived")]
        try:
            new = close_plan(
                self.plan, ending, on=self.today, by="Li", reason="so", is_exit_met=is_exit_met
            )
        except InputProblem:
            return
        assert self.plan.is_open
        assert ending != "completed" or not undecided
        assert ending != "early_exit" or is_exit_met
        assert ending != "won"
        self.become(new)

    @invariant()
    def no_milestone_is_lost(self) -> None:
        assert {m.name for m in self.plan.milestones} == self.names
        assert len(self.plan.milestones) == len(self.names)
        for name, status in self.settled.items():
            assert self.plan.milestone(name).status == status

    @invariant()
    def gates_stand_in_order(self) -> None:
        statuses = [g.status for g in self.plan.gates]
        first = next((i for i, s in enumerate(statuses) if s == "pending"), len(statuses))
        assert all(s == "pending" for s in statuses[first:]) or not self.plan.is_open
        days = [g.due_on for g in self.plan.gates]
        assert days == sorted(days)
        assert self.plan.ends_on >= days[-1]
        assert self.plan.extended_days <= RESCUE.most_extension_days

    @invariant()
    def a_closed_plan_leaves_nothing_open(self) -> None:
        if not self.plan.is_open:
            assert all(m.status != "open" for m in self.plan.milestones)
            assert all(g.status != "pending" for g in self.plan.gates)
            assert all(m.note for m in self.plan.milestones if m.status == "dropped")


PlanMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
test_a_plan_under_random_moves = PlanMachine.TestCase


def judged(plan: SuccessPlan, number: int, score: float | None) -> Gate:
    day = plan.gate(number).due_on
    return judge_gate(plan, number, reading(score, day)).gate(number)


def done(plan: SuccessPlan, *names: str, on: date = START) -> SuccessPlan:
    for name in names:
        plan = settle_milestone(plan, name, "done", on=on, by="Li")
    return plan


def test_the_first_gate_asks_that_the_score_fell_no_further() -> None:
    plan = done(rescue(40), "plan_agreed")
    assert judged(plan, 1, 40).status == "passed"
    assert judged(plan, 1, 39.999999).status == "failed"
    assert judged(rescue(40), 1, 90).status == "failed", "the plan was not agreed"


def test_a_milestone_done_after_the_gate_does_not_count_for_it() -> None:
    gate = rescue().gate(1).due_on
    assert judged(done(rescue(), "plan_agreed", on=gate), 1, 50).status == "passed"
    late = done(rescue(), "plan_agreed", on=gate + timedelta(days=1))
    assert judged(late, 1, 50).status == "failed"


def test_a_gate_with_an_unknown_score_stays_open_and_a_person_may_decide_it() -> None:
    plan = done(rescue(40), "plan_agreed")
    day = plan.gate(1).due_on
    with pytest.raises(InputProblem, match="by the snapshot of its day"):
        decide_gate(plan, 1, "passed", by="Li", reason="seen")
    open_still = judge_gate(plan, 1, reading(None, day))
    assert open_still.gate(1).status == "pending"
    assert [c.met.value for c in open_still.gate(1).checked] == ["unknown", "yes"]
    assert decide_gate(open_still, 1, "passed", by="Li", reason="seen").gate(1).status == "passed"
    # Without a score on the first day, a change of it can never be computed.
    assert judged(done(rescue(None), "plan_agreed"), 1, 80).status == "pending"


def test_the_last_gate_asks_for_score_activity_and_the_customers_word() -> None:
    plan = done(rescue(40), "recovery_confirmed")
    for number in (1, 2):
        plan = decide_gate(plan, number, "waived", by="Li", reason="agreed with the customer")
    day = plan.gate(3).due_on
    for score, silent, status in (
        (55, 30, "passed"),
        (54.9, 30, "failed"),
        (55, 31, "failed"),
        (55, None, "pending"),
    ):
        assert judge_gate(plan, 3, reading(score, day, silent)).gate(3).status == status


def test_a_measure_that_never_happened_fails_its_criterion() -> None:
    plan = done(rescue(40), "recovery_confirmed")
    for number in (1, 2):
        plan = decide_gate(plan, number, "waived", by="Li", reason="agreed with the customer")
    silent = replace(reading(90, plan.gate(3).due_on, None), never=("days_since_last_activity",))
    gate = judge_gate(plan, 3, silent).gate(3)
    assert (gate.status, gate.checked[1].found) == ("failed", "never")


def test_a_failed_gate_waits_for_a_decision_and_may_be_judged_again_after_an_extension() -> None:
    plan = done(rescue(40), "plan_agreed")
    failed = judge_gate(plan, 1, reading(30, plan.gate(1).due_on))
    assert failed.awaits_decision
    on = START + timedelta(days=33)
    longer = extend_plan(failed, 10, on=on, by="Li", reason="the champion was away")
    assert [g.status for g in longer.gates] == ["pending"] * 3
    assert [(g.due_on - START).days for g in longer.gates] == [43, 70, 100]
    assert (longer.ends_on - START).days == 100
    assert not longer.awaits_decision
    with pytest.raises(InputProblem, match="by 21 days") as refused:
        extend_plan(longer, 21, on=on, by="Li", reason="again")
    assert "1 to 20 days" in refused.value.cure


def test_a_verdict_without_reason_or_name_is_refused() -> None:
    for by, reason in (("", "why"), ("Li", " ")):
        with pytest.raises(InputProblem, match="needs"):
            decide_gate(rescue(), 1, GateStatus.WAIVED, by=by, reason=reason)


def test_a_plan_takes_up_two_goals_of_the_customer_at_most() -> None:
    assert [o.name for o in rescue(goals=("faster", "cheaper")).objectives][:2] == [
        "goal_1",
        "goal_2",
    ]
    with pytest.raises(InputProblem, match="3 were given"):
        rescue(goals=("a", "b", "c"))


def test_a_template_whose_parts_do_not_fit_is_refused() -> None:
    for changes, said in (
        ({"days": 100}, "the last gate is on day 90"),
        ({"gates": RESCUE.gates[::-1]}, "in the order of their days"),
        ({"milestones": RESCUE.milestones[:2]}, "milestone plan_agreed is not among"),
        ({"objectives": RESCUE.objectives * 2}, "is there twice"),
    ):
        parts = {name: getattr(RESCUE, name) for name in type(RESCUE).model_fields}
        with pytest.raises(ValueError, match=said):
            type(RESCUE)(**{**parts, **changes})


def test_a_new_gate_is_due_where_the_template_says() -> None:
    plan = replace(rescue(), id=7)
    assert [(g.due_on - START).days for g in plan.gates] == [30, 60, 90]
    assert due_gate(plan, [START + timedelta(days=29)]) is None
    found = due_gate(plan, [START + timedelta(days=28), START + timedelta(days=31)])
    assert found is not None
    assert (found[0].number, (found[1] - START).days) == (1, 28)
