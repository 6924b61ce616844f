"""What a run does for plans: gates judged from the snapshot of their day, losses, escalation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from actions.plan_world import BOOK, RESCUE, START, reading
from keepwell.actions import (
    SuccessPlan,
    decide_gate,
    extend_plan,
    move_stage,
    new_plan,
    new_request,
    settle_milestone,
)
from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.adapters.state import (
    SqlCareStore,
    SqlOutboxStore,
    SqlPlanStore,
    SqlStateStore,
    SqlWarningStore,
)
from keepwell.ports import Deed, GateRecord, PlanChange, PlanTell, RunRecord, Verdict
from keepwell.runs.plan_day import PlanDay, PlanKeeping, follow_plans, sound_runs
from keepwell.runs.plan_facts import score_series, snapshots_of
from keepwell.warning import Gate, GateKind, GateReason
from state_databases import StateDatabase

AT = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
ALL_STEPS = ("plan_agreed", "pilot_proven", "recovery_confirmed")
Scores = Mapping[str, float | None]


@dataclass
class PlanWorld:
    """A state store and snapshots that hold scores and silent days only."""

    folder: Path
    state: SqlStateStore
    engine: DuckDbEngine

    def __post_init__(self) -> None:
        self.plans, self.care = SqlPlanStore(self.state), SqlCareStore(self.state)
        self.keeping = PlanKeeping(self.plans, self.care, BOOK, "Asia/Shanghai")
        self.store = SnapshotFolders(self.folder / "snapshots")
        self.runs: list[RunRecord] = []

    def snapshot(self, days: int, scores: Scores, silent: float | None = 5) -> None:
        """Publish a snapshot so many days after the start."""
        day = START + timedelta(days=days)
        run = RunRecord(f"r{len(self.runs)}", day, AT, "published", (), len(scores), "c", "i")
        ids = pa.array(list(scores), pa.string())
        micro = [None if s is None else round(s * 1_000_000) for s in scores.values()]
        tier = pa.array(["low"] * len(scores), pa.string())
        tables = {
            "scores": {
                "account_id": ids,
                "score_micro": pa.array(micro, pa.int64()),
                "effective_tier": tier,
            },
            "measures": {
                "account_id": ids,
                "days_since_last_activity": pa.array([silent] * len(scores), pa.float64()),
                "days_since_last_activity__never": pa.array([False] * len(scores)),
                "account_size_segment": pa.array(["Enterprise"] * len(scores)),
            },
            "accounts": {
                "account_id": ids,
                "name": ids,
                "csm_id": pa.nulls(len(scores), pa.string()),
            },
            "forecast": {
                "account_id": ids,
                "contribution_amount": pa.nulls(len(scores), pa.float64()),
            },
        }
        with self.store.stage(run.run_id) as folder:
            for name, columns in tables.items():
                pq.write_table(pa.table(columns), folder / f"{name}.parquet")
            (folder / "manifest.json").write_text("{}", "utf-8")
        self.runs.insert(0, run)

    def begin(self, account: str, *steps: str, score: float | None = 40) -> int:
        """Open a rescue plan with steps done on the first day; return its number."""
        plan = new_plan(RESCUE, account, reading(score), START, by="Li")
        for step in steps:
            plan = settle_milestone(plan, step, "done", on=START, by="Li")
        return self.plans.open_plan(plan, at=AT).id

    def follow(self, accounts: Path | None = None) -> PlanDay:
        """Do what a run does after publishing."""
        until = self.runs[0].as_of
        snapshots = snapshots_of(self.engine, self.store, self.runs, until)
        return follow_plans(self.keeping, snapshots, accounts, AT)

    def statuses(self, plan: int) -> list[str]:
        return [g.status for g in self.plans.plan(plan).gates]

    def log(self) -> int:
        store = SqlWarningStore(self.state)
        assert store.audit_faults() == ()
        return len(store.audit(1000))


@pytest.fixture
def world(tmp_path: Path, own_database: StateDatabase) -> Iterator[PlanWorld]:
    engine = DuckDbEngine(memory_limit_mb=256, threads=1, allowed_directories=(tmp_path,))
    with own_database.open() as state:
        yield PlanWorld(tmp_path, state, engine)
    engine.close()


def test_gates_are_judged_from_the_snapshot_of_their_day_and_only_once(world: PlanWorld) -> None:
    plan = world.begin("A", *ALL_STEPS)
    world.snapshot(29, {"A": 90})
    assert world.follow() == PlanDay()
    # The gate of day 30 asks what day 30 said, not what the days after did.
    world.snapshot(30, {"A": 40})
    world.snapshot(33, {"A": 10})
    assert world.follow() == PlanDay(passed=1)
    assert world.statuses(plan) == ["passed", "pending", "pending"]
    gate = world.plans.plan(plan).gate(1)
    assert (gate.run_id, gate.on, gate.by) == ("r1", gate.due_on, "keepwell")
    before = world.log()
    assert world.follow() == PlanDay()
    assert world.log() == before, "to repeat it changes nothing"


def test_a_gate_that_fails_and_a_late_request_are_alerts_that_balance(world: PlanWorld) -> None:
    world.begin("A", *ALL_STEPS)
    world.snapshot(30, {"A": 30})
    assert world.follow().failed == 1
    assert world.follow().failed == 0
    (alert,) = SqlWarningStore(world.state).alerts()
    assert (alert.trigger, alert.run_id, alert.facts["told_to"]) == (
        "plan:gate_failed",
        "r0",
        ["Li"],
    )
    assert SqlOutboxStore(world.state).balance().faults == ()


def test_the_alert_of_a_due_review_ends_when_its_account_is_gone(world: PlanWorld) -> None:
    world.care.add_review("A", START, "", Deed("Li", AT, "review_held", {}))
    world.snapshot(300, {"A": 30, "B": 30})
    assert world.follow().reviews == 1
    world.snapshot(301, {"B": 30})
    assert world.follow().reviews == 0
    ended = {
        a.account_id: a.end_cause
        for a in SqlWarningStore(world.state).alerts()
        if a.trigger == "plan:review_due"
    }
    assert ended["A"] == "account_left"


def test_a_day_run_again_after_the_verdict_does_not_change_it(world: PlanWorld) -> None:
    plan = world.begin("A", *ALL_STEPS)
    world.snapshot(30, {"A": 40})
    world.follow()
    world.snapshot(30, {"A": 10})
    world.follow()
    assert world.statuses(plan)[0] == "passed"


def test_missed_days_are_made_good_gate_after_gate(world: PlanWorld) -> None:
    passing, failing = world.begin("A", *ALL_STEPS), world.begin("B", *ALL_STEPS)
    for days, score in ((28, 41), (65, 46), (95, 60)):
        world.snapshot(days, {"A": score, "B": score - 10})
    assert world.follow() == PlanDay(passed=3, failed=3)
    assert world.statuses(passing) == ["passed"] * 3
    assert world.statuses(failing) == ["failed"] * 3
    used = [g.run_id for g in world.plans.plan(passing).gates]
    assert used == ["r0", "r1", "r2"]
    assert world.plans.plan(failing).awaits_decision


def test_an_unknown_score_leaves_the_gate_and_those_after_it_open(world: PlanWorld) -> None:
    plan, gone = world.begin("A", *ALL_STEPS), world.begin("B", *ALL_STEPS)
    world.snapshot(30, {"A": None})
    world.snapshot(61, {"A": 90})
    assert world.follow().undecided == 2
    before = world.log()
    assert world.follow().undecided == 2
    assert world.log() == before
    assert world.statuses(plan) == world.statuses(gone) == ["pending"] * 3

    def waive(stored: SuccessPlan) -> SuccessPlan:
        return decide_gate(stored, 1, "waived", by="Li", reason="the scorecard was changed")

    world.plans.change(plan, waive, Deed("Li", AT, "gate_decided", {}), START)
    assert world.follow() == PlanDay(passed=1, undecided=1)
    assert world.statuses(plan) == ["waived", "passed", "pending"]


def accounts_file(folder: Path, churned: date | None) -> Path:
    path = folder / "accounts.parquet"
    columns = {
        "account_id": pa.array(["A"], pa.string()),
        "churned_at": pa.array([churned], pa.date32()),
    }
    pq.write_table(pa.table(columns), path)
    return path


def test_an_account_that_left_is_lost_and_its_plan_ends(world: PlanWorld, tmp_path: Path) -> None:
    plan = world.begin("A", *ALL_STEPS)
    world.snapshot(10, {"A": 40})
    later = accounts_file(tmp_path, START + timedelta(days=11))
    assert world.follow(later) == PlanDay(), "it leaves tomorrow"
    left = accounts_file(tmp_path, START + timedelta(days=10))
    assert world.follow(left) == PlanDay(lost=1)
    assert world.follow(left) == PlanDay()
    closed = world.plans.plan(plan)
    assert (closed.ending, {m.status for m in closed.milestones}) == (
        "churned",
        {"done", "dropped"},
    )
    assert [s.stage for s in world.care.stage_history("A")] == [
        "at_risk",
        "plan_in_place",
        "lost",
    ]


def test_missed_promises_climb_once_a_level(world: PlanWorld) -> None:
    made = new_request(
        BOOK.help,
        BOOK.working,
        "Asia/Shanghai",
        account_id="A",
        team="support",
        urgency="urgent",
        text="down",
        by="Li",
        at=AT - timedelta(days=1),
    )
    world.care.add_request(made, Deed("Li", AT, "help_asked", {}))
    world.snapshot(1, {"A": 40})
    # Asked at 17:00 in Shanghai; two hours are over next day at 10:00, and now it is 17:00.
    assert world.follow() == PlanDay(escalated=1)
    assert world.follow() == PlanDay()
    assert world.care.requests()[0].level == 1


def test_a_series_of_scores_takes_a_days_last_run_and_skips_lost_folders(world: PlanWorld) -> None:
    world.snapshot(1, {"A": 40})
    world.snapshot(2, {"A": 41})
    world.snapshot(2, {"A": 42})
    gone = RunRecord("gone", START, AT, "published", (), 1, "c", "i")
    snapshots = snapshots_of(world.engine, world.store, [*world.runs, gone])
    found = score_series(snapshots, ["A", "B"], START)
    assert [m for _, m in found["A"]] == [40_000_000, 42_000_000]
    assert found["B"] == []


def test_a_stage_is_lost_without_a_plan_too(world: PlanWorld, tmp_path: Path) -> None:
    world.care.move_stage(
        "A",
        lambda before, _: move_stage("A", before, "at_risk", reason="silent"),
        Deed("Li", AT, "risk_stage_moved", {}),
        START,
    )
    world.snapshot(3, {"B": 50})
    assert world.follow(accounts_file(tmp_path, START)) == PlanDay(lost=1)


def test_a_plan_that_somebody_moved_meanwhile_is_left_to_the_next_run(world: PlanWorld) -> None:
    plan = world.begin("A", *ALL_STEPS)
    world.snapshot(30, {"A": 40})
    stored = world.plans.plan(plan)

    class Interrupted(SqlPlanStore):
        """A store in which another process extends the plan between reading and judging."""

        def change(
            self,
            plan_id: int,
            change: PlanChange,
            deed: Deed,
            on: date,
            tell: PlanTell | None = None,
        ) -> SuccessPlan:
            longer = extend_plan(stored, 10, on=on, by="Wu", reason="away")
            super().change(plan_id, lambda _: longer, Deed("Wu", AT, "plan_extended", {}), on)
            return super().change(plan_id, change, deed, on, tell)

    world.keeping = replace(world.keeping, plans=Interrupted(world.state))
    assert world.follow() == PlanDay()
    assert world.statuses(plan) == ["pending"] * 3


def test_a_run_whose_data_are_in_doubt_decides_on_no_plan(world: PlanWorld) -> None:
    for days in range(5):
        world.snapshot(days, {"A": 40})

    def gate(run: str, kind: GateKind, verdict: Verdict | None = None) -> GateRecord:
        return GateRecord(run, Gate(kind, GateReason.NONE, 0, 0, ()), "d", verdict, None, None)

    gates = [
        gate("r0", GateKind.OPEN),
        gate("r1", GateKind.CLOSED),
        gate("r2", GateKind.HELD),
        gate("r3", GateKind.HELD, "approved"),
        gate("r4", GateKind.HELD, "discarded"),
    ]
    assert [r.run_id for r in sound_runs(world.runs, gates)] == ["r3", "r0"]
