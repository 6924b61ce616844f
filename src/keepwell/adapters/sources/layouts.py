"""Where the header of a table is, what its columns are called, and what is not data."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.ports import ROW_COLUMN

_PREAMBLE_LIMIT = 40
_NULLS = frozenset({"", "-", "--", "n/a", "na", "nan", "null", "none", "#n/a", "无", "待定", "空"})
_NUMBER = re.compile(r"[-+(]?[¥$€£]?\s*[-+]?\d[\d,.\s]*(?:[eE][-+]?\d+)?[%)万亿]?")
_DATE = re.compile(
    r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?(?:[T ]\d{1,2}:\d{2}(?::\d{2})?.*)?"
    r"|\d{1,2}:\d{2}(?::\d{2})?"
)
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|https?://\S+")
_YEAR = re.compile(r"(?:19|20)\d{2}")
_TOTALS = re.compile(
    r"(?:grand\s+|sub\s*|overall\s+)?totals?|sum|合\s*计|总\s*计|小\s*计|總\s*計|合\s*計|小\s*計|汇总|总和",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row of the sample: its first line, its cells (None if faulty) and the lines it spans."""

    line: int
    cells: Sequence[str] | None
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table, how wide its rows are and the lines above the first of them."""

    names: tuple[str, ...]
    width: int
    header: tuple[str, ...]
    lines_above: int
    typed: tuple[bool, ...]


def is_typed(cell: str) -> bool:
    """Say whether a cell reads as a number, date, time, address or link."""
    text = cell.strip()
    return bool(_NUMBER.fullmatch(text) or _DATE.fullmatch(text) or _ADDRESS.fullmatch(text))


def is_null(cell: str) -> bool:
    """Say whether a cell reads as nothing."""
    return cell.strip().casefold() in _NULLS


def is_total(cells: Sequence[str]) -> bool:
    """Say whether a row is a line of totals: its first filled cell says so."""
    first = next((cell.strip() for cell in cells if cell.strip()), "")
    return bool(_TOTALS.fullmatch(first.rstrip(":：")))


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def header_evidence(header: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return how many columns speak for `header` being names, less those against.

    For: text above values that are numbers or dates. Against: a value like those below.
    """
    balance = 0
    for i, name in enumerate(header):
        values = [row[i] for row in rows if i < len(row) and not is_null(row[i])]
        if not values or is_null(name):
            continue
        typed = sum(map(is_typed, values)) >= 0.8 * len(values)
        if typed and not is_typed(name):
            balance += 1
        elif name in values or (typed and not _YEAR.fullmatch(name.strip())):
            balance -= 1
    return balance


def find_layout(
    rows: Sequence[SampleRow], header: bool | None, skip: int | None, log: FileLog
) -> Layout:
    """Return the layout of a table from its first rows, blank ones left out.

    `header` and `skip` are what the user declared; None where nothing is. Errors: SourceRejected.
    """
    rows = [row for row in rows if row.line > (skip or 0)]
    if not rows:
        raise rejection(log.table, "empty_file")
    width = _usual_width(rows)
    if header is False:
        names = tuple(f"column_{i + 1}" for i in range(width))
        above = rows[0].line - 1
        return Layout(names, width, (), above, _typed_columns(rows, width))
    at = 0 if skip is not None else _header_index(rows, width, log)
    top = rows[at]
    if top.cells is None:
        raise rejection(log.table, "header_unreadable", line=top.line)
    if at:
        log.note("preamble_skipped", sum(row.lines for row in rows[:at]))
    body = [row.cells for row in rows[at + 1 :] if row.cells and row.cells != top.cells]
    if header is None and skip is None:
        _check_header(top, width, body, log)
    return _named_layout(top, rows[at + 1 :], log)


def _usual_width(rows: Sequence[SampleRow]) -> int:
    widths = Counter(len(row.cells) for row in rows if row.cells)
    if not widths:
        return 1
    top = max(widths.values())
    return next(len(r.cells) for r in rows if r.cells and widths[len(r.cells)] == top)


