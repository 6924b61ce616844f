"""What a run reads of people's work before it decides, in few queries over open rows."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from keepwell.actions import CtaStatus, DueCheck, Linked, OnSignal, TaskStatus, Work
from keepwell.adapters.state.action_models import CtaAlertRow, CtaRow, TaskRow
from keepwell.adapters.state.action_reading import loads
from keepwell.adapters.state.action_rows import IN_CHUNK


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
    return Work(
        open_ctas={str(key): cta_id for key, cta_id in session.execute(keyed)},
        linked=_linked(session, alerts),
        loads=loads(session),
        open_tasks={str(owner): int(n) for owner, n in session.execute(tasks)},
        of_the_day={owner: int(n) for owner, n in session.execute(day)},
    )


def _linked(session: Session, alerts: Sequence[str]) -> dict[str, Linked]:
    found: dict[str, Linked] = {}
    for start in range(0, len(alerts), IN_CHUNK):
        some = alerts[start : start + IN_CHUNK]
        wanted = (
            select(CtaAlertRow.alert_key, CtaRow.id, CtaRow.open_key, CtaRow.outcome)
            .join(CtaRow, CtaRow.id == CtaAlertRow.cta_id)
            .where(CtaAlertRow.alert_key.in_(some))
        )
        for alert, cta_id, key, outcome in session.execute(wanted):
            found[alert] = Linked(cta_id, key is not None, outcome)
    return found


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
