"""The inbox: open CTAs and unanswered alerts of the accounts in sight, as one ranked list."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from keepwell.actions import CtaStatus
from keepwell.adapters.state.action_models import CtaAlertRow, CtaRow
from keepwell.adapters.state.outbox_models import AlertNoteRow
from keepwell.adapters.state.pages_models import ListedAccountRow as Row
from keepwell.adapters.state.pages_queries import seen
from keepwell.adapters.state.pages_rows import listed
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.ports.pages import InboxItem, Scope
from keepwell.warning import AlertStatus

WAITING = (str(CtaStatus.NEW), str(CtaStatus.IN_PROGRESS))
TOLD = (str(AlertStatus.PENDING), str(AlertStatus.DELIVERED), str(AlertStatus.BASELINE))


def inbox_items(
    session: Session,
    scope: Scope,
    owners: Sequence[str] | None,
    limit: int,
    measures: tuple[str, ...],
    on: date,
) -> tuple[InboxItem, ...]:
    """Return the most loss avoided first, then the largest amount, then the earliest due."""
    order = (Row.loss_key.desc(), Row.amount_key.desc(), Row.account_id)
    ctas = (
        seen(scope, CtaRow, Row)
        .join(CtaRow, CtaRow.account_id == Row.account_id)
        .where(CtaRow.status.in_(WAITING))
        .order_by(*order, CtaRow.due_on, CtaRow.id)
        .limit(limit)
    )
    answered = select(CtaAlertRow.alert_key).where(CtaAlertRow.alert_key == AlertRow.key)
    # What a machine answers names nobody here either.
    told_as = func.coalesce(AlertRow.facts["told_as"].as_string(), "account")
    alerts = (
        seen(scope, AlertRow, Row)
        .join(AlertRow, AlertRow.account_id == Row.account_id)
        .outerjoin(AlertNoteRow, AlertNoteRow.alert_id == AlertRow.id)
        .where(AlertRow.ended_on.is_(None), AlertRow.status.in_(TOLD), ~answered.exists())
        .where(told_as == "account")
        .where(
            AlertNoteRow.acknowledged_at.is_(None),
            or_(AlertNoteRow.snoozed_until.is_(None), AlertNoteRow.snoozed_until <= on),
        )
        .order_by(*order, AlertRow.as_of.desc(), AlertRow.id)
        .limit(limit)
    )
    if owners is not None:
        ctas = ctas.where(or_(CtaRow.owner.in_(owners), CtaRow.owner.is_(None)))
        alerts = alerts.where(or_(Row.csm_id.in_(owners), Row.csm_id.is_(None)))
    found = [_of_cta(cta, row, measures) for cta, row in session.execute(ctas)]
    found += [_of_alert(alert, row, measures) for alert, row in session.execute(alerts)]
    return tuple(sorted(found, key=_rank)[:limit])


def _rank(item: InboxItem) -> tuple[Any, ...]:
    loss, amount = item.account.loss_amount, item.account.amount
    due = item.due_on.toordinal() if item.due_on else 10**9
    return (-(loss or 0.0), -(amount or 0.0), item.account.account_id, due, item.kind, item.id)


def _of_cta(cta: CtaRow, row: Row, measures: tuple[str, ...]) -> InboxItem:
    return InboxItem(
        "cta", cta.id, listed(row, measures), cta.reason, cta.type, cta.status, cta.priority,
        cta.owner, cta.due_on, cta.opened_on, cta.facts,
    )  # fmt: skip


def _of_alert(alert: AlertRow, row: Row, measures: tuple[str, ...]) -> InboxItem:
    return InboxItem(
        "alert", alert.id, listed(row, measures), alert.trigger, "", alert.status, alert.priority,
        row.csm_id, None, alert.as_of, alert.facts,
    )  # fmt: skip
