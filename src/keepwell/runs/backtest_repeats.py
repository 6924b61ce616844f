"""Accounts that repeat each other, by measures of past days and by their events, as clusters."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from keepwell.ports import Engine
from keepwell.proof import (
    EvaluationFrame,
    Ints,
    event_tokens,
    groups_by_profile,
    groups_by_tokens,
    joined_clusters,
)
from keepwell.runs.backtest_history import NUMBERED
from keepwell.runs.backtest_origin import OriginRows
from keepwell.runs.feature_columns import measures_in, values_of
from keepwell.vocabulary import InternalProblem

# What tells one event of a day from another; the first of these tables that has rows is read.
EVENTS = {"activities": "type", "transactions": "CAST(amount AS VARCHAR)", "usage": "kind"}
# A campaign reaches whole lists of accounts at one moment, which makes them no copies.
WHERE = {"activities": "WHERE coalesce(e.channel, '') <> 'marketing'"}


def repeats(
    engine: Engine, accounts: int, days: Sequence[OriginRows], features: Path | None
) -> Ints:
    """Return the cluster of each account by its number; near-duplicates share one.

    Method: measures as of an account's first and of its last origin, and the moments and kinds of
            its events; any of the three may join two accounts.
    Needs:  the tables of the import, and NUMBERED.
    """
    joined = _by_events(engine, accounts)
    if features is None or not days:
        return joined
    for rows in (_opens(days, accounts), _closes(days, accounts)):
        profile = _profiles(days, rows, features)
        if profile:
            joined = joined_clusters(joined, groups_by_profile(profile))
    return joined


def clustered(frame: EvaluationFrame, cluster: Ints) -> EvaluationFrame:
    """Return a frame, made with account numbers as clusters, with those of near-duplicates."""
    return replace(frame, cluster=cluster[frame.cluster])


def _by_events(engine: Engine, accounts: int) -> Ints:
    for table, kind in EVENTS.items():
        where = WHERE.get(table, "")
        if not engine.rows(f"SELECT 1 FROM {table} AS e {where} LIMIT 1"):
            continue
        found = engine.arrow(
            f"SELECT n.number, e.occurred_at, coalesce({kind}, '') AS kind "
            f"FROM {table} AS e JOIN {NUMBERED} AS n ON n.account_id = e.account_id {where}"
        )
        who = np.asarray(found.column(0).to_numpy(), np.int64)
        moment = found.column(1).cast(pa.timestamp("us")).to_numpy()
        coded = found.column(2).combine_chunks().dictionary_encode()
        kinds = np.asarray(coded.indices.to_numpy(), np.int64)
        words = np.argsort(np.argsort(np.array(coded.dictionary.to_pylist() or [""], np.str_)))
        return groups_by_tokens(who, event_tokens(moment, words[kinds]), accounts)
    return np.arange(accounts, dtype=np.int64)


def _opens(days: Sequence[OriginRows], accounts: int) -> Ints:
    """Return for each account the number of its first day; -1 where it was never scored."""
    found = np.full(accounts, -1, np.int64)
    for place in reversed(range(len(days))):
        found[days[place].number] = place
    return found


def _closes(days: Sequence[OriginRows], accounts: int) -> Ints:
    found = np.full(accounts, -1, np.int64)
    for place, day in enumerate(days):
        found[day.number] = place
    return found


def _profiles(
    days: Sequence[OriginRows], wanted: Ints, features: Path
) -> Mapping[str, NDArray[Any]]:
    """Return the measures of each account on the day that is wanted of it; empty elsewhere."""
    columns: dict[str, NDArray[Any]] = {}
    for place, day in enumerate(days):
        held = np.flatnonzero(wanted[day.number] == place)
        if not len(held):
            continue
        read = pq.read_table(features / f"{day.origin}.parquet")
        if read.num_rows != len(day.number):
            raise InternalProblem(
                f"Measures of {day.origin}: {read.num_rows} rows, scores {len(day.number)}."
            )
        part = read.take(held)
        for name in measures_in(read):
            values = values_of(part.column(name))
            if name not in columns:
                columns[name] = _empty(values, len(wanted))
            columns[name][day.number[held]] = values
    return columns


def _empty(values: NDArray[Any], rows: int) -> NDArray[Any]:
    return np.full(rows, "", dtype=object) if values.dtype.kind == "U" else np.full(rows, np.nan)
