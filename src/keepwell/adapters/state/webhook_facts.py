"""What programs are told of alerts, tiers, runs and jobs: ids and words of rules, no free text."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.models import RunRow
from keepwell.adapters.state.warning_models import AlertRow, RunGateRow, TransitionRow
from keepwell.adapters.state.webhook_rows import raise_events, takers
from keepwell.ports import RunRecord
from keepwell.warning import AlertStatus, Ending, Gate, GateKind

IN_CHUNK = 500
TIER = "tier"
# The cause of a change of tier that another run of the same day no longer finds.
TAKEN_BACK = "taken_back"


def alerts_opened(session: Session, keys: Sequence[str], at: datetime) -> None:
    """Tell of alerts that began, or go on after they had ended. What is held is told of later."""
    ids = takers(session, "alert.opened") if keys else ()
    if not ids:
        return
    facts = [_alert(row) for row in _alerts(session, keys, *_told())]
    raise_events(session, "alert.opened", facts, at, ids)


def alerts_resolved(session: Session, endings: Sequence[Ending], at: datetime) -> None:
    """Tell of alerts that are about to end; of those that nobody was told of, nobody is."""
    ids = takers(session, "alert.resolved") if endings else ()
    if not ids:
        return
    causes = {e.key: e.cause for e in endings}
    found = _alerts(session, list(causes), AlertRow.ended_on.is_(None), *_told())
    facts = [{**_alert(row), "cause": causes[row.key]} for row in found]
    raise_events(session, "alert.resolved", facts, at, ids)


def approved(session: Session, run_id: str, at: datetime) -> None:
    """Tell of what a run held and a person let through. Needs: their alerts are not held now."""
    those = and_(AlertRow.run_id == run_id, AlertRow.ended_on.is_(None))
    wanted = select(AlertRow).where(those, AlertRow.status == AlertStatus.PENDING)
    facts = [_alert(row) for row in session.scalars(wanted.order_by(AlertRow.id))]
    raise_events(session, "alert.opened", facts, at)
    tiers_changed(session, run_id, at)


def tiers_changed(session: Session, run_id: str, at: datetime) -> None:
    """Tell of the accounts that a run found in another tier.

    Where an earlier run of the day told already, only what differs is told; nothing is where a
    later one did.
    """
    ids = takers(session, "account.tier_changed")
    if not ids:
        return
    run = session.scalars(select(RunRow).where(RunRow.run_id == run_id)).one()
    last = _last_told(session, run)
    if last is not None and last.sequence > run.sequence:
        return
    known = {} if last is None else _tiers(session, last.run_id)
    found = _tiers(session, run_id)
    facts = [
        _tier(run, account, row.before, row.after, row.cause)
        for account, row in found.items()
        if account not in known or known[account].after != row.after
    ]
    facts += [
        _tier(run, account, row.after, row.before, TAKEN_BACK)
        for account, row in known.items()
        if account not in found
    ]
    raise_events(session, "account.tier_changed", facts, at, ids)


def _last_told(session: Session, run: RunRow) -> RunRow | None:
    """Return the last other run of the same day whose tiers were told."""
    kind, verdict = RunGateRow.kind, RunGateRow.verdict
    is_told = or_(kind.in_((GateKind.OPEN, GateKind.BASELINE)), verdict == "approved")
    wanted = select(RunRow).join(RunGateRow, RunGateRow.run_id == RunRow.run_id)
    wanted = wanted.where(RunRow.as_of == run.as_of, RunRow.run_id != run.run_id, is_told)
    return session.scalars(wanted.order_by(RunRow.sequence.desc()).limit(1)).first()


def _tiers(session: Session, run_id: str) -> dict[str, TransitionRow]:
    of_run = TransitionRow.run_id == run_id, TransitionRow.kind == TIER
    rows = session.scalars(select(TransitionRow).where(*of_run).order_by(TransitionRow.account_id))
    return {row.account_id: row for row in rows}


def _tier(run: RunRow, account: str, before: str, after: str, cause: str) -> dict[str, Any]:
    return {
        "account_id": account,
        "before": before,
        "after": after,
        "cause": cause,
        "as_of": run.as_of.isoformat(),
        "run_id": run.run_id,
    }


def run_finished(session: Session, run: RunRecord, gate: Gate | None) -> None:
    """Tell that a run was published; with `gate` held, its alerts wait for a person."""
    fact = {
        "run_id": run.run_id,
        "as_of": run.as_of.isoformat(),
        "accounts": run.accounts,
        "gate": None if gate is None else str(gate.kind),
        "gate_reason": None if gate is None else str(gate.reason),
    }
    raise_events(session, "run.finished", [fact], run.started_at)


def job_failed(
    session: Session, job: str, kind: str, number: int, due_at: datetime, at: datetime
) -> None:
    """Tell that a job ended without being done, and is not tried again.

    `kind`: scheduled or by_hand. Its error stays here: it may quote a cell.
    """
    due = due_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    fact = {"job": job, "kind": kind, "number": number, "due_at": due}
    raise_events(session, "job.failed", [fact], at)


def _told() -> tuple[ColumnElement[bool], ...]:
    """Leave out what is held, and what a person discarded."""
    discarded = select(RunGateRow.run_id).where(RunGateRow.verdict == "discarded")
    is_other = or_(AlertRow.status != AlertStatus.SUPPRESSED, AlertRow.run_id.not_in(discarded))
    return AlertRow.status != AlertStatus.HELD, is_other


def _alerts(
    session: Session, keys: Sequence[str], *those: ColumnElement[bool]
) -> Iterator[AlertRow]:
    for start in range(0, len(keys), IN_CHUNK):
        some = AlertRow.key.in_(keys[start : start + IN_CHUNK])
        yield from session.scalars(select(AlertRow).where(some, *those).order_by(AlertRow.id))


def _alert(row: AlertRow) -> dict[str, Any]:
    return {
        "alert": row.id,
        "account_id": row.account_id,
        "trigger": row.trigger,
        "priority": row.priority,
        "as_of": row.as_of.isoformat(),
        "run_id": row.run_id,
        "is_baseline": row.status == AlertStatus.BASELINE,
    }
