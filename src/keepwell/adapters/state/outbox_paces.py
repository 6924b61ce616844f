"""Which channels may be called now, and when something is to be done next."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.outbox_models import AttemptRow, MessageRow
from keepwell.messages import Limit, free_at


def channels_free(
    session: Session, ready: object, now: datetime, limits: Mapping[str, Limit]
) -> tuple[list[str], list[datetime]]:
    """Return the channels that may be called now, and when the others may be."""
    free, busy = [], []
    wanted = session.scalars(select(MessageRow.channel).where(ready).distinct())  # type: ignore[arg-type]
    for channel in wanted.all():
        limit = limits.get(channel, Limit())
        span = max((seconds for _, seconds in limit.paces), default=0.0)
        since = now - timedelta(seconds=span)
        attempts = session.scalars(
            select(AttemptRow.at).where(AttemptRow.channel == channel, AttemptRow.at > since)
        ).all()
        moment = free_at(limit, attempts, now)
        if moment <= now:
            free.append(channel)
        else:
            busy.append(moment)
    return free, busy


def next_moment(session: Session, busy: list[datetime], now: datetime) -> datetime | None:
    """Return when a busy channel is free, a message is due or a lease ends, whatever is first."""
    # What is due already waits for its busy channel: its own moment is past.
    due = select(func.min(MessageRow.due_at)).where(
        MessageRow.status == "pending", MessageRow.due_at > now
    )
    until = select(func.min(MessageRow.lease_until)).where(
        MessageRow.status == "leased", MessageRow.lease_until > now
    )
    later = (session.scalar(due), session.scalar(until))
    return min((*busy, *(m for m in later if m is not None)), default=None)
