"""Faults of files and containers: archives, formats under wrong names, paths, growth."""

import gzip
import io
import json
import os
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from adapters.sources.outcomes import read_all, read_bytes, read_table
from keepwell.adapters.sources import FolderSource, ReadLimits
from keepwell.vocabulary import NotFound, SourceRejected

CLEAN = b"id,name,amount\n1,alpha,10\n2,beta,20.5\n"
TABLE = [["id", "name", "amount"], ["1", "alpha", "10"], ["2", "beta", "20.5"]]


def zipped(members: dict[str, bytes], mode: int | None = None) -> bytes:
    """Return a zip archive; `mode` sets the Unix mode of its members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if mode:
                info.create_system = 3
                info.external_attr = mode << 16
            archive.writestr(info, data)
    return stream.getvalue()


def parquet_bytes() -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({"id": ["1", "2"], "name": ["a", "b"]}), stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"", "t.csv", "empty_file"),
        (b"\n \n\n", "t.csv", "empty_file"),
        (b"\xef\xbb\xbf", "t.csv", "empty_file"),
        (b"id,name\n", "t.csv", "header_only"),
        (b"id,name", "t.csv", "header_only"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "t.csv", "other_format"),
        (b'<?xml version="1.0"?><Workbook/>', "t.csv", "other_format"),
        (b'[{"id": 1}, {"id": 2}]', "t.csv", "other_format"),
        (b'{"rows": [\n{"id": 1},\n{"id": 2}]}', "t.csv", "other_format"),
        (b"id,name\n1,a\n", "t.jsonl", "other_format"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "t.csv", "binary_file"),
        (gzip.compress(CLEAN, mtime=0)[:-12], "t.csv.gz", "corrupt_file"),
        (gzip.compress(b"\x89PNG\r\n\x1a\n", mtime=0), "t.csv.gz", "binary_file"),
        (zipped({"../../etc/x": CLEAN}), "t.csv.zip", "unsafe_path"),
        (zipped({"/etc/x.csv": CLEAN}), "t.csv.zip", "unsafe_path"),
        (zipped({"C:\\x.csv": CLEAN}), "t.csv.zip", "unsafe_path"),
        (zipped({"x.csv": b"/etc/passwd"}, 0o120777), "t.csv.zip", "unsafe_path"),
        (zipped({"a.csv": CLEAN, "b.csv": CLEAN}), "t.zip", "archive_members"),
        (zipped({}), "t.zip", "archive_members"),
        (zipped({"a.csv": CLEAN})[:-30], "t.zip", "corrupt_file"),
        (b"PAR1" + b"\0" * 100, "t.parquet", "corrupt_file"),
        (parquet_bytes()[:-20], "t.parquet", "corrupt_file"),
        (CLEAN, "t.parquet", "corrupt_file"),
        (b"PARE" + b"\0" * 100, "t.parquet", "encrypted_file"),
        (CLEAN, "t.xlsx", "corrupt_file"),
    ],
)
def test_file_that_cannot_be_a_table_is_rejected(
    tmp_path: Path, data: bytes, name: str, code: str
) -> None:
    got = read_bytes(tmp_path, data, name)
    assert got.rejected == code
    assert name in got.message
    assert got.cure


@pytest.mark.parametrize(
    ("data", "name", "findings"),
    [
        (gzip.compress(CLEAN, mtime=0), "t.csv.gz", ()),
        (gzip.compress(CLEAN, mtime=0), "t.csv", ("container_other",)),
        (gzip.compress(CLEAN[:20], mtime=0) + gzip.compress(CLEAN[20:], mtime=0), "t.csv.gz", ()),
        (zipped({"x/a.csv": CLEAN, "__MACOSX/._a.csv": b"?"}), "t.csv.zip", ()),
        (zipped({"a.csv": CLEAN}), "t.csv", ("container_other",)),
    ],
)
def test_packed_table_is_read(
    tmp_path: Path, data: bytes, name: str, findings: tuple[str, ...]
) -> None:
    got = read_bytes(tmp_path, data, name)
    assert got.table() == TABLE
    assert got.findings == findings


@pytest.mark.parametrize(
    "pack", [gzip.compress, lambda data: zipped({"a.csv": data})], ids=["gzip", "zip"]
)
def test_zip_bomb_is_rejected(tmp_path: Path, pack: "type[bytes]") -> None:
    limits = ReadLimits(unpack_free_bytes=1 << 16)
    data = pack(b"id,name\n" + b"0,0\n" * 1_000_000)
    assert read_bytes(tmp_path, data, "t.csv.gz", limits).rejected == "unpacks_too_large"


def test_parquet_under_a_csv_name_is_read_as_what_it_is(tmp_path: Path) -> None:
    got = read_bytes(tmp_path, parquet_bytes(), "t.csv")
    assert got.rows == (("1", "a"), ("2", "b"))
    assert got.findings == ("container_other",)


def test_json_lines_under_a_csv_name_are_read_as_what_they_are(tmp_path: Path) -> None:
    got = read_bytes(tmp_path, b'{"id": "1"}\n{"id": "2"}\n', "t.csv")
    assert got.rows == (("1",), ("2",))
    assert got.findings == ("container_other",)


@pytest.mark.parametrize("name", ["../x.csv", "/etc/passwd", "a/../../x.csv", "..\\x.csv"])
def test_name_that_leads_out_of_the_folder_is_rejected(tmp_path: Path, name: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "x.csv").write_bytes(CLEAN)
    assert read_table(FolderSource(tmp_path / "in"), name).rejected == "unsafe_path"


def test_link_out_of_the_folder_is_listed_but_not_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "x.csv").write_bytes(CLEAN)
    (tmp_path / "in" / "link.csv").symlink_to(tmp_path / "x.csv")
    source = FolderSource(tmp_path / "in")
    assert [table.name for table in source.tables()] == ["link.csv"]
    assert read_table(source, "link.csv").rejected == "unsafe_path"


def test_link_within_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(CLEAN)
    (tmp_path / "link.csv").symlink_to(tmp_path / "x.csv")
    assert read_table(FolderSource(tmp_path), "link.csv").table() == TABLE


@pytest.mark.parametrize("change", ["grow", "touch"])
def test_file_that_changes_while_it_is_read_is_rejected(tmp_path: Path, change: str) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes(CLEAN)
    raw = FolderSource(tmp_path).open("t.csv")
    if change == "grow":
        with path.open("ab") as stream:
            stream.write(b"3,gamma,30\n")
    else:
        os.utime(path, ns=(1, 1))
    with pytest.raises(SourceRejected) as caught:
        read_all(raw)
    assert caught.value.details["code"] == "file_changed"


def test_same_file_twice_is_noted_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CLEAN)
    (tmp_path / "b.csv").write_bytes(CLEAN)
    (tmp_path / "c.csv").write_bytes(CLEAN.replace(b"20.5", b"20.6"))
    source = FolderSource(tmp_path)
    found = {name: read_table(source, name).findings for name in ("a.csv", "b.csv", "c.csv")}
    assert found == {"a.csv": (), "b.csv": ("same_file_twice",), "c.csv": ()}


def test_fingerprint_follows_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CLEAN)
    (tmp_path / "b.csv").write_bytes(CLEAN)
    source = FolderSource(tmp_path)
    before = source.open("a.csv").fingerprint
    assert source.open("b.csv").fingerprint == before
    (tmp_path / "a.csv").write_bytes(CLEAN.replace(b"alpha", b"alphb"))
    assert FolderSource(tmp_path).open("a.csv").fingerprint != before


def test_tables_are_files_of_the_folder_and_one_level_below(tmp_path: Path) -> None:
    for name in ("b.csv", "a.parquet", "sub/c.tsv", "sub/deep/d.csv", ".hidden.csv", "read.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(CLEAN)
    names = [table.name for table in FolderSource(tmp_path).tables()]
    assert names == ["a.parquet", "b.csv", "sub/c.tsv"]


def test_unknown_table_names_its_nearest_neighbours(tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_bytes(CLEAN)
    with pytest.raises(NotFound, match=r"accounts\.csv"):
        FolderSource(tmp_path).open("account.csv")


def test_json_lines_keep_numbers_as_written_and_set_bad_lines_aside(tmp_path: Path) -> None:
    lines = [
        '{"id": 00123456789012345678901, "amount": 1}',
        '{"id": 12345678901234567890123, "amount": 1.230, "name": null}',
        "",
        '{"id": "x", "amount": 1e400, "ok": true, "tags": ["a", 1.0]}',
        '{"id": 1, "id": 2}',
        "[1, 2]",
    ]
    got = read_bytes(tmp_path, ("\n".join(lines) + "\n").encode(), "t.jsonl")
    assert got.rejected == "other_format" or got.columns == ("id", "amount", "name", "ok", "tags")
    got = read_bytes(tmp_path, ("\n".join(lines[1:]) + "\n").encode(), "t.jsonl")
    assert got.table() == [
        ["id", "amount", "name", "ok", "tags"],
        ["12345678901234567890123", "1.230", None, None, None],
        ["x", "1e400", None, "true", json.dumps(["a", 1.0])],
    ]
    assert got.lines == (1, 3)
    assert got.findings == ("blank_lines", "nested_values")
    assert got.set_aside == ((4, "invalid_json"), (5, "invalid_json"))
