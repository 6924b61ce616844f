"""What a run reads of people's work before it decides, in few queries over open rows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from keepwell.actions import CtaStatus, DueCheck, Linked, OnSignal, TaskStatus, Work
from keepwell.adapters.state.action_models import CtaAlertRow, CtaRow, TaskRow
from keepwell.adapters.state.action_reading import accounts, loads
from keepwell.adapters.state.action_rows import IN_CHUNK
from keepwell.adapters.state.warning_models import AlertRow, RunGateRow
from keepwell.warning import AlertStatus

UNANSWERED = (
    AlertStatus.BASELINE,
    AlertStatus.PENDING,
    AlertStatus.DELIVERED,
    AlertStatus.DEAD_LETTERED,
)


def work(session: Session, alerts: Sequence[str], on: date) -> Work:
    """Return what a run of a day has to know before it opens CTAs for these alerts."""
    keyed = select(CtaRow.open_key, CtaRow.id).where(CtaRow.open_key.is_not(None))
    tasks = (
        select(TaskRow.owner, func.count())
        .where(TaskRow.status == TaskStatus.OPEN, TaskRow.owner.is_not(None))
        .group_by(TaskRow.owner)
    )
    day = (
        select(CtaRow.owner, func.count())
        .where(CtaRow.opened_on == on, CtaRow.run_id.is_not(None))
        .group_by(CtaRow.owner)
    )
    counts = (
        select(CtaRow.owner, func.count())
        .where(CtaRow.open_key.is_not(None))
        .group_by(CtaRow.owner)
    )
    cared_for = accounts(session)
    return Work(
        open_ctas={str(key): cta_id for key, cta_id in session.execute(keyed)},
        linked=_linked(session, alerts),
        withheld=_withheld(session, alerts),
        loads=loads(cared_for),
        accounts=cared_for,
        open_tasks={str(owner): int(n) for owner, n in session.execute(tasks)},
        of_the_day={owner: int(n) for owner, n in session.execute(day)},
        open_counts={owner: int(n) for owner, n in session.execute(counts)},
    )


def _linked(session: Session, alerts: Sequence[str]) -> dict[str, Linked]:
    found: dict[str, Linked] = {}
    for start in range(0, len(alerts), IN_CHUNK):
        some = alerts[start : start + IN_CHUNK]
        wanted = (
            select(
                CtaAlertRow.alert_key, CtaRow.id, CtaRow.open_key, CtaRow.outcome, CtaAlertRow.is_on
            )
            .join(CtaRow, CtaRow.id == CtaAlertRow.cta_id)
            .where(CtaAlertRow.alert_key.in_(some))
        )
        for alert, cta_id, key, outcome, is_on in session.execute(wanted):
            found[alert] = Linked(cta_id, key is not None, outcome, is_on)
    return found


def _is_discarded() -> ColumnElement[bool]:
    """Tell an alert that a person discarded from one that a silence keeps back."""
    return and_(AlertRow.status == AlertStatus.SUPPRESSED, RunGateRow.verdict == "discarded")


def _withheld(session: Session, alerts: Sequence[str]) -> frozenset[str]:
    found: set[str] = set()
    for start in range(0, len(alerts), IN_CHUNK):
        wanted = (
            select(AlertRow.key)
            .outerjoin(RunGateRow, RunGateRow.run_id == AlertRow.run_id)
            .where(AlertRow.key.in_(alerts[start : start + IN_CHUNK]))
            .where(or_(AlertRow.status == AlertStatus.HELD, _is_discarded()))
        )
        found.update(session.scalars(wanted))
    return frozenset(found)


def signals(session: Session) -> tuple[OnSignal, ...]:
    """Return the alerts that are on and answered by an open CTA."""
    wanted = (
        select(CtaAlertRow.alert_key, CtaRow.id, CtaRow.account_id, CtaRow.status, CtaRow.before)
        .join(CtaRow, CtaRow.id == CtaAlertRow.cta_id)
        .where(CtaAlertRow.is_on.is_(True), CtaRow.open_key.is_not(None))
    )
    return tuple(
        OnSignal(
            alert, cta_id, account, CtaStatus(status), None if before is None else CtaStatus(before)
        )
        for alert, cta_id, account, status, before in session.execute(wanted)
    )


def due_checks(session: Session, on: date) -> tuple[DueCheck, ...]:
    """Return the tasks whose check is due and has not been read."""
    wanted = select(TaskRow.id, TaskRow.account_id, TaskRow.check)
    due = wanted.where(TaskRow.is_unread.is_(True), TaskRow.due_on <= on).order_by(TaskRow.id)
    return tuple(DueCheck(i, account, check or {}) for i, account, check in session.execute(due))


def backlog(
    session: Session, triggers: Sequence[str], before: date
) -> tuple[tuple[str, str, str, Mapping[str, Any]], ...]:
    """Return alerts of these triggers that hold since before a day and that no CTA answers.

    Each as key, account, trigger, facts. What is held or was discarded is not among them; what
    is silenced is, for a silence keeps messages back, not work.
    """
    is_silenced = and_(
        AlertRow.status == AlertStatus.SUPPRESSED,
        or_(RunGateRow.verdict.is_(None), RunGateRow.verdict != "discarded"),
    )
    wanted = (
        select(AlertRow.key, AlertRow.account_id, AlertRow.trigger, AlertRow.facts)
        .outerjoin(CtaAlertRow, CtaAlertRow.alert_key == AlertRow.key)
        .outerjoin(RunGateRow, RunGateRow.run_id == AlertRow.run_id)
        .where(CtaAlertRow.alert_key.is_(None), AlertRow.ended_on.is_(None))
        .where(AlertRow.account_id.is_not(None), AlertRow.trigger.in_(triggers))
        .where(AlertRow.as_of < before, or_(AlertRow.status.in_(UNANSWERED), is_silenced))
        .order_by(AlertRow.id)
    )
    return tuple((key, str(i), name, facts) for key, i, name, facts in session.execute(wanted))
