"""The stores of plans and of care on both databases: one transaction a step, all on the log."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from actions.plan_world import HELP, RESCUE, START, WORKING, reading
from keepwell.actions import (
    Diagnosis,
    Reading,
    StageMove,
    Standing,
    SuccessPlan,
    close_plan,
    extend_plan,
    judge_gate,
    move_entry,
    move_request,
    move_stage,
    new_outcome,
    new_plan,
    new_request,
    settle_milestone,
)
from keepwell.adapters.state import (
    SqlCareStore,
    SqlPlanStore,
    SqlStateStore,
    SqlWarningStore,
)
from keepwell.ports import CareStore, Deed, PlanStore
from keepwell.vocabulary import InputProblem, KeepwellProblem, NotFound
from state_databases import StateDatabase

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def state(state_database: StateDatabase) -> Iterator[SqlStateStore]:
    with state_database.open() as opened:
        yield opened


@pytest.fixture
def plans(state: SqlStateStore) -> PlanStore:
    return SqlPlanStore(state)


@pytest.fixture
def care(state: SqlStateStore) -> CareStore:
    return SqlCareStore(state)


def deed(action: str, by: str = "Li") -> Deed:
    return Deed(by, AT, action, {})


def begun(account: str = "A1", start: Reading | None = None) -> SuccessPlan:
    return new_plan(RESCUE, account, start or reading(40), START, by="Li", goals=("更快的导出",))


def actions_of(state: SqlStateStore) -> list[str]:
    store = SqlWarningStore(state)
    assert store.audit_faults() == ()
    return [line.action for line in reversed(store.audit(100))]


def test_a_plan_comes_back_exactly_through_all_its_steps(
    plans: PlanStore, care: CareStore, state: SqlStateStore
) -> None:
    stored = plans.open_plan(begun(), at=AT)
    assert replace(stored, id=0) == begun()
    assert plans.plan(stored.id) == stored
    assert [s.stage for s in care.stage_history("A1")] == ["at_risk", "plan_in_place"]

    def settle(plan: SuccessPlan) -> SuccessPlan:
        return settle_milestone(plan, "plan_agreed", "done", on=START, by="Li")

    gate = stored.gate(1).due_on
    steps = [
        (settle, "milestone_settled"),
        (lambda p: judge_gate(p, 1, reading(30, gate)), "gate_judged"),
        (lambda p: extend_plan(p, 10, on=gate, by="Li", reason="away"), "plan_extended"),
        (lambda p: close_plan(p, "stopped", on=gate, by="Li", reason="enough"), "plan_closed"),
    ]
    for step, action in steps:
        changed = plans.change(stored.id, step, deed(action), gate)
        assert plans.plan(stored.id) == changed
    assert changed.ending == "stopped"
    assert [m.status for m in changed.milestones].count("dropped") == len(changed.milestones) - 1
    assert [s.stage for s in care.stage_history("A1")][2:] == ["saving", "at_risk"]
    assert actions_of(state) == [
        "plan_opened",
        "risk_stage_moved",
        "risk_stage_moved",
        "milestone_settled",
        "risk_stage_moved",
        "gate_judged",
        "plan_extended",
        "plan_closed",
        "risk_stage_moved",
    ]
    line = SqlWarningStore(state).audit(4)[3]
    assert '"gate_1": ["pending 2026-04-01", "failed 2026-04-01"]' in line.details
    assert "no: 30.00 of >= 40.00 + 0.00" in line.details


def test_a_change_that_changes_nothing_leaves_no_line(
    plans: PlanStore, state: SqlStateStore
) -> None:
    stored = plans.open_plan(begun(), at=AT)
    before = actions_of(state)
    plans.change(stored.id, lambda p: p, deed("nothing"), START)
    assert actions_of(state) == before


def test_a_refused_step_leaves_everything_as_it_was(plans: PlanStore, state: SqlStateStore) -> None:
    stored = plans.open_plan(begun(), at=AT)
    before = actions_of(state)
    with pytest.raises(InputProblem, match="before gate 1"):
        plans.change(stored.id, lambda p: judge_gate(p, 2, reading(50)), deed("x"), START)
    assert plans.plan(stored.id) == stored
    assert actions_of(state) == before


def test_an_account_has_one_open_plan_of_a_kind(plans: PlanStore, care: CareStore) -> None:
    first = plans.open_plan(begun(), at=AT)
    with pytest.raises(InputProblem, match="has an open plan `rescue_90d`"):
        plans.open_plan(begun(), at=AT)
    assert len(care.stage_history("A1")) == 2, "nothing of the refused plan is left"
    plans.change(
        first.id,
        lambda p: close_plan(p, "stopped", on=START, by="Li", reason="over"),
        deed("plan_closed"),
        START,
    )
    second = plans.open_plan(begun(), at=AT)
    assert [p.id for p in plans.plans(account_id="A1")] == [second.id, first.id]
    assert [p.id for p in plans.plans(status="open")] == [second.id]
    with pytest.raises(NotFound, match="no plan 99"):
        plans.plan(99)


def test_a_team_spans_the_company_and_people_leave_it(plans: PlanStore) -> None:
    plan = plans.open_plan(begun(), at=AT)
    for function, person in (("success", "Li"), ("product", "Wu"), ("executive", "Wu")):
        plans.join(plan.id, function, person, deed("joined"))
    with pytest.raises(InputProblem, match="already"):
        plans.join(plan.id, "product", "Wu", deed("joined"))
    plans.leave(plan.id, "product", "Wu", deed("left"))
    with pytest.raises(NotFound, match="not in the team"):
        plans.leave(plan.id, "product", "Wu", deed("left"))
    plans.join(plan.id, "product", "Chen", deed("joined"))
    assert [(m.function, m.person) for m in plans.team(plan.id)] == [
        ("success", "Li"),
        ("executive", "Wu"),
        ("product", "Chen"),
    ]


def test_outcomes_keep_their_money(plans: PlanStore) -> None:
    plan = plans.open_plan(begun(), at=AT)
    made = new_outcome(
        "A1", "kept", amount=120_000.5, currency="CNY", on=START, by="Li", plan_id=plan.id
    )
    stored = plans.add_outcome(made, deed("outcome"))
    unknown = new_outcome("A2", "churned", amount=None, currency="CNY", on=START, by="Li")
    plans.add_outcome(unknown, deed("outcome"))
    assert plans.outcomes("A1") == (stored,)
    assert [(o.kind, o.amount) for o in plans.outcomes()] == [
        ("kept", 120_000.5),
        ("churned", None),
    ]
    with pytest.raises(NotFound, match="no plan 99"):
        plans.add_outcome(replace(made, plan_id=99), deed("outcome"))


def test_a_stage_is_decided_on_what_stands_in_the_database(care: CareStore) -> None:
    seen: list[tuple[str, int | None]] = []

    def at_risk(before: str, plan: int | None) -> StageMove:
        seen.append((before, plan))
        return move_stage("A1", before, "at_risk", reason="silent")

    record = care.move_stage("A1", at_risk, deed("x"), START)
    assert (record.step, record.stage) == (1, "at_risk")
    with pytest.raises(InputProblem, match="cannot become"):
        care.move_stage("A1", at_risk, deed("x"), START)
    assert seen == [("none", None), ("at_risk", None)]
    assert {a: s.stage for a, s in care.stages().items()} == {"A1": "at_risk"}


def test_two_people_moving_one_stage_at_once_make_one_move(
    state_database: StateDatabase, care: CareStore
) -> None:
    refused: list[Exception] = []

    def move() -> None:
        with state_database.open() as own:
            try:
                SqlCareStore(own).move_stage(
                    "A1",
                    lambda before, _: move_stage("A1", before, "at_risk", reason="r"),
                    deed("x"),
                    START,
                )
            except KeepwellProblem as problem:
                refused.append(problem)

    threads = [threading.Thread(target=move) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [s.step for s in care.stage_history("A1")] == [1]
    assert len(refused) == 1


def test_diagnoses_of_a_period_come_back_as_they_were_made(care: CareStore) -> None:
    standing = Standing("low", "Large", None, 1000.0)
    made = [
        Diagnosis(0, "A1", START + timedelta(days=d), c, "原话", standing, "Li", 1, 2)
        for d, c in ((0, "price"), (0, "defect"), (9, "price"))
    ]
    care.add_diagnoses(made[:2], deed("diagnosed"))
    care.add_diagnoses(made[2:], deed("diagnosed"))
    found = care.diagnoses(account_id="A1")
    assert [replace(d, id=0) for d in found] == made
    assert len(care.diagnoses(since=START, until=START)) == 2
    assert care.diagnoses(since=START + timedelta(days=10)) == ()


def test_a_request_keeps_its_moments_in_their_zone(care: CareStore, state: SqlStateStore) -> None:
    made = new_request(
        HELP,
        WORKING,
        "Asia/Shanghai",
        account_id="A1",
        team="product",
        urgency="normal",
        text="导出失败",
        by="Li",
        at=AT,
    )
    stored = care.add_request(made, deed("help_asked"))
    assert replace(stored, id=0) == made
    later = AT + timedelta(hours=2)
    moved = care.change_request(
        stored.id,
        lambda r: move_request(
            r, "accepted", HELP, WORKING, "Asia/Shanghai", by="Wu", at=later, note=""
        ),
        deed("help_accepted", "Wu"),
    )
    assert (moved.owner, moved.answered_at) == ("Wu", later)
    assert care.requests(open_only=True) == (moved,)
    assert care.requests(account_id="A2") == ()
    with pytest.raises(NotFound, match="no help request 99"):
        care.change_request(99, lambda r: r, deed("x"))
    assert actions_of(state) == ["help_asked", "help_accepted"]


def test_reviews_and_programmes_are_kept(care: CareStore) -> None:
    care.add_review("A1", date(2026, 1, 5), "", deed("review_held"))
    care.add_review("A1", date(2026, 2, 5), "", deed("review_held"))
    with pytest.raises(InputProblem, match="is on record"):
        care.add_review("A1", date(2026, 2, 5), "", deed("review_held"))
    assert care.last_reviews() == {"A1": date(2026, 2, 5)}
    for status in ("invited", "accepted", "done"):
        entry = care.change_entry(
            "A1",
            "workshop",
            lambda now, s=status: move_entry("A1", "workshop", now, s, on=START, by="Li"),  # type: ignore[misc]
            deed("programme"),
        )
    assert care.entries(programme="workshop") == (entry,)
    assert entry.status == "done"
