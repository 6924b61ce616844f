"""Turn sampled source tables into a proposal: which tables and columns fill which, and why."""

from collections.abc import Sequence
from dataclasses import replace

from keepwell.intake.presets import SALESFORCE_API, detect_preset
from keepwell.intake.proposals import FeedProposal, Proposal, SampledTable, SkippedTable
from keepwell.intake.proposals_wanted import CORE
from keepwell.intake.recognise_columns import Match, ReadTable, match_columns, read_table
from keepwell.intake.recognise_details import refine, unclear_term
from keepwell.intake.recognise_links import account_ids, find_account_reference, overlap
from keepwell.intake.recognise_rows import drop_hints, filter_notes, row_filters
from keepwell.intake.recognise_sketches import sketch_tables
from keepwell.intake.recognise_tables import hinted_tables, is_history, unused_reason, words_of
from keepwell.intake.recognise_view import derived_accounts, view_feed
from keepwell.vocabulary import TABLES, Bilingual

_EVENT_TABLES = tuple(t for t in TABLES if t not in {"accounts", "account_view"})
_LEAST_WITHOUT_HINT = 3
_SAME_ROWS = 0.5
_BARE_IDS = frozenset({"id", "recordid", "hsobjectid", "编号", "编码", "代码"})


def recognise(tables: Sequence[SampledTable]) -> Proposal:
    """Return the proposed mapping of a whole source.

    Missing: a table that fits nothing is listed with the reason, never dropped silently.
    """
    salesforce = _is_salesforce(tables)
    read = [read_table(t, _preset(t, is_salesforce=salesforce)) for t in tables if t.columns]
    skipped = [SkippedTable(t.name, _NO_COLUMNS) for t in tables if not t.columns]
    wanted, dropped = _without_unused(read)
    skipped += dropped
    matched: list[tuple[ReadTable, FeedProposal]] = []
    unknown: list[ReadTable] = []
    for table in wanted:
        feed = _best_feed(table)
        if feed is None:
            unknown.append(table)
        else:
            matched.append((table, feed))
    matched, doubled = _without_doubles(matched)
    matched = find_account_reference(matched)
    sketches = sketch_tables(unknown, account_ids(matched))
    skipped += [SkippedTable(t.name, _NOTHING_FITS, sketches[t.name]) for t in unknown]
    return _assemble(matched, skipped + doubled)


def _is_salesforce(tables: Sequence[SampledTable]) -> bool:
    """One table in API style makes its thinner siblings Salesforce, too."""
    return any(detect_preset(t.columns) == SALESFORCE_API for t in tables)


def _preset(table: SampledTable, *, is_salesforce: bool) -> str:
    preset = detect_preset(table.columns)
    if preset == "generic" and is_salesforce and "Id" in table.columns:
        return SALESFORCE_API
    return preset


_NO_COLUMNS = Bilingual(zh="没有列", en="it has no columns")
_NOTHING_FITS = Bilingual(
    zh="表名和列名都不像任何标准表", en="neither its name nor its columns fit a canonical table"
)


def _without_unused(read: list[ReadTable]) -> tuple[list[ReadTable], list[SkippedTable]]:
    wanted, skipped = [], []
    present = {words_of(t.name) for t in read if not is_history(t.name, t.table.columns)}
    for table in read:
        base = tuple(w for w in words_of(table.name) if w != "history")
        if is_history(table.name, table.table.columns) and base in present:
            why = Bilingual(
                zh="历史表：现状表已在使用，再用会重复计数",
                en="a history of a table that is used already; it would count rows twice",
            )
            skipped.append(SkippedTable(table.name, why))
        elif (unused := unused_reason(table.name)) is not None:
            skipped.append(SkippedTable(table.name, unused))
        else:
            wanted.append(table)
    return wanted, skipped


def _feed(read: ReadTable, table: str, match: Match) -> FeedProposal:
    have = {c.canonical for c in match.columns}
    missing = tuple(c.name for c in TABLES[table].columns if c.is_required and c.name not in have)
    keep, drop = row_filters(read)
    return FeedProposal(
        table=table,
        source=read.name,
        preset=read.preset,
        columns=match.columns,
        missing=missing,
        keep_when=keep,
        drop_when=drop,
        notes=(*match.notes, *filter_notes(read, keep, drop)),
        row_count=read.table.row_count,
    )


def _best_feed(read: ReadTable) -> FeedProposal | None:
    hints = hinted_tables(read.name)
    candidates = hints or ("accounts", *_EVENT_TABLES)
    feeds = [_feed(read, t, match_columns(read, t)) for t in candidates]
    complete = [f for f in feeds if not f.missing]
    if not hints:
        complete = [f for f in complete if _is_convincing(read, f)]
        if not complete:
            return None
    best = max(complete or feeds, key=lambda f: len(f.columns) - len(f.missing))
    return best if best.columns else None


