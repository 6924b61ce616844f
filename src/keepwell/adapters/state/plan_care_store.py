"""The care of accounts on the database of a state store; every method is one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from keepwell.actions import Diagnosis, HelpRequest, ProgrammeEntry, Standing
from keepwell.adapters.state.audit_rows import add_audit
from keepwell.adapters.state.care_notices import (
    CLIMBED,
    SETTLED,
    add_notice,
    end_request_notices,
    end_review_notices,
    end_reviews_of_gone,
    without_open_reviews,
)
from keepwell.adapters.state.plan_care_models import (
    DiagnosisRow,
    HelpRequestRow,
    ProgrammeRow,
    ReviewRow,
    StageRow,
)
from keepwell.adapters.state.stage_rows import (
    add_stage,
    current_stage,
    open_plan_of,
    stage_record,
)
from keepwell.adapters.state.store import SqlStateStore
from keepwell.ports import (
    CareNotice,
    Deed,
    EntryChange,
    RequestChange,
    RequestTell,
    StageChange,
    StageRecord,
)
from keepwell.vocabulary import InputProblem, NotFound

OPEN = ("asked", "accepted")


class SqlCareStore:
    """Fulfils `ports.CareStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def stage_history(self, account_id: str) -> tuple[StageRecord, ...]:
        """Return an account's stages, oldest first."""
        wanted = select(StageRow).where(StageRow.account_id == account_id).order_by(StageRow.step)
        with self._state.session() as session:
            return tuple(map(stage_record, session.scalars(wanted)))

    def stages(self) -> Mapping[str, StageRecord]:
        """Return where every account with a stage stands."""
        newest = (
            select(StageRow.account_id, func.max(StageRow.step).label("step"))
            .group_by(StageRow.account_id)
            .subquery()
        )
        wanted = select(StageRow).join(
            newest,
            (StageRow.account_id == newest.c.account_id) & (StageRow.step == newest.c.step),
        )
        with self._state.session() as session:
            return {r.account_id: stage_record(r) for r in session.scalars(wanted)}

    def move_stage(self, account_id: str, change: StageChange, deed: Deed, on: date) -> StageRecord:
        """Store the move that `change` decides on."""
        with self._state.session(is_writing=True) as session:
            before = current_stage(session, account_id)
            move = change(before, open_plan_of(session, account_id))
            return stage_record(add_stage(session, account_id, move, deed, on))

    def add_diagnoses(self, found: Sequence[Diagnosis], deed: Deed) -> None:
        """Store causes of an account, at once."""
        with self._state.session(is_writing=True) as session:
            for one in found:
                session.add(
                    DiagnosisRow(
                        account_id=one.account_id,
                        on=one.on,
                        cause=one.cause,
                        note=one.note,
                        tier=one.standing.tier,
                        size=one.standing.size,
                        segment=one.standing.segment,
                        amount=one.standing.amount,
                        plan_id=one.plan_id,
                        cta_id=one.cta_id,
                        by=deed.by,
                        at=deed.at,
                    )
                )
            causes = [one.cause for one in found]
            details = {"causes": causes, **deed.details}
            add_audit(session, deed.at, deed.by, deed.action, found[0].account_id, details)

    def diagnoses(
        self, *, since: date | None = None, until: date | None = None, account_id: str | None = None
    ) -> tuple[Diagnosis, ...]:
        """Return diagnoses of a period, oldest first."""
        wanted = select(DiagnosisRow).order_by(DiagnosisRow.on, DiagnosisRow.id)
        if since is not None:
            wanted = wanted.where(DiagnosisRow.on >= since)
        if until is not None:
            wanted = wanted.where(DiagnosisRow.on <= until)
        if account_id is not None:
            wanted = wanted.where(DiagnosisRow.account_id == account_id)
        with self._state.session() as session:
            return tuple(map(_diagnosis, session.scalars(wanted)))

    def add_request(self, request: HelpRequest, deed: Deed) -> HelpRequest:
        """Store a request and return it with its number."""
        with self._state.session(is_writing=True) as session:
            row = HelpRequestRow(**{k: v for k, v in _values(request).items() if k != "id"})
            session.add(row)
            session.flush()
            details = {"request": row.id, "team": row.team, "solve_due": row.solve_due}
            add_audit(session, deed.at, deed.by, deed.action, row.account_id, details)
            return request_of(row)

    def requests(
        self, *, open_only: bool = False, account_id: str | None = None, limit: int = 1000
    ) -> tuple[HelpRequest, ...]:
        """Return requests, the earliest due first."""
        order = (HelpRequestRow.solve_due, HelpRequestRow.id)
        wanted = select(HelpRequestRow).order_by(*order).limit(limit)
        if open_only:
            wanted = wanted.where(HelpRequestRow.status.in_(OPEN))
        if account_id is not None:
            wanted = wanted.where(HelpRequestRow.account_id == account_id)
        with self._state.session() as session:
            return tuple(map(request_of, session.scalars(wanted)))

    def request(self, request_id: int) -> HelpRequest:
        """Return one request. Errors: NotFound."""
        with self._state.session() as session:
            return request_of(_required(session, request_id))

    def change_request(
        self, request_id: int, change: RequestChange, deed: Deed, tell: RequestTell | None = None
    ) -> HelpRequest:
        """Store what `change` makes of a request; nothing when equal. Errors: NotFound.

        `tell`: what people are told when its level rises, stored in the same transaction.
        """
        with self._state.session(is_writing=True) as session:
            row = _required(session, request_id, is_locking=True)
            before = request_of(row)
            after = change(before)
            if after == before:
                return before
            for name, value in _values(after).items():
                setattr(row, name, value)
            details = {
                "request": row.id,
                "status": [before.status, after.status],
                "level": [before.level, after.level],
                **deed.details,
            }
            add_audit(session, deed.at, deed.by, deed.action, row.account_id, details)
            if not after.is_open or after.level != before.level:
                cause = CLIMBED if after.is_open and after.level > before.level else SETTLED
                end_request_notices(session, row.id, deed.at, cause)
            if tell is not None and after.level > before.level:
                notice = tell(after)
                if notice is not None:
                    add_notice(session, notice, deed.at)
            return after

    def add_review(self, account_id: str, held_on: date, note: str, deed: Deed) -> None:
        """Store a review that was held. Errors: InputProblem when that day is on record."""
        with self._state.session(is_writing=True) as session:
            if session.get(ReviewRow, (account_id, held_on)) is not None:
                raise InputProblem(
                    f"A review of `{account_id}` on {held_on} is on record.",
                    cure="`keepwell plans qbr` lists the last reviews.",
                )
            newest = select(func.max(ReviewRow.held_on)).where(ReviewRow.account_id == account_id)
            last = session.scalar(newest)
            session.add(
                ReviewRow(account_id=account_id, held_on=held_on, note=note, by=deed.by, at=deed.at)
            )
            # One that is added to the past makes no later one less due.
            if last is None or held_on > last:
                end_review_notices(session, account_id, deed.at)
            details = {"held_on": held_on, **deed.details}
            add_audit(session, deed.at, deed.by, deed.action, account_id, details)

    def tell(self, notices: Sequence[CareNotice], at: datetime) -> int:
        """Store what people are told, each once; return how many are new."""
        with self._state.session(is_writing=True) as session:
            fresh = without_open_reviews(session, notices)
            return sum(add_notice(session, notice, at) for notice in fresh)

    def end_reviews_of_gone(self, known: Collection[str], on: date, at: datetime) -> None:
        """End the alerts on due reviews of accounts that are not `known` any more."""
        with self._state.session(is_writing=True) as session:
            end_reviews_of_gone(session, known, on, at)

    def last_reviews(self) -> Mapping[str, date]:
        """Return the day of each account's last review."""
        wanted = select(ReviewRow.account_id, func.max(ReviewRow.held_on))
        with self._state.session() as session:
            rows = session.execute(wanted.group_by(ReviewRow.account_id))
            return {str(account): day for account, day in rows}

    def entries(
        self, *, programme: str | None = None, account_id: str | None = None
    ) -> tuple[ProgrammeEntry, ...]:
        """Return programme entries by programme and account."""
        order = (ProgrammeRow.programme, ProgrammeRow.account_id)
        wanted = select(ProgrammeRow).order_by(*order)
        if programme is not None:
            wanted = wanted.where(ProgrammeRow.programme == programme)
        if account_id is not None:
            wanted = wanted.where(ProgrammeRow.account_id == account_id)
        with self._state.session() as session:
            return tuple(map(_entry, session.scalars(wanted)))

    def change_entry(
        self, account_id: str, programme: str, change: EntryChange, deed: Deed
    ) -> ProgrammeEntry:
        """Store what `change` makes of an account's entry."""
        with self._state.session(is_writing=True) as session:
            key = (account_id, programme)
            row = session.get(ProgrammeRow, key, with_for_update=True)
            before = None if row is None else _entry(row)
            after = change(before)
            _store_entry(session, row, after, deed)
            details = {
                "programme": programme,
                "status": [None if before is None else before.status, after.status],
                **deed.details,
            }
            add_audit(session, deed.at, deed.by, deed.action, account_id, details)
            return after


def _store_entry(
    session: Session, row: ProgrammeRow | None, entry: ProgrammeEntry, deed: Deed
) -> None:
    if row is None:
        row = ProgrammeRow(account_id=entry.account_id, programme=entry.programme)
        session.add(row)
    row.status, row.on, row.note = entry.status, entry.on, entry.note
    row.by, row.at = entry.by, deed.at


def _values(request: HelpRequest) -> dict[str, Any]:
    return {f.name: getattr(request, f.name) for f in fields(HelpRequest)}


def _required(session: Session, request_id: int, *, is_locking: bool = False) -> HelpRequestRow:
    row = session.get(HelpRequestRow, request_id, with_for_update=is_locking or None)
    if row is None:
        raise NotFound(
            f"There is no help request {request_id}.",
            cure="`keepwell plans help-request list` shows them.",
        )
    return row


def request_of(row: HelpRequestRow) -> HelpRequest:
    """Return a request as stored."""
    return HelpRequest(**{f.name: getattr(row, f.name) for f in fields(HelpRequest)})


def _diagnosis(row: DiagnosisRow) -> Diagnosis:
    standing = Standing(row.tier, row.size, row.segment, row.amount)
    return Diagnosis(
        row.id,
        row.account_id,
        row.on,
        row.cause,
        row.note,
        standing,
        row.by,
        row.plan_id,
        row.cta_id,
    )


def _entry(row: ProgrammeRow) -> ProgrammeEntry:
    return ProgrammeEntry(row.account_id, row.programme, row.status, row.on, row.by, row.note)
