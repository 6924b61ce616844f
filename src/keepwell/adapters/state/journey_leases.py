"""Leasing and marking messages to customers: whatever forbids one is looked at in the lease."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from keepwell.adapters.state.journey_models import JourneySendRow, PassageRow, SuppressionRow
from keepwell.adapters.state.outbox_leases import LEASE
from keepwell.journeys import longest_days, next_allowed
from keepwell.messages import Answer, Fate
from keepwell.ports.journeys import Caps, Idle, Judge, LeasedSend, WaitingSend
from keepwell.vocabulary import Lang

# A passage that reached its goal, or was broken off, is written to no more.
SENDING = ("active", "completed")
# How soon to look again while another message to the same person is in the air.
IN_THE_AIR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a message cannot go, and when it can; without `until` it never will."""

    reason: str
    until: datetime | None = None


def lease(
    session: Session, now: datetime, owner: str, caps: Caps, judge: Judge
) -> LeasedSend | Idle:
    """Take the next message that may go now; what may not is put off or withheld."""
    ready = or_(
        and_(JourneySendRow.status == "pending", JourneySendRow.due_at <= now),
        and_(JourneySendRow.status == "leased", JourneySendRow.lease_until <= now),
    )
    wanted = select(JourneySendRow).where(ready)
    first = wanted.order_by(JourneySendRow.due_at, JourneySendRow.id).limit(1)
    while (row := session.scalars(first).first()) is not None:
        found = _obstacle(session, row, now, caps, judge)
        if found is None:
            return _taken(session, row, now, owner)
        if found.until is not None and found.until <= row.expires_at:
            row.status, row.due_at = "pending", found.until
        else:
            row.status, row.reason = "withheld", found.reason
        row.lease_owner = row.lease_until = None
        session.flush()
    due = select(func.min(JourneySendRow.due_at)).where(JourneySendRow.status == "pending")
    until = select(func.min(JourneySendRow.lease_until)).where(JourneySendRow.status == "leased")
    later = [m for m in (session.scalar(due), session.scalar(until)) if m is not None]
    return Idle(min(later, default=None))


def _obstacle(
    session: Session, row: JourneySendRow, now: datetime, caps: Caps, judge: Judge
) -> Obstacle | None:
    """Return what keeps a message from going now, or None when it can go."""
    passage = session.get(PassageRow, row.passage_id)
    if passage is None or passage.status not in SENDING:
        return Obstacle("journey_over")
    if now > row.expires_at:
        return Obstacle("too_late")
    judged = judge(waiting_of(row, passage.journey))
    if judged.withheld:
        return Obstacle(judged.withheld)
    row.address_hash = judged.address_hash
    suppressed = suppression(session, judged.address_hash or "") if row.kind == "mail" else ""
    if suppressed:
        return Obstacle(suppressed)
    if judged.not_before is not None and judged.not_before > now and row.is_touch:
        return Obstacle("too_late", judged.not_before)
    if not row.is_touch:
        return None
    free = free_at(session, row.account_id, row.address_hash, caps, now, but=row.id)
    return Obstacle("capped", free) if free > now else None


def suppression(session: Session, address_hash: str) -> str:
    """Return why an address is not written to; empty when it may be."""
    row = session.scalars(
        select(SuppressionRow).where(SuppressionRow.active_hash == address_hash)
    ).first()
    if row is None:
        return ""
    return "bounced" if row.reason == "bounced" else "opted_out"


def free_at(
    session: Session,
    account_id: str,
    address_hash: str | None,
    caps: Caps,
    now: datetime,
    but: int = 0,
    also: tuple[int, int] = (0, 0),
) -> datetime:
    """Return when one more message keeps the caps of the account and of the address.

    `also`: messages to the account and to the address that are to be counted as sent now.
    """
    moment, own = now, session.get(JourneySendRow, but) if but else None
    sides = [(JourneySendRow.account_id == account_id, caps.per_account, also[0])]
    if address_hash is not None:
        sides.append((JourneySendRow.address_hash == address_hash, caps.per_contact, also[1]))
    for side, limits, more in sides:
        since = now - timedelta(days=longest_days(limits))
        of_side = select(JourneySendRow).where(
            side, JourneySendRow.is_touch, JourneySendRow.id != but
        )
        sent = session.scalars(of_side.where(JourneySendRow.delivered_at > since)).all()
        moments = [r.delivered_at for r in sent if r.delivered_at is not None] + [now] * more
        flying = session.scalars(
            of_side.where(_flies(own)).where(JourneySendRow.attempts > 0).limit(100)
        ).all()
        moment = max(moment, next_allowed(limits, moments, now))
        if flying and next_allowed(limits, [*moments, *([now] * len(flying))], now) > now:
            moment = max(moment, now + IN_THE_AIR)
    return moment


