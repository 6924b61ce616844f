"""What a run warned of, as rows: written inside the transaction that publishes the run."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from keepwell.adapters.state.action_run_rows import add_actions
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.bulk_rows import CHUNK, add_rows
from keepwell.adapters.state.transition_rows import add_transitions
from keepwell.adapters.state.warning_models import AlarmRow, AlertRow, RunGateRow
from keepwell.adapters.state.webhook_facts import (
    alerts_opened,
    alerts_resolved,
    tiers_changed,
)
from keepwell.ports import AlertMeans, RunRecord, RunWarning
from keepwell.warning import Alert, AlertStatus, Decisions, Ending, GateKind, GateReason

SYSTEM = "keepwell"
SOURCE_TRIGGER = "source_fault"
UNSENT = (AlertStatus.PENDING, AlertStatus.HELD, AlertStatus.BASELINE)


def add_warning(session: Session, run: RunRecord, warning: RunWarning) -> None:
    """Store gate, alarms, alerts and endings of a run; the session's transaction makes them one."""
    gate, decisions = warning.gate, warning.decisions
    session.add(
        RunGateRow(
            run_id=run.run_id,
            kind=gate.kind,
            reason=gate.reason,
            definition=warning.definition,
            changed=gate.changed,
            compared=gate.compared,
            faults=list(gate.faults),
            matched=decisions.matched,
        )
    )
    add_transitions(session, run, warning.transitions)
    for fault in warning.new_faults:
        add_source_alert(session, fault, run.run_id, run.as_of, run.started_at)
    if gate.kind is not GateKind.CLOSED:
        _write_alarms(session, decisions, run.as_of)
        end_alerts(session, decisions.endings, run.as_of, run.started_at)
        back = _resume(session, [a.key for a in decisions.resumed], run.as_of)
        alerts_opened(session, [*back, *_add_alerts(session, run, warning)], run.started_at)
    if gate.kind in (GateKind.OPEN, GateKind.BASELINE):
        tiers_changed(session, run.run_id, run.started_at)
    details = {"gate": gate.kind, "reason": gate.reason, "alerts": len(decisions.alerts)}
    add_audit(session, run.started_at, SYSTEM, "run_published", run.run_id, details)
    if warning.actions is not None:
        add_actions(session, run.run_id, warning.actions, run.started_at)


def add_source_alert(session: Session, fault: str, run_id: str, as_of: date, at: datetime) -> bool:
    """Store one alert on a source; false when that fault has one of that day already."""
    key = f"{SOURCE_TRIGGER}:{as_of.isoformat()}:{fault}"
    if session.scalar(select(AlertRow.id).where(AlertRow.key == key)) is not None:
        return False
    session.add(
        AlertRow(
            key=key,
            account_id=None,
            trigger=SOURCE_TRIGGER,
            run_id=run_id,
            as_of=as_of,
            status=AlertStatus.PENDING,
            priority="high",
            urgency="immediate",
            is_proxy=False,
            facts={"fault": fault},
            created_at=at,
        )
    )
    alerts_opened(session, [key], at)
    return True


def _write_alarms(session: Session, decisions: Decisions, as_of: date) -> None:
    """Take away what is outdated and store what the run changed; the rest stays as it is."""
    of_pair = delete(AlarmRow).where(
        AlarmRow.account_id == bindparam("account"), AlarmRow.trigger == bindparam("name")
    )
    rows = [
        {
            "account_id": account_id,
            "trigger": trigger,
            "is_on": held.state.is_on,
            "since": held.state.since,
            "streak": held.state.streak,
            "as_of": held.as_of,
            "before_is_on": held.before.is_on,
            "before_since": held.before.since,
            "before_streak": held.before.streak,
        }
        for (account_id, trigger), held in decisions.alarms.items()
        if held.as_of == as_of
    ]
    gone = {*decisions.outdated, *((str(r["account_id"]), str(r["trigger"])) for r in rows)}
    connection = session.connection()
    pairs = [{"account": account_id, "name": name} for account_id, name in gone]
    for start in range(0, len(pairs), CHUNK):
        connection.execute(of_pair, pairs[start : start + CHUNK])
    for start in range(0, len(rows), CHUNK):
        connection.execute(insert(AlarmRow), rows[start : start + CHUNK])


def _add_alerts(session: Session, run: RunRecord, warning: RunWarning) -> list[str]:
    """Store the alerts of a run; return those that begin with it, or count anew."""
    alerts = warning.decisions.alerts
    known = _stored(session, [a.key for a in alerts])
    fresh = [_alert_row(a, run, warning) for a in alerts if a.key not in known]
    add_rows(session, AlertRow, fresh)
    begun = [str(row["key"]) for row in fresh]
    for alert in alerts:
        if (stored := known.get(alert.key)) is None:
            continue
        of_key = update(AlertRow).where(AlertRow.key == alert.key)
        if is_anew := _counts_anew(stored, alert.status):
            session.execute(of_key.values(status=alert.status, run_id=run.run_id))
        if stored.ended_on is not None:
            session.execute(of_key.values(ended_on=None, end_cause=None))
        if is_anew or stored.ended_on is not None:
            begun.append(alert.key)
    return begun


