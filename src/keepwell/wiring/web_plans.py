"""Success plans of the accounts in sight: enrol, judge and decide gates, settle steps, end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from keepwell.actions import (
    Checked,
    Gate,
    Met,
    PlanTemplate,
    Reading,
    SuccessPlan,
    checks,
    judge_gate,
    new_plan,
    snapshot_for,
)
from keepwell.adapters.state import SqlPlanStore, SqlWarningStore, SqlWorkPages
from keepwell.ports import Deed, Member
from keepwell.ports.pages import ListedAccount, Scope
from keepwell.ports.pages_work import AccountPlan
from keepwell.runs.plan_day import sound_runs
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.wiring.plan_desk import PlanDesk, plan_desk
from keepwell.wiring.web_desk import WebDesk

GONE = "There is no such plan, or it is not in your sight."
PLANS_AT_MOST = 100


@dataclass(frozen=True, slots=True)
class GateNow:
    """A gate with what holds: as it was judged, else as the staged snapshot would have it.

    `is_due`: nobody has judged it and the staged snapshot may. `is_for_people`: the data leave
    it open, so that a person may pass or fail it.
    """

    gate: Gate
    checked: tuple[Checked, ...]
    is_due: bool
    is_for_people: bool

    @property
    def met(self) -> int:
        """Return how many criteria hold."""
        return sum(c.met is Met.YES for c in self.checked)


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan in sight with its account, its gates as they stand, and its team."""

    plan: SuccessPlan
    account: ListedAccount
    gates: tuple[GateNow, ...]
    team: tuple[Member, ...]
    overdue: tuple[str, ...]

    @property
    def next_gate(self) -> GateNow | None:
        """Return the first gate without a verdict."""
        return next((g for g in self.gates if g.gate.status == "pending"), None)


def plan_templates(desk: WebDesk) -> tuple[PlanTemplate, ...]:
    """Return the kinds of plans. Errors: ConfigInvalid for plans.yml."""
    return plan_work(desk).templates


def plan_work(desk: WebDesk) -> PlanDesk:
    """Return the desk of plans, read again when plans.yml has changed."""
    file = desk.project.layout.plans
    stamp = file.stat().st_mtime_ns if file.is_file() else 0
    return desk.kept(f"plans:{stamp}", lambda: plan_desk(desk.project))


def plans_in_sight(
    desk: WebDesk, scope: Scope, status: str | None = "open", account_id: str | None = None
) -> tuple[PlanView, ...]:
    """Return plans with where their gates stand, the one that ends first on top."""
    found = SqlWorkPages(desk.project.state).plans(
        scope, status=status, account_id=account_id, limit=PLANS_AT_MOST
    )
    days = _days(desk) if found else ()
    return tuple(_view(desk, f, days) for f in found)


def plan_view(desk: WebDesk, scope: Scope, plan_id: int) -> PlanView:
    """Return a plan whose account is in sight. Errors: NotFound, the same for any other."""
    plan, account = plan_in_sight(desk, scope, plan_id)
    team = SqlPlanStore(desk.project.state).team(plan_id)
    return _view(desk, AccountPlan(plan, account), _days(desk), team)


def plan_in_sight(desk: WebDesk, scope: Scope, plan_id: int) -> tuple[SuccessPlan, ListedAccount]:
    """Return a plan with its account. Errors: NotFound, the same for one that is not in sight."""
    try:
        plan = SqlPlanStore(desk.project.state).plan(plan_id)
        return plan, desk.pages.account(scope, plan.account_id)
    except NotFound as gone:
        raise NotFound(GONE, cure="Open the page of plans again.") from gone


