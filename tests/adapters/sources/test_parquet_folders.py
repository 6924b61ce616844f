"""Folders of Parquet files as tables: parts, partitions, columns that come and go."""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adapters.sources.outcomes import read_all, read_table
from keepwell.adapters.sources import FolderSource
from keepwell.vocabulary import SourceRejected


def part(path: Path, **columns: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)


def names(root: Path) -> list[str]:
    return [t.name for t in FolderSource(root).tables()]


def test_many_parts_are_one_table_in_the_order_of_their_paths(tmp_path: Path) -> None:
    for number in (2, 10, 1):
        part(tmp_path / "activities" / f"part-{number:05}.snappy.parquet", id=[f"a{number}"])
    (tmp_path / "activities" / "_SUCCESS").write_text("")
    (tmp_path / "activities" / ".part-00001.snappy.parquet.crc").write_bytes(b"x")
    source = FolderSource(tmp_path)
    (table,) = source.tables()
    assert table.name == "activities"
    assert table.size_bytes
    got = read_table(source, "activities")
    assert got.table() == [["id"], ["a1"], ["a2"], ["a10"]]
    assert got.lines == (1, 2, 3)
    assert got.findings == ()


def test_partition_folders_are_columns(tmp_path: Path) -> None:
    lake = tmp_path / "activities"
    part(lake / "day=2026-01-02" / "channel=sales" / "part-0.parquet", id=["b"])
    part(lake / "day=2026-01-01" / "channel=a%2Fb" / "part-0.parquet", id=["a"])
    part(lake / "day=__HIVE_DEFAULT_PARTITION__" / "channel=x" / "part-0.parquet", id=["c"])
    assert names(tmp_path) == ["activities"]
    got = read_table(FolderSource(tmp_path), "activities")
    assert got.columns == ("id", "day", "channel")
    assert got.rows == (("a", "2026-01-01", "a/b"), ("b", "2026-01-02", "sales"), ("c", None, "x"))


def test_what_duckdb_partitions_comes_back_equal(tmp_path: Path) -> None:
    folder = tmp_path / "source" / "rows"
    folder.parent.mkdir()
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT range AS n, range % 3 AS k FROM range(1000)) "
            f"TO '{folder}' (FORMAT parquet, PARTITION_BY (k))"
        )
    got = read_table(FolderSource(tmp_path / "source"), "rows")
    found = {(int(n or -1), int(k or -1)) for n, k in got.rows}
    assert got.columns == ("n", "k")
    assert found == {(n, n % 3) for n in range(1000)}


def test_a_column_that_a_file_lacks_is_empty_there(tmp_path: Path) -> None:
    part(tmp_path / "t.parquet" / "1.parquet", id=["a"], n=[1])
    part(tmp_path / "t.parquet" / "2.parquet", n=[2.5], late=["x"], id=["b"])
    got = read_table(FolderSource(tmp_path), "t.parquet")
    assert got.columns == ("id", "n", "late")
    assert got.rows == (("a", "1", None), ("b", "2.5", "x"))


def test_files_with_names_of_their_own_stay_tables(tmp_path: Path) -> None:
    part(tmp_path / "crm" / "accounts.parquet", id=["a"])
    part(tmp_path / "crm" / "contacts.parquet", id=["c"])
    part(tmp_path / "empty=1" / "note.parquet.bak", id=["c"])
    assert names(tmp_path) == ["crm/accounts.parquet", "crm/contacts.parquet"]


def test_the_fingerprint_follows_content_and_place_of_every_part(tmp_path: Path) -> None:
    lake = tmp_path / "t"
    part(lake / "day=1" / "part-0.parquet", id=["a"])
    part(lake / "day=2" / "part-0.parquet", id=["b"])

    def seen() -> str:
        return FolderSource(tmp_path).open("t").fingerprint

    first = seen()
    assert seen() == first
    (lake / "day=2").rename(lake / "day=3")
    moved = seen()
    part(lake / "day=3" / "part-0.parquet", id=["c"])
    changed = seen()
    shutil.rmtree(lake / "day=1")
    assert len({first, moved, changed, seen()}) == 4


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    part(tmp_path / "t" / "part-0.parquet", id=["a"])
    (tmp_path / "t" / "part-1.parquet").write_bytes(b"PAR1 this is not a table")
    got = read_table(FolderSource(tmp_path), "t")
    assert got.rejected == "corrupt_file"
    assert "part-1.parquet" in got.message


def test_a_part_that_leads_out_of_the_source_is_not_read(tmp_path: Path) -> None:
    part(tmp_path / "outside.parquet", id=["secret"])
    part(tmp_path / "source" / "t" / "part-0.parquet", id=["a"])
    (tmp_path / "source" / "t" / "part-1.parquet").symlink_to(tmp_path / "outside.parquet")
    assert read_table(FolderSource(tmp_path / "source"), "t").rows == (("a",),)


@pytest.mark.parametrize("name", ["../t", "t/../../outside", "/etc"])
def test_a_folder_is_not_reached_around_the_root(tmp_path: Path, name: str) -> None:
    part(tmp_path / "t" / "part-0.parquet", id=["a"])
    assert read_table(FolderSource(tmp_path), name).rejected == "unsafe_path"


def test_a_part_that_changes_while_it_is_read_stops_the_table(tmp_path: Path) -> None:
    for number in (0, 1):
        part(tmp_path / "t" / f"part-{number}.parquet", id=["a"])
    raw = FolderSource(tmp_path).open("t")
    part(tmp_path / "t" / "part-1.parquet", id=["changed"] * 9)
    with pytest.raises(SourceRejected) as stopped:
        read_all(raw)
    assert stopped.value.details["code"] == "file_changed"
