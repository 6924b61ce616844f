"""People's work on the database of a state store; every method is one transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from keepwell.actions import (
    CtaChange,
    CtaMove,
    CtaStatus,
    DueCheck,
    NewCta,
    NewPlay,
    OnSignal,
    PlayStatus,
    TaskMove,
    TaskStatus,
    Work,
)
from keepwell.adapters.state import action_reading, action_rows, action_run_reading
from keepwell.adapters.state.action_models import CtaRow, PlayRow, TaskRow
from keepwell.adapters.state.action_reading import required
from keepwell.adapters.state.action_tasks import move_task, stop_play
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.store import SqlStateStore
from keepwell.ports import CtaEvent, CtaFilter, CtaRecord, PlayRecord, TaskRecord
from keepwell.vocabulary import InputProblem

SYSTEM = "keepwell"


class SqlActionStore:
    """Fulfils `ports.ActionStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def add(
        self, new: NewCta, play: NewPlay | None, *, by: str, at: datetime, why: str = ""
    ) -> int:
        """Open a CTA and return its number. Errors: InputProblem naming the open one like it."""
        with self._state.session(is_writing=True) as session:
            row = action_rows.add_cta(session, new, by, at, why)
            if play is not None:
                action_rows.add_play(session, row, play, by)
            told = {"account": new.account_id, "type": new.type, "reason": new.reason}
            add_audit(session, at, by, "cta_opened", str(row.id), told)
            return row.id

    def cta(self, cta_id: int) -> CtaRecord:
        """Return one CTA. Errors: NotFound."""
        with self._state.session() as session:
            return action_reading.ctas_of(session, [required(session, CtaRow, cta_id)])[0]

    def ctas(self, wanted: CtaFilter) -> tuple[CtaRecord, ...]:
        """Return CTAs: the most urgent first, then by due day, amount at stake and number."""
        with self._state.session() as session:
            rows = session.scalars(action_reading.cta_select(wanted)).all()
            return action_reading.ctas_of(session, rows)

    def cta_counts(self) -> Mapping[str, int]:
        """Return how many CTAs stand in each status."""
        counted = select(CtaRow.status, func.count()).group_by(CtaRow.status)
        with self._state.session() as session:
            return {status: int(n) for status, n in session.execute(counted)}

    def events(self, cta_id: int) -> tuple[CtaEvent, ...]:
        """Return the history of a CTA, oldest first."""
        with self._state.session() as session:
            return action_reading.events_of(session, cta_id)

    def move(self, cta_id: int, change: CtaChange, *, by: str, at: datetime) -> CtaRecord:
        """Move a CTA; closing it ends its plays and tasks. Errors: NotFound, IllegalMove."""
        with self._state.session(is_writing=True) as session:
            row = required(session, CtaRow, cta_id)
            action_rows.apply_change(session, row, change, by=by, at=at)
            told = {"why": change.why, "until": change.until, "outcome": change.outcome}
            add_audit(session, at, by, f"cta_{change.move}", str(cta_id), told)
            session.flush()
            return action_reading.ctas_of(session, [row])[0]

    def assign(self, cta_id: int, owner: str, *, by: str, at: datetime, why: str = "") -> CtaRecord:
        """Give an open CTA, with the open tasks of its old owner, to a person.

        Errors: NotFound; InputProblem for a CTA that is closed.
        """
        with self._state.session(is_writing=True) as session:
            row, before = required(session, CtaRow, cta_id), None
            if row.open_key is None:
                raise InputProblem(
                    f"CTA {cta_id} is {row.status}; only an open one has an owner to change.",
                    cure=f"`keepwell cta reopen {cta_id}` first.",
                )
            before, row.owner = row.owner, owner
            theirs = (
                update(TaskRow)
                .where(TaskRow.cta_id == cta_id, TaskRow.status == TaskStatus.OPEN)
                .where(TaskRow.owner.is_(None) if before is None else TaskRow.owner == before)
            )
            session.execute(theirs.values(owner=owner))
            told = {"from": before, "to": owner}
            action_rows.add_event(session, row, at, by, "assign", row.status, why, told)
            add_audit(session, at, by, "cta_assigned", str(cta_id), told)
            return action_reading.ctas_of(session, [row])[0]

    def wake(self, today: date, at: datetime) -> int:
        """Bring back the CTAs whose snooze is over; return how many."""
        asleep = select(CtaRow).where(
            CtaRow.status == CtaStatus.SNOOZED, CtaRow.snoozed_until <= today
        )
        with self._state.session() as session:
            if session.scalars(asleep.limit(1)).first() is None:
                return 0
        with self._state.session(is_writing=True) as session:
            rows = session.scalars(asleep).all()
            for row in rows:
                change = CtaChange(CtaMove.WAKE, today)
                action_rows.apply_change(session, row, change, by=SYSTEM, at=at)
            if rows:
                add_audit(session, at, SYSTEM, "ctas_woken", str(len(rows)), {"day": today})
            return len(rows)

    def start_play(self, cta_id: int, play: NewPlay, *, by: str, at: datetime) -> int:
        """Start a play on an open CTA and return its number. Errors: NotFound, InputProblem."""
        with self._state.session(is_writing=True) as session:
            row = required(session, CtaRow, cta_id)
            if row.open_key is None:
                raise InputProblem(
                    f"CTA {cta_id} is {row.status}; a play needs an open one.",
                    cure=f"`keepwell cta reopen {cta_id}` first.",
                )
            started = action_rows.add_play(session, row, play, by)
            told = {"play": started.id, "name": play.play, "tasks": len(play.tasks)}
            action_rows.add_event(session, row, at, by, "play_started", row.status, "", told)
            add_audit(session, at, by, "play_started", str(started.id), {**told, "cta": cta_id})
            return started.id

    def stop_play(self, play_id: int, why: str, *, by: str, on: date, at: datetime) -> PlayRecord:
        """Stop a play; its open tasks are cancelled. Errors: NotFound, IllegalMove."""
        with self._state.session(is_writing=True) as session:
            row = stop_play(session, required(session, PlayRow, play_id), why, by=by, on=on, at=at)
            return action_reading.plays_of(session, [row])[0]

    def plays(
        self, *, statuses: Sequence[str] = (), account_id: str | None = None, limit: int = 100
    ) -> tuple[PlayRecord, ...]:
        """Return plays, newest first."""
        wanted = select(PlayRow).order_by(PlayRow.id.desc()).limit(limit)
        if statuses:
            wanted = wanted.where(PlayRow.status.in_(statuses))
        if account_id is not None:
            wanted = wanted.where(PlayRow.account_id == account_id)
        with self._state.session() as session:
            return action_reading.plays_of(session, session.scalars(wanted).all())

    def play(self, play_id: int) -> PlayRecord:
        """Return one play. Errors: NotFound."""
        with self._state.session() as session:
            return action_reading.plays_of(session, [required(session, PlayRow, play_id)])[0]

    def tasks(
        self, *, cta_id: int | None = None, play_id: int | None = None, owner: str | None = None
    ) -> tuple[TaskRecord, ...]:
        """Return tasks by due day and place."""
        with self._state.session() as session:
            return action_reading.tasks_of(session, cta_id, play_id, owner)

    def task(self, task_id: int) -> TaskRecord:
        """Return one task. Errors: NotFound."""
        with self._state.session() as session:
            return action_reading.task_of(required(session, TaskRow, task_id))

    def move_task(
        self, task_id: int, move: TaskMove, *, why: str, by: str, on: date, at: datetime
    ) -> TaskRecord:
        """Move a task; the first that is done starts its CTA, the last settled ends its play.

        Errors: NotFound, IllegalMove.
        """
        with self._state.session(is_writing=True) as session:
            row = required(session, TaskRow, task_id)
            move_task(session, row, move, why, by=by, on=on, at=at)
            return action_reading.task_of(row)

    def loads(self) -> Mapping[str, float]:
        """Return hours a month that each person's open CTAs take; an account counts once."""
        with self._state.session() as session:
            return action_reading.loads(action_reading.accounts(session))

    def work(self, alerts: Sequence[str], on: date) -> Work:
        """Return what a run of a day has to know before it opens CTAs for these alerts."""
        with self._state.session() as session:
            return action_run_reading.work(session, alerts, on)

    def signals(self) -> tuple[OnSignal, ...]:
        """Return the alerts that are on and answered by an open CTA."""
        with self._state.session() as session:
            return action_run_reading.signals(session)

    def open_accounts(self) -> Mapping[int, str]:
        """Return the accounts of open CTAs, by CTA."""
        wanted = select(CtaRow.id, CtaRow.account_id).where(CtaRow.open_key.is_not(None))
        with self._state.session() as session:
            return {cta_id: str(account) for cta_id, account in session.execute(wanted)}

    def unowned(self) -> Mapping[int, str]:
        """Return the accounts of open CTAs without owner, by CTA."""
        wanted = select(CtaRow.id, CtaRow.account_id).where(CtaRow.open_key.is_not(None))
        with self._state.session() as session:
            found = session.execute(wanted.where(CtaRow.owner.is_(None)))
            return {cta_id: str(account) for cta_id, account in found}

    def running(self) -> tuple[tuple[int, str, str], ...]:
        """Return the plays that run: number, name, account."""
        wanted = select(PlayRow.id, PlayRow.play, PlayRow.account_id)
        with self._state.session() as session:
            found = session.execute(wanted.where(PlayRow.status == PlayStatus.RUNNING))
            return tuple((i, name, account) for i, name, account in found)

    def due_checks(self, on: date) -> tuple[DueCheck, ...]:
        """Return the tasks whose check is due and has not been read."""
        with self._state.session() as session:
            return action_run_reading.due_checks(session, on)

    def asked_lately(self, reason: str, kind: str, since: date) -> frozenset[str]:
        """Return who has had a CTA for this reason since a day, or has an open one of the kind."""
        lately = and_(CtaRow.reason == reason, CtaRow.opened_on >= since)
        is_busy = and_(CtaRow.type == kind, CtaRow.open_key.is_not(None))
        with self._state.session() as session:
            return frozenset(session.scalars(select(CtaRow.account_id).where(or_(lately, is_busy))))

    def asked_on(self, reason: str, on: date) -> int:
        """Return how many CTAs runs have opened for this reason on a day."""
        of_day = (CtaRow.reason == reason, CtaRow.opened_on == on, CtaRow.run_id.is_not(None))
        counted = select(func.count()).select_from(CtaRow).where(*of_day)
        with self._state.session() as session:
            return session.scalar(counted) or 0

    def backlog(
        self, triggers: Sequence[str], before: date
    ) -> tuple[tuple[str, str, str, Mapping[str, Any]], ...]:
        """Return alerts that hold since before a day and that no CTA answers."""
        with self._state.session() as session:
            return action_run_reading.backlog(session, triggers, before)
