"""The early-warning loop's part of the state database, beside runs and versions."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from keepwell.actions import RunActions
from keepwell.adapters.state.action_run_rows import add_actions
from keepwell.adapters.state.audit_rows import add_audit, faults
from keepwell.adapters.state.models import RunRow
from keepwell.adapters.state.outbox_models import MessageAlertRow, MessageRow
from keepwell.adapters.state.store import SqlStateStore
from keepwell.adapters.state.transition_rows import transitions_of
from keepwell.adapters.state.warning_models import AlarmRow, AlertRow, AuditRow, RunGateRow
from keepwell.adapters.state.warning_rows import SOURCE_TRIGGER, SYSTEM, add_source_alert
from keepwell.adapters.state.webhook_facts import approved
from keepwell.ports import (
    NO_RUN,
    AlertRecord,
    AuditFault,
    AuditLine,
    GateRecord,
    TransitionRecord,
    Verdict,
)
from keepwell.vocabulary import NotFound
from keepwell.warning import AlarmState, AlertStatus, Gate, GateKind, GateReason, StoredAlarm


class SqlWarningStore:
    """Fulfils `ports.WarningStore` on the database of a state store."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def alarms(self) -> Mapping[tuple[str, str], StoredAlarm]:
        """Return all stored alarms by account and trigger."""
        # Columns, not rows of the mapper: there may be a million of them.
        wanted = select(*AlarmRow.__table__.columns)
        with self._state.session() as session:
            return {(r.account_id, r.trigger): _alarm(r) for r in session.execute(wanted)}

    def alerts(
        self,
        *,
        statuses: Sequence[str] = (),
        account_id: str | None = None,
        person: str | None = None,
        limit: int = 1000,
    ) -> tuple[AlertRecord, ...]:
        """Return alerts, newest first; all statuses when none is named.

        `person`: those of accounts whose CSM it is, and those that a message told it of.
        """
        wanted = select(AlertRow).order_by(AlertRow.as_of.desc(), AlertRow.id).limit(limit)
        if statuses:
            wanted = wanted.where(AlertRow.status.in_(statuses))
        if account_id is not None:
            wanted = wanted.where(AlertRow.account_id == account_id)
        if person is not None:
            told = (
                select(MessageAlertRow.alert_id)
                .join(MessageRow, MessageRow.id == MessageAlertRow.message_id)
                .where(MessageRow.person == person)
            )
            wanted = wanted.where((AlertRow.csm_id == person) | AlertRow.id.in_(told))
        with self._state.session() as session:
            return tuple(map(_record, session.scalars(wanted)))

    def alert(self, alert_id: int) -> AlertRecord:
        """Return one alert. Errors: NotFound."""
        with self._state.session() as session:
            row = session.get(AlertRow, alert_id)
            if row is None:
                newest = session.scalar(select(func.max(AlertRow.id)))
                raise NotFound(
                    f"There is no alert {alert_id}; the newest is {newest or 'none'}.",
                    cure="`keepwell alerts list` shows them with their numbers.",
                )
            return _record(row)

    def alert_counts(self) -> Mapping[str, int]:
        """Return how many alerts stand in each status."""
        counted = select(AlertRow.status, func.count()).group_by(AlertRow.status)
        with self._state.session() as session:
            return {status: int(n) for status, n in session.execute(counted)}

    def transitions(self, account_id: str) -> tuple[TransitionRecord, ...]:
        """Return an account's transitions, oldest first; a day run again counts as run last."""
        with self._state.session() as session:
            return transitions_of(session, account_id)

    def gates(self) -> tuple[GateRecord, ...]:
        """Return the gates of all runs, newest first."""
        wanted = (
            select(RunGateRow)
            .join(RunRow, RunRow.run_id == RunGateRow.run_id)
            .order_by(RunRow.sequence.desc())
        )
        with self._state.session() as session:
            return tuple(map(_gate, session.scalars(wanted)))

    def judge(
        self,
        run_id: str,
        verdict: Verdict,
        *,
        by: str,
        at: datetime,
        actions: RunActions | None = None,
    ) -> int:
        """Approve or discard what a run held; return the alerts concerned.

        `actions`: CTAs that the approved alerts open, stored in the same transaction.
        Errors: NotFound when the run holds nothing, or was judged before.
        """
        with self._state.session(is_writing=True) as session:
            row = session.get(RunGateRow, run_id)
            if row is None or row.kind != GateKind.HELD or row.verdict is not None:
                raise _nothing_held(session, run_id)
            row.verdict, row.decided_by, row.decided_at = verdict, by, at
            held = (AlertRow.run_id == run_id, AlertRow.status == AlertStatus.HELD)
            count = session.scalar(select(func.count()).select_from(AlertRow).where(*held)) or 0
            to = AlertStatus.PENDING if verdict == "approved" else AlertStatus.SUPPRESSED
            session.execute(update(AlertRow).where(*held).values(status=to))
            if verdict == "approved":
                approved(session, run_id, at)
            add_audit(session, at, by, f"run_{verdict}", run_id, {"alerts": count})
            if actions is not None:
                add_actions(session, run_id, actions, at)
            return count

    def source_alert(self, fault: str, as_of: date, at: datetime) -> bool:
        """Store an alert on a source outside any run; false when that day has it already."""
        with self._state.session(is_writing=True) as session:
            is_new = add_source_alert(session, fault, NO_RUN, as_of, at)
            if is_new:
                add_audit(session, at, SYSTEM, SOURCE_TRIGGER, fault, {"as_of": as_of})
            return is_new

    def audit(self, limit: int = 1000) -> tuple[AuditLine, ...]:
        """Return the newest lines of the audit log, newest first."""
        wanted = select(AuditRow).order_by(AuditRow.sequence.desc()).limit(limit)
        with self._state.session() as session:
            return tuple(
                AuditLine(r.sequence, r.at, r.actor, r.action, r.subject, r.details)
                for r in session.scalars(wanted)
            )

    def audit_faults(self) -> tuple[AuditFault, ...]:
        """Return where the audit log is broken; empty when it holds together."""
        with self._state.session() as session:
            return tuple(faults(session))


