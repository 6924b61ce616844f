"""The day of the plans: after a run, judge gates that fell due, losses, and missed promises.

Every step is a transaction of its own and finds nothing to do when it is repeated.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from keepwell.actions import (
    SYSTEM,
    Ending,
    HelpRequest,
    PlanBook,
    Reading,
    Stage,
    StageReason,
    SuccessPlan,
    close_plan,
    due_gate,
    escalated,
    judge_gate,
    move_stage,
)
from keepwell.ports import CareNotice, CareStore, Deed, GateRecord, PlanStore, RunRecord
from keepwell.runs.plan_facts import Known, Snapshots, known_accounts, readings, who_left
from keepwell.runs.plan_notices import (
    FactsOf,
    climbed_request,
    due_reviews,
    failed_gate,
    known_of,
    nobody_known,
)
from keepwell.warning import GateKind


@dataclass(frozen=True, slots=True)
class PlanKeeping:
    """The stores of plans and what they work by.

    `first_day`: the first day that was ever run. `has_own_reviews`: the project says how often
    reviews are due, so that they are due also before the first one was held.
    """

    plans: PlanStore
    care: CareStore
    book: PlanBook
    time_zone: str
    first_day: date | None = None
    has_own_reviews: bool = False


@dataclass(frozen=True, slots=True)
class PlanDay:
    """What the day brought: gates by verdict, accounts lost, requests that climbed a level.

    `undecided`: gates that fell due and that the snapshot cannot judge.
    `reviews`:   business reviews of which people are told that they are due.
    """

    passed: int = 0
    failed: int = 0
    undecided: int = 0
    lost: int = 0
    escalated: int = 0
    reviews: int = 0


def sound_runs(runs: Sequence[RunRecord], gates: Sequence[GateRecord]) -> tuple[RunRecord, ...]:
    """Return the runs whose data may decide on plans, in their order.

    A run that made no alerts for a fault of its data decides nothing, nor does one that holds
    them for a mass change, until somebody approves.
    """
    doubted = {
        g.run_id
        for g in gates
        if g.gate.kind == GateKind.CLOSED
        or (g.gate.kind == GateKind.HELD and g.verdict != "approved")
    }
    return tuple(run for run in runs if run.run_id not in doubted)


def follow_plans(
    keeping: PlanKeeping, snapshots: Snapshots, accounts_file: Path | None, at: datetime
) -> PlanDay:
    """Do what is due on the newest day of the snapshots. Safe to repeat."""
    if not snapshots.by_day:
        return PlanDay(escalated=escalate(keeping, at))
    lost = _lose(keeping, snapshots, accounts_file, at)
    verdicts = _judge(keeping, snapshots, at)
    risen = escalate(keeping, at, known_of(snapshots))
    return PlanDay(
        passed=verdicts.count("passed"),
        failed=verdicts.count("failed"),
        undecided=verdicts.count("pending"),
        lost=lost,
        escalated=risen,
        reviews=_tell_of_reviews(keeping, snapshots, at),
    )


def _tell_of_reviews(keeping: PlanKeeping, snapshots: Snapshots, at: datetime) -> int:
    """Tell CSMs of business reviews that are due, once each, where reviews are held at all.

    One of an account that is gone is due no longer.
    """
    last = keeping.care.last_reviews()
    if not last and not keeping.has_own_reviews:
        return 0
    run = snapshots.newest
    since = keeping.first_day or run.as_of
    accounts = known_accounts(snapshots)
    keeping.care.end_reviews_of_gone(accounts.keys(), run.as_of, at)
    due = due_reviews(keeping.book, accounts, last, since, run.as_of, run.run_id)
    return keeping.care.tell(due, at) if due else 0


def _judge(keeping: PlanKeeping, snapshots: Snapshots, at: datetime) -> list[str]:
    """Judge every gate that is due, gate after gate; return the verdicts."""
    verdicts: list[str] = []
    plans = keeping.plans.plans(status="open", limit=1_000_000)
    while plans:
        due: dict[date, list[SuccessPlan]] = defaultdict(list)
        for plan in plans:
            found = due_gate(plan, snapshots.days)
            if found is not None:
                due[found[1]].append(plan)
        plans = ()
        for day, waiting in sorted(due.items()):
            measures = {m for p in waiting for m in p.template.measures}
            read = readings(snapshots, day, {p.account_id for p in waiting}, measures)
            known = known_of(snapshots)(read)
            judged = [_judged(keeping, snapshots, p, day, read, known, at) for p in waiting]
            verdicts += [status for _, status in judged if status]
            plans += tuple(p for p, status in judged if status in ("passed", "failed"))
    return verdicts


def _judged(
    keeping: PlanKeeping,
    snapshots: Snapshots,
    plan: SuccessPlan,
    day: date,
    read: Mapping[str, Reading],
    known: Mapping[str, Known],
    at: datetime,
) -> tuple[SuccessPlan, str]:
    reading = read.get(plan.account_id)
    if reading is None:
        return plan, "pending"
    number = 0

    def judge(stored: SuccessPlan) -> SuccessPlan:
        # Somebody may have moved the plan since it was read: then another run sees to it.
        nonlocal number
        found = due_gate(stored, snapshots.days)
        if found is None or found[1] != day:
            return stored
        number = found[0].number
        return judge_gate(stored, number, reading)

    def tell(before: SuccessPlan, now: SuccessPlan) -> CareNotice | None:
        return failed_gate(before, now, team, known.get(plan.account_id), snapshots.newest)

    team = [m.person for m in keeping.plans.team(plan.id)]
    deed = Deed(SYSTEM, at, "gate_judged", {"run": reading.run_id})
    after = keeping.plans.change(plan.id, judge, deed, day, tell)
    return after, after.gate(number).status if number else ""


def _lose(
    keeping: PlanKeeping, snapshots: Snapshots, accounts_file: Path | None, at: datetime
) -> int:
    """Call accounts lost that have left: their open plans end, their stage says so."""
    day = snapshots.newest.as_of
    stages = {a: s.stage for a, s in keeping.care.stages().items() if s.stage != Stage.LOST}
    plans = keeping.plans.plans(status="open", limit=1_000_000)
    watched = set(stages) | {p.account_id for p in plans}
    left = who_left(snapshots.engine, accounts_file, watched, day)
    for plan in plans:
        if plan.account_id in left:
            deed = Deed(SYSTEM, at, "plan_closed", {})
            keeping.plans.change(plan.id, _ended(day), deed, day)
    for account in sorted(left & set(stages)):
        deed = Deed(SYSTEM, at, "risk_stage_moved", {})
        keeping.care.move_stage(
            account,
            lambda before, _, a=account: move_stage(  # type: ignore[misc]
                a, before, Stage.LOST, reason=StageReason.LEFT, has_left=True
            ),
            deed,
            day,
        )
    return len(left & set(stages))


def _ended(day: date) -> Callable[[SuccessPlan], SuccessPlan]:
    def end(plan: SuccessPlan) -> SuccessPlan:
        if not plan.is_open:
            return plan
        return close_plan(plan, Ending.CHURNED, on=day, by=SYSTEM, reason=StageReason.LEFT)

    return end


def escalate(keeping: PlanKeeping, at: datetime, find: FactsOf = nobody_known) -> int:
    """Raise the level of open requests whose promise is missed, and tell of it; return how many.

    `find`: looks their accounts up, for the words of the message.
    """
    rules, working, zone = keeping.book.help, keeping.book.working, keeping.time_zone

    def raised(request: HelpRequest) -> HelpRequest:
        return next(iter(escalated([request], at, rules, working, zone)), request)

    late = escalated(
        keeping.care.requests(open_only=True, limit=1_000_000), at, rules, working, zone
    )
    known = find({r.account_id for r in late}) if late else {}

    def tell(request: HelpRequest) -> CareNotice:
        return climbed_request(request, keeping.book, zone, known.get(request.account_id), at)

    for request in late:
        deed = Deed(SYSTEM, at, "help_escalated", {"due": request.solve_due})
        keeping.care.change_request(request.id, raised, deed, tell)
    return len(late)