def _counts_anew(stored: Any, now: AlertStatus) -> bool:
    """Say whether an alert of a day that is run again stands as the new run has it.

    What was taken back does if nobody had been told of it, and what is held or was discarded is
    held by the new run. What a person discarded as a mass change comes back when it is none.
    """
    if stored.status == AlertStatus.SUPERSEDED:
        return True
    is_discarded = stored.status == AlertStatus.SUPPRESSED and stored.verdict == "discarded"
    if stored.status == AlertStatus.HELD or is_discarded:
        return now is AlertStatus.HELD or (is_discarded and stored.reason == GateReason.MASS_CHANGE)
    return False


def _stored(session: Session, keys: list[str]) -> dict[str, Any]:
    """Return the alerts that are there, by key, with what became of the run that made them."""
    found: dict[str, Any] = {}
    columns = AlertRow.key, AlertRow.status, AlertRow.ended_on
    gate = RunGateRow.verdict, RunGateRow.reason
    wanted = select(*columns, *gate).outerjoin(RunGateRow, RunGateRow.run_id == AlertRow.run_id)
    for start in range(0, len(keys), 500):
        rows = session.execute(wanted.where(AlertRow.key.in_(keys[start : start + 500])))
        found.update((row.key, row) for row in rows)
    return found


def _alert_row(alert: Alert, run: RunRecord, warning: RunWarning) -> dict[str, object]:
    facts, means = alert.facts, warning.means[alert.trigger]
    loss = facts.get("expected_loss_amount") or None
    return {
        "key": alert.key,
        "account_id": alert.account_id,
        "trigger": alert.trigger,
        "run_id": run.run_id,
        "as_of": alert.as_of,
        "status": alert.status,
        "priority": means.priority,
        "urgency": means.urgency,
        "csm_id": facts.get("csm_id") or facts.get("owner_id"),
        "is_proxy": alert.is_proxy,
        "at_stake_amount": loss if loss is not None else facts.get("contribution_amount"),
        "facts": {**facts, **_told(means)},
        "created_at": run.started_at,
        "ended_on": None,
        "end_cause": None,
    }


def _told(means: AlertMeans) -> dict[str, str]:
    """Return what an alert's facts say of how it is told, where that is not as usual."""
    told = {} if means.told_to is None else {"told_to": means.told_to}
    return told if means.told_as == "account" else {**told, "told_as": means.told_as}


def end_alerts(session: Session, endings: Sequence[Ending], as_of: date, at: datetime) -> None:
    """End alerts; those that were never sent and are taken back count as superseded."""
    alerts_resolved(session, endings, at)
    of_key = update(AlertRow).where(AlertRow.key == bindparam("ended_key"))
    ended = of_key.values(ended_on=as_of, end_cause=bindparam("cause"))
    unsent = of_key.where(or_(*(AlertRow.status == s for s in UNSENT))).values(
        status=AlertStatus.SUPERSEDED
    )
    connection = session.connection()
    for start in range(0, len(endings), CHUNK):
        some = endings[start : start + CHUNK]
        connection.execute(ended, [{"ended_key": e.key, "cause": e.cause} for e in some])
        connection.execute(unsent, [{"ended_key": e.key} for e in some])


def _resume(session: Session, keys: Sequence[str], as_of: date) -> list[str]:
    """Let alerts go on that an earlier run of the day ended; the untold wait as they did."""
    back: list[str] = []
    kinds = select(RunGateRow.kind, RunGateRow.verdict)
    for start in range(0, len(keys), 500):
        chunk = keys[start : start + 500]
        ended = select(AlertRow).where(AlertRow.key.in_(chunk), AlertRow.ended_on == as_of)
        for row in session.scalars(ended).all():
            row.ended_on = row.end_cause = None
            back.append(row.key)
            if row.status == AlertStatus.SUPERSEDED:
                gate = session.execute(kinds.where(RunGateRow.run_id == row.run_id)).one_or_none()
                row.status = _waiting(*gate) if gate else AlertStatus.PENDING
    return back


def _waiting(kind: str, verdict: str | None) -> AlertStatus:
    """Return the status in which an alert of a run waits to be told."""
    if kind == GateKind.HELD and verdict is None:
        return AlertStatus.HELD
    return AlertStatus.BASELINE if kind == GateKind.BASELINE else AlertStatus.PENDING
