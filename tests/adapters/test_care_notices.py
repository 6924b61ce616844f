"""Failed gates, late help and due reviews tell their people: in one transaction, each once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from actions.plan_world import BOOK, HELP, RESCUE, START, WORKING, reading
from keepwell.actions import (
    Standing,
    SuccessPlan,
    decide_gate,
    judge_gate,
    move_request,
    new_plan,
    new_request,
)
from keepwell.adapters.state import (
    SqlCareStore,
    SqlOutboxStore,
    SqlPlanStore,
    SqlStateStore,
    SqlWarningStore,
)
from keepwell.messages import DeliverySettings, Surroundings, compose, plan_messages
from keepwell.ports import CareNotice, Deed, RunRecord
from keepwell.runs.plan_day import PlanKeeping, escalate
from keepwell.runs.plan_facts import Known
from keepwell.runs.plan_notices import due_reviews, failed_gate
from messages.notices import WORDING
from state_databases import StateDatabase

AT = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
DAY = AT.date()
KNOWN = Known("A1", "Acme", "U1", Standing("low", "Enterprise", None, 5000.0))
RUN = RunRecord("2026-04-02-aa", DAY, AT, "published", (), 1, "c", "i")
AROUND = Surroundings("en", "UTC", AT, DAY)


@pytest.fixture
def state(state_database: StateDatabase) -> Iterator[SqlStateStore]:
    with state_database.open() as opened:
        yield opened


def alerts(state: SqlStateStore) -> list[tuple[str, str, str | None]]:
    """Trigger, status and cause of the end of every alert; the books must balance."""
    assert SqlOutboxStore(state).balance().faults == ()
    found = SqlWarningStore(state).alerts()
    return [(a.trigger, a.status, a.end_cause) for a in found]


def fail_first_gate(state: SqlStateStore) -> int:
    plans = SqlPlanStore(state)
    plan = plans.open_plan(new_plan(RESCUE, "A1", reading(40), START, by="Li"), at=AT)
    plans.join(plan.id, "product", "Chen", Deed("Li", AT, "team_joined", {}))
    again(state, plan.id)
    return plan.id


def again(state: SqlStateStore, plan_id: int, team: tuple[str, ...] = ("Chen",)) -> None:
    def judge(plan: SuccessPlan) -> SuccessPlan:
        return plan if plan.gate(1).status == "failed" else judge_gate(plan, 1, reading(30))

    def tell(before: SuccessPlan, after: SuccessPlan) -> CareNotice | None:
        if not team:
            raise RuntimeError("killed")
        return failed_gate(before, after, team, KNOWN, RUN)

    deed = Deed("keepwell", AT, "gate_judged", {})
    SqlPlanStore(state).change(plan_id, judge, deed, DAY, tell)


def test_a_failed_gate_tells_team_csm_and_opener_once_in_both_languages(
    state: SqlStateStore,
) -> None:
    plan_id = fail_first_gate(state)
    again(state, plan_id)
    assert alerts(state) == [("plan:gate_failed", "pending", None)]
    (notice,) = SqlOutboxStore(state).untold(DAY)
    drafts = plan_messages([notice], DeliverySettings(), (), AROUND).drafts
    assert [(d.person, d.kind, d.batch) for d in drafts] == [
        (person, "digest", RUN.run_id) for person in ("Chen", "U1", "Li")
    ]
    en, zh = (compose("digest", [notice], (), WORDING, lang).items[0] for lang in ("en", "zh"))
    assert en.title == "Acme · Enterprise"
    assert en.lines[:2] == (
        "Gate of a success plan not passed",
        (
            f"Plan {plan_id} (90-day rescue plan): gate 1, {RESCUE.gates[0].title.en}, due "
            f"2026-04-01, was not passed. Waive, extend or close: keepwell plans show {plan_id}"
        ),
    )
    assert f"的关口 1“{RESCUE.gates[0].title.zh}”到期 2026-04-01，未通过" in zh.lines[1]


def test_a_verdict_and_its_notice_are_one_transaction(state: SqlStateStore) -> None:
    plans = SqlPlanStore(state)
    plan = plans.open_plan(new_plan(RESCUE, "A1", reading(40), START, by="Li"), at=AT)
    with pytest.raises(RuntimeError, match="killed"):
        again(state, plan.id, team=())
    assert plans.plan(plan.id).gate(1).status == "pending"
    assert alerts(state) == []
    again(state, plan.id)
    assert alerts(state) == [("plan:gate_failed", "pending", None)]


def test_a_gate_that_somebody_decided_on_is_told_to_nobody_any_more(state: SqlStateStore) -> None:
    plan_id = fail_first_gate(state)
    deed = Deed("Li", AT, "gate_decided", {})
    SqlPlanStore(state).change(
        plan_id, lambda p: decide_gate(p, 1, "waived", by="Li", reason="agreed"), deed, DAY
    )
    assert alerts(state) == [("plan:gate_failed", "superseded", "settled")]
    assert SqlOutboxStore(state).untold(DAY) == ()


def test_help_that_climbs_is_told_at_each_level_and_ends_when_it_is_settled(
    state: SqlStateStore,
) -> None:
    care = SqlCareStore(state)
    asked = new_request(
        HELP, WORKING, "UTC", account_id="A1", team="support", urgency="urgent",
        text="no export", by="Li", at=AT,
    )  # fmt: skip
    request = care.add_request(asked, Deed("Li", AT, "help_asked", {}))
    keeping = PlanKeeping(SqlPlanStore(state), care, BOOK, "UTC")
    assert escalate(keeping, AT) == 0
    later = AT + timedelta(days=60)
    assert escalate(keeping, later) == 1
    assert escalate(keeping, later) == 0
    (notice,) = SqlOutboxStore(state).untold(later.date())
    top = len(HELP.levels)
    assert (notice.urgency, notice.facts["told_to"]) == ("immediate", ["Li"])
    assert notice.batch == f"care-{later.date()}"
    line = compose("immediate", [notice], (), WORDING, "en").items[0].lines[1]
    assert f"Request {request.id} to support is" in line
    assert f"reached level {top}, {HELP.levels[top - 1].en}" in line
    care.change_request(
        request.id,
        lambda r: move_request(r, "declined", HELP, WORKING, "UTC", by="Wu", at=later, note="no"),
        Deed("Wu", later, "help_moved", {}),
    )
    assert alerts(state) == [("plan:help_climbed", "superseded", "settled")]


def test_help_that_climbs_twice_leaves_its_last_level_alone_open(state: SqlStateStore) -> None:
    care = SqlCareStore(state)
    asked = new_request(
        HELP, WORKING, "UTC", account_id="A1", team="support", urgency="urgent",
        text="no export", by="Li", at=AT,
    )  # fmt: skip
    request = care.add_request(asked, Deed("Li", AT, "help_asked", {}))
    keeping = PlanKeeping(SqlPlanStore(state), care, BOOK, "UTC")
    late = request.answer_due
    while not escalate(keeping, late):
        late += timedelta(hours=1)
    later = AT + timedelta(days=60)
    assert escalate(keeping, later) == 1
    assert sorted(alerts(state)) == [
        ("plan:help_climbed", "pending", None),
        ("plan:help_climbed", "superseded", "climbed"),
    ]
    (notice,) = SqlOutboxStore(state).untold(later.date())
    assert notice.urgency == "immediate"


def test_a_due_review_is_told_to_the_csm_once_until_it_is_held(state: SqlStateStore) -> None:
    care, last = SqlCareStore(state), {"A1": date(2025, 1, 1)}
    none_due = due_reviews(BOOK, {"A1": KNOWN}, {"A1": DAY}, DAY, DAY, RUN.run_id)
    assert none_due == []
    due = due_reviews(BOOK, {"A1": KNOWN}, last, DAY, DAY, RUN.run_id)
    assert [care.tell(due, AT), care.tell(due, AT)] == [1, 0]
    (notice,) = SqlOutboxStore(state).untold(DAY)
    assert notice.facts["told_to"] == ["U1"]
    lines = compose("digest", [notice], (), WORDING, "zh").items[0].lines
    assert lines[0] == "业务回顾到期"
    assert "上次：2025-01-01" in lines[1]
    held = Deed("Li", AT, "review_held", {})
    care.add_review("a1", DAY, "", held)
    assert alerts(state) == [("plan:review_due", "pending", None)]
    care.add_review("A1", DAY, "", held)
    assert alerts(state) == [("plan:review_due", "superseded", "settled")]
    unowned = replace(KNOWN, csm_id=None)
    (orphan,) = due_reviews(BOOK, {"A1": unowned}, last, DAY, DAY, RUN.run_id)
    assert "told_to" not in orphan.facts


def test_a_review_that_is_added_to_the_past_leaves_the_due_one_open(state: SqlStateStore) -> None:
    care, held = SqlCareStore(state), Deed("Li", AT, "review_held", {})
    care.add_review("A1", date(2025, 6, 1), "", held)
    care.tell(due_reviews(BOOK, {"A1": KNOWN}, care.last_reviews(), DAY, DAY, RUN.run_id), AT)
    care.add_review("A1", date(2025, 1, 1), "", held)
    assert alerts(state) == [("plan:review_due", "pending", None)]
    care.add_review("A1", date(2025, 9, 1), "", held)
    assert alerts(state) == [("plan:review_due", "superseded", "settled")]


def test_a_due_review_whose_cadence_changes_is_not_told_twice(state: SqlStateStore) -> None:
    care, last = SqlCareStore(state), {"A1": date(2025, 1, 1)}
    larger = replace(KNOWN, standing=Standing("high", "Mid-Market", None, 5000.0))
    first, second = (
        due_reviews(BOOK, {"A1": known}, last, DAY, DAY, RUN.run_id) for known in (KNOWN, larger)
    )
    assert first[0].key != second[0].key
    assert [care.tell(first, AT), care.tell(second, AT)] == [1, 0]
    care.add_review("A1", date(2025, 2, 1), "", Deed("Li", AT, "review_held", {}))
    assert care.tell(second, AT) == 1


def test_a_due_review_ends_with_its_account_and_goes_on_when_that_is_back(
    state: SqlStateStore,
) -> None:
    care = SqlCareStore(state)
    due = due_reviews(BOOK, {"A1": KNOWN}, {"A1": date(2025, 1, 1)}, DAY, DAY, RUN.run_id)
    care.tell(due, AT)
    care.end_reviews_of_gone({"A1", "A2"}, DAY, AT)
    assert alerts(state) == [("plan:review_due", "pending", None)]
    care.end_reviews_of_gone({"A2"}, DAY, AT)
    assert alerts(state) == [("plan:review_due", "superseded", "account_left")]
    next_run = replace(due[0], run_id="2026-04-03-aa", as_of=DAY + timedelta(days=1))
    care.tell([next_run], AT)
    assert alerts(state) == [("plan:review_due", "pending", None)]
    (notice,) = SqlOutboxStore(state).untold(next_run.as_of)
    assert (notice.batch, notice.as_of) == (next_run.run_id, next_run.as_of)
