"""The state store over SQLAlchemy: SQLite with write-ahead log, or PostgreSQL by URL."""

import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from keepwell.adapters.state.database import StatePlace, open_engine, options, told_as_ours
from keepwell.adapters.state.migrating import bring_up_to_date
from keepwell.adapters.state.models import OverrideRow, RunRow, ScorecardVersionRow
from keepwell.ports import NewFit, Override, RunRecord
from keepwell.vocabulary import InputProblem, NotFound, Scorecard

if TYPE_CHECKING:
    from keepwell.ports import RunWarning
    from keepwell.ports.pages import StagedPages


class SqlStateStore:
    """Fulfils `ports.StateStore`; opening creates the database or brings it to the newest shape."""

    place: StatePlace | None = None

    def __init__(self, place: StatePlace | str) -> None:
        self.place = StatePlace(place) if isinstance(place, str) else place
        self._engine = open_engine(self.place)
        self._reading, self._writing = (
            self._engine.execution_options(**options(self._engine, is_writing=is_writing))
            for is_writing in (False, True)
        )
        self._shared = threading.local()
        # A project that nobody closes leaves no connection open on the server.
        weakref.finalize(self, self._engine.dispose)
        try:
            with told_as_ours(self._engine, self.place):
                bring_up_to_date(self._engine, self.place.schema)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        """Return the store, closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def fitted_scorecard(self, name: str) -> Scorecard | None:
        """Return the newest fitted version of a scorecard, or None."""
        with self.session() as session:
            row = session.scalars(
                select(ScorecardVersionRow)
                .where(ScorecardVersionRow.name == name)
                .order_by(ScorecardVersionRow.version.desc())
                .limit(1)
            ).first()
            return None if row is None else Scorecard.model_validate_json(row.card)

    def scorecard_version(self, name: str, version: int) -> Scorecard:
        """Return one fitted version. Errors: NotFound."""
        with self.session() as session:
            return Scorecard.model_validate_json(_version(session, name, version).card)

    def definition_hash(self, name: str, version: int) -> str:
        """Return the hash of the definition that a version was fitted from. Errors: NotFound."""
        with self.session() as session:
            return _version(session, name, version).definition_hash

    def add_scorecard(self, card: Scorecard, definition_hash: str, at: datetime) -> Scorecard:
        """Store a fitted scorecard under the next version number and return it with it."""
        with self.session(is_writing=True) as session:
            last = session.scalar(
                select(func.max(ScorecardVersionRow.version)).where(
                    ScorecardVersionRow.name == card.scorecard
                )
            )
            stored = card.model_copy(update={"version": (last or 0) + 1})
            session.add(_version_row(NewFit(stored, definition_hash), at))
            return stored

    def publish(
        self,
        run: RunRecord,
        fits: Sequence[NewFit] = (),
        warning: "RunWarning | None" = None,
        pages: "StagedPages | None" = None,
    ) -> None:
        """Make a run the current one and store what it fitted and warned of, in one transaction.

        `pages`: its list columns, staged in the same transaction.

        Errors: InputProblem if the run or one of the versions exists.
        """
        # Loaded where it is needed: it brings all that alerts and actions consist of.
        from keepwell.adapters.state.pages_rows import stage_pages
        from keepwell.adapters.state.warning_rows import add_warning
        from keepwell.adapters.state.webhook_facts import run_finished

        row = RunRow(
            run_id=run.run_id,
            as_of=run.as_of,
            started_at=run.started_at,
            status=run.status,
            scorecards=[list(pair) for pair in run.scorecards],
            accounts=run.accounts,
            config_hash=run.config_hash,
            input_hash=run.input_hash,
        )
        try:
            with self.session(is_writing=True) as session:
                session.add(row)
                session.add_all(_version_row(fit, run.started_at) for fit in fits)
                if warning is not None:
                    add_warning(session, run, warning)
                run_finished(session, run, None if warning is None else warning.gate)
                if pages is not None:
                    stage_pages(session, pages)
        except IntegrityError as problem:
            if run.run_id not in self.run_ids():
                raise
            raise InputProblem(
                f"Run `{run.run_id}` is published already.", cure="Start a new run."
            ) from problem

    def page_search_texts(self) -> Mapping[str, tuple[str, str]]:
        """Return by name what staged accounts are searched by and sorted by."""
        from keepwell.adapters.state.pages_rows import search_texts

        with self.session() as session:
            return search_texts(session)

    def runs(self) -> tuple[RunRecord, ...]:
        """Return the published runs whose snapshot is kept, newest first."""
        kept = select(RunRow).where(RunRow.snapshot_removed_at.is_(None))
        with self.session() as session:
            rows = session.scalars(kept.order_by(RunRow.sequence.desc()))
            return tuple(_record(row) for row in rows)

    def first_day(self) -> date | None:
        """Return the earliest day that was ever run, whether or not its snapshot is kept."""
        with self.session() as session:
            return session.scalar(select(func.min(RunRow.as_of)))

    def run_ids(self) -> frozenset[str]:
        """Return the ids of all runs that were ever published."""
        with self.session() as session:
            return frozenset(session.scalars(select(RunRow.run_id)))

    def set_override(self, override: Override) -> None:
        """Store an override; it replaces an earlier one of the account, which stays on record."""
        with self.session(is_writing=True) as session:
            _end(session, override.account_id, override.created_at, "replaced")
            session.add(
                OverrideRow(
                    account_id=override.account_id,
                    tier=override.tier,
                    reason=override.reason,
                    author=override.author,
                    created_at=override.created_at,
                    starts_on=override.created_at.date(),
                    expires_on=override.expires_on,
                )
            )

    def end_override(self, account_id: str, at: datetime) -> bool:
        """End the account's override; say whether there was one that had not ended."""
        with self.session(is_writing=True) as session:
            return _end(session, account_id, at, "ended")

    def overrides(self, on: date, account_id: str | None = None) -> tuple[Override, ...]:
        """Return the overrides in force on a day, by account; the last of a day counts."""
        wanted = (
            select(OverrideRow)
            .where(OverrideRow.starts_on <= on, OverrideRow.expires_on >= on)
            .where(or_(OverrideRow.ended_on.is_(None), OverrideRow.ended_on > on))
            .order_by(OverrideRow.account_id, OverrideRow.id)
        )
        if account_id is not None:
            wanted = wanted.where(OverrideRow.account_id == account_id)
        with self.session() as session:
            rows = session.scalars(wanted)
            newest = {row.account_id: _override(row) for row in rows}
            return tuple(newest[account] for account in sorted(newest))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Let all that this thread reads in the block see one moment, in one transaction.

        What the thread writes meanwhile is seen afterwards.
        """
        with self.session() as session:
            before, self._shared.session = getattr(self._shared, "session", None), session
            try:
                yield
            finally:
                self._shared.session = before

    @contextmanager
    def session(self, *, is_writing: bool = False) -> Iterator[Session]:
        """Give one transaction, committed when the block ends without error."""
        shared: Session | None = getattr(self._shared, "session", None)
        if shared is not None and not is_writing:
            yield shared
            return
        engine = self._writing if is_writing else self._reading
        with told_as_ours(engine, self.place), Session(engine) as session, session.begin():
            yield session


def _version_row(fit: NewFit, at: datetime) -> ScorecardVersionRow:
    return ScorecardVersionRow(
        name=fit.card.scorecard,
        version=fit.card.version,
        definition_hash=fit.definition_hash,
        card=fit.card.model_dump_json(),
        fitted_at=at,
        note=fit.card.note,
    )


def _version(session: Session, name: str, version: int) -> ScorecardVersionRow:
    of_name = select(ScorecardVersionRow).where(ScorecardVersionRow.name == name)
    row = session.scalars(of_name.where(ScorecardVersionRow.version == version)).first()
    if row is None:
        stored = sorted(r.version for r in session.scalars(of_name))
        raise NotFound(
            f"Scorecard `{name}` has no version {version}. Stored: {stored or 'none'}.",
            cure="Run `keepwell run` to fit and store one.",
            scorecard=name,
            version=version,
        )
    return row


def _end(session: Session, account_id: str, at: datetime, cause: str) -> bool:
    open_rows = session.scalars(
        select(OverrideRow).where(
            OverrideRow.account_id == account_id, OverrideRow.ended_at.is_(None)
        )
    ).all()
    for row in open_rows:
        row.ended_at = at
        row.ended_on = at.date()
        row.end_cause = cause
    return any(row.expires_on >= at.date() for row in open_rows)


def _record(row: RunRow) -> RunRecord:
    return RunRecord(
        run_id=row.run_id,
        as_of=row.as_of,
        started_at=row.started_at,
        status=row.status,
        scorecards=tuple((str(name), int(version)) for name, version in row.scorecards),
        accounts=row.accounts,
        config_hash=row.config_hash,
        input_hash=row.input_hash,
    )


def _override(row: OverrideRow) -> Override:
    return Override(
        account_id=row.account_id,
        tier=row.tier,
        reason=row.reason,
        author=row.author,
        created_at=row.created_at,
        expires_on=row.expires_on,
    )
