"""Find how the rows of a table reach their account, and whether two tables hold the same rows."""

from dataclasses import replace

from keepwell.intake.presets import name_key, names_of
from keepwell.intake.proposals import ColumnProposal, FeedProposal, Reason
from keepwell.intake.recognise_columns import ReadTable
from keepwell.intake.recognise_values import is_empty
from keepwell.vocabulary import TABLES, Bilingual

_VIA = (
    ("subscriptions", "subscription_id", ("subscriptionid", "contractid")),
    ("opportunities", "opportunity_id", ("opportunityid", "dealid", "whatid", "商机编号")),
    ("contacts", "contact_id", ("contactid", "whoid", "联系人编号")),
)
_ACCOUNT_PREFIX = "001"
_ENOUGH_VALUES = 5
_ENOUGH_SHARE = 0.9
Matched = list[tuple[ReadTable, FeedProposal]]


def _values(read: ReadTable, source: str) -> list[str]:
    return [c.strip() for c in read.cells(source) if c and not is_empty(c)]


def overlap(
    read: ReadTable, feed: FeedProposal, other: ReadTable, other_feed: FeedProposal
) -> float:
    """Return the share 0-1 of the smaller sample's keys that the other sample holds, too."""
    key = TABLES[feed.table].key
    mine, theirs = feed.column(key), other_feed.column(key)
    if mine is not None and theirs is not None:
        a = set(_values(read, mine.source))
        b = set(_values(other, theirs.source))
    elif set(read.table.columns) == set(other.table.columns):
        a = {"\x1f".join(map(str, sorted(map(str, row)))) for row in read.table.rows}
        b = {"\x1f".join(map(str, sorted(map(str, row)))) for row in other.table.rows}
    else:
        return 0.0
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0


def find_account_reference(matched: Matched) -> Matched:
    """Return the feeds with `account_id` found by another table or by its values, where missing."""
    accounts = account_ids(matched)
    ready = {f.table: f for _, f in matched if not f.missing}
    linked: Matched = []
    for read, feed in matched:
        if feed.table == "accounts" or not _lacks_account(feed):
            linked.append((read, feed))
            continue
        found = _by_prefix(read) or _by_other_table(read, feed, ready) or _by_values(read, accounts)
        linked.append((read, _with_account(feed, found) if found else feed))
    return linked


def _lacks_account(feed: FeedProposal) -> bool:
    reference = feed.column("account_id")
    return reference is None or (reference.coverage == 0.0 and feed.table != "account_view")


def _with_account(feed: FeedProposal, found: ColumnProposal) -> FeedProposal:
    others = tuple(c for c in feed.columns if c.canonical != "account_id")
    missing = tuple(m for m in feed.missing if m != "account_id")
    at = 1 if others and others[0].canonical == TABLES[feed.table].key else 0
    return replace(feed, columns=(*others[:at], found, *others[at:]), missing=missing)


def account_ids(matched: Matched) -> set[str]:
    """Return the account ids in the samples of the accounts tables."""
    ids: set[str] = set()
    for read, feed in matched:
        key = feed.column("account_id")
        if feed.table == "accounts" and key is not None:
            ids.update(_values(read, key.source))
    return ids


def _by_prefix(read: ReadTable) -> ColumnProposal | None:
    """Salesforce `WhatId` points to accounts (001...) or opportunities (006...)."""
    source = next((s for s, h in read.headers.items() if h.key == "whatid"), None)
    if source is None:
        return None
    values = _values(read, source)
    mine = [v for v in values if v.startswith(_ACCOUNT_PREFIX)]
    if not values or len(mine) * 2 < len(values):
        return None
    share = len(mine) / len(values)
    note = Bilingual(
        zh=f"{share:.0%} 的 {source} 是客户（001 开头）；其余指向别的对象，将作为无主记录隔离",
        en=f"{share:.0%} of {source} are accounts (001...); the others point elsewhere and will be "
        "quarantined as orphans",
    )
    seen = read.profiles[source]
    return ColumnProposal(
        "account_id", source, Reason.PATTERN, "001...", seen.coverage, notes=(note,)
    )


def _by_other_table(
    read: ReadTable, feed: FeedProposal, ready: dict[str, FeedProposal]
) -> ColumnProposal | None:
    for table, key, extra in _VIA:
        target = ready.get(table)
        if table == feed.table or target is None or target.column(key) is None:
            continue
        keys = {*extra, name_key(key), *names_of("chinese", table, key)} - {"id", "编号"}
        for source, header in read.headers.items():
            if header.key in keys and read.profiles[source].filled:
                return ColumnProposal(
                    "account_id",
                    source,
                    Reason.DERIVED,
                    f"{table}.{key}",
                    read.profiles[source].coverage,
                    via=f"{table}.{key}",
                )
    return None


def _by_values(read: ReadTable, accounts: set[str]) -> ColumnProposal | None:
    if len(accounts) < _ENOUGH_VALUES:
        return None
    fits = []
    for source, seen in read.profiles.items():
        values = set(_values(read, source))
        if len(values) >= _ENOUGH_VALUES and len(values & accounts) >= _ENOUGH_SHARE * len(values):
            fits.append((source, seen.coverage))
    if len(fits) != 1:
        return None
    source, coverage = fits[0]
    return ColumnProposal("account_id", source, Reason.PATTERN, "accounts.account_id", coverage)
