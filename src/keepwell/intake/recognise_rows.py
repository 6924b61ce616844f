"""Propose which rows of a source table to keep or drop: deleted rows, superseded versions."""

from collections.abc import Sequence

from keepwell.intake.account_states import (
    STATE_COLUMNS,
    lead_words,
    left_words,
    words_among,
)
from keepwell.intake.proposals import FeedProposal
from keepwell.intake.recognise_columns import ReadTable
from keepwell.intake.recognise_values import false_spellings, true_spellings
from keepwell.vocabulary import Bilingual

Filter = tuple[tuple[str, tuple[str, ...]], ...]
_DELETED = frozenset({"isdeleted", "fivetrandeleted", "deleted", "archived", "已删除", "是否删除"})
_ACTIVE = frozenset({"fivetranactive"})


def row_filters(read: ReadTable) -> tuple[Filter, Filter]:
    """Return (keep_when, drop_when), spelled as the values of the table are.

    Rows without a value stay: an empty `is_deleted` is not deleted.
    """
    drop = []
    for source, header in read.headers.items():
        seen = read.profiles[source]
        if header.key in _DELETED and seen.flag_share >= (1.0 if seen.filled else 0.0):
            drop.append((source, true_spellings(seen.distinct)))
    keep = []
    for source, header in read.headers.items():
        seen = read.profiles[source]
        if header.key in _ACTIVE and seen.filled:
            if seen.filled == seen.rows:
                keep.append((source, true_spellings(seen.distinct)))
            else:
                drop.append((source, false_spellings(seen.distinct)))
    return tuple(keep), tuple(drop)


def drop_hints(read: ReadTable, feed: FeedProposal) -> Filter:
    """Return conditions for accounts that have left without a date or are no customers yet."""
    if feed.table != "accounts":
        return ()
    hints = []
    for name in STATE_COLUMNS:
        column = feed.column(name)
        if column is None:
            continue
        gone = () if feed.column("churned_at") else left_words()
        words = words_among(read.profiles[column.source].distinct, (*gone, *lead_words(name)))
        if words:
            hints.append((column.source, words))
    return tuple(hints)


def filter_notes(read: ReadTable, keep: Filter, drop: Filter) -> tuple[Bilingual, ...]:
    """Return how many rows of the sample the filters leave out, if any."""
    whole = len(read.table.rows)
    left = set(range(whole))
    for source, words in keep:
        left &= set(_rows_with(read, source, words))
    for source, words in drop:
        left -= set(_rows_with(read, source, words))
    out = whole - len(left)
    if not out:
        return ()
    return (
        Bilingual(
            zh=f"样本 {whole} 行中有 {out} 行是已删除或已失效的记录，会被排除"
            "（见 keep_when、drop_when）",
            en=f"{out} of {whole} rows of the sample are deleted or superseded and are left out "
            "(see keep_when, drop_when)",
        ),
    )


def _rows_with(read: ReadTable, source: str, words: Sequence[str]) -> list[int]:
    wanted = {w.casefold() for w in words}
    cells = read.cells(source)
    return [i for i, c in enumerate(cells) if c is not None and c.strip().casefold() in wanted]
