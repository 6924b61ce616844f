"""Propose the two feeds that come from another feed: the account view and derived accounts."""

from dataclasses import replace

from keepwell.intake.proposals import ColumnProposal, FeedProposal, Reason
from keepwell.intake.recognise_columns import ReadTable, match_columns
from keepwell.intake.recognise_details import refine
from keepwell.vocabulary import TABLES, Bilingual, Kind

_VIEW_LIKE = 3
_DERIVE_FROM = ("transactions", "subscriptions", "opportunities", "usage", "activities", "tickets")


def view_feed(read: ReadTable, accounts: FeedProposal, *, has_events: bool) -> FeedProposal | None:
    """Return the account-view feed of a table that feeds `accounts`, or None.

    Columns that `accounts` takes are not taken twice. Where activities are recorded one by one,
    the last activity is left to them, and so are one or two stray columns: those are overwritten
    in place and would say nothing of past dates.
    """
    key = accounts.column("account_id")
    if accounts.table != "accounts" or key is None:
        return None
    taken = {c.source for c in accounts.columns}
    shared = {c.name for c in TABLES["accounts"].columns}
    match = match_columns(read, "account_view")
    left = shared | ({"last_activity_at"} if has_events else set())
    own = tuple(c for c in match.columns if c.canonical not in left and c.source not in taken)
    if not own or (has_events and len(own) < _VIEW_LIKE):
        return None
    columns = (key, *refine(read, "account_view", own), *_currency(accounts, own))
    return replace(
        accounts,
        table="account_view",
        columns=columns,
        missing=(),
        unmapped=(),
        empty=(),
        notes=(),
    )


def _currency(
    accounts: FeedProposal, own: tuple[ColumnProposal, ...]
) -> tuple[ColumnProposal, ...]:
    currency = accounts.column("currency")
    kinds = [TABLES["account_view"].column(c.canonical) for c in own]
    has_money = any(k is not None and k.kind is Kind.MONEY for k in kinds)
    return (currency,) if currency is not None and has_money else ()


def derived_accounts(feeds: list[FeedProposal]) -> list[FeedProposal]:
    """Return accounts made of the ids in another table, for a source without an accounts table."""
    for table in _DERIVE_FROM:
        parents = [f for f in feeds if f.table == table and f.is_active and _direct(f)]
        if parents:
            return [_accounts_of(p) for p in parents]
    return []


def _direct(feed: FeedProposal) -> bool:
    key = feed.column("account_id")
    return key is not None and key.via is None


def _accounts_of(feed: FeedProposal) -> FeedProposal:
    key = feed.column("account_id")
    columns = () if key is None else (replace(key, reason=Reason.DERIVED, detail=feed.table),)
    note = Bilingual(
        zh=f"没有客户表：客户编号取自 {feed.source}，没有行业、规模等属性，相关分析不可用",
        en=f"no accounts table: ids are taken from {feed.source}; without industry, size and the "
        "like, analyses by them are not possible",
    )
    return replace(
        feed, table="accounts", columns=columns, unmapped=(), empty=(), notes=(note,), missing=()
    )