def _flies(own: JourneySendRow | None) -> ColumnElement[bool]:
    """Return what may arrive before a message: what is on its way, and what is due before it.

    Of two that wait for another try only one waits for the other.
    """
    is_before: ColumnElement[bool] = true()
    if own is not None:
        same = and_(JourneySendRow.due_at == own.due_at, JourneySendRow.id < own.id)
        is_before = or_(JourneySendRow.due_at < own.due_at, same)
    waits = and_(JourneySendRow.status == "pending", is_before)
    return or_(JourneySendRow.status == "leased", waits)


def _taken(session: Session, row: JourneySendRow, now: datetime, owner: str) -> LeasedSend:
    row.status, row.lease_owner, row.lease_until = "leased", owner, now + LEASE
    row.attempts += 1
    row.first_at = row.first_at or now
    session.flush()
    passage = session.get_one(PassageRow, row.passage_id)
    send = waiting_of(row, passage.journey)
    return LeasedSend(send, row.first_at, row.attempts, row.address_hash)


def waiting_of(row: JourneySendRow, journey: str) -> WaitingSend:
    """Return a stored message as the port shows it."""
    lang: Lang = "zh" if row.lang == "zh" else "en"
    return WaitingSend(
        row.id,
        row.key,
        journey,
        row.step,
        row.kind,
        row.account_id,
        row.contact_id,
        row.channel,
        lang,
        {str(k): str(v) for k, v in row.fields.items()},
        row.item,
        row.attempts,
    )


def mark(
    session: Session, leased: LeasedSend, owner: str, answer: Answer, fate: Fate, at: datetime
) -> str:
    """Store what an attempt came to; `lost` when the lease had gone to another process."""
    row = _ours(session, leased, owner)
    if row is None:
        return "lost"
    row.lease_owner = row.lease_until = None
    row.last_error = "" if fate.is_done else answer.detail[:500]
    if fate.is_done:
        row.status, row.delivered_at = "delivered", at
    elif fate.again_at is not None and fate.again_at <= row.expires_at:
        row.status, row.due_at = "pending", fate.again_at
    else:
        row.status, row.reason = "dead", answer.outcome
    return row.status


def withhold(session: Session, leased: LeasedSend, owner: str, reason: str) -> None:
    """Store that a leased message is not sent."""
    row = _ours(session, leased, owner)
    if row is not None:
        row.status, row.reason = "withheld", reason
        row.lease_owner = row.lease_until = None


def _ours(session: Session, leased: LeasedSend, owner: str) -> JourneySendRow | None:
    row = session.get(JourneySendRow, leased.send.id)
    return row if row and row.status == "leased" and row.lease_owner == owner else None


def suppress(session: Session, address_hash: str, reason: str, source: str, at: datetime) -> bool:
    """Suppress an address; one that bounced and then opts out counts as opted out."""
    row = session.scalars(
        select(SuppressionRow).where(SuppressionRow.active_hash == address_hash)
    ).first()
    if row is not None and (row.reason == reason or row.reason == "opted_out"):
        return False
    if row is not None:
        row.active_hash, row.ended_at = None, at
        session.flush()
    session.add(
        SuppressionRow(
            address_hash=address_hash,
            active_hash=address_hash,
            reason=reason,
            source=source,
            at=at,
        )
    )
    session.flush()
    return True


def release(session: Session, address_hash: str, at: datetime) -> bool:
    """End the suppression of an address."""
    rows: Sequence[SuppressionRow] = session.scalars(
        select(SuppressionRow).where(SuppressionRow.active_hash == address_hash)
    ).all()
    for row in rows:
        row.active_hash, row.ended_at = None, at
    return bool(rows)
