"""Copies of alerts that a silence for one person kept back while others were told, as rows."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.outbox_escalations import answered
from keepwell.adapters.state.outbox_models import MessageAlertRow, MessageRow, SilenceRow
from keepwell.adapters.state.outbox_planning import TELLABLE, add_drafts, notice_of, only
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.messages import Draft, KeptBack

# A delivery that runs less often than this forgets what a silence kept back.
LOOKED_BACK = timedelta(days=7)


def kept_back(session: Session, today: date) -> tuple[KeptBack, ...]:
    """Return alerts that only others were told of, during a person's silence that is over."""
    over = (
        select(SilenceRow)
        .where(SilenceRow.person.is_not(None))
        .where(SilenceRow.until < today, SilenceRow.until >= today - LOOKED_BACK)
    )
    found: dict[tuple[int, str], KeptBack] = {}
    for silence in session.scalars(over.order_by(SilenceRow.id)):
        person = str(silence.person)
        wanted = (
            select(AlertRow)
            .where(AlertRow.as_of <= silence.until, AlertRow.ended_on.is_(None))
            .where(AlertRow.status.in_(TELLABLE))
            .where(AlertRow.id.in_(_told(since=silence.created_at)))
            .where(AlertRow.id.not_in(_told(person)))
            .where(AlertRow.id.not_in(answered()))
        )
        for name in ("account_id", "trigger"):
            value = getattr(silence, name)
            if value is not None:
                wanted = wanted.where(getattr(AlertRow, name) == value)
        for row in session.scalars(wanted.order_by(AlertRow.id)):
            found[row.id, person] = KeptBack(notice_of(row), person)
    return tuple(found.values())


def _told(person: str | None = None, since: datetime | None = None) -> Select[int]:
    """Return the alerts that some message tells of, or one to this person, or one since then."""
    linked = (
        select(MessageAlertRow.alert_id)
        .join(MessageRow, MessageRow.id == MessageAlertRow.message_id)
        .where(MessageRow.status != "superseded")
    )
    if since is not None:
        arrived = MessageRow.delivered_at
        linked = linked.where(or_(arrived.is_(None), arrived >= since))
    return linked if person is None else linked.where(MessageRow.person == person)


def add_copies(session: Session, drafts: Sequence[Draft], at: datetime) -> int:
    """Store copies; what another process told the person meanwhile is left out."""
    today = at.date()
    missing: dict[str, set[int]] = {}
    for copy in kept_back(session, today):
        missing.setdefault(copy.person, set()).add(copy.notice.id)
    kept = [only(d, missing.get(d.person, set())) for d in drafts]
    return add_drafts(session, [d for d in kept if d is not None], at)
