"""The staged snapshot over SQLAlchemy: lists, one account, counts, moves, saved views."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from keepwell.adapters.state import pages_views
from keepwell.adapters.state.action_models import CtaRow
from keepwell.adapters.state.action_rows import OPEN_WORDS
from keepwell.adapters.state.pages_inbox import inbox_items
from keepwell.adapters.state.pages_models import ListedAccountRow as Row
from keepwell.adapters.state.pages_models import StagedRunRow
from keepwell.adapters.state.pages_queries import (
    SORT_COLUMNS,
    PageKey,
    beyond,
    narrowed,
    page_key,
    seen,
)
from keepwell.adapters.state.pages_rows import LIST_COLUMNS, header_of, in_list, listed, stage_pages
from keepwell.adapters.state.pages_sums import (
    cells_in,
    moves_in,
    options_in,
    owners_in,
    portfolios_in,
    tiers_in,
    work_in,
)
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
    Scope,
    SortKey,
    StagedPages,
    Tally,
)
from keepwell.ports.pages_own import SavedView
from keepwell.vocabulary import NotFound

MOST_KEPT = 1000
NOT_KEPT = object()
# Under what a transaction of reading keeps which run is staged.
RUN = "staged_run"
# Made once: a statement that is the same object is not looked at again.
STAGED_RUN = select(StagedRunRow.__table__.c.run_id)
_CTAS = CtaRow.__table__.c
OPEN_CTAS = (
    select(_CTAS.account_id, func.count())
    .where(
        _CTAS.account_id.in_(bindparam("account_ids", expanding=True)),
        _CTAS.status.in_(OPEN_WORDS),
    )
    .group_by(_CTAS.account_id)
)
Found = TypeVar("Found")


@lru_cache(maxsize=256)
def list_seen(scope: Scope) -> Select[Any]:
    """Return the SELECT of a list over the accounts in sight."""
    return seen(scope, *LIST_COLUMNS)


@lru_cache(maxsize=256)
def one_seen(scope: Scope) -> Select[Any]:
    """Return the SELECT of one account, if it is in sight."""
    return seen(scope, *Row.__table__.c).where(Row.account_id == bindparam("account_id"))


class SqlPagesStore:
    """Fulfils `ports.PagesStore`."""

    def __init__(self, state: SqlStateStore) -> None:
        self._state = state
        # What a run staged does not change: it is kept until another run is staged.
        self._header: PageHeader | None = None
        # So do sums over many rows; by run, question and scope.
        self._kept: dict[Hashable, Any] = {}

    def header(self) -> PageHeader | None:
        """Return what is staged; None before the first run."""
        with self._state.session() as session:
            return self._header_in(session)

    def _header_in(self, session: Session) -> PageHeader | None:
        run_id = self._run_in(session)
        if run_id is None:
            return None
        if self._header is None or self._header.run_id != run_id:
            row = session.scalars(select(StagedRunRow)).one()
            self._header = header_of(row.facts)
        return self._header

    def staged_run(self) -> str | None:
        """Return the run that is staged, without reading more."""
        with self._state.session() as session:
            return self._run_in(session)

    @staticmethod
    def _run_in(session: Session) -> str | None:
        """Return the run that is staged: within one transaction of reading it stays the same."""
        if RUN not in session.info:
            session.info[RUN] = session.connection().execute(STAGED_RUN).scalar()
        return cast("str | None", session.info[RUN])

    def replace(self, pages: StagedPages) -> None:
        """Stage a run outside its publication: after an upgrade or a restore."""
        with self._state.session(is_writing=True) as session:
            stage_pages(session, pages)
        # The same run in another shape: what was kept of it counts no more.
        self._header = None
        self._kept = {}

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
        found = narrowed(list_seen(scope), wanted)
        if at is not None:
            found = found.where(beyond(at, is_descending=is_descending))
        order: tuple[Any, Any] = (column, Row.account_id)
        if is_descending != backwards:
            order = (column.desc(), Row.account_id.desc())
        with self._state.session() as session:
            header = self._header_in(session)
            found = found.order_by(*order).limit(limit + 1)
            rows: list[Any] = list(session.connection().execute(found))
            total = self._count_in(session, header, scope, wanted)
            has_more, rows = len(rows) > limit, rows[:limit]
            if backwards:
                rows.reverse()
            counts = _open_ctas(session, [r.account_id for r in rows])
            accounts = tuple(in_list(r, counts.get(r.account_id, 0)) for r in rows)
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
            asked = {"account_id": account_id}
            row = session.connection().execute(one_seen(scope), asked).first()
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
        def count() -> int:
            return session.scalar(narrowed(seen(scope, func.count()), wanted)) or 0

        return self._once(header, ("count", scope, wanted), count)

    def _once(self, header: PageHeader | None, asked: Hashable, find: Callable[[], Found]) -> Found:
        """Look for something once for each staged run: what is staged does not change."""
        key = (header.run_id if header else "", asked)
        # Another thread may empty it at any moment: it is asked once.
        kept = self._kept.get(key, NOT_KEPT)
        if kept is not NOT_KEPT:
            return cast("Found", kept)
        found = find()
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[key] = found
        return found

    def summed(self, asked: Hashable, find: Callable[[Session], Found]) -> Found:
        """Return what is found in the staged rows; asked again, what was found before."""
        with self._state.session() as session:
            return self._once(self._header_in(session), asked, lambda: find(session))

    def tiers(self, scope: Scope, wanted: AccountFilter) -> tuple[Tally, ...]:
        """Return accounts and money by tier."""
        return self.summed(("tiers", scope, wanted), lambda s: tiers_in(s, scope, wanted))

    def moves(self, scope: Scope, period: Period) -> tuple[Move, ...]:
        """Return how accounts moved between tiers since the start of a period."""
        return self.summed(("moves", scope, period), lambda s: moves_in(s, scope, period))

    def options(self, scope: Scope) -> Mapping[str, tuple[str, ...]]:
        """Return what can be filtered by: industries, sizes, CSMs, segments, value tiers."""
        return self.summed(("options", scope), lambda s: options_in(s, scope))

    def owners(self) -> tuple[str, ...]:
        """Return the ids of all CSMs and owners: people, who may be given work."""
        return self.summed(("owners",), owners_in)

    def cells(self, scope: Scope) -> tuple[Cell, ...]:
        """Return accounts by industry and size, from the rows in sight alone."""
        return self.summed(("cells", scope), lambda s: cells_in(s, scope))

    def loads(self, scope: Scope, on: date) -> tuple[CsmLoad, ...]:
        """Return the work of each CSM, the most loaded first."""
        rows = self.summed(("loads", scope), lambda s: portfolios_in(s, scope))
        with self._state.session() as session:
            busy = work_in(session, scope, on)
        found = [CsmLoad(*row, *busy.get(row[0], (0, 0))) for row in rows]
        return tuple(sorted(found, key=lambda c: (-c.ctas, -c.late, c.csm_id)))

    def inbox(
        self, scope: Scope, owners: Sequence[str] | None, on: date, limit: int = 100
    ) -> tuple[InboxItem, ...]:
        """Return open CTAs that nobody snoozed, and alerts that nobody answered or put away."""
        with self._state.session() as session:
            header = self._header_in(session)
            measures = header.measures if header else ()
            return inbox_items(session, scope, owners, limit, measures, on)

    def views(self, person_id: int, page: str) -> tuple[SavedView, ...]:
        """Return a person's saved views by name."""
        with self._state.session() as session:
            return pages_views.views(session, person_id, page)

    def save_view(self, person_id: int, page: str, name: str, query: str, at: datetime) -> None:
        """Keep a view; one of the same name is replaced."""
        with self._state.session(is_writing=True) as session:
            pages_views.save(session, person_id, page, name, query, at)

    def rename_view(self, person_id: int, view_id: int, name: str) -> None:
        """Give one of a person's views another name. Errors: NotFound; InputProblem if taken."""
        with self._state.session(is_writing=True) as session:
            pages_views.rename(session, person_id, view_id, name)

    def drop_view(self, person_id: int, view_id: int) -> None:
        """Forget one of a person's views. Errors: NotFound."""
        with self._state.session(is_writing=True) as session:
            session.delete(pages_views.required(session, person_id, view_id))

    def columns(self, person_id: int, page: str) -> tuple[str, ...]:
        """Return the columns that a person chose for a list; empty for the usual ones."""
        with self._state.session() as session:
            return pages_views.columns(session, person_id, page)

    def choose_columns(self, person_id: int, page: str, names: Sequence[str], at: datetime) -> None:
        """Keep which columns a person wants to see; none brings the usual ones back."""
        with self._state.session(is_writing=True) as session:
            pages_views.choose_columns(session, person_id, page, names, at)


def _open_ctas(session: Session, account_ids: Sequence[str]) -> dict[str, int]:
    if not account_ids:
        return {}
    found = session.connection().execute(OPEN_CTAS, {"account_ids": account_ids})
    return {str(account): int(n) for account, n in found}


def _position(at: PageKey | None, count: int, total: int, *, is_empty: bool) -> int:
    if at is None:
        return 0
    first = at.position if at.side == "after" else at.position - count
    return 0 if is_empty else max(0, min(first, total - count))


def _key(sort: str, side: str, at: tuple[Any, str], position: int) -> str:
    return PageKey(sort, side, at[0], at[1], position).text()