def _alarm(row: Any) -> StoredAlarm:
    return StoredAlarm(
        state=AlarmState(row.is_on, row.since, row.streak),
        before=AlarmState(row.before_is_on, row.before_since, row.before_streak),
        as_of=row.as_of,
    )


def _record(row: AlertRow) -> AlertRecord:
    return AlertRecord(
        id=row.id,
        key=row.key,
        account_id=row.account_id,
        trigger=row.trigger,
        run_id=row.run_id,
        as_of=row.as_of,
        status=row.status,
        priority=row.priority,
        urgency=row.urgency,
        csm_id=row.csm_id,
        is_proxy=row.is_proxy,
        at_stake_amount=row.at_stake_amount,
        facts=row.facts,
        ended_on=row.ended_on,
        end_cause=row.end_cause,
    )


def _gate(row: RunGateRow) -> GateRecord:
    faults = tuple(str(f) for f in row.faults)
    gate = Gate(GateKind(row.kind), GateReason(row.reason), row.changed, row.compared, faults)
    verdict: Verdict | None = (
        None if row.verdict is None else "approved" if row.verdict == "approved" else "discarded"
    )
    return GateRecord(row.run_id, gate, row.definition, verdict, row.decided_by, row.decided_at)


def _nothing_held(session: Session, run_id: str) -> NotFound:
    waiting = session.scalars(
        select(RunGateRow.run_id).where(
            RunGateRow.kind == GateKind.HELD, RunGateRow.verdict.is_(None)
        )
    ).all()
    return NotFound(
        f"Run `{run_id}` holds no alerts that wait. Waiting: {', '.join(waiting) or 'none'}.",
        cure="`keepwell alerts gates` shows all runs with their gates.",
        run_id=run_id,
    )
