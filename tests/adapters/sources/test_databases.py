"""SQLite and DuckDB files: exact text, NULL kept, binary rows set aside, faults named."""

import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from adapters.sources.outcomes import read_table
from keepwell.adapters.sources import DuckdbSource, SqliteSource
from keepwell.vocabulary import SourceRejected


def sqlite_file(path: Path, script: str) -> SqliteSource:
    with closing(sqlite3.connect(path / "s.db")) as connection, connection:
        connection.executescript(script)
    return SqliteSource(path / "s.db")


def duckdb_file(path: Path, script: str) -> DuckdbSource:
    with closing(duckdb.connect(str(path / "d.duckdb"))) as connection:
        connection.execute(script)
    return DuckdbSource(path / "d.duckdb")


def test_sqlite_values_are_exact_text(tmp_path: Path) -> None:
    source = sqlite_file(
        tmp_path,
        "CREATE TABLE t (a, b);"
        "INSERT INTO t VALUES (9007199254740993, 1.23e15), (NULL, 1e-7), ('001', 1e22), (0.1, '');",
    )
    got = read_table(source, "t")
    assert got.rows == (
        ("9007199254740993", "1230000000000000.0"),
        (None, "0.0000001"),
        ("001", "10000000000000000000000"),
        ("0.1", ""),
    )
    assert got.lines == (1, 2, 3, 4)


def test_sqlite_rows_that_are_no_text_are_set_aside(tmp_path: Path) -> None:
    source = sqlite_file(
        tmp_path,
        "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, x'00ff'), (2, 'ok'), "
        "(3, CAST(x'ff41' AS TEXT)), (4, CAST(x'610062' AS TEXT));",
    )
    got = read_table(source, "t")
    assert got.rows == (("2", "ok"),)
    assert got.set_aside == ((1, "blob_cell"), (3, "invalid_bytes"), (4, "nul_byte"))


def test_sqlite_views_and_odd_names_are_tables_and_nothing_is_written(tmp_path: Path) -> None:
    source = sqlite_file(
        tmp_path,
        'CREATE TABLE "odd ""name; DROP" (a); INSERT INTO "odd ""name; DROP" VALUES (1);'
        'CREATE VIEW v AS SELECT a + 1 AS b FROM "odd ""name; DROP"; CREATE VIEW bad AS '
        "SELECT * FROM gone;",
    )
    before = (tmp_path / "s.db").read_bytes()
    assert [t.name for t in source.tables()] == ["bad", 'odd "name; DROP', "v"]
    assert read_table(source, 'odd "name; DROP').rows == (("1",),)
    assert read_table(source, "v").rows == (("2",),)
    assert read_table(source, "bad").rejected == "view_unreadable"
    assert (tmp_path / "s.db").read_bytes() == before


@pytest.mark.parametrize("kind", [SqliteSource, DuckdbSource])
def test_file_that_is_no_database_is_rejected(
    kind: type[SqliteSource] | type[DuckdbSource], tmp_path: Path
) -> None:
    (tmp_path / "x.db").write_bytes(b"id,name\n" * 1000)
    with pytest.raises(SourceRejected) as caught:
        kind(tmp_path / "x.db").tables()
    assert caught.value.details["code"] == "corrupt_file"


def test_empty_database_tables_are_rejected(tmp_path: Path) -> None:
    assert read_table(sqlite_file(tmp_path, "CREATE TABLE t (a);"), "t").rejected == "header_only"
    assert (
        read_table(duckdb_file(tmp_path, "CREATE TABLE t (a INT)"), "t").rejected == "header_only"
    )


def test_sqlite_fingerprint_follows_the_content(tmp_path: Path) -> None:
    first = sqlite_file(tmp_path, "CREATE TABLE t (a); INSERT INTO t VALUES (1);").open("t")
    again = SqliteSource(tmp_path / "s.db").open("t")
    changed = sqlite_file(tmp_path, "INSERT INTO t VALUES (2);").open("t")
    assert first.fingerprint == again.fingerprint != changed.fingerprint


def test_duckdb_values_are_exact_text(tmp_path: Path) -> None:
    source = duckdb_file(
        tmp_path,
        """
        CREATE TABLE t AS SELECT
          170141183460469231731687303715884105727::HUGEINT AS huge, 12.30::DECIMAL(18, 2) AS money,
          1.23e15::DOUBLE AS wide, 0.1::FLOAT AS narrow, TIMESTAMP '2026-01-05 10:30:00.5' AS at,
          DATE '2026-01-05' AS day, TRUE AS flag, NULL::VARCHAR AS nothing,
          TIMESTAMP '2026-01-05 00:00:00' AS midnight, 'Ü' AS word
        """,
    )
    got = read_table(source, "t")
    assert dict(zip(got.columns, got.rows[0], strict=True)) == {
        "huge": "170141183460469231731687303715884105727",
        "money": "12.30",
        "wide": "1230000000000000.0",
        "narrow": "0.1",
        "at": "2026-01-05 10:30:00.5",
        "day": "2026-01-05",
        "flag": "true",
        "nothing": None,
        "midnight": "2026-01-05 00:00:00",
        "word": "Ü",
    }


def test_duckdb_blobs_are_set_aside_and_nested_values_become_json(tmp_path: Path) -> None:
    source = duckdb_file(
        tmp_path,
        r"CREATE SCHEMA s; CREATE TABLE s.t AS SELECT * FROM (VALUES "
        r"(1, '\xFF'::BLOB, [1, 2]), (2, 'ok'::BLOB, [3])) v(id, b, l)",
    )
    got = read_table(source, "s.t")
    assert got.rows == (("2", "ok", "[3]"),)
    assert got.set_aside == ((1, "blob_cell"),)
    assert got.findings == ("nested_values",)


def test_duckdb_view_cannot_reach_other_files(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a\n1\n", encoding="utf-8")
    source = duckdb_file(
        tmp_path, f"CREATE VIEW v AS SELECT * FROM read_csv('{tmp_path / 'x.csv'}')"
    )
    assert read_table(source, "v").rejected == "view_unreadable"