def _header_index(rows: Sequence[SampleRow], width: int, log: FileLog) -> int:
    for i, row in enumerate(rows[:_PREAMBLE_LIMIT]):
        if row.cells is None:
            return i
        if len(row.cells) == width and not _is_title(rows, i, width):
            return i
        if len(row.cells) != width and _filled(row.cells) > (2 if width >= 4 else 1):
            raise rejection(
                log.table, "header_width", found=len(row.cells), expected=width, line=row.line
            )
    raise rejection(log.table, "header_width", found="?", expected=width, line=rows[0].line)


def _is_title(rows: Sequence[SampleRow], at: int, width: int) -> bool:
    """Say whether a row of full width is a title: nearly empty, with a full row below it."""
    cells = rows[at].cells or ()
    if width < 2 or not cells[0].strip() or _filled(cells) > max(1, width // 4):
        return False
    below = rows[at + 1].cells if at + 1 < len(rows) else None
    return bool(below) and _filled(below or ()) > width // 2 and _filled(below or ()) > 1


def _check_header(top: SampleRow, width: int, body: Sequence[Sequence[str]], log: FileLog) -> None:
    cells = top.cells or ()
    if len(cells) != width:
        raise rejection(log.table, "header_width", found=len(cells), expected=width, line=top.line)
    lonely = not body and any(is_typed(c) and not _YEAR.fullmatch(c.strip()) for c in cells)
    if lonely or header_evidence(cells, body) < 0 or _all_typed(cells):
        found = ", ".join(cell for cell in cells[:4])
        raise rejection(log.table, "no_header", line=top.line, found=found)


def _all_typed(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    years = sum(bool(_YEAR.fullmatch(cell.strip())) for cell in filled)
    return bool(filled) and all(map(is_typed, filled)) and years < len(filled)


def _typed_columns(rows: Sequence[SampleRow], width: int) -> tuple[bool, ...]:
    whole = [row.cells for row in rows if row.cells and len(row.cells) == width]
    typed = []
    for i in range(width):
        values = [cells[i] for cells in whole if not is_null(cells[i])]
        typed.append(bool(values) and sum(map(is_typed, values)) >= 0.8 * len(values))
    return tuple(typed)


def _named_layout(top: SampleRow, rows: Sequence[SampleRow], log: FileLog) -> Layout:
    header = tuple(top.cells or ())
    width = len(header)
    kept = width
    whole = [row.cells for row in rows if row.cells and len(row.cells) == width]
    while (
        kept > 1
        and not header[kept - 1].strip()
        and not any(cells[kept - 1].strip() for cells in whole)
    ):
        kept -= 1
    if kept < width:
        log.note("trailing_delimiter", width - kept)
    return Layout(
        clean_names(header[:kept], log),
        width,
        header,
        top.line + top.lines - 1,
        _typed_columns(rows, width),
    )


def clean_name(name: str) -> str:
    """Return a column name without invisible characters and with single blanks inside.

    >>> clean_name("\\ufeff  Account\\u00a0 Id ")
    'Account Id'
    """
    visible = "".join(
        " " if unicodedata.category(c) in {"Zs", "Zl", "Zp"} or c in "\t\r\n" else c
        for c in name
        if c in "\t\r\n" or unicodedata.category(c) not in {"Cc", "Cf"}
    )
    return " ".join(visible.split())


def clean_names(header: Sequence[str], log: FileLog) -> tuple[str, ...]:
    """Return column names to use. Errors: SourceRejected when two are the same."""
    names = [clean_name(cell) for cell in header]
    changed = [repr(old) for old, new in zip(header, names, strict=True) if new and old != new]
    if changed:
        log.note("column_names_cleaned", len(changed), found=", ".join(changed[:5]))
    made = [i for i, name in enumerate(names) if not name or name.casefold() == ROW_COLUMN]
    for i in made:
        names[i] = f"source{ROW_COLUMN}" if names[i] else f"column_{i + 1}"
    if made:
        log.note("columns_named", len(made), found=", ".join(names[i] for i in made[:5]))
    places: dict[str, list[str]] = {}
    for i, name in enumerate(names):
        places.setdefault(name.casefold(), []).append(f"{name} ({i + 1})")
    twice = [" = ".join(where) for where in places.values() if len(where) > 1]
    if twice:
        raise rejection(log.table, "duplicate_columns", count=len(twice), found="; ".join(twice))
    return tuple(names)
