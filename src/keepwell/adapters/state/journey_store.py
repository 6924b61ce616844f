"""Journeys on the database of a state store; every method is one transaction."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from keepwell.adapters.state import journey_leases, journey_rows
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.journey_counts import counts, groups
from keepwell.adapters.state.journey_models import (
    FeedRow,
    HoldoutRow,
    JourneySendRow,
    PassageRow,
    SaltRow,
    SuppressionRow,
)
from keepwell.adapters.state.store import SqlStateStore
from keepwell.adapters.state.warning_rows import SYSTEM
from keepwell.journeys import Assignment, FeedDraft, Known
from keepwell.messages import Answer, Fate
from keepwell.ports.journeys import (
    Applied,
    Caps,
    FeedEntry,
    HoldoutGroup,
    Idle,
    JourneyCount,
    JourneyPlan,
    Judge,
    LeasedSend,
)
from keepwell.vocabulary import Bilingual, NotFound

SALT = "journeys"
_SHORT = 12


class SqlJourneyStore:
    """Fulfils `ports.journeys.JourneyStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def salt(self) -> bytes:
        """Return the project's salt, made at the first call and the same ever after."""
        with self._state.session(is_writing=True) as session:
            row = session.get(SaltRow, SALT)
            if row is None:
                row = SaltRow(name=SALT, value=secrets.token_hex(32))
                session.add(row)
            return bytes.fromhex(row.value)

    def known(self) -> Known:
        """Return active passages, last endings, and arms."""
        salt = self.salt()
        with self._state.session() as session:
            active = {
                (row.journey, row.account_id): journey_rows.enrolment_of(row)
                for row in session.scalars(
                    select(PassageRow).where(PassageRow.active_key.is_not(None))
                )
            }
            ended = session.execute(
                select(PassageRow.journey, PassageRow.account_id, func.max(PassageRow.ended_on))
                .where(PassageRow.ended_on.is_not(None))
                .group_by(PassageRow.journey, PassageRow.account_id)
            )
            last = {(j, a): day for j, a, day in ended if day is not None}
            arms = {
                (row.subject, row.account_id): _arm(row)
                for row in session.scalars(select(HoldoutRow))
            }
        return Known(active, last, arms, salt)

    def apply(self, plan: JourneyPlan, at: datetime, *, by: str) -> Applied:
        """Store a plan at once; passages that another run moved since are left alone."""
        with self._state.session(is_writing=True) as session:
            return journey_rows.apply(session, plan, at, by)

    def due_accounts(self) -> frozenset[str]:
        """Return the accounts that have mails to be sent."""
        wanted = select(JourneySendRow.account_id).where(
            JourneySendRow.status.in_(("pending", "leased")), JourneySendRow.kind == "mail"
        )
        with self._state.session() as session:
            return frozenset(session.scalars(wanted.distinct()))

    def lease(self, now: datetime, owner: str, caps: Caps, judge: Judge) -> LeasedSend | Idle:
        """Take the next message that may go now, for a limited time."""
        with self._state.session(is_writing=True) as session:
            return journey_leases.lease(session, now, owner, caps, judge)

    def mark(
        self,
        leased: LeasedSend,
        owner: str,
        answer: Answer,
        fate: Fate,
        at: datetime,
        *,
        is_bounced: bool = False,
    ) -> str:
        """Store what an attempt came to; a mailbox that is gone is suppressed with it."""
        with self._state.session(is_writing=True) as session:
            status = journey_leases.mark(session, leased, owner, answer, fate, at)
            if is_bounced and leased.address_hash and status != "lost":
                self._suppress(session, leased.address_hash, "bounced", SYSTEM, at, "smtp")
            return status

    def withhold(self, leased: LeasedSend, owner: str, reason: str) -> None:
        """Store that a leased message was not sent, and why."""
        with self._state.session(is_writing=True) as session:
            journey_leases.withhold(session, leased, owner, reason)

    def note_sending(self, counted: Mapping[str, int], at: datetime, *, by: str) -> None:
        """Append one line on what was sent to the audit log."""
        with self._state.session(is_writing=True) as session:
            add_audit(session, at, by, "journeys_sent", str(sum(counted.values())), counted)

    def obstacle(
        self,
        account_id: str,
        address_hash: str | None,
        caps: Caps,
        now: datetime,
        also: tuple[int, int] = (0, 0),
    ) -> str:
        """Return why a message could not go now (opted_out, bounced, capped), or nothing."""
        with self._state.session() as session:
            found = journey_leases.suppression(session, address_hash or "")
            if found:
                return found
            free = journey_leases.free_at(session, account_id, address_hash, caps, now, also=also)
            return "capped" if free > now else ""

    def suppress(
        self, address_hash: str, reason: str, *, by: str, at: datetime, source: str
    ) -> bool:
        """Write to an address no more; false when that was so already."""
        with self._state.session(is_writing=True) as session:
            return self._suppress(session, address_hash, reason, by, at, source)

    def _suppress(
        self, session: Session, hashed: str, reason: str, by: str, at: datetime, source: str
    ) -> bool:
        is_new = journey_leases.suppress(session, hashed, reason, source, at)
        if is_new:
            details = {"reason": reason, "source": source}
            add_audit(session, at, by, "address_suppressed", hashed[:_SHORT], details)
        return is_new

    def release(self, address_hash: str, *, by: str, at: datetime) -> bool:
        """Allow an address again; false when it was not suppressed."""
        with self._state.session(is_writing=True) as session:
            was = journey_leases.release(session, address_hash, at)
            if was:
                add_audit(session, at, by, "address_released", address_hash[:_SHORT])
            return was

    def suppressed(self) -> Mapping[str, int]:
        """Return how many addresses are suppressed, by reason."""
        counted = (
            select(SuppressionRow.reason, func.count())
            .where(SuppressionRow.active_hash.is_not(None))
            .group_by(SuppressionRow.reason)
        )
        with self._state.session() as session:
            return {reason: int(n) for reason, n in session.execute(counted)}

    def feed(self, account_id: str, *, all_entries: bool = False) -> tuple[FeedEntry, ...]:
        """Return an account's feed, newest first; dismissed entries only if asked for."""
        wanted = select(FeedRow).where(FeedRow.account_id == account_id)
        if not all_entries:
            wanted = wanted.where(FeedRow.dismissed_at.is_(None))
        with self._state.session() as session:
            rows = session.scalars(wanted.order_by(FeedRow.at.desc(), FeedRow.id.desc()))
            return tuple(map(_entry, rows))

    def mark_feed(
        self, account_id: str, entry_id: int, *, is_dismissed: bool, by: str, at: datetime
    ) -> None:
        """Mark an entry as read or dismissed. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            row = session.get(FeedRow, entry_id)
            if row is None or row.account_id != account_id:
                raise NotFound(
                    f"The feed of account {account_id} has no entry {entry_id}.",
                    cure=f"`keepwell journeys feed {account_id}` lists its entries.",
                )
            row.read_at = row.read_at or at
            if is_dismissed:
                row.dismissed_at = row.dismissed_at or at
            word = "feed_dismissed" if is_dismissed else "feed_read"
            add_audit(session, at, by, word, str(entry_id))

    def seen_items(self) -> Mapping[str, frozenset[str]]:
        """Return the content that each account was shown or sent."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        sent = select(JourneySendRow.account_id, JourneySendRow.item).where(
            JourneySendRow.item.is_not(None), JourneySendRow.status != "withheld"
        )
        shown = select(FeedRow.account_id, FeedRow.item).where(FeedRow.item.is_not(None))
        with self._state.session() as session:
            for wanted in (sent, shown):
                for account_id, item in session.execute(wanted.distinct()):
                    found[account_id].add(str(item))
        return {account: frozenset(items) for account, items in found.items()}

    def counts(self) -> tuple[JourneyCount, ...]:
        """Return where passages and steps stand, by journey."""
        with self._state.session() as session:
            return counts(session)

    def groups(self) -> tuple[HoldoutGroup, ...]:
        """Return the groups of all holdouts."""
        with self._state.session() as session:
            return groups(session)

    def assignments(self, subject: str) -> tuple[tuple[date, Assignment], ...]:
        """Return the accounts of one subject with the day of their assignment."""
        wanted = select(HoldoutRow).where(HoldoutRow.subject == subject)
        with self._state.session() as session:
            rows = session.scalars(wanted.order_by(HoldoutRow.account_id))
            return tuple((row.assigned_on, _arm(row)) for row in rows)

    def assign(
        self, subject: str, share: float, arms: Sequence[Assignment], *, by: str, at: datetime
    ) -> None:
        """Store arms of a subject; one that is stored is replaced only by an exemption."""
        with self._state.session(is_writing=True) as session:
            new = journey_rows.store_arms(session, subject, share, arms, at.date())
            if new:
                add_audit(session, at, by, "holdout_assigned", subject, {"accounts": new})


def _arm(row: HoldoutRow) -> Assignment:
    return Assignment(row.account_id, row.arm, row.stratum, row.reason)  # type: ignore[arg-type]


def _entry(row: FeedRow) -> FeedEntry:
    zh, en = row.texts["zh"], row.texts["en"]
    draft = FeedDraft(
        row.key,
        row.account_id,
        row.step,
        Bilingual(zh["title"], en["title"]),
        Bilingual(zh["body"], en["body"]),
        row.link,
        row.item,
    )
    return FeedEntry(row.id, draft, row.journey, row.at, row.read_at, row.dismissed_at)
