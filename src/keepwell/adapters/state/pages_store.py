"""The staged snapshot over SQLAlchemy: lists, one account, counts, moves, saved views."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from keepwell.actions import OPEN
from keepwell.adapters.state.action_models import CtaRow
from keepwell.adapters.state.pages_inbox import inbox_items
from keepwell.adapters.state.pages_models import ListedAccountRow as Row
from keepwell.adapters.state.pages_models import StagedRunRow
from keepwell.adapters.state.pages_queries import (
    PERIOD_COLUMNS,
    SORT_COLUMNS,
    PageKey,
    beyond,
    narrowed,
    page_key,
    seen,
)
from keepwell.adapters.state.pages_rows import header_of, listed, stage_pages
from keepwell.adapters.state.people_models import SavedViewRow
from keepwell.adapters.state.store import SqlStateStore
from keepwell.ports.pages import (
    AccountFilter,
    AccountPage,
    Cell,
    CsmLoad,
    InboxItem,
    ListedAccount,
    Move,
    PageHeader,
    Period,
    SavedView,
    Scope,
    SortKey,
    StagedPages,
    Tally,
)
from keepwell.vocabulary import NotFound

STILL_OPEN = tuple(str(s) for s in OPEN)
MOST_COUNTS = 1000
FILTERABLE = {
    "industries": Row.industry,
    "sizes": Row.size,
    "csm_ids": Row.csm_id,
    "segments": Row.segment,
    "value_tiers": Row.value_tier,
}


class SqlPagesStore:
    """Fulfils `ports.PagesStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state
        # What a run staged does not change: it is kept until another run is staged.
        self._header: PageHeader | None = None
        self._counts: dict[tuple[str, Scope, AccountFilter], int] = {}

    def header(self) -> PageHeader | None:
        """Return what is staged; None before the first run."""
        with self._state.session() as session:
            return self._header_in(session)

    def _header_in(self, session: Session) -> PageHeader | None:
        run_id = session.scalar(select(StagedRunRow.run_id))
        if run_id is None:
            return None
        if self._header is None or self._header.run_id != run_id:
            row = session.scalars(select(StagedRunRow)).one()
            self._header = header_of(row.facts)
        return self._header

    def staged_run(self) -> str | None:
        """Return the run that is staged, without reading more."""
        with self._state.session() as session:
            return session.scalar(select(StagedRunRow.run_id))

    def replace(self, pages: StagedPages) -> None:
        """Stage a run outside its publication: after an upgrade or a restore."""
        with self._state.session(is_writing=True) as session:
            stage_pages(session, pages)

    def accounts(
        self,
        scope: Scope,
        wanted: AccountFilter,
        *,
        sort: SortKey = "change",
        is_descending: bool = False,
        key: str = "",
        limit: int = 25,
    ) -> AccountPage:
        """Return one page. `key`: of a page beside it. Errors: InputProblem for a wrong key."""
        at = page_key(key, sort)
        backwards = at is not None and at.side == "before"
        column = SORT_COLUMNS[sort]
        found = narrowed(seen(scope), wanted)
        if at is not None:
            found = found.where(beyond(at, is_descending=is_descending))
        order: tuple[Any, Any] = (column, Row.account_id)
        if is_descending != backwards:
            order = (column.desc(), Row.account_id.desc())
        with self._state.session() as session:
            header = self._header_in(session)
            rows = list(session.scalars(found.order_by(*order).limit(limit + 1)))
            total = self._count_in(session, header, scope, wanted)
            has_more, rows = len(rows) > limit, rows[:limit]
            if backwards:
                rows.reverse()
            counts = _open_ctas(session, [r.account_id for r in rows])
            measures = header.measures if header else ()
            accounts = tuple(listed(r, measures, counts.get(r.account_id, 0)) for r in rows)
            keys = [(getattr(r, column.key), r.account_id) for r in rows]
        position = _position(at, len(rows), total, is_empty=not rows)
        has_before = position > 0 if not backwards else has_more
        has_after = has_more if not backwards else True
        return AccountPage(
            accounts,
            total,
            position,
            _key(sort, "after", keys[-1], position + len(rows)) if keys and has_after else None,
            _key(sort, "before", keys[0], position) if keys and has_before else None,
        )

    def account(self, scope: Scope, account_id: str) -> ListedAccount:
        """Return one account. Errors: NotFound, the same for one that is not in sight."""
        with self._state.session() as session:
            header = self._header_in(session)
            row = session.scalars(seen(scope).where(Row.account_id == account_id)).first()
            if row is None:
                raise NotFound(
                    "There is no such account, or it is not in your sight.",
                    cure="Search for it by name or id.",
                )
            counts = _open_ctas(session, [account_id])
            measures = header.measures if header else ()
            return listed(row, measures, counts.get(account_id, 0))

    def count(self, scope: Scope, wanted: AccountFilter) -> int:
        """Return how many accounts in sight a filter leaves."""
        with self._state.session() as session:
            return self._count_in(session, self._header_in(session), scope, wanted)

    def _count_in(
        self, session: Session, header: PageHeader | None, scope: Scope, wanted: AccountFilter
    ) -> int:
        """Count once for each staged run: what is staged does not change."""
        key = (header.run_id if header else "", scope, wanted)
        if key not in self._counts:
            if len(self._counts) >= MOST_COUNTS:
                self._counts.clear()
            self._counts[key] = session.scalar(narrowed(seen(scope, func.count()), wanted)) or 0
        return self._counts[key]

    def tiers(self, scope: Scope, wanted: AccountFilter) -> tuple[Tally, ...]:
        """Return accounts and money by tier."""
        sums = (
            func.count(),
            func.sum(Row.amount),
            func.sum(Row.loss_amount),
            func.sum(Row.contribution_amount),
            func.sum(Row.coverage),
        )
        found = narrowed(seen(scope, Row.tier, *sums), wanted).group_by(Row.tier)
        with self._state.session() as session:
            return tuple(
                Tally(tier, n, *(float(s or 0) for s in found))
                for tier, n, *found in session.execute(found.order_by(Row.tier))
            )

    def moves(self, scope: Scope, period: Period) -> tuple[Move, ...]:
        """Return how accounts moved between tiers since the start of a period."""
        before = PERIOD_COLUMNS[period]
        found = seen(scope, before, Row.tier, func.count(), func.sum(Row.amount))
        found = found.where(before.is_not(None)).group_by(before, Row.tier)
        with self._state.session() as session:
            return tuple(
                Move(str(b), a, n, float(amount or 0))
                for b, a, n, amount in session.execute(found.order_by(before, Row.tier))
            )

    def options(self, scope: Scope) -> Mapping[str, tuple[str, ...]]:
        """Return what can be filtered by: industries, sizes, CSMs, segments, value tiers."""
        with self._state.session() as session:
            return {
                name: tuple(
                    session.scalars(
                        seen(scope, column).where(column.is_not(None)).distinct().order_by(column)
                    )
                )
                for name, column in FILTERABLE.items()
            }

    def cells(self, scope: Scope) -> tuple[Cell, ...]:
        """Return accounts by industry and size, from the rows in sight alone."""
        is_low, is_scored = Row.tier == "low", Row.tier != "unknown"
        found = seen(
            scope,
            Row.industry,
            Row.size,
            func.count(),
            func.count().filter(is_scored),
            func.count().filter(is_low),
            func.sum(Row.amount).filter(is_low),
        ).group_by(Row.industry, Row.size)
        with self._state.session() as session:
            return tuple(
                Cell(industry or "", size or "", n, scored, low, float(amount or 0))
                for industry, size, n, scored, low, amount in session.execute(found)
            )

    def loads(self, scope: Scope, on: date) -> tuple[CsmLoad, ...]:
        """Return the work of each CSM, the most loaded first."""
        is_low = Row.tier == "low"
        owned = seen(
            scope,
            Row.csm_id,
            func.count(),
            func.count().filter(is_low),
            func.sum(Row.amount).filter(is_low),
        )
        work = (
            seen(scope, Row.csm_id, func.count(), func.count().filter(CtaRow.due_on < on))
            .join(CtaRow, CtaRow.account_id == Row.account_id)
            .where(CtaRow.status.in_(STILL_OPEN))
            .group_by(Row.csm_id)
        )
        with self._state.session() as session:
            busy = {csm: (n, late) for csm, n, late in session.execute(work)}
            rows = session.execute(owned.where(Row.csm_id.is_not(None)).group_by(Row.csm_id))
            found = [
                CsmLoad(csm, n, low, float(amount or 0), *busy.get(csm, (0, 0)))
                for csm, n, low, amount in rows
            ]
        return tuple(sorted(found, key=lambda c: (-c.ctas, -c.late, c.csm_id)))

    def inbox(
        self, scope: Scope, owners: Sequence[str] | None, on: date, limit: int = 100
    ) -> tuple[InboxItem, ...]:
        """Return open CTAs that nobody snoozed, and alerts without one."""
        with self._state.session() as session:
            header = self._header_in(session)
            measures = header.measures if header else ()
            return inbox_items(session, scope, owners, limit, measures, on)

    def views(self, person_id: int, page: str) -> tuple[SavedView, ...]:
        """Return a person's saved views by name."""
        found = select(SavedViewRow).where(
            SavedViewRow.person_id == person_id, SavedViewRow.page == page
        )
        with self._state.session() as session:
            rows = session.scalars(found.order_by(SavedViewRow.name))
            return tuple(SavedView(r.id, r.name, r.query) for r in rows)

    def save_view(self, person_id: int, page: str, name: str, query: str, at: datetime) -> None:
        """Keep a view; one of the same name is replaced."""
        with self._state.session(is_writing=True) as session:
            session.execute(
                delete(SavedViewRow).where(
                    SavedViewRow.person_id == person_id,
                    SavedViewRow.page == page,
                    SavedViewRow.name == name,
                )
            )
            session.add(
                SavedViewRow(person_id=person_id, page=page, name=name, query=query, created_at=at)
            )

    def drop_view(self, person_id: int, view_id: int) -> None:
        """Forget one of a person's views. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            row = session.get(SavedViewRow, view_id)
            if row is None or row.person_id != person_id:
                raise NotFound(f"There is no view {view_id}.", cure="The list shows yours.")
            session.delete(row)


def _open_ctas(session: Session, account_ids: Sequence[str]) -> dict[str, int]:
    found = (
        select(CtaRow.account_id, func.count())
        .where(CtaRow.account_id.in_(account_ids), CtaRow.status.in_(STILL_OPEN))
        .group_by(CtaRow.account_id)
    )
    if not account_ids:
        return {}
    return {str(account): int(n) for account, n in session.execute(found)}


def _position(at: PageKey | None, count: int, total: int, *, is_empty: bool) -> int:
    if at is None:
        return 0
    first = at.position if at.side == "after" else at.position - count
    return 0 if is_empty else max(0, min(first, total - count))


def _key(sort: str, side: str, at: tuple[Any, str], position: int) -> str:
    return PageKey(sort, side, at[0], at[1], position).text()
