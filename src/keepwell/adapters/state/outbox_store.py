"""The outbox on the database of a state store; every method is one transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from keepwell.adapters.state import (
    outbox_copies,
    outbox_escalations,
    outbox_leases,
    outbox_planning,
)
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.outbox_balance import balance
from keepwell.adapters.state.outbox_models import (
    InboxRow,
    MessageAlertRow,
    MessageRow,
    SilenceRow,
)
from keepwell.adapters.state.store import SqlStateStore
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.messages import (
    Answer,
    Draft,
    Fate,
    KeptBack,
    Limit,
    Message,
    Notice,
    Plan,
    Silence,
    Unanswered,
    as_plain,
    from_plain,
)
from keepwell.ports import Balance, Composer, InboxEntry, Leased, MessageRecord, Opening, Waiting
from keepwell.vocabulary import NotFound


class SqlOutboxStore:
    """Fulfils `ports.OutboxStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def untold(self, today: date) -> tuple[Notice, ...]:
        """Return alerts that are in no message yet, and those whose reminder is due."""
        with self._state.session() as session:
            return outbox_planning.untold(session, today)

    def silences(self, on: date) -> tuple[Silence, ...]:
        """Return the silences in force on a day."""
        with self._state.session() as session:
            return outbox_planning.silences(session, on)

    def add_plan(self, plan: Plan, at: datetime) -> int:
        """Store messages and mark silenced alerts, at once; return the new messages."""
        with self._state.session(is_writing=True) as session:
            return outbox_planning.add_plan(session, plan, at)

    def unanswered(self, today: date) -> tuple[Unanswered, ...]:
        """Return alerts of accounts that were told, still hold and were not acknowledged."""
        with self._state.session() as session:
            return outbox_escalations.unanswered(session, today)

    def add_escalations(self, drafts: Sequence[Draft], at: datetime) -> int:
        """Store messages of alerts that are still unanswered at their level; return how many."""
        with self._state.session(is_writing=True) as session:
            return outbox_escalations.add_escalations(session, drafts, at)

    def kept_back(self, today: date) -> tuple[KeptBack, ...]:
        """Return alerts that only others were told of, for people whose silence is over."""
        with self._state.session() as session:
            return outbox_copies.kept_back(session, today)

    def add_copies(self, drafts: Sequence[Draft], at: datetime) -> int:
        """Store messages of alerts that are still kept back; return how many."""
        with self._state.session(is_writing=True) as session:
            return outbox_copies.add_copies(session, drafts, at)

    def lease(
        self,
        now: datetime,
        owner: str,
        limits: Mapping[str, Limit],
        composer: Composer,
        opens: Opening | None = None,
    ) -> Leased | Waiting:
        """Take the next message that is due and whose channel is free, for a limited time."""
        with self._state.session(is_writing=True) as session:
            return outbox_leases.lease(session, now, owner, limits, composer, opens)

    def mark(
        self,
        leased: Leased,
        owner: str,
        answer: Answer,
        fate: Fate,
        fallback: str | None,
        at: datetime,
        opens_at: datetime | None = None,
    ) -> str:
        """Store what an attempt came to and return the message's status."""
        with self._state.session(is_writing=True) as session:
            opens = opens_at or at
            return outbox_leases.mark(session, leased, owner, answer, fate, fallback, at, opens)

    def messages(
        self, *, statuses: Sequence[str] = (), person: str | None = None, limit: int = 100
    ) -> tuple[MessageRecord, ...]:
        """Return messages, newest first."""
        wanted = select(MessageRow).order_by(MessageRow.id.desc()).limit(limit)
        if statuses:
            wanted = wanted.where(MessageRow.status.in_(statuses))
        if person is not None:
            wanted = wanted.where(MessageRow.person == person)
        with self._state.session() as session:
            return _records(session, session.scalars(wanted).all())

    def told(self, alert_id: int) -> tuple[MessageRecord, ...]:
        """Return the messages that an alert is in."""
        linked = select(MessageAlertRow.message_id).where(MessageAlertRow.alert_id == alert_id)
        wanted = select(MessageRow).where(MessageRow.id.in_(linked)).order_by(MessageRow.id)
        with self._state.session() as session:
            return _records(session, session.scalars(wanted).all())

    def message_counts(self) -> Mapping[str, int]:
        """Return how many messages stand in each status."""
        counted = select(MessageRow.status, func.count()).group_by(MessageRow.status)
        with self._state.session() as session:
            return {status: int(n) for status, n in session.execute(counted)}

    def replay(
        self,
        message_ids: Sequence[int],
        *,
        by: str,
        at: datetime,
        opens: Opening | None = None,
    ) -> int:
        """Send dead letters again, all when none is named. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            count = outbox_leases.replay(session, list(message_ids), opens or (lambda *_: at))
            if count < len(set(message_ids)) or not count:
                raise NotFound(
                    f"{count} of {len(set(message_ids)) or 'all'} are dead letters.",
                    cure="`keepwell alerts outbox --status dead` lists them with their numbers.",
                )
            add_audit(session, at, by, "messages_replayed", str(count), {"ids": list(message_ids)})
            return count

    def acknowledge(self, alert_id: int, *, by: str, at: datetime) -> None:
        """Store that somebody has taken note of an alert. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            _require_alert(session, alert_id)
            note = outbox_planning.note_of(session, alert_id)
            note.acknowledged_by, note.acknowledged_at = by, at
            add_audit(session, at, by, "alert_acknowledged", str(alert_id))

    def snooze(self, alert_id: int, until: date, reason: str, *, by: str, at: datetime) -> None:
        """Put an alert away until a day, when it is told (again). Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            _require_alert(session, alert_id)
            note = outbox_planning.note_of(session, alert_id)
            note.snoozed_until, note.snooze_reason = until, reason
            outbox_planning.take_out(session, [alert_id])
            details = {"until": until, "reason": reason}
            add_audit(session, at, by, "alert_snoozed", str(alert_id), details)

    def take_back(self, alert_id: int, *, by: str, at: datetime) -> None:
        """Undo that an alert was acknowledged or put away. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            _require_alert(session, alert_id)
            note = outbox_planning.note_of(session, alert_id)
            note.acknowledged_by = note.acknowledged_at = None
            note.snoozed_until = note.snooze_reason = None
            add_audit(session, at, by, "alert_taken_back", str(alert_id))

    def add_silence(self, silence: Silence, *, by: str, at: datetime) -> int:
        """Store a silence and return its number."""
        row = SilenceRow(
            account_id=silence.account_id,
            trigger=silence.trigger,
            person=silence.person,
            until=silence.until,
            reason=silence.reason,
            author=by,
            created_at=at,
        )
        with self._state.session(is_writing=True) as session:
            session.add(row)
            session.flush()
            outbox_planning.hush(session, row, at.date())
            what = {
                "account": silence.account_id,
                "trigger": silence.trigger,
                "person": silence.person,
                "until": silence.until,
                "reason": silence.reason,
            }
            add_audit(session, at, by, "silence_added", str(row.id), what)
            return row.id

    def inbox(self, person: str, limit: int = 50) -> tuple[InboxEntry, ...]:
        """Return a person's messages, newest first."""
        wanted = select(InboxRow).where(InboxRow.person == person)
        with self._state.session() as session:
            rows = session.scalars(wanted.order_by(InboxRow.id.desc()).limit(limit))
            return tuple(InboxEntry(r.id, r.person, r.at, from_plain(r.body)) for r in rows)

    def put_inbox(self, key: str, person: str, message: Message, at: datetime) -> None:
        """Put a message into a person's inbox; one that is there stays as it is."""
        with self._state.session(is_writing=True) as session:
            if session.scalar(select(InboxRow.id).where(InboxRow.key == key)) is None:
                session.add(InboxRow(key=key, person=person, at=at, body=as_plain(message)))

    def balance(self) -> Balance:
        """Count where every matched alert stands, by SQL."""
        with self._state.session() as session:
            return balance(session)


def _require_alert(session: Session, alert_id: int) -> None:
    if session.get(AlertRow, alert_id) is None:
        raise NotFound(
            f"There is no alert {alert_id}.", cure="`keepwell alerts list` shows their numbers."
        )


def _records(session: Session, rows: Sequence[MessageRow]) -> tuple[MessageRecord, ...]:
    counted = session.execute(
        select(MessageAlertRow.message_id, MessageAlertRow.is_listed, func.count())
        .where(MessageAlertRow.message_id.in_([r.id for r in rows]))
        .group_by(MessageAlertRow.message_id, MessageAlertRow.is_listed)
    )
    numbers = {(message_id, bool(is_listed)): int(n) for message_id, is_listed, n in counted}
    return tuple(
        MessageRecord(
            id=r.id,
            key=r.key,
            batch=r.batch,
            kind=r.kind,
            person=r.person,
            channel=r.channel,
            status=r.status,
            due_at=r.due_at,
            attempts=r.attempts,
            last_error=r.last_error,
            listed=numbers.get((r.id, True), 0),
            counted=numbers.get((r.id, False), 0),
            delivered_at=r.delivered_at,
        )
        for r in rows
    )