def _is_convincing(read: ReadTable, feed: FeedProposal) -> bool:
    """Without a telling name the columns must do: enough of them, and one row per account."""
    if len(feed.columns) < _LEAST_WITHOUT_HINT:
        return False
    key = feed.column("account_id")
    if key is None or read.headers[key.source].key in _BARE_IDS:
        return False
    if not any(feed.column(name) for name in CORE[feed.table]):
        return False
    if feed.table != "accounts":
        return len(feed.columns) > len(TABLES[feed.table].columns) // 2
    seen = read.profiles[key.source]
    return seen.distinct_count >= 0.98 * seen.filled


def _without_doubles(
    matched: list[tuple[ReadTable, FeedProposal]],
) -> tuple[list[tuple[ReadTable, FeedProposal]], list[SkippedTable]]:
    """Of two tables that carry the same rows only the larger feeds."""
    ranked = sorted(
        matched,
        key=lambda m: (
            bool(m[1].missing),
            -(m[0].table.row_count or len(m[0].table.rows)),
            -len(m[1].columns),
            m[0].name.count("/"),
            m[0].name,
        ),
    )
    kept: list[tuple[ReadTable, FeedProposal]] = []
    skipped = []
    for read, feed in ranked:
        twin = next(
            (
                r
                for r, f in kept
                if f.table == feed.table and overlap(read, feed, r, f) >= _SAME_ROWS
            ),
            None,
        )
        if twin is None:
            kept.append((read, feed))
        else:
            why = Bilingual(
                zh=f"与 {twin.name} 的行重复，只用后者",
                en=f"it repeats the rows of {twin.name}, which is used instead",
            )
            skipped.append(SkippedTable(read.name, why))
    names = [r.name for r, _ in matched]
    return sorted(kept, key=lambda m: names.index(m[0].name)), skipped


def _assemble(
    matched: list[tuple[ReadTable, FeedProposal]], skipped: list[SkippedTable]
) -> Proposal:
    feeds: list[FeedProposal] = []
    has_events = any(f.table == "activities" and not f.missing for _, f in matched)
    for read, matched_feed in matched:
        feed = unclear_term(read, matched_feed)
        refined = replace(
            feed,
            columns=tuple(refine(read, feed.table, feed.columns)),
            drop_hints=drop_hints(read, feed),
        )
        view = view_feed(read, refined, has_events=has_events)
        feeds.extend(_described(read, refined, view))
    if not any(f.table == "accounts" for f in feeds):
        derived = derived_accounts(feeds)
        feeds = [*derived, *feeds]
    order = list(TABLES)
    feeds.sort(key=lambda f: order.index(f.table))
    return Proposal(tuple(feeds), tuple(skipped), _warnings(feeds))


def _described(
    read: ReadTable, feed: FeedProposal, view: FeedProposal | None
) -> list[FeedProposal]:
    """List on the first feed of a source table what none of its feeds uses."""
    used = {c.source for c in feed.columns} | {c.source for c in (view.columns if view else ())}
    used |= {name for name, _ in (*feed.keep_when, *feed.drop_when)}
    rest = [c for c in read.table.columns if c not in used]
    first = replace(
        feed,
        unmapped=tuple(c for c in rest if read.profiles[c].filled),
        empty=tuple(c for c in rest if not read.profiles[c].filled),
        is_active=not feed.missing or feed.table == "accounts",
    )
    return [first] if view is None else [first, view]


def _warnings(feeds: list[FeedProposal]) -> tuple[Bilingual, ...]:
    said = [] if any(f.table == "accounts" for f in feeds) else [_NO_ACCOUNTS]
    for table in ("accounts", "transactions", "subscriptions", "opportunities"):
        sources = [f.source for f in feeds if f.table == table and f.is_active]
        if len(sources) > 1:
            named, listed = "、".join(sources), ", ".join(sources)
            said.append(
                Bilingual(
                    zh=f"{table} 由多张表共同填充（{named}）；若其中记录的是同一件事，请删去一张，"
                    "以免重复计数",
                    en=f"{table} is filled from several tables ({listed}); if two of them record "
                    "the same thing, remove one, or it counts twice",
                )
            )
    return tuple(said)


_NO_ACCOUNTS = Bilingual(
    zh="没有找到客户表，也没有可推导客户的表；请在 keepwell.yml 中填写 tables.accounts",
    en="no accounts table was found, nor one to derive accounts from; "
    "fill in tables.accounts in keepwell.yml",
)
