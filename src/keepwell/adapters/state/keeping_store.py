"""What keeps the state safe: the whole of it out and in, its soundness, and what may be removed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select, text, update
from sqlalchemy.orm import Session

from keepwell.adapters.state.action_models import CtaRow
from keepwell.adapters.state.audit_rows import SYSTEM_ACTOR, add_audit, faults
from keepwell.adapters.state.dump import lines_of, reflected, replace_tables, row_counts
from keepwell.adapters.state.journey_models import PassageRow
from keepwell.adapters.state.models import RunRow
from keepwell.adapters.state.outbox_balance import balance
from keepwell.adapters.state.plan_models import PlanGateRow, PlanRow
from keepwell.adapters.state.revisions import newest_revision
from keepwell.adapters.state.store import SqlStateStore
from keepwell.adapters.state.warning_models import AlertRow, RunGateRow
from keepwell.ports import StateFault
from keepwell.vocabulary import SourceUnavailable
from keepwell.warning import AlertStatus, GateKind


class SqlKeepingStore:
    """Fulfils `ports.KeepingStore` on the database of a state store."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    @property
    def revision(self) -> str:
        """Return the version of the tables."""
        return newest_revision()

    def tables(self) -> Iterator[tuple[str, Iterator[str]]]:
        """Yield every table as lines of JSON, all as of one moment."""
        with self._state.session() as session:
            connection = session.connection()
            for table in reflected(connection):
                yield table.name, lines_of(connection, table)

    def row_counts(self) -> Mapping[str, int]:
        """Return how many rows each table has."""
        with self._state.session() as session:
            return row_counts(session.connection())

    def replace(
        self, revision: str, lines: Mapping[str, Iterable[str]], at: datetime, source: str
    ) -> None:
        """Put a dump in the place of the state, in one transaction, and say so in its log."""
        with self._state.session(is_writing=True) as session:
            replace_tables(session.connection(), revision, lines)
            details = {"from": source, "revision": revision}
            add_audit(session, at, SYSTEM_ACTOR, "state_restored", "state", details)

    def faults(self) -> tuple[StateFault, ...]:
        """Return what does not hold together in the database; empty when all does."""
        with self._state.session() as session:
            found = [StateFault("audit", f"{f.what} {f.sequence}") for f in faults(session)]
            found += [StateFault("balance", f) for f in balance(session).faults]
            for check in ("integrity_check", "foreign_key_check"):
                found += [StateFault("database", told) for told in _file_faults(session, check)]
            return tuple(found)

    def is_damaged(self) -> bool:
        """Say whether the file of the database is not whole; a server looks after its own."""
        try:
            with self._state.session() as session:
                return bool(_file_faults(session, "integrity_check"))
        except SourceUnavailable as problem:
            if problem.details.get("reason") != "damaged":
                raise
            return True

    def has_runs(self) -> bool:
        """Say whether any run was ever published."""
        with self._state.session() as session:
            return session.scalar(select(RunRow.run_id).limit(1)) is not None

    def referred_runs(self) -> frozenset[str]:
        """Return the runs that an open alert, CTA, journey or plan, or a held gate refers to."""
        with self._state.session() as session:
            return frozenset(
                run_id
                for wanted in _referring()
                for run_id in session.scalars(wanted)
                if run_id is not None
            )

    def removed_runs(self) -> tuple[str, ...]:
        """Return the runs whose snapshot was removed, oldest first."""
        gone = select(RunRow.run_id).where(RunRow.snapshot_removed_at.is_not(None))
        with self._state.session() as session:
            return tuple(session.scalars(gone.order_by(RunRow.sequence)))

    def mark_removed(self, run_ids: Sequence[str], at: datetime, by: str) -> None:
        """Store that the snapshots of runs are removed; the runs themselves stay on record."""
        with self._state.session(is_writing=True) as session:
            for run_id in run_ids:
                session.execute(
                    update(RunRow).where(RunRow.run_id == run_id).values(snapshot_removed_at=at)
                )
            add_audit(session, at, by, "snapshots_removed", str(len(run_ids)), {"runs": [*run_ids]})


def _file_faults(session: Session, check: str) -> list[str]:
    if session.connection().dialect.name != "sqlite":
        return []
    rows = session.execute(text(f"PRAGMA {check}")).all()
    told = (" ".join(map(str, row)) for row in rows)
    return [t for t in told if t != "ok"]


def _referring() -> tuple[Select[str | None], ...]:
    return (
        select(AlertRow.run_id)
        .where(AlertRow.ended_on.is_(None), AlertRow.status != AlertStatus.SUPERSEDED)
        .distinct(),
        select(RunGateRow.run_id).where(
            RunGateRow.kind == GateKind.HELD, RunGateRow.verdict.is_(None)
        ),
        select(PassageRow.run_id).where(PassageRow.ended_on.is_(None)).distinct(),
        select(CtaRow.run_id).where(CtaRow.closed_on.is_(None)).distinct(),
        select(PlanGateRow.run_id)
        .join(PlanRow, PlanRow.id == PlanGateRow.plan_id)
        .where(PlanRow.closed_on.is_(None))
        .distinct(),
    )
