"""Folds kept by month: late rows, changed rows, deletions and re-deliveries change nothing."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keepwell.adapters.engines import DuckDbEngine
from keepwell.measures import plan_measures
from keepwell.runs.importing_months import FOLDED, month_prints
from keepwell.runs.kept_folds import KeptFolds, wrong_folds
from keepwell.runs.store_measures import store_measures

ACTIVITIES = frozenset({"accounts.account_id", "activities.occurred_at", "activities.channel"})
USAGE = frozenset({"accounts.account_id", "usage.occurred_at", "usage.value"})
FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 - naive, as after an import
ACCOUNTS = ("a", "b", "c")
KINDS = {
    "activities": {"channel": pa.string()},
    "usage": {"kind": pa.string(), "value": pa.float64()},
}


class World:
    """Canonical tables in an engine, as an import leaves them, and what is kept of them."""

    def __init__(self, engine: DuckDbEngine, folder: Path) -> None:
        self.engine, self.folder = engine, folder
        accounts = pa.table({"account_id": list(ACCOUNTS)})
        engine.read_arrow("accounts", accounts)

    def deliver(self, rows: list[tuple[Any, ...]]) -> KeptFolds:
        """Replace the rows of both event tables; return what is kept of their months."""
        for table, columns in KINDS.items():
            schema = {"account_id": pa.string(), "occurred_at": pa.timestamp("us"), **columns}
            filled = {
                "account_id": [r[0] for r in rows],
                "occurred_at": [FIRST + timedelta(minutes=r[1]) for r in rows],
                "channel": [r[2] for r in rows],
                "kind": [r[2] for r in rows],
                "value": [r[3] for r in rows],
            }
            made = pa.table({n: filled[n] for n in schema}, schema=pa.schema(list(schema.items())))
            self.engine.read_arrow(table, made)
            self.engine.create_view(f"accepted_{table}", f"SELECT * FROM {table}")
        prints = month_prints(KINDS, self.engine)  # type: ignore[arg-type]
        return KeptFolds(self.folder, prints)

    def measured(self, as_of: date, kept: KeptFolds | None) -> list[dict[str, Any]]:
        """Return the measures of a day from activities, then with use of the product instead."""
        found: list[dict[str, Any]] = []
        for mapped in (ACTIVITIES, USAGE):
            store_measures(self.engine, plan_measures(mapped), as_of, None, kept)
            found += self.engine.arrow("SELECT * FROM measures").to_pylist()
        return found


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with DuckDbEngine(threads=2, allowed_directories=(tmp_path,)) as engine:
        yield World(engine, tmp_path / "folds")


ROW = st.tuples(
    st.sampled_from(ACCOUNTS),
    st.integers(0, 300 * 24 * 60),
    st.sampled_from([None, "sales", "product"]),
    st.sampled_from([None, 0.0, 1.0, 2.5]),
)
CHANGE = st.one_of(
    st.tuples(st.just("add"), ROW),
    st.tuples(st.just("again"), st.integers(0, 50)),
    st.tuples(st.just("delete"), st.integers(0, 50)),
    st.tuples(st.just("replace"), st.integers(0, 50), ROW),
)


def changed(rows: list[tuple[Any, ...]], change: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    place = change[1] % len(rows) if rows and change[0] != "add" else 0
    match change:
        case ("add", row):
            return [*rows, row]
        case ("again", _) if rows:
            return [*rows, rows[place]]
        case ("delete", _) if rows:
            return rows[:place] + rows[place + 1 :]
        case ("replace", _, row) if rows:
            return [*rows[:place], row, *rows[place + 1 :]]
    return rows


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(ROW, max_size=20),
    days=st.lists(
        st.tuples(st.lists(CHANGE, max_size=4), st.integers(0, 330)), min_size=1, max_size=2
    ),
)
def test_kept_folds_give_what_reading_every_row_gives(
    world: World, rows: list[tuple[Any, ...]], days: list[tuple[list[tuple[Any, ...]], int]]
) -> None:
    for changes, later in days:
        for change in changes:
            rows = changed(rows, change)
        kept = world.deliver(rows)
        as_of = (FIRST + timedelta(days=later)).date()
        assert world.measured(as_of, kept) == world.measured(as_of, None)
        assert wrong_folds(world.engine, kept) == ()


def at(month: int, day: int = 5) -> int:
    start = datetime(2026, month, day, 12)  # noqa: DTZ001 - naive, as after an import
    return int((start - FIRST).total_seconds() // 60)


def files_of(kept: KeptFolds) -> dict[str, int]:
    return {p.name: p.stat().st_mtime_ns for p in kept.folder.rglob("*.parquet")}


def test_only_months_that_changed_are_folded_again(world: World) -> None:
    rows = [("a", at(m), "sales", 1.0) for m in range(1, 10)]
    kept = world.deliver(rows)
    world.measured(date(2026, 9, 30), kept)
    first = files_of(kept)
    assert len(first) == 2 * 9
    kept = world.deliver([*rows, ("b", at(9, 30), "sales", 1.0)])
    world.measured(date(2026, 9, 30), kept)
    second = files_of(kept)
    fresh = [name for name in second if name not in first]
    assert [name[:18] for name in fresh] == ["2026-09-event_days"] * 2
    assert {n: second[n] for n in second if n in first} == {
        n: first[n] for n in first if not n.startswith("2026-09")
    }


def test_a_damaged_file_is_folded_again_and_a_wrong_one_is_told(world: World) -> None:
    kept = world.deliver([("a", at(1), "sales", 1.0), ("a", at(2), None, 1.0)])
    right = world.measured(date(2026, 2, 28), kept)
    file = sorted(kept.folder.rglob("activity/*.parquet"))[0]
    table = pq.read_table(file)
    file.write_bytes(b"PAR1 damaged")
    assert world.measured(date(2026, 2, 28), kept) == right
    more = table.set_column(3, "row_count", pa.array([7], pa.int64()))
    pq.write_table(more, file)
    assert wrong_folds(world.engine, kept) == (file.name,)


def test_a_fingerprint_sees_every_column_that_a_fold_reads(world: World) -> None:
    base = ("a", at(1), "sales", 1.0)
    seen = {repr(world.deliver([base]).months)}
    others = [("b", *base[1:]), ("a", at(1) + 1, "sales", 1.0), ("a", at(1), "product", 1.0)]
    for row in [*others, ("a", at(1), "sales", 0.0), ("a", at(1), "sales", None)]:
        seen.add(repr(world.deliver([row]).months))
    seen.add(repr(world.deliver([base, base]).months))
    assert len(seen) == 7
    assert set(FOLDED) == set(KINDS)
