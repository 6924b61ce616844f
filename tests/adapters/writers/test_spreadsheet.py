"""The workbook: numbers as numbers, text never a formula, sheets with names Excel takes."""

from pathlib import Path

from openpyxl import load_workbook

from adapters.writers.pages import HOSTILE, page
from keepwell.adapters.writers import write_spreadsheet


def test_numbers_are_numbers_and_text_is_never_a_formula(tmp_path: Path) -> None:
    write_spreadsheet(page(), tmp_path / "report.xlsx")
    book = load_workbook(tmp_path / "report.xlsx")
    sheet = book.worksheets[1]
    assert sheet["A2"].value == HOSTILE
    assert sheet["A2"].data_type == "s"
    assert sheet["A3"].data_type == "s"
    assert sheet["B2"].value == 0.33
    assert not any(
        cell.data_type == "f" or cell.hyperlink
        for worksheet in book.worksheets
        for row in worksheet.iter_rows()
        for cell in row
    )


def test_sheet_names_lose_what_excel_refuses(tmp_path: Path) -> None:
    write_spreadsheet(page("en"), tmp_path / "report.xlsx")
    names = load_workbook(tmp_path / "report.xlsx").sheetnames
    assert names == ["Report", "Names  1 2"]


def test_the_same_page_gives_the_same_workbook(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_spreadsheet(page(), tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
