"""Sums and lists for the pages of value and forecast, over the accounts in sight."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.pages_models import ListedAccountRow as Row
from keepwell.adapters.state.pages_models import StagedListRow, StagedSumRow
from keepwell.adapters.state.pages_queries import seen
from keepwell.adapters.state.pages_rows import listed
from keepwell.adapters.state.pages_store import SqlPagesStore
from keepwell.ports.outlook_pages import Area, ListEntry, ListName, OutlookSum
from keepwell.ports.pages import Scope

SUMMED = (
    StagedSumRow.accounts,
    StagedSumRow.valued,
    StagedSumRow.value_amount,
    StagedSumRow.ltv_accounts,
    StagedSumRow.ltv_amount,
    StagedSumRow.contributing,
    StagedSumRow.contribution_amount,
    StagedSumRow.loss_amount,
    StagedSumRow.struggling,
)


class SqlOutlookPages:
    """Fulfils `ports.outlook_pages.OutlookPagesStore`."""

    def __init__(self, pages: SqlPagesStore) -> None:
        self._pages = pages

    def sums(self, scope: Scope, area: Area) -> tuple[OutlookSum, ...]:
        """Return the sums of an area, ordered by name."""
        return self._pages.summed(("sums", scope, area), lambda s: sums_in(s, scope, area))

    def entries(self, scope: Scope, name: ListName, limit: int) -> tuple[ListEntry, ...]:
        """Return the first accounts of a list."""
        header = self._pages.header()
        measures = header.measures if header else ()
        found = (
            seen(scope, Row, StagedListRow)
            .join(StagedListRow, StagedListRow.account_id == Row.account_id)
            .where(StagedListRow.list_name == name)
            .order_by(StagedListRow.place, Row.account_id)
            .limit(limit)
        )

        def find(session: Session) -> tuple[ListEntry, ...]:
            rows = session.execute(found)
            return tuple(ListEntry(listed(a, measures), e.place, e.facts) for a, e in rows)

        return self._pages.summed(("entries", scope, name, limit), find)

    def contributions(self, scope: Scope) -> tuple[float, ...]:
        """Return the known contributions in sight, largest first."""
        amounts = seen(scope, Row.contribution_amount).where(Row.contribution_amount.is_not(None))
        ordered = amounts.order_by(Row.contribution_amount.desc())
        return self._pages.summed(
            ("contributions", scope), lambda s: tuple(float(a) for a in s.scalars(ordered))
        )


def sums_in(session: Session, scope: Scope, area: Area) -> tuple[OutlookSum, ...]:
    """Return the sums of an area: those of each CSM in sight added up."""
    keys = (StagedSumRow.name, StagedSumRow.other)
    found: Any = select(*keys, *(func.sum(column) for column in SUMMED))
    found = found.where(StagedSumRow.area == area)
    if scope.csm_ids is not None:
        found = found.where(StagedSumRow.csm_id.in_(scope.csm_ids))
    rows = session.execute(found.group_by(*keys).order_by(*keys))
    return tuple(
        OutlookSum(
            name, other, int(n), int(valued), float(value), int(ltvs), float(ltv),
            int(giving), float(given), float(loss), int(struggling),
        )
        for name, other, n, valued, value, ltvs, ltv, giving, given, loss, struggling in rows
    )  # fmt: skip
