"""The measures of past days beside their frame: search for leaks, and accounts that repeat."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from keepwell.proof import (
    EvaluationFrame,
    FeatureTable,
    LeakFound,
    find_leaks,
    groups_by_profile,
    joined_clusters,
)
from keepwell.runs.feature_columns import numbers_of, texts_of

NEVER = "__never"
MOST_ACCOUNTS = 20_000


def features_beside(frame: EvaluationFrame, folder: Path) -> FeatureTable:
    """Return the measures of each row of a frame, from one Parquet file per origin.

    Missing: a row or an origin whose measures were not kept is empty throughout.
    """
    columns: dict[str, NDArray[Any]] = {}
    for origin in np.unique(frame.origin):
        file = folder / f"{origin.astype('datetime64[D]')}.parquet"
        if not file.is_file():
            continue
        read = pq.read_table(file)
        rows = np.flatnonzero(frame.origin == origin)
        ids = np.array(read.column("account_id").to_pylist(), dtype=np.str_)
        at = np.searchsorted(ids, frame.account[rows])
        held = at < len(ids)
        held[held] = ids[at[held]] == frame.account[rows[held]]
        for name in (n for n in read.column_names if n != "account_id" and NEVER not in n):
            values = _values(read.column(name))
            if name not in columns:
                columns[name] = _empty(values, len(frame))
            elif values.dtype.kind == "U" and values.dtype > columns[name].dtype:
                columns[name] = columns[name].astype(values.dtype)
            columns[name][rows[held]] = values[at[held]]
    return FeatureTable(frame.account, frame.origin, frame.outcome, frame.event_day, columns)


def with_repeats_joined(frame: EvaluationFrame, table: FeatureTable) -> EvaluationFrame:
    """Return the frame with near-duplicate accounts in one cluster.

    Method: profiles of each account's first and of its last row; either may join two accounts.
    """
    accounts, first, code = np.unique(frame.account, return_index=True, return_inverse=True)
    order = np.lexsort((frame.origin, code))
    opens = order[np.searchsorted(code[order], np.arange(len(accounts)), side="left")]
    closes = order[np.searchsorted(code[order], np.arange(len(accounts)), side="right") - 1]
    groups = [
        groups_by_profile({n: c[rows] for n, c in table.features.items()})
        for rows in (opens, closes)
        if table.features
    ]
    groups.append(np.unique(frame.cluster[first], return_inverse=True)[1].astype(np.int64))
    joined = groups[0]
    for other in groups[1:]:
        joined = joined_clusters(joined, other)
    return replace(frame, cluster=joined[code])


def leaks_in(table: FeatureTable, horizon_days: int) -> tuple[LeakFound, ...]:
    """Return signs of leaks in the measures, over at most 20,000 accounts."""
    names, code = np.unique(table.account, return_inverse=True)
    step = -(-len(names) // MOST_ACCOUNTS)
    kept = code % step == 0
    some = FeatureTable(
        table.account[kept],
        table.day[kept],
        table.label[kept],
        np.full(int(kept.sum()), np.datetime64("NaT", "D")),
        {n: c[kept] for n, c in table.features.items()},
    )
    return tuple(f for f in find_leaks(some, horizon_days) if f.feature)


def _values(column: pa.ChunkedArray) -> NDArray[Any]:
    kinds = (pa.types.is_floating, pa.types.is_integer, pa.types.is_boolean)
    is_number = any(is_kind(column.type) for is_kind in kinds)
    return numbers_of(column) if is_number else texts_of(column)


def _empty(values: NDArray[Any], rows: int) -> NDArray[Any]:
    if values.dtype.kind == "U":
        return np.full(rows, "", dtype=values.dtype)
    return np.full(rows, np.nan)
