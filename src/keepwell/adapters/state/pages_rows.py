"""Staging: the rows that a run stages, replaced whole inside the transaction that publishes it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from keepwell.adapters.state.models import StateTable
from keepwell.adapters.state.pages_models import (
    ListedAccountRow,
    StagedListRow,
    StagedRunRow,
    StagedSumRow,
)
from keepwell.ports.pages import ListedAccount, PageHeader, StagedPages

CHUNK = 5_000
# What an account's own page needs and no list does.
OWN_PAGE_ONLY = ("known", "month_ago", "search")
LIST_COLUMNS = tuple(
    getattr(ListedAccountRow, c.key)
    for c in ListedAccountRow.__table__.columns
    if c.key not in OWN_PAGE_ONLY
)


def stage_pages(session: Session, pages: StagedPages) -> None:
    """Put a run's rows in the place of those that are staged."""
    session.execute(delete(StagedRunRow))
    session.add(StagedRunRow(run_id=pages.header["run_id"], facts=dict(pages.header)))
    session.flush()
    _replace(session, ListedAccountRow, pages.rows)
    _replace(session, StagedSumRow, pages.sums)
    _replace(session, StagedListRow, pages.lists)


def _replace(session: Session, table: type[StateTable], rows: Sequence[Mapping[str, Any]]) -> None:
    """Put rows in the place of all; each has all columns, so that one statement takes them."""
    session.execute(delete(table))
    connection, statement = session.connection(), insert(table)
    for start in range(0, len(rows), CHUNK):
        connection.execute(statement, list(rows[start : start + CHUNK]))


def search_texts(session: Session) -> dict[str, tuple[str, str]]:
    """Return by name what staged accounts are searched by and sorted by."""
    columns = ListedAccountRow.name, ListedAccountRow.search, ListedAccountRow.name_key
    return {name: (search, key) for name, search, key in session.execute(select(*columns))}


def header_of(facts: Mapping[str, Any]) -> PageHeader:
    """Return what a run staged for all its accounts."""
    return PageHeader(
        run_id=facts["run_id"],
        as_of=date.fromisoformat(facts["as_of"]),
        currency=facts["currency"],
        amount_kind=facts["amount_kind"],
        accounts=facts["accounts"],
        excluded=facts["excluded"],
        measures=tuple(facts["measures"]),
        peers={
            size: {name: (median, n) for name, (median, n) in of_size.items()}
            for size, of_size in facts["peers"].items()
        },
        newest=facts["newest"],
        scorecards=tuple((name, version) for name, version in facts["scorecards"]),
        figures=facts["figures"],
        save_rate=facts["save_rate"],
        shape=facts.get("shape", 0),
        outlook=facts.get("outlook") or {},
    )


def listed(row: Any, measures: tuple[str, ...], cta_count: int = 0) -> ListedAccount:
    """Return one account with its values, and the parts of its score a month ago."""
    known, never = json.loads(row.known) if row.known else ([], [])
    return replace(
        in_list(row, cta_count),
        values={n: v for n, v in zip(measures, known, strict=False) if v is not None},
        never=frozenset(measures[i] for i in never),
        before=json.loads(row.month_ago) if row.month_ago else {},
    )


def in_list(row: Any, cta_count: int = 0) -> ListedAccount:
    """Return one account of a list. `row`: has the `LIST_COLUMNS`."""
    return ListedAccount(
        account_id=row.account_id,
        name=row.name,
        industry=row.industry,
        size=row.size,
        region=row.region,
        csm_id=row.csm_id,
        owner_id=row.owner_id,
        lifecycle=row.lifecycle,
        tier=row.tier,
        score_tier=row.score_tier,
        score_micro=row.score_micro,
        coverage=row.coverage,
        has_override=row.has_override,
        scorecard=row.scorecard,
        scorecard_version=row.scorecard_version,
        change_micro=row.change_micro,
        tier_month_ago=row.tier_month,
        amount=row.amount,
        contribution_amount=row.contribution_amount,
        loss_amount=row.loss_amount,
        segment=row.segment,
        value_tier=row.value_tier,
        renews_on=row.renews_on,
        idle_days=row.idle_days,
        customer_since=row.customer_since,
        spark=spark_of(row.spark),
        cta_count=cta_count,
        value_group=row.value_group,
        contribution_tier=row.contribution_tier,
        worth=json.loads(row.worth) if row.worth else {},
    )


def spark_of(text: str) -> tuple[float | None, ...]:
    """Return the scores of a sparkline, stored as tenths of points.

    >>> spark_of("801,,799")
    (80.1, None, 79.9)
    """
    return tuple(int(t) / 10 if t else None for t in text.split(",")) if text else ()
