"""Success plans as rows, and rows as plans; writing a plan again changes only what differs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from keepwell.actions import (
    Checked,
    Gate,
    Met,
    Milestone,
    Objective,
    PlanTemplate,
    Reading,
    SuccessPlan,
)
from keepwell.adapters.state.plan_models import (
    PlanGateRow,
    PlanMilestoneRow,
    PlanObjectiveRow,
    PlanRow,
)
from keepwell.vocabulary import Bilingual


def new_row(plan: SuccessPlan, at: datetime) -> PlanRow:
    """Return the row of a new plan, without its parts."""
    row = PlanRow(
        account_id=plan.account_id,
        template=plan.template.template,
        definition=plan.template.model_dump_json(),
        started_on=plan.started_on,
        start=_reading(plan.start),
        opened_by=plan.opened_by,
        opened_at=at,
        cta_id=plan.cta_id,
    )
    write_head(row, plan)
    return row


def write_head(row: PlanRow, plan: SuccessPlan) -> None:
    """Put what may change of a plan into its row."""
    row.open_key = f"{plan.account_id}|{plan.template.template}" if plan.is_open else None
    row.ends_on, row.status, row.ending = plan.ends_on, plan.status, plan.ending
    row.reason, row.closed_on, row.extended_days = plan.reason, plan.closed_on, plan.extended_days


def write_parts(session: Session, plan_id: int, plan: SuccessPlan) -> None:
    """Store the parts of a plan as they are; none is ever deleted."""
    for place, objective in enumerate(plan.objectives):
        session.merge(
            PlanObjectiveRow(
                plan_id=plan_id,
                name=objective.name,
                place=place,
                title_zh=objective.title.zh,
                title_en=objective.title.en,
                status=objective.status,
                note=objective.note,
            )
        )
    for place, milestone in enumerate(plan.milestones):
        session.merge(_milestone_row(plan_id, place, milestone))
    for gate in plan.gates:
        session.merge(
            PlanGateRow(
                plan_id=plan_id,
                number=gate.number,
                title_zh=gate.title.zh,
                title_en=gate.title.en,
                due_on=gate.due_on,
                status=gate.status,
                checked=[asdict(c) for c in gate.checked],
                run_id=gate.run_id,
                judged_on=gate.on,
                by=gate.by,
                reason=gate.reason,
            )
        )


def _milestone_row(plan_id: int, place: int, milestone: Milestone) -> PlanMilestoneRow:
    return PlanMilestoneRow(
        plan_id=plan_id,
        name=milestone.name,
        place=place,
        objective=milestone.objective,
        title_zh=milestone.title.zh,
        title_en=milestone.title.en,
        due_on=milestone.due_on,
        owner=milestone.owner,
        status=milestone.status,
        settled_on=milestone.on,
        by=milestone.by,
        note=milestone.note,
        play=milestone.play,
    )


def plans_of(session: Session, rows: Sequence[PlanRow]) -> tuple[SuccessPlan, ...]:
    """Return rows as plans with their parts, in the same order."""
    if not rows:
        return ()
    ids = [row.id for row in rows]
    objectives: dict[int, list[Objective]] = {i: [] for i in ids}
    milestones: dict[int, list[Milestone]] = {i: [] for i in ids}
    gates: dict[int, list[Gate]] = {i: [] for i in ids}
    for o in session.scalars(_parts(PlanObjectiveRow, ids).order_by(PlanObjectiveRow.place)):
        objectives[o.plan_id].append(
            Objective(o.name, Bilingual(o.title_zh, o.title_en), o.status, o.note)
        )
    for m in session.scalars(_parts(PlanMilestoneRow, ids).order_by(PlanMilestoneRow.place)):
        milestones[m.plan_id].append(_milestone(m))
    for g in session.scalars(_parts(PlanGateRow, ids).order_by(PlanGateRow.number)):
        gates[g.plan_id].append(_gate(g))
    return tuple(_plan(row, objectives[row.id], milestones[row.id], gates[row.id]) for row in rows)


def _parts(table: Any, ids: Sequence[int]) -> Any:
    return select(table).where(table.plan_id.in_(ids))


def _plan(
    row: PlanRow, objectives: list[Objective], milestones: list[Milestone], gates: list[Gate]
) -> SuccessPlan:
    return SuccessPlan(
        row.id,
        row.account_id,
        PlanTemplate.model_validate_json(row.definition),
        row.started_on,
        row.ends_on,
        _read(row.start),
        tuple(objectives),
        tuple(milestones),
        tuple(gates),
        row.status,
        row.ending,
        row.reason,
        row.closed_on,
        row.extended_days,
        row.opened_by,
        row.cta_id,
    )


def _milestone(row: PlanMilestoneRow) -> Milestone:
    return Milestone(
        row.name,
        row.objective,
        Bilingual(row.title_zh, row.title_en),
        row.due_on,
        row.owner,
        row.status,
        row.settled_on,
        row.by,
        row.note,
        row.play,
    )


def _gate(row: PlanGateRow) -> Gate:
    checked = tuple(
        Checked(c["criterion"], Met(c["met"]), c["wanted"], c["found"]) for c in row.checked
    )
    return Gate(
        row.number,
        Bilingual(row.title_zh, row.title_en),
        row.due_on,
        row.status,
        checked,
        row.run_id,
        row.judged_on,
        row.by,
        row.reason,
    )


def _reading(reading: Reading) -> dict[str, Any]:
    return {
        "run_id": reading.run_id,
        "as_of": reading.as_of.isoformat(),
        "score_micro": reading.score_micro,
        "tier": reading.tier,
        "measures": dict(reading.measures),
        "never": list(reading.never),
    }


def _read(stored: Mapping[str, Any]) -> Reading:
    return Reading(
        stored["run_id"],
        date.fromisoformat(stored["as_of"]),
        stored["score_micro"],
        stored["tier"],
        stored["measures"],
        tuple(stored["never"]),
    )
