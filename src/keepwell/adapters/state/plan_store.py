"""Success plans on the database of a state store; every method is one transaction."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keepwell.actions import Outcome, SuccessPlan, stage_after_change, stages_after_opening
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.care_notices import add_notice, end_gate_notices
from keepwell.adapters.state.plan_models import OutcomeRow, PlanMemberRow, PlanRow
from keepwell.adapters.state.plan_rows import new_row, plans_of, write_head, write_parts
from keepwell.adapters.state.stage_rows import add_stage, current_stage
from keepwell.adapters.state.store import SqlStateStore
from keepwell.ports import Deed, Member, PlanChange, PlanTell
from keepwell.vocabulary import InputProblem, NotFound


class SqlPlanStore:
    """Fulfils `ports.PlanStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def open_plan(self, plan: SuccessPlan, *, at: datetime) -> SuccessPlan:
        """Store a new plan, and the stages that a rescue leads to.

        Errors: InputProblem when the account has an open plan of the kind.
        """
        try:
            with self._state.session(is_writing=True) as session:
                row = new_row(plan, at)
                session.add(row)
                session.flush()
                write_parts(session, row.id, plan)
                details = {"plan": row.id, "template": row.template, "started_on": row.started_on}
                add_audit(session, at, plan.opened_by, "plan_opened", plan.account_id, details)
                self._stage_opening(session, row, Deed(plan.opened_by, at, "", {}))
                session.flush()
                return plans_of(session, [row])[0]
        except IntegrityError as problem:
            raise InputProblem(
                f"Account `{plan.account_id}` has an open plan `{plan.template.template}`.",
                cure=f"`keepwell plans list --account {plan.account_id}` shows it; close it first.",
            ) from problem

    @staticmethod
    def _stage_opening(session: Session, row: PlanRow, deed: Deed) -> None:
        plan = plans_of(session, [row])[0]
        if plan.template.is_rescue:
            before = current_stage(session, row.account_id)
            for move in stages_after_opening(before, row.id):
                add_stage(session, row.account_id, move, deed, row.started_on)

    def plan(self, plan_id: int) -> SuccessPlan:
        """Return one plan. Errors: NotFound."""
        with self._state.session() as session:
            return plans_of(session, [_row(session, plan_id)])[0]

    def plans(
        self, *, status: str | None = None, account_id: str | None = None, limit: int = 1000
    ) -> tuple[SuccessPlan, ...]:
        """Return plans, the newest first."""
        wanted = select(PlanRow).order_by(PlanRow.id.desc()).limit(limit)
        if status is not None:
            wanted = wanted.where(PlanRow.status == status)
        if account_id is not None:
            wanted = wanted.where(PlanRow.account_id == account_id)
        with self._state.session() as session:
            return plans_of(session, session.scalars(wanted).all())

    def change(
        self,
        plan_id: int,
        change: PlanChange,
        deed: Deed,
        on: date,
        tell: PlanTell | None = None,
    ) -> SuccessPlan:
        """Store what `change` makes of a plan, with the stage that follows; nothing when equal.

        `tell`: what people are told of the change, stored in the same transaction.
        """
        with self._state.session(is_writing=True) as session:
            row = _row(session, plan_id, is_locking=True)
            before = plans_of(session, [row])[0]
            after = change(before)
            if after == before:
                return before
            write_head(row, after)
            write_parts(session, row.id, after)
            details = {"plan": plan_id, **_differences(before, after), **deed.details}
            add_audit(session, deed.at, deed.by, deed.action, row.account_id, details)
            move = stage_after_change(current_stage(session, row.account_id), after)
            if move is not None:
                add_stage(session, row.account_id, move, deed, on)
            end_gate_notices(session, before, after, on, deed.at)
            notice = None if tell is None else tell(before, after)
            if notice is not None:
                add_notice(session, notice, deed.at)
            return after

    def team(self, plan_id: int) -> tuple[Member, ...]:
        """Return the present team of a plan. Errors: NotFound."""
        with self._state.session() as session:
            _row(session, plan_id)
            rows = session.scalars(_members(plan_id).order_by(PlanMemberRow.id))
            return tuple(Member(r.function, r.person, r.joined_at) for r in rows)

    def join(self, plan_id: int, function: str, person: str, deed: Deed) -> None:
        """Put a person into a plan's team. Errors: InputProblem when they are in it."""
        with self._state.session(is_writing=True) as session:
            row = _row(session, plan_id, is_locking=True)
            if _member(session, plan_id, function, person) is not None:
                raise InputProblem(
                    f"{person} is in the team of plan {plan_id} for {function} already.",
                    cure="`keepwell plans show` lists the team.",
                )
            member = PlanMemberRow(
                plan_id=plan_id, function=function, person=person, joined_at=deed.at
            )
            session.add(member)
            self._team_audit(session, row, function, person, deed)

    def leave(self, plan_id: int, function: str, person: str, deed: Deed) -> None:
        """Take a person out of a plan's team. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            row = _row(session, plan_id, is_locking=True)
            member = _member(session, plan_id, function, person)
            if member is None:
                raise NotFound(
                    f"{person} is not in the team of plan {plan_id} for {function}.",
                    cure="`keepwell plans show` lists the team.",
                )
            member.left_at = deed.at
            self._team_audit(session, row, function, person, deed)

    @staticmethod
    def _team_audit(session: Session, row: PlanRow, function: str, person: str, deed: Deed) -> None:
        details = {"plan": row.id, "function": function, "person": person}
        add_audit(session, deed.at, deed.by, deed.action, row.account_id, details)

    def add_outcome(self, outcome: Outcome, deed: Deed) -> Outcome:
        """Store an outcome and return it with its number."""
        with self._state.session(is_writing=True) as session:
            if outcome.plan_id is not None:
                _row(session, outcome.plan_id)
            row = OutcomeRow(
                account_id=outcome.account_id,
                plan_id=outcome.plan_id,
                kind=outcome.kind,
                amount=outcome.amount,
                currency=outcome.currency,
                on=outcome.on,
                note=outcome.note,
                by=outcome.by,
                at=deed.at,
            )
            session.add(row)
            session.flush()
            details = {
                "outcome": row.id,
                "kind": row.kind,
                "amount": row.amount,
                "plan": row.plan_id,
            }
            add_audit(session, deed.at, deed.by, deed.action, row.account_id, details)
            return _outcome(row)

    def outcomes(self, account_id: str | None = None) -> tuple[Outcome, ...]:
        """Return outcomes, oldest first."""
        wanted = select(OutcomeRow).order_by(OutcomeRow.on, OutcomeRow.id)
        if account_id is not None:
            wanted = wanted.where(OutcomeRow.account_id == account_id)
        with self._state.session() as session:
            return tuple(map(_outcome, session.scalars(wanted)))


def _row(session: Session, plan_id: int, *, is_locking: bool = False) -> PlanRow:
    row = session.get(PlanRow, plan_id, with_for_update=is_locking or None)
    if row is None:
        newest = session.scalar(select(func.max(PlanRow.id)))
        raise NotFound(
            f"There is no plan {plan_id}; the newest is {newest or 'none'}.",
            cure="`keepwell plans list` shows them with their numbers.",
        )
    return row


def _members(plan_id: int) -> Any:
    return select(PlanMemberRow).where(
        PlanMemberRow.plan_id == plan_id, PlanMemberRow.left_at.is_(None)
    )


def _member(session: Session, plan_id: int, function: str, person: str) -> PlanMemberRow | None:
    found: PlanMemberRow | None = session.scalars(
        _members(plan_id).where(PlanMemberRow.function == function, PlanMemberRow.person == person)
    ).first()
    return found


def _differences(before: SuccessPlan, after: SuccessPlan) -> dict[str, Any]:
    """Return what changed, part by part, for the audit log."""
    told: dict[str, Any] = {}
    for field in ("status", "ending", "ends_on", "extended_days"):
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            told[field] = [old, new]
    old_gates = {g.number: g for g in before.gates}
    for gate in after.gates:
        old = old_gates[gate.number]
        if (old.status, old.due_on) != (gate.status, gate.due_on):
            told[f"gate_{gate.number}"] = [
                f"{old.status} {old.due_on}",
                f"{gate.status} {gate.due_on}",
            ]
            told[f"gate_{gate.number}_found"] = {
                c.criterion: f"{c.met}: {c.found} of {c.wanted}" for c in gate.checked
            }
    for kind, olds, news in (
        ("milestone", before.milestones, after.milestones),
        ("objective", before.objectives, after.objectives),
    ):
        known = {o.name: o.status for o in olds}
        for new in news:
            if known.get(new.name) != new.status:
                told[f"{kind}_{new.name}"] = [known.get(new.name), new.status]
    return told


def _outcome(row: OutcomeRow) -> Outcome:
    return Outcome(
        row.id,
        row.account_id,
        row.plan_id,
        row.kind,
        row.amount,
        row.currency,
        row.on,
        row.note,
        row.by,
    )
