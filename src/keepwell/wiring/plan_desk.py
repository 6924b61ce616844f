"""What people do with success plans: open, judge, extend, close; milestones, team, outcomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from keepwell.actions import (
    Checked,
    Evidence,
    Gate,
    Outcome,
    PlanTemplate,
    SuccessPlan,
    add_milestone,
    checks,
    close_plan,
    decide_gate,
    extend_plan,
    new_outcome,
    new_plan,
    settle_milestone,
    settle_objective,
)
from keepwell.adapters.playbook_library import load_library
from keepwell.ports import Member, PlanChange, StageRecord
from keepwell.runs.plan_facts import (
    Known,
    known_account,
    known_accounts,
    readings,
)
from keepwell.vocabulary import Bilingual, InputProblem, NotFound
from keepwell.wiring.plan_access import PlanAccess
from keepwell.wiring.project import Project


@dataclass(frozen=True, slots=True)
class ListedPlan:
    """A plan with its account as the newest snapshot has it, None when it is not in there."""

    plan: SuccessPlan
    account: Known | None
    stage: str
    overdue: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """Everything about one plan; `now` is its next gate as today's snapshot would have it.

    `titles`: of the roles and plays that its milestones name.
    """

    listed: ListedPlan
    as_of: date | None
    now: tuple[Checked, ...]
    next_gate: Gate | None
    exit: Evidence | None
    team: tuple[Member, ...]
    stages: tuple[StageRecord, ...]
    outcomes: tuple[Outcome, ...]
    titles: Mapping[str, Bilingual]


class PlanDesk:
    """The success plans of one project."""

    def __init__(self, project: Project) -> None:
        self._project, self._access = project, PlanAccess(project)
        self._keeping = self._access.keeping

    @property
    def templates(self) -> tuple[PlanTemplate, ...]:
        """Return the kinds of plans."""
        return self._keeping.book.templates

    def list(self, status: str | None, account: str | None, limit: int) -> tuple[ListedPlan, ...]:
        """Return plans, the newest first. Errors: InputProblem for a status that does not exist."""
        if status not in (None, "open", "closed"):
            raise InputProblem(f"There is no status `{status}`.", cure="Use open or closed.")
        plans = self._keeping.plans.plans(status=status, account_id=account, limit=limit)
        stages = self._keeping.care.stages()
        with self._access.snapshots() as snapshots:
            ids = {p.account_id for p in plans}
            known = known_accounts(snapshots, ids) if snapshots.by_day else {}
        return tuple(
            _listed(
                p,
                known.get(p.account_id),
                stages[p.account_id].stage if p.account_id in stages else "none",
                self._project.today,
            )
            for p in plans
        )

    def show(self, plan_id: int) -> ShownPlan:
        """Return everything about one plan. Errors: NotFound."""
        plan = self._keeping.plans.plan(plan_id)
        stages = self._keeping.care.stage_history(plan.account_id)
        with self._access.snapshots() as snapshots:
            known = known_accounts(snapshots, [plan.account_id]) if snapshots.by_day else {}
            now: tuple[Checked, ...] = ()
            gate = plan.next_gate if plan.is_open else None
            if gate is not None and known:
                day, measures = snapshots.newest.as_of, plan.template.measures
                reading = readings(snapshots, day, [plan.account_id], measures)
                now = checks(plan, gate, reading[plan.account_id])
            return ShownPlan(
                _listed(
                    plan,
                    known.get(plan.account_id),
                    stages[-1].stage if stages else "none",
                    self._project.today,
                ),
                snapshots.newest.as_of if snapshots.by_day else None,
                now,
                gate,
                self._access.exit_evidence(snapshots, plan.account_id) if known else None,
                self._keeping.plans.team(plan_id),
                stages,
                tuple(
                    o
                    for o in self._keeping.plans.outcomes(plan.account_id)
                    if o.plan_id in (plan.id, None)
                ),
                self._titles(plan),
            )

    def _titles(self, plan: SuccessPlan) -> dict[str, Bilingual]:
        library = load_library(self._project.layout.playbooks)
        plays = {m.play for m in plan.milestones}
        roles = {n: t for n, t in library.roles.items() if n in {m.owner for m in plan.milestones}}
        return {**roles, **{p.play: p.title for p in library.plays if p.play in plays}}

    def open(
        self,
        account_id: str,
        template: str,
        *,
        goals: Sequence[str],
        by: str,
        on: date | None,
        cta_id: int | None,
    ) -> SuccessPlan:
        """Open a plan; it begins with what the snapshot at or before its first day says.

        Errors: NotFound for the account, InputProblem for the kind, the day or the goals.
        """
        day, kind = self._access.past_day(on), self._keeping.book.template(template)
        self._access.require_links(account_id, plan=None, cta=cta_id)
        with self._access.snapshots() as snapshots:
            known_account(snapshots, account_id)
            earlier = [d for d in snapshots.days if d <= day]
            reading = (
                readings(snapshots, max(earlier), [account_id], kind.measures) if earlier else {}
            )
            if account_id not in reading:
                raise NotFound(
                    f"No snapshot at or before {day} holds account `{account_id}`.",
                    cure=f"Begin the plan on {snapshots.days[0]} or later: --on DAY.",
                )
        plan = new_plan(
            kind, account_id, reading[account_id], day, by=by, goals=goals, cta_id=cta_id
        )
        return self._keeping.plans.open_plan(plan, at=self._project.now)

    def milestone(
        self, plan_id: int, name: str, status: str, *, by: str, note: str, on: date | None
    ) -> SuccessPlan:
        """Settle a milestone as done or dropped. Errors: NotFound, InputProblem."""
        day = self._access.past_day(on)
        return self._change(
            plan_id,
            "milestone_settled",
            by,
            lambda p: settle_milestone(p, name, status, on=day, by=by, note=note),
        )

    def add_milestone(
        self, plan_id: int, title: str, due_on: date, owner: str, *, by: str
    ) -> SuccessPlan:
        """Add a milestone of the plan's own. Errors: NotFound, InputProblem."""
        return self._change(
            plan_id, "milestone_added", by, lambda p: add_milestone(p, title, due_on, owner)
        )

    def objective(self, plan_id: int, name: str, status: str, *, by: str, note: str) -> SuccessPlan:
        """Say whether an objective is met. Errors: NotFound, InputProblem."""
        return self._change(
            plan_id, "objective_settled", by, lambda p: settle_objective(p, name, status, note)
        )

    def gate(self, plan_id: int, number: int, status: str, *, by: str, reason: str) -> SuccessPlan:
        """Decide a gate by hand. Errors: NotFound, InputProblem."""
        return self._change(
            plan_id,
            "gate_decided",
            by,
            lambda p: decide_gate(p, number, status, by=by, reason=reason),
        )

    def extend(self, plan_id: int, days: int, *, by: str, reason: str) -> SuccessPlan:
        """Move the pending gates and the end. Errors: NotFound, InputProblem."""
        on = self._project.today
        return self._change(
            plan_id,
            "plan_extended",
            by,
            lambda p: extend_plan(p, days, on=on, by=by, reason=reason),
        )

    def close(self, plan_id: int, ending: str, *, by: str, reason: str) -> SuccessPlan:
        """Close a plan; an early exit is checked against the snapshots. Errors: InputProblem."""
        account = self._keeping.plans.plan(plan_id).account_id
        is_met = False
        if ending == "early_exit":
            with self._access.snapshots() as snapshots:
                is_met = self._access.exit_evidence(snapshots, account).is_met
        on = self._project.today
        return self._change(
            plan_id,
            "plan_closed",
            by,
            lambda p: close_plan(p, ending, on=on, by=by, reason=reason, is_exit_met=is_met),
        )

    def join(self, plan_id: int, function: str, person: str, *, by: str) -> tuple[Member, ...]:
        """Put a person into a plan's team. Errors: NotFound, InputProblem."""
        seats = {s.function for s in self._keeping.plans.plan(plan_id).template.team}
        if function not in seats:
            raise InputProblem(
                f"The team of plan {plan_id} has no seat `{function}`.",
                cure=f"It has: {', '.join(sorted(seats)) or 'none'}.",
            )
        self._keeping.plans.join(plan_id, function, person, self._access.deed("team_joined", by))
        return self._keeping.plans.team(plan_id)

    def leave(self, plan_id: int, function: str, person: str, *, by: str) -> tuple[Member, ...]:
        """Take a person out of a plan's team. Errors: NotFound."""
        self._keeping.plans.leave(plan_id, function, person, self._access.deed("team_left", by))
        return self._keeping.plans.team(plan_id)

    def outcome(
        self,
        account_id: str,
        kind: str,
        *,
        amount: float | None,
        plan_id: int | None,
        by: str,
        note: str,
        on: date | None,
    ) -> Outcome:
        """Record what became of an account's money. Errors: InputProblem, NotFound."""
        self._access.require_links(account_id, plan=plan_id, cta=None)
        made = new_outcome(
            account_id,
            kind,
            amount=amount,
            currency=self._project.config.money.currency or "",
            on=self._access.past_day(on),
            by=by,
            note=note,
            plan_id=plan_id,
        )
        return self._keeping.plans.add_outcome(made, self._access.deed("outcome_recorded", by))

    def _change(self, plan_id: int, action: str, by: str, change: PlanChange) -> SuccessPlan:
        deed = self._access.deed(action, by)
        return self._keeping.plans.change(plan_id, change, deed, self._project.today)


def _listed(plan: SuccessPlan, known: Known | None, stage: str, today: date) -> ListedPlan:
    late = tuple(m.name for m in plan.milestones if m.status == "open" and m.due_on < today)
    return ListedPlan(plan, known, stage, late)


def plan_desk(project: Project) -> PlanDesk:
    """Return the success plans of a project."""
    return PlanDesk(project)
