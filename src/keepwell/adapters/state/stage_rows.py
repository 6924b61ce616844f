"""Risk stages as rows: where an account stands, and the next step of it."""

from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from keepwell.actions import Evidence, Stage, StageMove
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.plan_care_models import StageRow
from keepwell.adapters.state.plan_models import PlanRow
from keepwell.ports import Deed, StageRecord


def stage_of(session: Session, account_id: str) -> StageRow | None:
    """Return the newest stage of an account."""
    of_account = select(StageRow).where(StageRow.account_id == account_id)
    return session.scalars(of_account.order_by(StageRow.step.desc()).limit(1)).first()


def current_stage(session: Session, account_id: str) -> str:
    """Return the name of an account's stage; `none` when it never had one."""
    row = stage_of(session, account_id)
    return Stage.NONE if row is None else row.stage


def open_plan_of(session: Session, account_id: str) -> int | None:
    """Return the number of the account's newest open plan."""
    wanted = select(PlanRow.id).where(PlanRow.account_id == account_id, PlanRow.status == "open")
    return session.scalars(wanted.order_by(PlanRow.id.desc()).limit(1)).first()


def add_stage(session: Session, account_id: str, move: StageMove, deed: Deed, on: date) -> StageRow:
    """Append a stage and its line of the audit log.

    The step is part of the key: of two writers at once, one is refused by the database.
    """
    last = stage_of(session, account_id)
    row = StageRow(
        account_id=account_id,
        step=1 if last is None else last.step + 1,
        before=move.before,
        stage=move.after,
        reason=move.reason,
        on=on,
        plan_id=move.plan_id,
        evidence=None if move.evidence is None else evidence_to_json(move.evidence),
        by=deed.by,
        at=deed.at,
    )
    session.add(row)
    session.flush()
    details = {"before": move.before, "after": move.after, "reason": move.reason, "on": on}
    add_audit(session, deed.at, deed.by, "risk_stage_moved", account_id, details)
    return row


def evidence_to_json(evidence: Evidence) -> dict[str, Any]:
    """Return evidence as plain values."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(evidence).items()}


def stage_record(row: StageRow) -> StageRecord:
    """Return a row as a record."""
    return StageRecord(
        row.account_id,
        row.step,
        row.before,
        row.stage,
        row.reason,
        row.on,
        row.plan_id,
        row.evidence,
        row.by,
        row.at,
    )
