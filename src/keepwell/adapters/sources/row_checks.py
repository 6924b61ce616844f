"""What each record of a delimited text is: a row, or something that is set aside or skipped."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.layouts import (
    Layout,
    header_evidence,
    is_null,
    is_total,
    is_typed,
)
from keepwell.adapters.sources.records import BLANK, Record

_RUN_OF_OTHER_TABLE = 3
_FOOTER_ROWS = 3


@dataclass(slots=True)
class RowChecks:
    """Accepts rows of one table; counts blanks and watches for a second table."""

    layout: Layout
    log: FileLog
    blank_lines: int = 0
    _has_gap: bool = False
    _other: list[Record] = field(default_factory=list)

    def reset(self) -> None:
        """Forget the lines just before, because clean rows followed them."""
        self._has_gap = False
        self._other.clear()

    def accept(self, record: Record) -> list[str] | None:
        """Return the cells of a good row; None for all else, which is noted."""
        if record.fault == BLANK:
            self.blank_lines += 1
            self._has_gap = True
            return None
        cells = record.cells
        if cells is None:
            self.log.set_aside(record.line, record.text(), record.fault)
            return None
        if len(cells) != self.layout.width:
            self._has_gap = True
            self._set_aside_other(record, cells)
            return None
        after_gap, self._has_gap = self._has_gap, False
        self._other.clear()
        return self._whole(record, cells, after_gap)

    def _whole(self, record: Record, cells: list[str], after_gap: bool) -> list[str] | None:
        kept = len(self.layout.names)
        if tuple(cells) == self.layout.header:
            self.log.set_aside(record.line, record.text(), "repeated_header")
            return None
        if any(cells[kept:]):
            self.log.set_aside(record.line, record.text(), "long_row")
            return None
        if after_gap and self._is_other_header(cells):
            found = ", ".join(cells[:5])
            raise rejection(self.log.table, "two_tables", line=record.line, found=found)
        return cells[:kept]

    def _is_other_header(self, cells: list[str]) -> bool:
        """Say whether a row has text, and no blank, wherever this table has numbers or dates."""
        names = cells[: len(self.layout.names)]
        typed = [c for c, t in zip(names, self.layout.typed, strict=False) if t]
        return (
            len(typed) > 1
            and not any(is_null(c) or is_typed(c) for c in typed)
            and not any(is_null(c) for c in names)
        )

    def _set_aside_other(self, record: Record, cells: list[str]) -> None:
        reason = "short_row" if len(cells) < self.layout.width else "long_row"
        self.log.set_aside(record.line, record.text(), reason)
        if self._other and len(self._other[0].cells or ()) != len(cells):
            self._other.clear()
        self._other.append(record)
        if len(self._other) == _RUN_OF_OTHER_TABLE and len(cells) > 1:
            first, *rest = [r.cells or [] for r in self._other]
            if len(set(first)) == len(first) and all(map(str.strip, first)):
                self._refuse_second(first, rest)

    def _refuse_second(self, first: list[str], rest: Sequence[Sequence[str]]) -> None:
        if header_evidence(first, rest) > 0 and not any(map(is_typed, first)):
            line = self._other[0].line
            raise rejection(self.log.table, "two_tables", line=line, found=", ".join(first[:5]))

    def end(self, rows: list[list[str]], lines: list[int], delimiter: str) -> int:
        """Set totals at the end aside, note blank lines; return how many rows were removed."""
        if self.blank_lines:
            self.log.note("blank_lines", self.blank_lines)
        removed = 0
        while rows and removed < _FOOTER_ROWS and is_total(rows[-1]):
            self.log.set_aside(lines.pop(), delimiter.join(rows.pop()), "footer_row")
            removed += 1
        return removed
