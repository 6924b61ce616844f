"""One suite over all readers: the same small table comes out as the same text."""

import csv
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adapters.sources.outcomes import read_table
from keepwell.adapters.sources import (
    DuckdbSource,
    FolderSource,
    ReadLimits,
    SqliteSource,
    open_source,
)
from keepwell.adapters.sources.postgres_database import PostgresSource
from keepwell.config import Source
from keepwell.ports import ROW_COLUMN, SourceReader
from keepwell.vocabulary import NotFound
from postgres_server import PostgresServer

COLUMNS = ("客户编号", "name", "note", "size")
ROWS = (
    ("0012", "北京科技", 'say "hi", ok', "12345678901234567890123"),
    ("A-1", "Société", "two\nlines", "1.50"),
    ("A-2", "<script>", "=1+1", "-3"),
)
LIMITS = ReadLimits(batch_rows=2)


def _folder(path: Path) -> SourceReader:
    return FolderSource(path, LIMITS)


def _csv(path: Path) -> tuple[SourceReader, str]:
    with (path / "t.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([COLUMNS, *ROWS])
    return _folder(path), "t.csv"


def _tsv_below(path: Path) -> tuple[SourceReader, str]:
    (path / "sub").mkdir()
    with (path / "sub" / "t.tsv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, "excel-tab").writerows([COLUMNS, *ROWS])
    return _folder(path), "sub/t.tsv"


def _jsonl(path: Path) -> tuple[SourceReader, str]:
    lines = [json.dumps(dict(zip(COLUMNS, row, strict=True))) for row in ROWS]
    (path / "t.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return _folder(path), "t.jsonl"


def _parquet(path: Path) -> tuple[SourceReader, str]:
    columns = list(zip(*ROWS, strict=True))
    pq.write_table(pa.table(dict(zip(COLUMNS, columns, strict=True))), path / "t.parquet")
    return _folder(path), "t.parquet"


def _xlsx(path: Path) -> tuple[SourceReader, str]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (COLUMNS, *ROWS):
        sheet.append(row)
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.data_type = "s"
    book.create_sheet("Other").append(["x"])
    book.save(path / "t.xlsx")
    return _folder(path), "t.xlsx#Sheet"


def _sqlite(path: Path) -> tuple[SourceReader, str]:
    with closing(sqlite3.connect(path / "t.db")) as connection, connection:
        connection.execute("CREATE TABLE t (客户编号 TEXT, name TEXT, note TEXT, size TEXT)")
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", ROWS)
    return SqliteSource(path / "t.db", LIMITS), "t"


def _duckdb(path: Path) -> tuple[SourceReader, str]:
    with closing(duckdb.connect(str(path / "t.duckdb"))) as connection:
        connection.execute(
            "CREATE TABLE t (客户编号 VARCHAR, name VARCHAR, note VARCHAR, size VARCHAR)"
        )
        connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", [list(r) for r in ROWS])
    return DuckdbSource(path / "t.duckdb", LIMITS), "t"


def _postgres(server: PostgresServer, _: Path) -> tuple[SourceReader, str]:
    database = server.add_database()
    with server.admin(database) as connection:
        connection.execute("CREATE TABLE t (客户编号 text, name text, note text, size text)")
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO t VALUES (%s, %s, %s, %s)", ROWS)
        connection.execute("GRANT SELECT ON t TO reader")
    return PostgresSource(server.url("reader", database), Source(kind="postgres"), LIMITS), "t"


READERS = [_csv, _tsv_below, _jsonl, _parquet, _xlsx, _sqlite, _duckdb, _postgres]
Make = Callable[[Path], tuple[SourceReader, str]]


@pytest.fixture(params=READERS)
def make(request: pytest.FixtureRequest) -> Make:
    if request.param is not _postgres:
        return request.param  # type: ignore[no-any-return]
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return lambda path: _postgres(server, path)


def test_same_table_gives_the_same_text(make: Make, tmp_path: Path) -> None:
    source, name = make(tmp_path)
    got = read_table(source, name)
    assert got.columns == COLUMNS
    assert got.rows == ROWS
    assert got.findings == ()
    assert got.set_aside == ()


def test_batches_are_text_and_row_numbers_that_grow(make: Make, tmp_path: Path) -> None:
    source, name = make(tmp_path)
    numbers: list[int] = []
    for batch in source.open(name).batches:
        assert batch.num_rows <= LIMITS.batch_rows
        assert batch.schema.names == [*COLUMNS, ROW_COLUMN]
        assert {str(kind) for kind in batch.schema.types[:-1]} == {"string"}
        assert str(batch.schema.types[-1]) == "int64"
        numbers += batch.column(ROW_COLUMN).to_pylist()
    assert numbers == sorted(set(numbers))
    assert len(numbers) == len(ROWS)


def test_table_is_listed_and_an_unknown_one_is_not_found(make: Make, tmp_path: Path) -> None:
    source, name = make(tmp_path)
    assert name in [table.name for table in source.tables()]
    with pytest.raises(NotFound):
        source.open("nothing_like_it")


def test_opening_twice_gives_the_same_rows_and_fingerprint(make: Make, tmp_path: Path) -> None:
    source, name = make(tmp_path)
    assert source.open(name).fingerprint == source.open(name).fingerprint
    assert read_table(source, name) == read_table(source, name)


@pytest.mark.parametrize(
    ("make", "kind", "path"),
    [(_csv, "folder", "."), (_sqlite, "sqlite", "t.db"), (_duckdb, "duckdb", "t.duckdb")],
)
def test_declared_source_is_opened(make: Make, kind: str, path: str, tmp_path: Path) -> None:
    _, name = make(tmp_path)
    source = open_source(Source.model_validate({"kind": kind, "path": path}), tmp_path)
    assert read_table(source, name).rows == ROWS
    with pytest.raises(NotFound):
        open_source(Source.model_validate({"kind": kind, "path": "absent"}), tmp_path)
