"""Which alerts are still to be told, and the messages planned for them, as rows."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Select, and_, delete, exists, insert, or_, select, text, update
from sqlalchemy.orm import Session

from keepwell.adapters.state.outbox_models import (
    AlertNoteRow,
    MessageAlertRow,
    MessageRow,
    SilenceRow,
)
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.messages import Draft, Notice, Plan, Silence
from keepwell.ports import NO_RUN
from keepwell.warning import AlertStatus

_CHUNK = 500
# Alerts that a message may tell of; those of other statuses are left out of it.
TELLABLE = (AlertStatus.PENDING, AlertStatus.BASELINE, AlertStatus.DELIVERED)


def take_turns(session: Session) -> None:
    """Let planning and leasing wait for each other; on SQLite all writers do so already."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE attempts IN SHARE ROW EXCLUSIVE MODE"))


def untold(session: Session, today: date) -> tuple[Notice, ...]:
    """Return alerts in no message, those whose silence is over, and reminders that are due."""
    wanted = select(AlertRow).where(AlertRow.id.in_(_untold_ids(today))).order_by(AlertRow.id)
    return tuple(notice_of(row, today) for row in session.scalars(wanted))


def _untold_ids(today: date) -> Select[int]:
    told = exists().where(
        MessageAlertRow.alert_id == AlertRow.id,
        MessageRow.id == MessageAlertRow.message_id,
        MessageRow.status != "superseded",
    )
    awake = or_(AlertNoteRow.snoozed_until.is_(None), AlertNoteRow.snoozed_until <= today)
    waiting = AlertRow.status.in_((AlertStatus.PENDING, AlertStatus.BASELINE))
    silence_over = and_(AlertRow.status == AlertStatus.SUPPRESSED, SilenceRow.until < today, awake)
    snooze_over = and_(
        AlertRow.status == AlertStatus.DELIVERED,
        AlertNoteRow.snoozed_until <= today,
        AlertNoteRow.acknowledged_at.is_(None),
    )
    return (
        select(AlertRow.id)
        .outerjoin(AlertNoteRow, AlertNoteRow.alert_id == AlertRow.id)
        .outerjoin(SilenceRow, SilenceRow.id == AlertNoteRow.silence_id)
        .where(or_(and_(waiting, awake, ~told), silence_over, snooze_over))
        .where(AlertRow.ended_on.is_(None))
    )


def notice_of(row: AlertRow, today: date | None = None) -> Notice:
    """Return an alert as messages see it; a delivered one that is due again is a reminder."""
    is_reminder = row.status == AlertStatus.DELIVERED
    batch = row.run_id
    if row.run_id == NO_RUN:
        batch = f"{'source' if row.account_id is None else 'care'}-{row.as_of}"
    again = is_reminder or row.status == AlertStatus.SUPPRESSED
    return Notice(
        id=row.id,
        account_id=row.account_id,
        trigger=row.trigger,
        batch=f"again-{today}" if again and today is not None else batch,
        as_of=row.as_of,
        priority=row.priority,
        urgency=row.urgency,
        csm_id=row.csm_id,
        is_proxy=row.is_proxy,
        is_baseline=row.status == AlertStatus.BASELINE,
        is_reminder=is_reminder,
        facts=row.facts,
    )


def silences(session: Session, on: date) -> tuple[Silence, ...]:
    """Return the silences in force on a day."""
    rows = session.scalars(select(SilenceRow).where(SilenceRow.until >= on).order_by(SilenceRow.id))
    return tuple(Silence(r.id, r.account_id, r.trigger, r.person, r.until, r.reason) for r in rows)


def add_plan(session: Session, plan: Plan, at: datetime) -> int:
    """Store the drafts of a plan and mark what is silenced; return the new messages.

    What another process planned since the plan was made is left to it, so that none is told twice.
    """
    take_turns(session)
    open_ids = set(session.scalars(_untold_ids(at.date())))
    drafts = [d for draft in plan.drafts if (d := only(draft, open_ids)) is not None]
    new = add_drafts(session, drafts, at)
    _wake(session, {i for d in drafts for i in (*d.listed, *d.counted)})
    for alert_id, silence_id in plan.silenced.items():
        if alert_id in open_ids:
            _silence(session, alert_id, silence_id)
    return new


def add_drafts(session: Session, drafts: Sequence[Draft], at: datetime) -> int:
    """Store drafts as messages, or add to those that wait uncomposed; return the new ones."""
    new = 0
    for draft in drafts:
        row = _open_message(session, draft)
        if row is None:
            row = _new_message(session, draft, at)
            new += 1
        row.due_at = min(row.due_at, draft.due_at)
        _link(session, row.id, draft)
    return new


