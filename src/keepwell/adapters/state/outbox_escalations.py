"""Alerts that were told and not acknowledged, and the messages that escalate them, as rows.

What was escalated is read from the messages themselves: their batch names the level.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.outbox_models import (
    AlertNoteRow,
    MessageAlertRow,
    MessageRow,
    SilenceRow,
)
from keepwell.adapters.state.outbox_planning import add_drafts, notice_of, only, take_turns
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.messages import Draft, Unanswered, level_of
from keepwell.warning import AlertStatus

NEWS = ("immediate", "digest")
# No silence lasts longer, nor does the slowest clock.
LOOKED_BACK = timedelta(days=366)
ESCALATION, REMINDER = "escalation", "reminder"


def answered() -> Select[int]:
    """Return the alerts that somebody took note of, as a select."""
    return select(AlertNoteRow.alert_id).where(AlertNoteRow.acknowledged_at.is_not(None))


def _still_open(today: date) -> Select[int]:
    put_away = select(AlertNoteRow.alert_id).where(AlertNoteRow.snoozed_until > today)
    # One that comes back is told again first.
    reminded = (
        select(MessageAlertRow.alert_id)
        .join(MessageRow, MessageRow.id == MessageAlertRow.message_id)
        .where(MessageRow.kind == REMINDER, MessageRow.status.in_(("pending", "leased")))
    )
    return (
        select(AlertRow.id)
        .where(AlertRow.status == AlertStatus.DELIVERED, AlertRow.ended_on.is_(None))
        .where(AlertRow.account_id.is_not(None))
        .where(AlertRow.id.not_in(answered()), AlertRow.id.not_in(put_away))
        .where(AlertRow.id.not_in(reminded))
    )


def unanswered(session: Session, today: date) -> tuple[Unanswered, ...]:
    """Return alerts that were told, still hold and were not acknowledged or put away.

    Alerts of a baseline are not among them: they are a list to begin with, not news. The clock of
    one that came back begins anew with its reminder, and that of one whose account or trigger was
    silenced after it was told, when the silence is over.
    """
    told = (
        select(
            MessageAlertRow.alert_id,
            func.min(case((MessageRow.kind.in_(NEWS), MessageRow.delivered_at))).label("first"),
            func.max(case((MessageRow.kind == REMINDER, MessageRow.delivered_at))).label("again"),
        )
        .join(MessageRow, MessageRow.id == MessageAlertRow.message_id)
        .where(MessageRow.delivered_at.is_not(None), MessageRow.kind.in_((*NEWS, REMINDER)))
        .group_by(MessageAlertRow.alert_id)
        .subquery()
    )
    found = session.execute(
        select(AlertRow, told.c.first, told.c.again)
        .join(told, told.c.alert_id == AlertRow.id)
        .where(told.c.first.is_not(None))
        .where(AlertRow.id.in_(_still_open(today)))
        .order_by(AlertRow.id)
    )
    levels, hushed = _levels(session), _hushed(session, today)
    return tuple(
        Unanswered(
            notice_of(row),
            _begins(row, max(first, again or first), hushed),
            frozenset(levels.get(row.id, ())),
        )
        for row, first, again in found
    )


def _hushed(session: Session, today: date) -> list[SilenceRow]:
    """Return the silences of accounts and triggers that are over and may have stopped a clock."""
    wanted = select(SilenceRow).where(SilenceRow.person.is_(None), SilenceRow.until < today)
    return list(session.scalars(wanted.where(SilenceRow.until >= today - LOOKED_BACK)))


def _begins(row: AlertRow, told_at: datetime, hushed: Sequence[SilenceRow]) -> datetime:
    """Return when the clock of an alert begins: when it was told, or anew after a silence."""
    for silence in hushed:
        is_its = silence.account_id in (None, row.account_id)
        is_its = is_its and silence.trigger in (None, row.trigger)
        over = datetime.combine(silence.until + timedelta(days=1), time(0), UTC)
        if is_its and over > told_at:
            told_at = over
    return told_at


def _levels(session: Session) -> dict[int, set[int]]:
    """Return the levels that each alert was escalated to."""
    found = session.execute(
        select(MessageAlertRow.alert_id, MessageRow.batch)
        .join(MessageRow, MessageRow.id == MessageAlertRow.message_id)
        .where(MessageRow.kind == ESCALATION)
    )
    levels: dict[int, set[int]] = {}
    for alert_id, batch in found:
        number = level_of(batch)
        if number is not None:
            levels.setdefault(alert_id, set()).add(number)
    return levels


def add_escalations(session: Session, drafts: Sequence[Draft], at: datetime) -> int:
    """Store escalations; what was acknowledged or escalated since they were planned is left out."""
    take_turns(session)
    still_open = set(session.scalars(_still_open(at.date())))
    levels = _levels(session)
    kept = []
    for draft in drafts:
        number = level_of(draft.batch)
        fresh = {i for i in still_open if number not in levels.get(i, ())}
        kept.append(only(draft, fresh))
    return add_drafts(session, [d for d in kept if d is not None], at)
