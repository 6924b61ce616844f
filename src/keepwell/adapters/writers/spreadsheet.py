"""A page as an xlsx workbook: one sheet per table, numbers as numbers, text never a formula."""

import re
from datetime import datetime, time
from pathlib import Path
from typing import Any

import xlsxwriter

from keepwell.reports import Page, Resolved, Span, SpanKind

SHEET_LIMIT = 31
WIDEST = 70
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


def write_spreadsheet(page: Page, path: Path) -> None:
    """Write the workbook, the same bytes for the same page.

    A text that begins like a formula is written as text with a leading apostrophe's effect.
    """
    options = {
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "nan_inf_to_errors": False,
    }
    book = xlsxwriter.Workbook(str(path), options)
    moment = datetime.combine(page.as_of, time())
    book.set_properties({"title": page.title, "created": moment, "author": "keepwell"})
    book.set_size(1600, 1000)
    formats = _Formats(book)
    names: set[str] = set()
    _text_sheet(book, formats, page, names)
    for table in page.tables:
        _table_sheet(book, formats, table, names)
    book.close()


class _Formats:
    """The cell formats of one workbook, made once each."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def get(self, **properties: Any) -> Any:
        """Return the format with these properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({"valign": "top", **properties})
        return self._made[key]


def _sheet_name(title: str, taken: set[str]) -> str:
    """Return a name that Excel accepts and no other sheet has."""
    base = _FORBIDDEN.sub(" ", title).strip()[:SHEET_LIMIT] or "table"
    name, place = base, 2
    while name.lower() in taken:
        tail = f" {place}"
        name, place = base[: SHEET_LIMIT - len(tail)] + tail, place + 1
    taken.add(name.lower())
    return name


def _plain(spans: tuple[Span, ...], *, with_refs: bool = True) -> str:
    kept = (s for s in spans if with_refs or s.kind is not SpanKind.REF)
    return "".join(s.text for s in kept).strip()


def _text_sheet(book: xlsxwriter.Workbook, formats: _Formats, page: Page, names: set[str]) -> None:
    sheet = book.add_worksheet(_sheet_name("报告" if page.lang == "zh" else "Report", names))
    sheet.set_column(0, 0, 110)
    sheet.write_string(0, 0, page.title, formats.get(bold=True, font_size=16))
    row = 2
    for block in page.blocks:
        if block.anchor == "facts":
            break
        for text, is_head in _lines(block):
            look = formats.get(bold=True, font_size=12) if is_head else formats.get(text_wrap=True)
            sheet.write_string(row, 0, text, look)
            row += 1


def _lines(block: Resolved) -> list[tuple[str, bool]]:
    match block.kind:
        case "heading":
            return [("", False), (_plain(block.spans), True)]
        case "paragraph":
            return [(_plain(block.spans), False)]
        case "items":
            return [(f"• {_plain(i)}", False) for i in block.items]
        case _:
            return []


def _table_sheet(
    book: xlsxwriter.Workbook, formats: _Formats, table: Resolved, names: set[str]
) -> None:
    sheet = book.add_worksheet(_sheet_name(table.title, names))
    sheet.freeze_panes(1, 0)
    widths = [len(c) for c in table.columns]
    for column, title in enumerate(table.columns):
        sheet.write_string(0, column, title, formats.get(bold=True, bottom=1, text_wrap=True))
    for row, cells in enumerate(table.rows, 1):
        for column, cell in enumerate(cells):
            text = _plain(cell.spans, with_refs=table.key == "facts")
            widths[column] = max(widths[column], *(_width(t) for t in text.split("\n")))
            if isinstance(cell.value, float | int) and not isinstance(cell.value, bool):
                look = formats.get(num_format=cell.number_format or "General")
                sheet.write_number(row, column, cell.value, look)
            else:
                sheet.write_string(row, column, text, formats.get(text_wrap=True))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(WIDEST, max(8, width * 1.1 + 2)))
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)


def _width(text: str) -> int:
    return sum(2 if ord(c) >= 0x2E80 else 1 for c in text)
