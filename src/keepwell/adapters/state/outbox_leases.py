"""Leasing and marking messages, each one transaction; limits hold over all processes."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from keepwell.adapters.state.outbox_escalations import ESCALATION, answered
from keepwell.adapters.state.outbox_models import AttemptRow, MessageAlertRow, MessageRow
from keepwell.adapters.state.outbox_paces import channels_free, next_moment
from keepwell.adapters.state.outbox_planning import TELLABLE, notice_of, take_turns
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.messages import Answer, Fate, Limit, Notice, as_plain, from_plain, says_nothing
from keepwell.ports import Composer, Leased, Opening, Waiting
from keepwell.warning import AlertStatus

LEASE = timedelta(minutes=5)
FEW = 200
OPEN = ("pending", "leased")
# Those that are over before the message they stand in arrives were told of in it all the same.
UNSENT_ALERTS = (AlertStatus.PENDING, AlertStatus.BASELINE, AlertStatus.SUPERSEDED)


def lease(
    session: Session,
    now: datetime,
    owner: str,
    limits: Mapping[str, Limit],
    composer: Composer,
    opens: Opening | None = None,
) -> Leased | Waiting:
    """Take the next message that is due on a free channel; immediate ones go first.

    `opens`: when a person may be told; one that is due and comes late waits out quiet hours.
    """
    take_turns(session)
    ready = or_(
        and_(MessageRow.status == "pending", MessageRow.due_at <= now),
        and_(MessageRow.status == "leased", MessageRow.lease_until <= now),
    )
    free, busy = channels_free(session, ready, now, limits)
    urgent_first = case((MessageRow.kind == "immediate", 0), else_=1)
    while free:
        row = session.scalars(
            select(MessageRow)
            .where(ready, MessageRow.channel.in_(free))
            .order_by(urgent_first, MessageRow.due_at, MessageRow.id)
            .limit(1)
        ).first()
        if row is None:
            break
        if opens is not None and _waits(session, row, opens, now):
            continue
        if row.body is None and not _compose(session, row, composer):
            row.status = "superseded"
            session.flush()
            continue
        return _taken(session, row, now, owner)
    return Waiting(next_moment(session, busy, now))


def _waits(session: Session, row: MessageRow, opens: Opening, now: datetime) -> bool:
    """Put a message off whose person is not to be told now; say whether it was."""
    moment = opens(row.person, row.kind, _is_critical(session, row.id))
    if moment <= now:
        return False
    row.status, row.due_at = "pending", moment
    row.lease_owner = row.lease_until = None
    session.flush()
    return True


def _compose(session: Session, row: MessageRow, composer: Composer) -> bool:
    """Compose the body of what is still to be told; false when nothing is."""
    _leave_out(session, row)
    of_row = (MessageAlertRow.alert_id == AlertRow.id, MessageAlertRow.message_id == row.id)
    named = session.scalars(
        select(AlertRow)
        .join(MessageAlertRow, of_row[0])
        .where(of_row[1], MessageAlertRow.is_listed)
        .order_by(MessageAlertRow.place)
    )
    listed = [notice_of(alert) for alert in named]
    counted = _counted(session, row)
    if says_nothing(row.kind, row.batch, (*listed, *counted)):
        return False
    made = composer(row.kind, listed, counted, row.person)
    row.address, row.body = made.address, as_plain(made.message)
    for is_listed, notices in ((True, counted), (False, listed)):
        moved = [n.id for n in notices if (n.id in made.listed) is is_listed]
        if moved:
            session.execute(
                update(MessageAlertRow)
                .where(MessageAlertRow.message_id == row.id, MessageAlertRow.alert_id.in_(moved))
                .values(is_listed=is_listed)
            )
    return True


def _counted(session: Session, row: MessageRow) -> list[Notice]:
    """Return the alerts that a message counts: whole where they are few, else without facts.

    Thousands need none but how they are told; a few may take the place of what has ended.
    """
    of_row = (MessageAlertRow.message_id == row.id, ~MessageAlertRow.is_listed)
    linked = select(MessageAlertRow.alert_id).where(*of_row)
    number = session.scalar(select(func.count()).select_from(linked.subquery())) or 0
    if number <= FEW:
        wanted = select(AlertRow).where(AlertRow.id.in_(linked)).order_by(AlertRow.id)
        return [notice_of(alert) for alert in session.scalars(wanted)]
    told_as = AlertRow.facts["told_as"].as_string()
    others = session.execute(
        select(AlertRow.id, AlertRow.account_id, AlertRow.trigger, AlertRow.as_of, told_as)
        .join(MessageAlertRow, MessageAlertRow.alert_id == AlertRow.id)
        .where(*of_row)
    )
    return [
        Notice(i, a, t, row.batch, day, "", "", None, facts={"told_as": told})
        for i, a, t, day, told in others
    ]


def _leave_out(session: Session, row: MessageRow) -> None:
    """Take alerts that ended or were put off out of a message that is composed now.

    Those that were acknowledged meanwhile are out of an escalation too.
    """
    message_id = row.id
    is_gone = [AlertRow.status.not_in(TELLABLE), AlertRow.ended_on.is_not(None)]
    if row.kind == ESCALATION:
        is_gone.append(AlertRow.id.in_(answered()))
    gone = (
        select(MessageAlertRow.alert_id)
        .join(AlertRow, AlertRow.id == MessageAlertRow.alert_id)
        .where(MessageAlertRow.message_id == message_id)
        .where(or_(*is_gone))
    )
    session.execute(
        delete(MessageAlertRow)
        .where(MessageAlertRow.message_id == message_id, MessageAlertRow.alert_id.in_(gone))
        .execution_options(synchronize_session=False)
    )


def _taken(session: Session, row: MessageRow, now: datetime, owner: str) -> Leased:
    row.status, row.lease_owner, row.lease_until = "leased", owner, now + LEASE
    row.attempts += 1
    row.first_at = row.first_at or now
    session.add(AttemptRow(message_id=row.id, channel=row.channel, at=now, detail=""))
    session.flush()
    return Leased(
        id=row.id,
        key=row.key,
        person=row.person,
        channel=row.channel,
        kind=row.kind,
        message=from_plain(row.body or {}),
        address=row.address,
        attempts=row.attempts,
        first_at=row.first_at,
        is_critical=_is_critical(session, row.id),
    )


def mark(
    session: Session,
    leased: Leased,
    owner: str,
    answer: Answer,
    fate: Fate,
    fallback: str | None,
    at: datetime,
    opens_at: datetime,
) -> str:
    """Store what an attempt came to; `lost` when the lease had gone to another process.

    `opens_at`: when the person may be told next.
    """
    row = session.get(MessageRow, leased.id)
    if row is None or row.status != "leased" or row.lease_owner != owner:
        return "lost"
    attempt = session.scalars(
        select(AttemptRow)
        .where(AttemptRow.message_id == row.id)
        .order_by(AttemptRow.id.desc())
        .limit(1)
    ).one()
    attempt.outcome, attempt.detail = answer.outcome, answer.detail[:500]
    row.lease_owner = row.lease_until = None
    is_done = fate.is_done and answer.is_confirmed
    row.last_error = "" if is_done else answer.detail[:500]
    if fate.is_done:
        row.status, row.delivered_at = "delivered", at
        _set_alerts(session, row.id, UNSENT_ALERTS, AlertStatus.DELIVERED)
    elif fate.again_at is not None:
        row.status, row.due_at = "pending", max(fate.again_at, opens_at)
    elif fallback is not None and fallback not in _tried(row):
        row.status = "rerouted"
        _reroute(session, row, fallback, at, opens_at)
    else:
        row.status = "dead"
        session.flush()
        _bury(session, row.id)
    return row.status


def _tried(row: MessageRow) -> set[str]:
    # The first channel is part of the key, and so is every one that took over since.
    return {row.channel, row.key.split("/")[2], *row.key.split(">")[1:]}


def _reroute(
    session: Session, row: MessageRow, fallback: str, at: datetime, opens_at: datetime
) -> None:
    """Give the message to another channel, under a key of its own, with the same words."""
    again = MessageRow(
        key=f"{row.key}>{fallback}",
        batch=row.batch,
        kind=row.kind,
        person=row.person,
        channel=fallback,
        status="pending",
        due_at=opens_at,
        created_at=at,
        attempts=0,
        last_error="",
        body=row.body,
        address=row.address,
    )
    session.add(again)
    session.flush()
    for links in _chunks(session, row.id):
        session.execute(
            insert(MessageAlertRow), [{**link, "message_id": again.id} for link in links]
        )


def _chunks(session: Session, message_id: int) -> Iterator[list[dict[str, object]]]:
    links: list[dict[str, object]] = [
        {"alert_id": link.alert_id, "place": link.place, "is_listed": link.is_listed}
        for link in session.scalars(
            select(MessageAlertRow).where(MessageAlertRow.message_id == message_id)
        )
    ]
    for start in range(0, len(links), 500):
        yield links[start : start + 500]


def _set_alerts(
    session: Session, message_id: int, of: tuple[AlertStatus, ...], to: AlertStatus
) -> None:
    linked = select(MessageAlertRow.alert_id).where(MessageAlertRow.message_id == message_id)
    session.execute(
        update(AlertRow)
        .where(AlertRow.id.in_(linked), AlertRow.status.in_(of))
        .values(status=to)
        .execution_options(synchronize_session=False)
    )


def _bury(session: Session, message_id: int) -> None:
    """Alerts that no other message can still tell of are dead letters with this one."""
    alive = (
        select(MessageAlertRow.alert_id)
        .join(MessageRow, MessageRow.id == MessageAlertRow.message_id)
        .where(MessageRow.status.in_((*OPEN, "delivered")))
    )
    linked = select(MessageAlertRow.alert_id).where(MessageAlertRow.message_id == message_id)
    session.execute(
        update(AlertRow)
        .where(AlertRow.id.in_(linked), AlertRow.status.in_(UNSENT_ALERTS))
        .where(AlertRow.id.not_in(alive))
        .values(status=AlertStatus.DEAD_LETTERED)
        .execution_options(synchronize_session=False)
    )


def _is_critical(session: Session, message_id: int) -> bool:
    critical = select(AlertRow.id).join(MessageAlertRow, MessageAlertRow.alert_id == AlertRow.id)
    of_message = critical.where(MessageAlertRow.message_id == message_id)
    found = of_message.where(AlertRow.priority == "critical").limit(1)
    return session.scalars(found).first() is not None


def replay(session: Session, message_ids: list[int], opens: Opening) -> int:
    """Make dead letters pending again, under the same keys; all when none is named."""
    dead = select(MessageRow).where(MessageRow.status == "dead")
    if message_ids:
        dead = dead.where(MessageRow.id.in_(message_ids))
    rows = session.scalars(dead).all()
    for row in rows:
        row.due_at = opens(row.person, row.kind, _is_critical(session, row.id))
        row.status, row.attempts, row.first_at = "pending", 0, None
        session.flush()
        _set_alerts(session, row.id, (AlertStatus.DEAD_LETTERED,), AlertStatus.PENDING)
    return len(rows)
