"""What every target of a delivery does alike: SQLite, DuckDB, PostgreSQL, Parquet, CSV."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pytest

from keepwell.adapters.targets.duckdb_target import DuckDbTarget
from keepwell.adapters.targets.folder_target import FolderTarget
from keepwell.adapters.targets.postgres_target import PostgresTarget
from keepwell.adapters.targets.sqlite_target import SqliteTarget
from keepwell.ports.delivering import (
    DeliveredColumn,
    DeliveredTable,
    Delivery,
    ResultTarget,
)
from keepwell.vocabulary import InputProblem, KeepwellProblem
from postgres_server import PostgresServer

FIRST, SECOND, THIRD = date(2026, 10, 29), date(2026, 10, 30), date(2026, 10, 31)
MORNING = datetime.fromisoformat("2026-11-01T06:00:00")
NOON = datetime.fromisoformat("2026-11-02T12:00:00")
EVENING = datetime.fromisoformat("2026-11-03T18:30:00")
COLUMNS = (
    DeliveredColumn("account_id", "text", "key"),
    DeliveredColumn("tier", "text", "tier"),
    DeliveredColumn("points", "double", "points"),
    DeliveredColumn("micro", "integer", "micro"),
    DeliveredColumn("has_override", "flag", "flag"),
)
Row = tuple[str, str | None, float | None, int | None, bool | None]
STORED = "account_id, as_of, tier, points, micro, has_override, run_id, row_hash, changed_at"


@dataclass
class Place:
    """A target, how to ask it, and how to put a strange table where one of ours would be."""

    target: ResultTarget
    ask: Callable[[str, str], list[tuple[Any, ...]]]
    spoil: Callable[[str], None]


def rows_table(rows: Sequence[Row]) -> pa.Table:
    kinds = (pa.string(), pa.string(), pa.float64(), pa.int64(), pa.bool_())
    arrays = [pa.array([r[i] for r in rows], kind) for i, kind in enumerate(kinds)]
    hashes = pa.array([f"h{r[1:]}" for r in rows], pa.string())
    return pa.table([*arrays, hashes], names=[*(c.name for c in COLUMNS), "row_hash"])


def delivery(
    day: date, rows: Sequence[Row], at: datetime = MORNING, run: str = "r1", others: int = 0
) -> Delivery:
    tables = [DeliveredTable("keepwell_scores", ("account_id",), COLUMNS, lambda: parts(rows))]
    for number in range(others):
        name = f"keepwell_more_{number}"
        tables.append(DeliveredTable(name, ("account_id",), COLUMNS, lambda: parts(rows)))
    return Delivery(day, run, at, tables)


def parts(rows: Sequence[Row]) -> Iterator[pa.Table]:
    half = len(rows) // 2
    yield rows_table(rows[:half])
    yield rows_table(rows[half:])


def sqlite_place(folder: Path) -> Place:
    file = folder / "crm.sqlite"

    def ask(columns: str, table: str) -> list[tuple[Any, ...]]:
        with sqlite3.connect(file) as database:
            found = database.execute(f"SELECT {columns} FROM {table}").fetchall()
        return [tuple(_typed(columns, n, v) for n, v in enumerate(row)) for row in found]

    def spoil(name: str) -> None:
        with sqlite3.connect(file) as database:
            database.execute(f"CREATE TABLE {name} (id INTEGER, note TEXT)")
            database.execute(f"INSERT INTO {name} VALUES (1, 'mine')")

    return Place(SqliteTarget(file), ask, spoil)


def _typed(columns: str, number: int, value: Any) -> Any:
    """SQLite keeps days, moments and flags as text and numbers."""
    name = columns.split(", ")[number]
    if value is None:
        return None
    match name:
        case "as_of":
            return date.fromisoformat(value)
        case "changed_at":
            return datetime.fromisoformat(value)
        case "has_override":
            return bool(value)
    return value


def duckdb_place(folder: Path) -> Place:
    file = str(folder / "crm.duckdb")

    def ask(columns: str, table: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(file) as database:
            return database.execute(f"SELECT {columns} FROM {table}").fetchall()

    def spoil(name: str) -> None:
        with duckdb.connect(file) as database:
            database.execute(f"CREATE TABLE {name} AS SELECT 1 AS id, 'mine' AS note")

    return Place(DuckDbTarget(Path(file)), ask, spoil)


def postgres_place(server: PostgresServer) -> Place:
    in_schema = server.fresh_name("results")
    target = PostgresTarget(server.url("worker"), "PG_ADDRESS", in_schema)

    def run(text: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(server.url("worker"), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {in_schema}".encode())
            connection.execute("SET extra_float_digits = 1")
            connection.execute(f"SET search_path = {in_schema}".encode())
            found = connection.execute(text.encode())
            return found.fetchall() if found.description else []

    return Place(
        target,
        lambda columns, table: run(f"SELECT {columns} FROM {table}"),
        lambda name: (run(f"CREATE TABLE {name} AS SELECT 1 AS id, 'mine' AS note"), None)[1],
    )


def folder_place(folder: Path, form: Any) -> Place:
    place = folder / "results"

    def ask(columns: str, table: str) -> list[tuple[Any, ...]]:
        is_changes = table.endswith("_changes")
        files = place / (f"{table}.{form}" if is_changes else f"{table}/*.{form}")
        read = "read_parquet" if form == "parquet" else "read_csv"
        if not list(place.glob(str(files.relative_to(place)))):
            return []
        with duckdb.connect() as database:
            return database.execute(f"SELECT {columns} FROM {read}('{files}')").fetchall()

    def spoil(name: str) -> None:
        (place / name).mkdir(parents=True)
        (place / name / "note.txt").write_text("mine", "utf-8")

    return Place(FolderTarget(place, form), ask, spoil)


@pytest.fixture(params=["sqlite", "duckdb", "postgres", "parquet", "csv"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    match request.param:
        case "sqlite":
            return sqlite_place(tmp_path)
        case "duckdb":
            return duckdb_place(tmp_path)
        case "postgres":
            return postgres_place(request.getfixturevalue("postgres_server"))
        case _:
            return folder_place(tmp_path, request.param)


ALPHA: Row = ("a", "low", 12.25, 12_250_000, False)
BETA: Row = ("b", "high", 0.1 + 0.2, 80_000_000, True)
ODD: Row = ("客户 'o\"'; DROP TABLE x", None, None, None, None)


def stored(place: Place, columns: str = STORED, table: str = "keepwell_scores") -> list[Any]:
    return sorted(place.ask(columns, table), key=str)


def changes(place: Place) -> list[tuple[str, str]]:
    return sorted(place.ask("change, account_id", "keepwell_scores_changes"))


def test_a_delivery_is_stored_with_day_run_and_moment(place: Place) -> None:
    counts = place.target.deliver(delivery(SECOND, [ALPHA, BETA, ODD]))
    assert [(c.table, c.rows, c.written, c.removed) for c in counts] == [
        ("keepwell_scores", 3, 3, 0)
    ]
    expected = [(r[0], SECOND, *r[1:], "r1", f"h{r[1:]}", MORNING) for r in (ALPHA, BETA, ODD)]
    assert stored(place) == sorted(expected, key=str)


def test_the_same_delivery_again_changes_nothing(place: Place) -> None:
    place.target.deliver(delivery(SECOND, [ALPHA, BETA]))
    before = stored(place)
    (count,) = place.target.deliver(delivery(SECOND, [BETA, ALPHA], NOON, "r2"))
    assert (count.rows, count.written, count.removed) == (2, 0, 0)
    assert stored(place) == before


def test_a_row_of_the_day_is_replaced_and_one_that_left_is_removed(place: Place) -> None:
    place.target.deliver(delivery(SECOND, [ALPHA, BETA]))
    better: Row = ("a", "medium", 60.0, 60_000_000, False)
    (count,) = place.target.deliver(delivery(SECOND, [better, ODD], NOON, "r2"))
    assert (count.rows, count.written, count.removed) == (2, 2, 1)
    found = {row[0]: row for row in stored(place, "account_id, tier, run_id, changed_at")}
    assert found["a"] == ("a", "medium", "r2", NOON)
    assert set(found) == {"a", ODD[0]}


def test_changed_at_moves_only_with_the_content(place: Place) -> None:
    place.target.deliver(delivery(FIRST, [ALPHA, BETA]))
    worse: Row = ("b", "medium", 55.0, 55_000_000, True)
    place.target.deliver(delivery(SECOND, [ALPHA, worse], NOON, "r2"))
    place.target.deliver(delivery(THIRD, [ALPHA, worse, ODD], EVENING, "r3"))
    moments = {(r[0], r[1]): r[2] for r in stored(place, "account_id, as_of, changed_at")}
    assert moments == {
        ("a", FIRST): MORNING,
        ("a", SECOND): MORNING,
        ("a", THIRD): MORNING,
        ("b", FIRST): MORNING,
        ("b", SECOND): NOON,
        ("b", THIRD): NOON,
        (ODD[0], THIRD): EVENING,
    }


def test_only_what_changed_against_the_day_before_is_in_the_changes(place: Place) -> None:
    place.target.deliver(delivery(FIRST, [ALPHA, BETA]))
    assert changes(place) == [("new", "a"), ("new", "b")]
    worse: Row = ("b", "medium", 55.0, 55_000_000, True)
    place.target.deliver(delivery(SECOND, [worse, ODD], NOON, "r2"))
    assert changes(place) == [("changed", "b"), ("gone", "a"), ("new", ODD[0])]
    # An earlier day that is delivered late does not become the newest.
    place.target.deliver(delivery(date(2026, 10, 1), [ALPHA], EVENING, "r3"))
    assert changes(place) == [("changed", "b"), ("gone", "a"), ("new", ODD[0])]
    place.target.deliver(delivery(THIRD, [worse, ODD], EVENING, "r4"))
    assert changes(place) == []


def test_a_failure_in_the_last_table_leaves_all_as_it_was(place: Place) -> None:
    place.target.deliver(delivery(SECOND, [ALPHA, BETA], others=1))
    before = [stored(place), stored(place, table="keepwell_more_0")]
    broken = delivery(SECOND, [ODD], NOON, "r2", others=1)

    def failing() -> Iterator[pa.Table]:
        yield rows_table([ODD])
        raise ZeroDivisionError

    last = broken.tables[1]
    tables = (broken.tables[0], DeliveredTable(last.name, last.key, last.columns, failing))
    with pytest.raises(ZeroDivisionError):
        place.target.deliver(Delivery(SECOND, "r2", NOON, tables))
    assert [stored(place), stored(place, table="keepwell_more_0")] == before
    place.target.deliver(broken)
    assert stored(place, "account_id", "keepwell_more_0") == [(ODD[0],)]


def test_a_first_delivery_that_fails_leaves_no_table(place: Place) -> None:
    def failing() -> Iterator[pa.Table]:
        yield rows_table([ALPHA])
        raise ZeroDivisionError

    table = DeliveredTable("keepwell_scores", ("account_id",), COLUMNS, failing)
    with pytest.raises(ZeroDivisionError):
        place.target.deliver(Delivery(SECOND, "r1", NOON, (table,)))
    place.spoil("keepwell_scores")  # would fail if it were there


def test_a_table_that_is_not_ours_is_refused_and_kept(place: Place) -> None:
    place.spoil("keepwell_scores")
    with pytest.raises(InputProblem) as refused:
        place.target.deliver(delivery(SECOND, [ALPHA], others=1))
    assert "Nothing was written" in refused.value.what
    assert "writeback." in refused.value.cure
    if not isinstance(place.target, FolderTarget):
        assert place.ask("id, note", "keepwell_scores") == [(1, "mine")]
        assert "note" in refused.value.what
        assert "tier" in refused.value.what
        with pytest.raises(Exception, match="keepwell_more_0"):
            place.ask("account_id", "keepwell_more_0")


def test_changes_that_are_not_ours_are_refused_too(place: Place) -> None:
    if isinstance(place.target, FolderTarget):
        place.target.deliver(delivery(SECOND, [ALPHA]))
        return
    place.spoil("keepwell_scores_changes")
    with pytest.raises(InputProblem, match="keepwell_scores_changes"):
        place.target.deliver(delivery(SECOND, [ALPHA]))


def test_other_tables_of_the_database_stay(place: Place) -> None:
    if isinstance(place.target, FolderTarget):
        return
    place.spoil("accounts")
    place.target.deliver(delivery(SECOND, [ALPHA, BETA]))
    assert place.ask("id, note", "accounts") == [(1, "mine")]


def test_a_key_of_two_columns_names_a_row(place: Place) -> None:
    columns = (COLUMNS[0], DeliveredColumn("measure", "text", "measure"), COLUMNS[3])

    def table(micro: int) -> DeliveredTable:
        def rows() -> Iterator[pa.Table]:
            for measure in ("m1", "m2"):
                yield pa.table(
                    {
                        "account_id": ["a", "b"],
                        "measure": [measure, measure],
                        "micro": [1, micro],
                        "row_hash": ["1", str(micro)],
                    }
                )

        return DeliveredTable("keepwell_parts", ("account_id", "measure"), columns, rows)

    place.target.deliver(Delivery(FIRST, "r1", MORNING, (table(2),)))
    (count,) = place.target.deliver(Delivery(FIRST, "r2", NOON, (table(3),)))
    assert (count.rows, count.written, count.removed) == (4, 2, 0)
    found = sorted(place.ask("account_id, measure, micro", "keepwell_parts"))
    assert found == [("a", "m1", 1), ("a", "m2", 1), ("b", "m1", 3), ("b", "m2", 3)]


def test_a_sqlite_file_that_may_only_be_read_is_named_with_the_cure(tmp_path: Path) -> None:
    place = sqlite_place(tmp_path)
    place.target.deliver(delivery(FIRST, [ALPHA]))
    file = tmp_path / "crm.sqlite"
    content = bytearray(file.read_bytes())
    content[18] = 3  # a write version that no program knows: SQLite may only read the file
    file.write_bytes(content)
    with pytest.raises(InputProblem) as refused:
        place.target.deliver(delivery(SECOND, [ALPHA]))
    assert "may only be read" in refused.value.what
    assert "right to write" in refused.value.cure


def test_a_sqlite_file_that_another_program_writes_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("keepwell.adapters.targets.sqlite_target._PATIENCE_S", 0.1)
    place = sqlite_place(tmp_path)
    with sqlite3.connect(tmp_path / "crm.sqlite", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(KeepwellProblem, match="held by another program"):
            place.target.deliver(delivery(FIRST, [ALPHA]))


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    for name, target in (("a.sqlite", SqliteTarget), ("a.duckdb", DuckDbTarget)):
        (tmp_path / name).write_text("not a database at all, only a line of text\n" * 90, "utf-8")
        with pytest.raises(KeepwellProblem, match=name):
            target(tmp_path / name).deliver(delivery(FIRST, [ALPHA]))


def test_a_postgresql_role_without_the_right_is_told_what_to_grant(
    postgres_server: PostgresServer,
) -> None:
    target = PostgresTarget(postgres_server.url("reader"), "PG_ADDRESS", "results_of_reader")
    with pytest.raises(InputProblem) as refused:
        target.deliver(delivery(FIRST, [ALPHA]))
    assert "does not let keepwell write" in refused.value.what
    assert "GRANT" in refused.value.cure
    assert postgres_server.passwords["reader"] not in refused.value.what


def test_a_read_only_postgresql_session_is_told(postgres_server: PostgresServer) -> None:
    url = postgres_server.url("worker") + "?options=-c%20default_transaction_read_only%3Don"
    with pytest.raises(InputProblem, match="read-only"):
        PostgresTarget(url, "PG_ADDRESS", postgres_server.fresh_name("r")).deliver(
            delivery(FIRST, [ALPHA])
        )


def test_a_folder_that_was_left_between_two_renames_is_put_back_first(tmp_path: Path) -> None:
    place = folder_place(tmp_path, "parquet")
    place.target.deliver(delivery(FIRST, [ALPHA]))
    (tmp_path / "results").rename(tmp_path / ".results.old")
    (tmp_path / ".results.new").mkdir()
    place.target.deliver(delivery(SECOND, [ALPHA], NOON, "r2"))
    assert stored(place, "as_of, changed_at") == [(FIRST, MORNING), (SECOND, MORNING)]
    assert sorted(p.name for p in tmp_path.iterdir()) == [".results.lock", "results"]


def test_a_delivery_does_not_write_through_links_to_the_folder_before(tmp_path: Path) -> None:
    place = folder_place(tmp_path, "parquet")
    place.target.deliver(delivery(FIRST, [ALPHA]))
    file = tmp_path / "results" / "keepwell_scores" / f"{FIRST}.parquet"
    kept = tmp_path / "kept.parquet"
    kept.hardlink_to(file)
    before = kept.read_bytes()
    place.target.deliver(delivery(FIRST, [BETA], NOON, "r2"))
    assert kept.read_bytes() == before
    assert file.read_bytes() != before


def test_csv_cells_that_would_run_as_formulas_are_inert_and_still_compare(tmp_path: Path) -> None:
    place = folder_place(tmp_path, "csv")
    risky: Row = ("=1+1", "low", 1.0, 1, False)
    place.target.deliver(delivery(FIRST, [risky]))
    text = (tmp_path / "results" / "keepwell_scores" / f"{FIRST}.csv").read_text("utf-8")
    assert '"\'=1+1"' in text
    (count,) = place.target.deliver(delivery(FIRST, [risky], NOON, "r2"))
    assert count.written == 0


def test_a_folder_below_a_file_is_told_and_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(KeepwellProblem, match="be written"):
        FolderTarget(tmp_path / "file" / "results").deliver(delivery(FIRST, [ALPHA]))
