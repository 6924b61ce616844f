"""Writes tables as CSV, Parquet or xlsx; formulas in text cells are made inert."""

import tempfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import xlsxwriter

from keepwell.vocabulary import InputProblem, SourceUnavailable

# A cell that starts with one of these is run as a formula by spreadsheet programs (CWE-1236).
FORMULA_START = "^[=+\\-@\t\r]"
PLAIN_NUMBER = r"^[+-]?[0-9][0-9.,]*$"
XLSX_ROWS = 1_048_575


class TableFileWriter:
    """Fulfils ports.TableWriter on the local file system; a file appears whole or not at all."""

    def write(self, table: pa.Table, path: Path, *, sheet: str) -> None:
        """Write `table` to `path`; see ports.TableWriter.

        Errors: InputProblem when xlsx cannot hold that many rows; SourceUnavailable when the
        folder cannot be written.
        """
        match path.suffix.lower():
            case ".parquet":
                _whole(path, lambda part: pa.parquet.write_table(table, part))
            case ".csv":
                inert = neutralised(table)
                _whole(path, lambda part: pa.csv.write_csv(inert, part))
            case _:
                if table.num_rows > XLSX_ROWS:
                    raise InputProblem(
                        f"{table.num_rows} rows do not fit into one xlsx sheet ({XLSX_ROWS}).",
                        cure="Write .csv or .parquet.",
                    )
                _whole(path, lambda part: _write_xlsx(table, part, sheet))


def neutralised(table: pa.Table) -> pa.Table:
    """Return the table with an apostrophe before text cells that would run as a formula."""
    columns = []
    for column in table.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            starts = pc.match_substring_regex(column, FORMULA_START)
            number = pc.match_substring_regex(column, PLAIN_NUMBER)
            risky = pc.and_(starts, pc.invert(number))
            marked = pc.binary_join_element_wise("'", pc.cast(column, pa.string()), "")
            columns.append(pc.if_else(pc.fill_null(risky, False), marked, column))
        else:
            columns.append(column)
    return pa.table(columns, names=table.column_names)


def _whole(path: Path, write: Callable[[Path], object]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".keepwell-") as folder:
            part = Path(folder) / path.name
            write(part)
            part.replace(path)
    except OSError as error:
        raise SourceUnavailable(
            f"`{path}` could not be written: {error.strerror or error}.",
            cure="Check the folder's permissions and free space.",
        ) from error


def _write_xlsx(table: pa.Table, path: Path, sheet: str) -> None:
    book = xlsxwriter.Workbook(
        str(path),
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    try:
        page = book.add_worksheet(sheet[:31])
        bold = book.add_format({"bold": True})
        page.freeze_panes(1, 0)
        for place, name in enumerate(table.column_names):
            page.write_string(0, place, name, bold)
        row = 0
        for batch in table.to_batches(max_chunksize=10_000):
            for values in zip(*(c.to_pylist() for c in batch.columns), strict=True):
                row += 1
                for place, value in enumerate(values):
                    page.write(row, place, _cell(value))
    finally:
        book.close()


def _cell(value: object) -> object:
    match value:
        case Decimal():
            return float(value)
        case datetime() | date():
            return value.isoformat()
        case list() | dict():
            return str(value)
    return value
