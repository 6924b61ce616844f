"""Workbooks and Parquet: values as text, and what a workbook hides."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from adapters.sources.outcomes import read_bytes, read_table
from keepwell.adapters.sources import FolderSource, ReadLimits

ROWS: list[list[Any]] = [["id", "name", "amount"], ["001", "alpha", 10], ["002", "beta", 20.5]]
TEXT = [["id", "name", "amount"], ["001", "alpha", "10"], ["002", "beta", "20.5"]]


def workbook(path: Path, rows: list[list[Any]]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return book


def test_clean_workbook_gives_no_finding(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx", ROWS)
    source = FolderSource(tmp_path)
    assert [t.name for t in source.tables()] == ["t.xlsx"]
    got = read_table(source, "t.xlsx")
    assert got.table() == TEXT
    assert got.lines == (2, 3)
    assert got.findings == ()


def test_dates_are_iso_text_and_long_numbers_are_warned_of(tmp_path: Path) -> None:
    row = [
        "1",
        dt.date(2026, 1, 5),
        dt.datetime.fromisoformat("2026-01-05T10:30"),
        True,
        123456789012345678,
    ]
    workbook(tmp_path / "t.xlsx", [["id", "day", "at", "flag", "number"], row])
    got = read_table(FolderSource(tmp_path), "t.xlsx")
    assert got.rows[0][:4] == ("1", "2026-01-05", "2026-01-05 10:30:00", "TRUE")
    assert got.rows[0][4] is not None
    assert "E" not in got.rows[0][4].upper()
    assert got.findings == ("long_numbers",)


def test_title_blank_and_total_rows_of_a_sheet_are_recognised(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Accounts", None, None],
        [None] * 3,
        *ROWS,
        [None] * 3,
        ["Total", None, 30.5],
    ]
    workbook(tmp_path / "t.xlsx", rows)
    got = read_table(FolderSource(tmp_path), "t.xlsx")
    assert got.table() == TEXT
    assert got.lines == (4, 5)
    assert set(got.findings) == {"preamble_skipped", "blank_lines"}
    assert got.set_aside == ((7, "footer_row"),)


def test_sheet_that_starts_below_and_beside_the_corner_keeps_its_row_numbers(
    tmp_path: Path,
) -> None:
    workbook(tmp_path / "t.xlsx", [[], [], *ROWS])
    got = read_table(FolderSource(tmp_path), "t.xlsx")
    assert got.table() == TEXT
    assert got.lines == (4, 5)


def test_formulas_give_their_stored_value_and_missing_ones_are_warned_of(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "t.xlsx"))
    sheet = book.add_worksheet()
    for i, row in enumerate([["id", "double"], ["a", 1], ["b", 2]]):
        sheet.write_row(i, 0, row)
    sheet.write_formula(1, 1, "=1+1", None, 2)
    book.close()
    assert read_table(FolderSource(tmp_path), "t.xlsx").rows == (("a", "2"), ("b", "2"))
    workbook(tmp_path / "u.xlsx", [["id", "double"], ["a", "=1+1"], ["b", "#N/A"], ["c", 3]])
    got = read_table(FolderSource(tmp_path), "u.xlsx")
    assert got.rows == (("a", ""), ("b", ""), ("c", "3"))
    assert got.findings == ("formula_without_value", "error_cells")


def test_hidden_sheets_and_merged_cells_are_warned_of(tmp_path: Path) -> None:
    book = workbook(tmp_path / "t.xlsx", ROWS)
    book.create_sheet("Secret").sheet_state = "hidden"
    assert book.active is not None
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "t.xlsx")
    source = FolderSource(tmp_path)
    assert [t.name for t in source.tables()] == ["t.xlsx#Secret", "t.xlsx#Sheet"]
    got = read_table(source, "t.xlsx#Sheet")
    assert got.findings == ("hidden_sheets", "merged_cells")
    assert read_table(source, "t.xlsx#Secret").rejected == "empty_file"


def test_workbook_under_a_csv_name_is_read_as_what_it_is(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx", ROWS)
    (tmp_path / "t.xlsx").rename(tmp_path / "t.csv")
    got = read_table(FolderSource(tmp_path), "t.csv")
    assert got.table() == TEXT
    assert got.findings == ("container_other",)


def test_protected_and_oversized_workbooks_are_rejected(tmp_path: Path) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert read_bytes(tmp_path, ole, "p.xlsx").rejected == "encrypted_file"
    workbook(tmp_path / "t.xlsx", ROWS)
    source = FolderSource(tmp_path, ReadLimits(workbook_bytes=1_000))
    assert read_table(source, "t.xlsx").rejected == "unpacks_too_large"


def test_sheet_with_duplicate_columns_or_without_rows_is_rejected(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx", [["id", "Id "], ["1", "2"]])
    assert read_table(FolderSource(tmp_path), "t.xlsx").rejected == "duplicate_columns"
    workbook(tmp_path / "t.xlsx", [["id", "name"]])
    assert read_table(FolderSource(tmp_path), "t.xlsx").rejected == "header_only"


def test_parquet_values_are_exact_text(tmp_path: Path) -> None:
    noon = dt.datetime.fromisoformat("2026-01-05T12:00:00.250")
    table = pa.table(
        {
            "id": pa.array([2**63 - 1], pa.int64()),
            "money": pa.array([Decimal("12345678901234567890.10")], pa.decimal128(30, 2)),
            "wide": pa.array([1.5e20]),
            "at": pa.array([noon], pa.timestamp("us")),
            "utc": pa.array([noon], pa.timestamp("ns", "UTC")),
            "day": pa.array([noon.date()]),
            "kind": pa.array(["a"]).dictionary_encode(),
            "nothing": pa.array([None], pa.string()),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    got = read_table(FolderSource(tmp_path), "t.parquet")
    assert got.rows[0] == (
        "9223372036854775807",
        "12345678901234567890.10",
        "150000000000000000000",
        "2026-01-05 12:00:00.25",
        "2026-01-05 12:00:00.25+00:00",
        "2026-01-05",
        "a",
        None,
    )
    assert got.findings == ()


def test_nested_parquet_columns_become_json_text_with_a_warning(tmp_path: Path) -> None:
    pq.write_table(pa.table({"id": ["1"], "tags": [["a", "客"]]}), tmp_path / "t.parquet")
    got = read_table(FolderSource(tmp_path), "t.parquet")
    assert got.rows == (("1", '["a", "客"]'),)
    assert got.findings == ("nested_values",)


@pytest.mark.parametrize("broken_at", [-9, 40])
def test_damaged_parquet_is_rejected(tmp_path: Path, broken_at: int) -> None:
    pq.write_table(pa.table({"id": [str(i) for i in range(500)]}), tmp_path / "t.parquet")
    data = bytearray((tmp_path / "t.parquet").read_bytes())
    data[broken_at:] = b"" if broken_at < 0 else data[broken_at:][::-1]
    (tmp_path / "t.parquet").write_bytes(bytes(data))
    assert read_table(FolderSource(tmp_path), "t.parquet").rejected == "corrupt_file"
