"""The measures of past days beside their frame: the search for leaks."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from keepwell.proof import (
    EvaluationFrame,
    FeatureTable,
    LeakFound,
    find_leaks,
)
from keepwell.runs.feature_columns import measures_in, values_of

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
        for name in measures_in(read):
            values = values_of(read.column(name))
            if name not in columns:
                columns[name] = _empty(values, len(frame))
            elif values.dtype.kind == "U" and values.dtype > columns[name].dtype:
                columns[name] = columns[name].astype(values.dtype)
            columns[name][rows[held]] = values[at[held]]
    return FeatureTable(frame.account, frame.origin, frame.outcome, frame.event_day, columns)


def some_accounts(frame: EvaluationFrame, most: int = MOST_ACCOUNTS) -> EvaluationFrame:
    """Return the rows of at most so many accounts, evenly drawn by name."""
    names, code = np.unique(frame.account, return_inverse=True)
    step = -(-len(names) // most)
    return frame if step <= 1 else frame.rows(code % step == 0)


def leaks_in(table: FeatureTable, horizon_days: int) -> tuple[LeakFound, ...]:
    """Return signs of leaks in the measures."""
    bare = replace(table, event_day=np.full(len(table.account), np.datetime64("NaT", "D")))
    return tuple(f for f in find_leaks(bare, horizon_days) if f.feature)


def _empty(values: NDArray[Any], rows: int) -> NDArray[Any]:
    if values.dtype.kind == "U":
        return np.full(rows, "", dtype=values.dtype)
    return np.full(rows, np.nan)
