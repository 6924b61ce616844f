"""The audit log over SQLAlchemy, read by its sequence: every page costs the same."""

from collections.abc import Iterator

from sqlalchemy import Select, select

from keepwell.adapters.state.audit_rows import faults
from keepwell.adapters.state.store import SqlStateStore
from keepwell.adapters.state.warning_models import AuditRow
from keepwell.ports import AuditFault, AuditLine
from keepwell.ports.auditing import AuditFilter, AuditPage

AT_ONCE = 2000


class SqlAuditStore:
    """Fulfils `ports.auditing.AuditStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state

    def page(self, wanted: AuditFilter, before: int | None, limit: int) -> AuditPage:
        """Return one page of lines, newest first, those before a sequence number if given."""
        asked = _filtered(wanted)
        if before is not None:
            asked = asked.where(AuditRow.sequence < before)
        asked = asked.order_by(AuditRow.sequence.desc()).limit(limit + 1)
        with self._state.session() as session:
            rows = [
                AuditLine(r.sequence, r.at, r.actor, r.action, r.subject, r.details)
                for r in session.scalars(asked)
            ]
        has_more = len(rows) > limit
        return AuditPage(tuple(rows[:limit]), rows[limit - 1].sequence if has_more else None)

    def lines(self, wanted: AuditFilter) -> Iterator[AuditLine]:
        """Yield all lines of a filter, newest first, a page at a time."""
        before: int | None = None
        while True:
            found = self.page(wanted, before, AT_ONCE)
            yield from found.lines
            before = found.next_before
            if before is None:
                return

    def actions(self) -> tuple[str, ...]:
        """Return every kind of deed that stands in the log, by name."""
        with self._state.session() as session:
            return tuple(sorted(session.scalars(select(AuditRow.action).distinct())))

    def faults(self) -> tuple[AuditFault, ...]:
        """Return where the log is broken; empty when it holds together."""
        with self._state.session() as session:
            return tuple(faults(session))


def _filtered(wanted: AuditFilter) -> Select[AuditRow]:
    asked = select(AuditRow)
    if wanted.actor:
        asked = asked.where(AuditRow.actor == wanted.actor)
    if wanted.action:
        asked = asked.where(AuditRow.action == wanted.action)
    if wanted.text:
        asked = asked.where(AuditRow.subject.contains(wanted.text, autoescape=True))
    if wanted.since is not None:
        asked = asked.where(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        asked = asked.where(AuditRow.at < wanted.until)
    return asked