def enrol(
    desk: WebDesk,
    scope: Scope,
    account_id: str,
    template: str,
    *,
    goals: Sequence[str],
    on: date | None,
    by: str,
) -> SuccessPlan:
    """Open a plan for an account in sight. Errors: NotFound, InputProblem.

    The staged snapshot says where it begins; of an earlier first day, that day's snapshot.
    """
    account, work = desk.pages.account(scope, account_id), plan_work(desk)
    kind = next((t for t in work.templates if t.template == template), None)
    if kind is None:
        known = ", ".join(t.template for t in work.templates)
        raise InputProblem(f"`{template[:80]}` is no kind of plan.", cure=f"Use {known}.")
    start, today = _reading(desk, account, kind.measures), desk.project.today
    wanted = [g.strip() for g in goals if g.strip()]
    if start is None or (on is not None and on < start.as_of):
        return work.open(account_id, template, goals=wanted, by=by, on=on, cta_id=None)
    if on is not None and on > today:
        raise InputProblem(f"{on} has not come yet.", cure=f"Give a day up to today, {today}.")
    plan = new_plan(kind, account_id, start, on or today, by=by, goals=wanted)
    return SqlPlanStore(desk.project.state).open_plan(plan, at=desk.now())


def decide(
    desk: WebDesk, scope: Scope, plan_id: int, number: int, verdict_: str, *, reason: str, by: str
) -> SuccessPlan:
    """Judge a gate by the staged snapshot, or take a person's verdict on it with its evidence.

    Errors: NotFound, InputProblem.
    """
    plan, account = plan_in_sight(desk, scope, plan_id)
    if verdict_ != "judge":
        return plan_work(desk).gate(plan_id, number, verdict_, by=by, reason=reason)
    gate = plan.gate(number)
    now = _reading(desk, account, plan.template.measures)
    if now is None or snapshot_for(gate.due_on, _days(desk)) != now.as_of:
        raise InputProblem(
            f"The snapshot shown does not speak for {gate.due_on}, the day of gate {number}.",
            cure="The run of that day, or the first one after it, judges the gate.",
        )
    deed = Deed(by, desk.now(), "gate_judged", {"gate": number, "run": now.run_id})
    store = SqlPlanStore(desk.project.state)
    return store.change(
        plan_id, lambda p: judge_gate(p, number, now, by=by), deed, desk.project.today
    )


def _view(
    desk: WebDesk, found: AccountPlan, days: Sequence[date], team: tuple[Member, ...] = ()
) -> PlanView:
    plan, today = found.plan, desk.project.today
    now = _reading(desk, found.account, plan.template.measures)
    gates = tuple(_gate(plan, gate, now, days, today) for gate in plan.gates)
    late = tuple(m.name for m in plan.milestones if m.status == "open" and m.due_on < today)
    return PlanView(plan, found.account, gates, team, late)


def _gate(
    plan: SuccessPlan, gate: Gate, now: Reading | None, days: Sequence[date], today: date
) -> GateNow:
    is_pending = plan.is_open and gate.status == "pending"
    is_next = plan.next_gate is not None and plan.next_gate.number == gate.number
    checked = gate.checked
    if is_pending and now is not None:
        checked = checks(plan, gate, now)
    speaks = now is not None and snapshot_for(gate.due_on, days) == now.as_of
    was_left_open = any(c.met is Met.UNKNOWN for c in gate.checked)
    is_due = is_pending and is_next and gate.due_on <= today and speaks and not was_left_open
    return GateNow(gate, checked, is_due, is_pending and is_next and was_left_open)


def _reading(desk: WebDesk, account: ListedAccount, measures: Collection[str]) -> Reading | None:
    """Return what the staged snapshot says of an account; None where it lacks a measure asked."""
    header = desk.header()
    if header is None or not set(measures) <= set(header.measures):
        return None
    return Reading(
        header.run_id,
        header.as_of,
        account.score_micro,
        account.tier,
        {m: account.values.get(m) for m in measures},
        tuple(m for m in measures if m in account.never),
    )


def _days(desk: WebDesk) -> tuple[date, ...]:
    """Return the days of the runs whose data may decide on plans."""
    state = desk.project.state
    runs = sound_runs(state.runs(), SqlWarningStore(state).gates())
    return tuple(sorted({run.as_of for run in runs}))
