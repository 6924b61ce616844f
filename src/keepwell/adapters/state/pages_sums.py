"""Sums over the accounts in sight: by tier, by move, by cell, by CSM, and what can be filtered."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import func
from sqlalchemy.orm import Session

from keepwell.adapters.state.action_models import CtaRow
from keepwell.adapters.state.action_rows import OPEN_WORDS
from keepwell.adapters.state.pages_models import ListedAccountRow as Row
from keepwell.adapters.state.pages_queries import PERIOD_COLUMNS, narrowed, seen
from keepwell.ports.pages import AccountFilter, Cell, Move, Period, Scope, Tally

FILTERABLE = {
    "industries": Row.industry,
    "sizes": Row.size,
    "csm_ids": Row.csm_id,
    "segments": Row.segment,
    "value_tiers": Row.value_tier,
}


def tiers_in(session: Session, scope: Scope, wanted: AccountFilter) -> tuple[Tally, ...]:
    """Return accounts and money by tier."""
    money = (Row.amount, Row.loss_amount, Row.contribution_amount, Row.coverage)
    sums = (func.count(), *(func.sum(column) for column in money))
    found = narrowed(seen(scope, Row.tier, *sums), wanted).group_by(Row.tier).order_by(Row.tier)
    return tuple(
        Tally(tier, n, *(float(s or 0) for s in summed))
        for tier, n, *summed in session.execute(found)
    )


def moves_in(session: Session, scope: Scope, period: Period) -> tuple[Move, ...]:
    """Return how accounts moved between tiers since the start of a period."""
    before = PERIOD_COLUMNS[period]
    found = seen(scope, before, Row.tier, func.count(), func.sum(Row.amount))
    found = found.where(before.is_not(None)).group_by(before, Row.tier)
    return tuple(
        Move(str(b), a, n, float(amount or 0))
        for b, a, n, amount in session.execute(found.order_by(before, Row.tier))
    )


def cells_in(session: Session, scope: Scope) -> tuple[Cell, ...]:
    """Return accounts by industry and size."""
    is_low = Row.tier == "low"
    found = seen(
        scope,
        Row.industry,
        Row.size,
        func.count(),
        func.count().filter(Row.tier != "unknown"),
        func.count().filter(is_low),
        func.sum(Row.amount).filter(is_low),
    ).group_by(Row.industry, Row.size)
    return tuple(
        Cell(industry or "", size or "", n, scored, low, float(amount or 0))
        for industry, size, n, scored, low, amount in session.execute(found)
    )


def options_in(session: Session, scope: Scope) -> Mapping[str, tuple[str, ...]]:
    """Return what can be filtered by."""
    return {
        name: tuple(
            session.scalars(
                seen(scope, column).where(column.is_not(None)).distinct().order_by(column)
            )
        )
        for name, column in FILTERABLE.items()
    }


def owners_in(session: Session) -> tuple[str, ...]:
    """Return the ids of all CSMs and owners, by id: names of people, of no account."""
    found: set[str] = set()
    for column in (Row.csm_id, Row.owner_id):
        found |= set(
            session.scalars(seen(Scope(None), column).where(column.is_not(None)).distinct())
        )
    return tuple(sorted(found))


def portfolios_in(session: Session, scope: Scope) -> tuple[tuple[str, int, int, float], ...]:
    """Return for each CSM its accounts, those in the low tier, and their money."""
    is_low = Row.tier == "low"
    found = seen(
        scope,
        Row.csm_id,
        func.count(),
        func.count().filter(is_low),
        func.sum(Row.amount).filter(is_low),
    )
    rows = session.execute(found.where(Row.csm_id.is_not(None)).group_by(Row.csm_id))
    return tuple((csm, n, low, float(amount or 0)) for csm, n, low, amount in rows)


def work_in(session: Session, scope: Scope, on: date) -> Mapping[str | None, tuple[int, int]]:
    """Return by CSM how many CTAs are open and how many of them are late."""
    found = (
        seen(scope, Row.csm_id, func.count(), func.count().filter(CtaRow.due_on < on))
        .join(CtaRow, CtaRow.account_id == Row.account_id)
        .where(CtaRow.status.in_(OPEN_WORDS))
        .group_by(Row.csm_id)
    )
    return {csm: (n, late) for csm, n, late in session.execute(found)}
