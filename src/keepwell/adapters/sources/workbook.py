"""A sheet of an Excel workbook as a RawTable: stored values as text, dates in ISO form."""

import hashlib
from collections.abc import Iterator, Sequence

import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    load_workbook,
)

from keepwell.adapters.sources.cell_text import excel_text
from keepwell.adapters.sources.containers import StableFile
from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.layouts import Layout, SampleRow, find_layout, is_total
from keepwell.adapters.sources.limits import ReadLimits
from keepwell.adapters.sources.sheet_markup import SheetMarks, read_marks
from keepwell.adapters.sources.text_batches import text_batch, text_batches, text_schema
from keepwell.config import Feed
from keepwell.ports import RawTable

_SAMPLE_ROWS = 1_000
_FOOTER_ROWS = 3
_EXACT_BELOW = 10**15


def _load(file: StableFile) -> CalamineWorkbook:
    try:
        return load_workbook(str(file.path))
    except PasswordError as problem:
        raise rejection(file.table, "encrypted_file") from problem
    except (CalamineError, OSError) as problem:
        found = str(problem)[:200]
        raise rejection(file.table, "corrupt_file", found=found) from problem


def sheet_names(file: StableFile) -> tuple[str, ...]:
    """Return the worksheets of a workbook, hidden ones too. Errors: SourceRejected."""
    with _load(file) as book:
        return tuple(m.name for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet)


def open_sheet(
    file: StableFile, sheet: str, feed: Feed | None, limits: ReadLimits, log: FileLog
) -> RawTable:
    """Return the table in a sheet, the first one by default. Errors: SourceRejected."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    with _load(file) as book:
        pages = [m for m in book.sheets_metadata if m.typ == SheetTypeEnum.WorkSheet]
        names = [m.name for m in pages]
        chosen = sheet or next(iter(names), "")
        if chosen not in names:
            found = f"no sheet {chosen!r}; there are {', '.join(names) or 'none'}"
            raise rejection(log.table, "corrupt_file", found=found)
        hidden = [m.name for m in pages if m.visible != SheetVisibleEnum.Visible]
        if hidden:
            log.note("hidden_sheets", len(hidden), found=", ".join(hidden[:5]))
        page = book.get_sheet_by_name(chosen)
        digest.update(chosen.encode())
        return _table(file, page, feed, limits, log, digest.hexdigest())


def _table(
    file: StableFile,
    page: CalamineSheet,
    feed: Feed | None,
    limits: ReadLimits,
    log: FileLog,
    fingerprint: str,
) -> RawTable:
    declared = feed.model_fields_set if feed else frozenset()
    header = feed.header if feed and "header" in declared else None
    width = page.total_width if page.end else 0
    if page.end and page.start:
        width = page.end[1] + 1
    if width > limits.columns:
        raise rejection(log.table, "too_many_columns", found=width, limit=limits.columns)
    sample = _sample(page)
    if not sample:
        raise rejection(log.table, "empty_file")
    layout = find_layout(sample, header, feed.skip_rows if feed else None, log)
    return RawTable(
        name=log.table,
        file=log.file,
        columns=layout.names,
        batches=_batches(file, page, layout, limits, log),
        findings=log.findings,
        rejected=log.rejected,
        fingerprint=fingerprint,
    )


def _rows(page: CalamineSheet) -> Iterator[tuple[int, list[object]]]:
    """Return each row with its number in the sheet, cells from column A on."""
    if page.start is None:
        return
    for number, cells in enumerate(page.iter_rows(), start=1):
        yield number, list(cells)


def _sample(page: CalamineSheet) -> list[SampleRow]:
    rows: list[SampleRow] = []
    for number, cells in _rows(page):
        texts = [excel_text(cell) for cell in cells]
        if any(text.strip() for text in texts):
            rows.append(SampleRow(number, texts))
        if len(rows) >= _SAMPLE_ROWS:
            break
    return _narrowed(rows)


def _narrowed(rows: list[SampleRow]) -> list[SampleRow]:
    """Return rows cut to the last column that holds anything: sheets carry formatted blanks."""
    used = max((_used(row.cells or ()) for row in rows), default=0)
    return [SampleRow(row.line, (row.cells or ())[:used]) for row in rows]


def _used(cells: Sequence[str]) -> int:
    return max((i + 1 for i, cell in enumerate(cells) if cell.strip()), default=0)


def _batches(
    file: StableFile, page: CalamineSheet, layout: Layout, limits: ReadLimits, log: FileLog
) -> Iterator[pa.RecordBatch]:
    schema, keeper = text_schema(layout.names), _Keeper(layout, log)
    accepted = 0
    for number, cells in _rows(page):
        if number > layout.lines_above:
            keeper.take(number, cells)
        if len(keeper.rows) >= limits.batch_rows + _FOOTER_ROWS:
            end = limits.batch_rows
            yield text_batch(schema, keeper.rows[:end], keeper.lines[:end])
            accepted += end
            keeper.rows, keeper.lines = keeper.rows[end:], keeper.lines[end:]
    keeper.end(page, read_marks(file.path, page.name))
    accepted += len(keeper.rows)
    if not accepted:
        if log.rejected:
            raise log.mostly_unreadable(len(log.rejected))
        raise rejection(log.table, "header_only", found=", ".join(layout.names[:5]))
    file.check()
    if keeper.rows:
        yield from text_batches(schema, keeper.rows, keeper.lines, limits.batch_rows)


class _Keeper:
    """Collects the rows of a sheet and what is odd about them."""

    def __init__(self, layout: Layout, log: FileLog) -> None:
        self.rows: list[list[str]] = []
        self.lines: list[int] = []
        self._layout = layout
        self._log = log
        self._blank = self._pending = self._long = 0

    def take(self, number: int, cells: list[object]) -> None:
        """Accept one row of the sheet, skip it when blank, or set it aside."""
        texts = [excel_text(cell) for cell in cells]
        if not any(text.strip() for text in texts):
            self._pending += 1
            return
        self._blank += self._pending
        self._pending = 0
        kept = len(self._layout.names)
        if tuple(texts[: self._layout.width]) == self._layout.header:
            self._log.set_aside(number, "\t".join(texts), "repeated_header")
        elif any(text.strip() for text in texts[kept:]):
            self._log.set_aside(number, "\t".join(texts), "long_row")
        else:
            self._long += sum(isinstance(c, float) and abs(c) >= _EXACT_BELOW for c in cells)
            self.rows.append([*texts[:kept], *[""] * (kept - len(texts))])
            self.lines.append(number)

    def end(self, page: CalamineSheet, marks: SheetMarks) -> None:
        """Note what the sheet carries beside its values; set totals at the end aside."""
        log, last = self._log, self.lines[-1] if self.lines else 0
        for _ in range(_FOOTER_ROWS):
            if self.rows and is_total(self.rows[-1]):
                log.set_aside(self.lines.pop(), "\t".join(self.rows.pop()), "footer_row")
        merged = [
            area
            for area in page.merged_cell_ranges or []
            if self._layout.lines_above <= area[0][0] < last
        ]
        counts = {
            "blank_lines": self._blank,
            "merged_cells": len(merged),
            "long_numbers": self._long,
            "formula_without_value": marks.formulas_without_value,
            "error_cells": marks.errors,
        }
        for code, count in counts.items():
            if count:
                log.note(code, count)