def only(draft: Draft, open_ids: AbstractSet[int]) -> Draft | None:
    """Return the draft with these alerts only; None when it has none of them."""
    listed, counted = (
        tuple(i for i in ids if i in open_ids) for ids in (draft.listed, draft.counted)
    )
    return replace(draft, listed=listed, counted=counted) if listed or counted else None


def _open_message(session: Session, draft: Draft) -> MessageRow | None:
    """Return the message of the same key if it has not been composed yet, to be added to."""
    return session.scalars(
        select(MessageRow).where(
            MessageRow.batch == draft.batch,
            MessageRow.kind == draft.kind,
            MessageRow.person == draft.person,
            MessageRow.channel == draft.channel,
            MessageRow.status == "pending",
            MessageRow.body.is_(None),
        )
    ).first()


def _new_message(session: Session, draft: Draft, at: datetime) -> MessageRow:
    number, key = 1, draft.key
    while session.scalar(select(MessageRow.id).where(MessageRow.key == key)) is not None:
        number += 1
        key = f"{draft.key}/{number}"
    row = MessageRow(
        key=key,
        batch=draft.batch,
        kind=draft.kind,
        person=draft.person,
        channel=draft.channel,
        status="pending",
        due_at=draft.due_at,
        created_at=at,
        attempts=0,
        last_error="",
    )
    session.add(row)
    session.flush()
    return row


def _link(session: Session, message_id: int, draft: Draft) -> None:
    known = set(
        session.scalars(
            select(MessageAlertRow.alert_id).where(MessageAlertRow.message_id == message_id)
        )
    )
    ids = [(i, True) for i in draft.listed] + [(i, False) for i in draft.counted]
    rows = [
        {"message_id": message_id, "alert_id": i, "place": place, "is_listed": is_listed}
        for place, (i, is_listed) in enumerate(ids, start=len(known))
        if i not in known
    ]
    for start in range(0, len(rows), _CHUNK):
        session.execute(insert(MessageAlertRow), rows[start : start + _CHUNK])


def _wake(session: Session, alerts: Iterable[int]) -> None:
    """Alerts that are told now are snoozed and silenced no longer."""
    ids = sorted(alerts)
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        session.execute(
            update(AlertNoteRow)
            .where(AlertNoteRow.alert_id.in_(some))
            .values(snoozed_until=None, silence_id=None)
        )
        session.execute(
            update(AlertRow)
            .where(AlertRow.id.in_(some), AlertRow.status == AlertStatus.SUPPRESSED)
            .values(status=AlertStatus.PENDING)
        )


def _silence(session: Session, alert_id: int, silence_id: int) -> None:
    note_of(session, alert_id).silence_id = silence_id
    session.execute(
        update(AlertRow)
        .where(AlertRow.id == alert_id)
        .where(AlertRow.status.in_((AlertStatus.PENDING, AlertStatus.BASELINE)))
        .values(status=AlertStatus.SUPPRESSED)
    )


def note_of(session: Session, alert_id: int) -> AlertNoteRow:
    """Return the notes of an alert, new ones when there are none."""
    row = session.get(AlertNoteRow, alert_id)
    if row is None:
        row = AlertNoteRow(alert_id=alert_id)
        session.add(row)
        session.flush()
    return row


def hush(session: Session, silence: SilenceRow, today: date) -> None:
    """Take what a silence covers out of messages that nobody has composed yet.

    What it kept from everybody is planned anew; a reminder is due again.
    """
    unsent = MessageRow.status == "pending", MessageRow.body.is_(None)
    linked = (
        select(MessageAlertRow, MessageRow.kind)
        .join(MessageRow, MessageRow.id == MessageAlertRow.message_id)
        .join(AlertRow, AlertRow.id == MessageAlertRow.alert_id)
        .where(*unsent)
    )
    columns = (AlertRow.account_id, AlertRow.trigger, MessageRow.person)
    values = (silence.account_id, silence.trigger, silence.person)
    wanted = [c == v for c, v in zip(columns, values, strict=True) if v is not None]
    for link, kind in session.execute(linked.where(*wanted)).all():
        if kind == "reminder":
            note_of(session, link.alert_id).snoozed_until = today
        session.delete(link)


def take_out(session: Session, alert_ids: Sequence[int]) -> None:
    """Take alerts out of messages that have not been composed."""
    unsent = select(MessageRow.id).where(MessageRow.status == "pending", MessageRow.body.is_(None))
    session.execute(
        delete(MessageAlertRow)
        .where(MessageAlertRow.alert_id.in_(alert_ids))
        .where(MessageAlertRow.message_id.in_(unsent))
    )
