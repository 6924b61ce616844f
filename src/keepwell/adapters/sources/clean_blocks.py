"""The fast path: blocks of delimited text proven to be clean go to Arrow's parser as a whole.

A block that cannot be proven clean gives None, and the strict splitter takes it.
"""

import re
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from keepwell.adapters.sources.layouts import Layout
from keepwell.adapters.sources.limits import ReadLimits
from keepwell.adapters.sources.records import Dialect

_CUT_ATTEMPTS = 200
_QUOTE, _LINE_FEED, _RETURN = b'"\n\r'


@dataclass(frozen=True, slots=True)
class CleanBlock:
    """A parsed block: its columns, the line of each row, the lines it spans, its line ends."""

    columns: list[pa.ChunkedArray]
    lines: pa.Array
    line_count: int
    has_crlf: bool


@dataclass(slots=True)
class CleanBlocks:
    """Parses clean blocks of one table."""

    dialect: Dialect
    layout: Layout
    header_line: bytes
    limits: ReadLimits
    _blank: re.Pattern[bytes] = field(init=False)

    def __post_init__(self) -> None:
        delimiter = re.escape(self.dialect.delimiter.encode())
        self._blank = re.compile(rb"\n[ \t\x0b\f" + delimiter + rb"]*\r?\n")

    @property
    def fits(self) -> bool:
        """Say whether tables like this one may take the fast path at all."""
        return (
            self.dialect.quote == '"'
            and not self.dialect.escape
            and self.layout.width > 1
            and self.dialect.delimiter.isascii()
            and self.limits.block_bytes <= self.limits.cell_bytes
        )

    def cut(self, data: bytes) -> int:
        """Return where the last whole record of `data` ends, 0 if that is not clear."""
        at = data.rfind(b"\n") + 1
        quotes = data.count(b'"', 0, at)
        for _ in range(_CUT_ATTEMPTS):
            if quotes % 2 == 0:
                return at
            before = data.rfind(b"\n", 0, at - 1) + 1
            quotes -= data.count(b'"', before, at)
            at = before
            if at <= 0:
                return 0
        return 0

    def _is_clean(self, piece: bytes) -> bool:
        if len(piece) > self.limits.cell_bytes or b"\0" in piece:
            return False
        crlf = piece.count(b"\r\n")
        if piece.count(b"\r") != crlf or crlf not in {0, piece.count(b"\n")}:
            return False
        framed = b"\n" + piece
        if self._blank.search(framed) or (self.header_line and self.header_line in piece):
            return False
        return b'"' not in piece or _is_well_quoted(framed, ord(self.dialect.delimiter))

    def parse(self, piece: bytes, first_line: int) -> CleanBlock | None:
        """Return the parsed block, or None when it is not clean."""
        if not piece or not self._is_clean(piece):
            return None
        table = self._arrow(piece)
        if table is None or not self._has_empty_tail(table):
            return None
        line_count = piece.count(b"\n")
        lines = pa.array(range(first_line, first_line + table.num_rows), pa.int64())
        if line_count != table.num_rows:
            lines = _lines_of(table, first_line)
        kept = table.columns[: len(self.layout.names)]
        return CleanBlock(kept, lines, line_count, b"\r\n" in piece)

    def _arrow(self, piece: bytes) -> pa.Table | None:
        names = [str(i) for i in range(self.layout.width)]
        try:
            return arrow_csv.read_csv(
                pa.BufferReader(piece),
                arrow_csv.ReadOptions(
                    column_names=names, block_size=len(piece) + 1, use_threads=False
                ),
                arrow_csv.ParseOptions(
                    delimiter=self.dialect.delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                ),
                arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
        except pa.ArrowInvalid:
            return None

    def _has_empty_tail(self, table: pa.Table) -> bool:
        dropped = table.columns[len(self.layout.names) :]
        return all(not pc.any(pc.not_equal(column, "")).as_py() for column in dropped)


def _lines_of(table: pa.Table, first_line: int) -> pa.Array:
    """Return each row's first line where cells hold line breaks."""
    breaks = pa.array([0] * table.num_rows, pa.int64())
    for column in table.columns:
        breaks = pc.add(breaks, pc.cast(pc.count_substring(column, "\n"), pa.int64()))
    ends = pc.cumulative_sum(pc.add(breaks, 1))
    merged = ends.combine_chunks() if isinstance(ends, pa.ChunkedArray) else ends
    starts = pc.subtract(pc.add(merged, first_line - 1), breaks)
    return starts.combine_chunks() if isinstance(starts, pa.ChunkedArray) else starts


def _is_well_quoted(framed: bytes, delimiter: int) -> bool:
    """Say whether every quote opens or closes a cell or is one of a doubled pair inside one.

    Counting from the start of a record, odd quotes open and even ones close; an opening one
    stands after a delimiter, a line end or a closing quote, and a closing one before such.
    """
    data = np.frombuffer(framed, dtype=np.uint8)
    at = np.flatnonzero(data == _QUOTE)
    if len(at) % 2 or at[-1] + 1 >= len(data):
        return False
    before, after = data[at[::2] - 1], data[at[1::2] + 1]
    opens = (before == delimiter) | (before == _LINE_FEED) | (before == _QUOTE)
    closes = (after == delimiter) | (after == _LINE_FEED) | (after == _RETURN) | (after == _QUOTE)
    return bool(opens.all() and closes.all())
