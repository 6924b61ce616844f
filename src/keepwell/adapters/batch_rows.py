"""Rows that a program sends, split into cells: JSON Lines or CSV, UTF-8, known columns only.

A row that is not as expected is no row: it comes back whole, with its line and the reason.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Literal

from keepwell.vocabulary import InputProblem

BatchFormat = Literal["ndjson", "csv"]
MEBIBYTE = 1 << 20
MOST_LINE_BYTES = MEBIBYTE


@dataclass(frozen=True, slots=True)
class Expected:
    """What rows may hold. `needed`: columns that no row may leave empty, the key among them."""

    columns: tuple[str, ...]
    needed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Good:
    """One row: its line and its cells, in the order of the columns that are expected."""

    line: int
    cells: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Bad:
    """One row that is set aside: its line, the text as it came, why, and the column that is why."""

    line: int
    raw: str
    reason: str
    column: str = ""


def split(kind: BatchFormat, file: IO[bytes], expected: Expected) -> Iterator[Good | Bad]:
    """Yield every row that is not blank. Errors: InputProblem for what makes all rows useless."""
    return _json_rows(file, expected) if kind == "ndjson" else _csv_rows(file, expected)


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := file.readline(MOST_LINE_BYTES + 1):
        number += 1
        if len(line) > MOST_LINE_BYTES:
            raise InputProblem(
                f"Line {number} is longer than {MOST_LINE_BYTES:,} bytes; nothing was taken in.",
                cure="Send one row on each line, and long texts shortened.",
            )
        yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line


class _Refused(Exception):  # noqa: N818 - never leaves this file
    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column[:60]


def _json_rows(file: IO[bytes], expected: Expected) -> Iterator[Good | Bad]:
    known = frozenset(expected.columns)
    for number, line in _lines(file):
        if not line.strip():
            continue
        try:
            given = _object(line)
            for name in given:
                if name not in known:
                    raise _Refused("unknown_column", name)
            cells = tuple(_text(name, given.get(name)) for name in expected.columns)
            yield Good(number, _whole(cells, expected))
        except _Refused as why:
            raw = line.decode("utf-8", "backslashreplace").strip()
            yield Bad(number, raw, why.reason, why.column)


def _object(line: bytes) -> dict[str, Any]:
    try:
        made = json.loads(
            line.decode("utf-8"), parse_int=str, parse_float=str, object_pairs_hook=_unique
        )
    except UnicodeDecodeError:
        raise _Refused("not_utf8") from None
    except (ValueError, RecursionError):
        raise _Refused("invalid_json") from None
    if not isinstance(made, dict):
        raise _Refused("not_an_object")
    return made


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Refused("repeated_column")
    return made


def _text(column: str, value: object) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case float():
            # NaN and infinities, which JSON does not know: numbers come here as text.
            raise _Refused("invalid_json", column)
        case _:
            raise _Refused("nested_value", column)


def _whole(cells: tuple[str | None, ...], expected: Expected) -> tuple[str | None, ...]:
    for name, cell in zip(expected.columns, cells, strict=True):
        if cell is None or not cell.strip():
            if name in expected.needed:
                raise _Refused("missing_value", name)
        elif "\0" in cell:
            raise _Refused("nul_byte", name)
        elif not _is_text(cell):
            raise _Refused("not_utf8", name)
    return cells


def _is_text(cell: str) -> bool:
    """Say whether a text can be written: half of a surrogate pair cannot."""
    return cell.isascii() or not any("\ud800" <= c <= "\udfff" for c in cell)


class _Recorded:
    """Lines of a CSV as the parser asks for them, kept until the row that they make is known."""

    def __init__(self, file: IO[bytes]) -> None:
        self._lines = _lines(file)
        self.first = 0
        self.last = 0
        self.raw: list[bytes] = []
        self._held = 0

    def __iter__(self) -> Iterator[str]:
        for number, line in self._lines:
            self.first = self.first or number
            self.last = number
            self.raw.append(line)
            self._held += len(line)
            if self._held > MOST_LINE_BYTES:
                raise InputProblem(
                    f"The row at line {self.first} is longer than {MOST_LINE_BYTES:,} bytes: "
                    "a quote is not closed. Nothing was taken in.",
                    cure="Close the quotes of that row, or send JSON Lines.",
                )
            yield line.decode("utf-8", "surrogateescape")

    def taken(self) -> tuple[int, str]:
        """Return the line and the text of what was read since last asked."""
        line, raw = self.first, b"".join(self.raw).decode("utf-8", "backslashreplace")
        self.first, self._held = 0, 0
        self.raw.clear()
        return line, raw.rstrip("\r\n")


def _csv_rows(file: IO[bytes], expected: Expected) -> Iterator[Good | Bad]:
    recorded = _Recorded(file)
    reader = csv.reader(recorded, strict=True)
    places = _places(_next(reader), expected)
    recorded.taken()
    while True:
        try:
            row = _next(reader)
            if row is None:
                return
            line, raw = recorded.taken()
            if row:
                yield _csv_row(line, raw, row, places, expected)
        except csv.Error:
            line, raw = recorded.taken()
            yield Bad(line, raw, "broken_quotes")


def _next(reader: Iterator[list[str]]) -> list[str] | None:
    return next(reader, None)


def _places(header: list[str] | None, expected: Expected) -> tuple[int | None, ...]:
    """Return where each expected column stands. Errors: InputProblem."""
    names = [n.strip() for n in header or []]
    wrong = [n for n in names if n not in expected.columns]
    lacking = [n for n in expected.needed if n not in names]
    if wrong or lacking or len(set(names)) < len(names):
        found = ", ".join(names[:20])[:300] or "nothing"
        raise InputProblem(
            f"The first line does not name the columns of the table. Found: {found}.",
            cure=f"Name each at most once, and {', '.join(expected.needed)} among them: "
            f"{', '.join(expected.columns)}.",
        )
    return tuple(names.index(n) if n in names else None for n in expected.columns)


def _csv_row(
    line: int, raw: str, row: list[str], places: tuple[int | None, ...], expected: Expected
) -> Good | Bad:
    if len(row) != sum(p is not None for p in places):
        return Bad(line, raw, "other_width")
    # An empty cell of a CSV is an unknown value.
    cells = tuple(None if p is None else row[p] or None for p in places)
    try:
        return Good(line, _whole(cells, expected))
    except _Refused as why:
        return Bad(line, raw, why.reason, why.column)
