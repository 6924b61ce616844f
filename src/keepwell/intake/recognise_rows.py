"""Propose which rows of a source table to keep or drop: deleted rows, superseded versions."""

from keepwell.intake.recognise_columns import ReadTable
from keepwell.intake.recognise_values import false_spellings, true_spellings

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
