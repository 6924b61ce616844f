"""Delimited text split into records, strictly: what breaks the rules of quoting is a fault."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from keepwell.adapters.sources.file_log import rejection
from keepwell.adapters.sources.limits import ReadLimits

BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Dialect:
    """Delimiter and quoting. With `escape`, a backslash before a quote makes it literal."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""


class Record(NamedTuple):
    """One record: its first line, its cells (None if faulty), the fault's code, its raw bytes."""

    line: int
    cells: list[str] | None
    fault: str
    raw: bytes
    lines: int

    def text(self) -> str:
        """Return the raw text, line end left out, undecodable bytes as escapes."""
        return self.raw.decode("utf-8", "backslashreplace").rstrip("\r\n")


class _Fault(Exception):  # noqa: N818 - control flow inside this file, never leaves it
    pass


class _Unclosed(Exception):  # noqa: N818 - control flow inside this file, never leaves it
    pass


class RecordSplitter:
    """Splits blocks of UTF-8 into records; holds back what the next block may complete."""

    def __init__(
        self, dialect: Dialect, limits: ReadLimits, table: str, first_line: int = 1
    ) -> None:
        self.line = first_line
        self.ends = {b"\n": 0, b"\r\n": 0, b"\r": 0}
        self._limits = limits
        self._table = table
        self._dialect = dialect
        self._quote = dialect.quote.encode()
        quote, escape = re.escape(dialect.quote), re.escape(dialect.escape)
        inner = (
            rf"[^{quote}{escape}]|{escape}.|{quote}{quote}"
            if escape
            else (rf"[^{quote}]|{quote}{quote}")
        )
        self._inside = re.compile(rf"(?:{inner})*+", re.DOTALL)
        self._blank = re.compile(rb"[ \t\x0b\f" + re.escape(dialect.delimiter.encode()) + rb"]*")

    def split(self, data: bytes, is_last: bool) -> Iterator[Record]:
        """Return the records that are complete; `rest` then holds the bytes that are not."""
        if self._open_bytes and not is_last and data.find(self._quote, self._open_bytes) < 0:
            self.rest, self._open_bytes = data, len(data)
            self._check_rest()
            return
        self._open_bytes = 0
        lines = data.splitlines(keepends=True)
        held = b""
        if lines and not is_last and not lines[-1].endswith(b"\n"):
            held = lines.pop()
        at = 0
        while at < len(lines):
            record = self._record(lines, at, is_last)
            if record is None:
                break
            at += record.lines
            self.line += record.lines
            yield record
        self.rest = b"".join(lines[at:]) + held
        self._open_bytes = len(self.rest) if at < len(lines) else 0
        self._check_rest()

    def _check_rest(self) -> None:
        limits, size = self._limits, len(self.rest)
        if size > limits.record_bytes:
            raise self._too_large("record_too_large", limits.record_bytes)
        if size > limits.cell_bytes and self._open_cell_bytes() > limits.cell_bytes:
            raise self._too_large("cell_too_large", limits.cell_bytes)

    def _open_cell_bytes(self) -> int:
        """Return at least how large the cell is that `rest` ends in."""
        if self._open_bytes:
            return len(self.rest) - self.rest.find(b"\n") - 1
        return len(self.rest) - self.rest.rfind(self._dialect.delimiter.encode()) - 1

    def _too_large(self, code: str, limit: int) -> Exception:
        return rejection(self._table, code, line=self.line, limit=limit)

    def _record(self, lines: list[bytes], at: int, is_last: bool) -> Record | None:
        raw = lines[at]
        if self._quote not in raw:
            return self._simple(raw)
        try:
            cells, used = self._quoted(lines, at)
        except _Fault:
            return self._finish(None, "unescaped_quote", raw, 1)
        except _Unclosed:
            if not is_last:
                return None
            swallowed = sum(1 for line in lines[at + 1 :] if line.strip())
            if swallowed:
                raise rejection(
                    self._table, "unterminated_quote", line=self.line, count=swallowed
                ) from None
            return self._finish(None, "unescaped_quote", b"".join(lines[at:]), len(lines) - at)
        whole = raw if used == 1 else b"".join(lines[at : at + used])
        return self._finish(cells, "", whole, used)

    def _simple(self, raw: bytes) -> Record:
        body = raw.rstrip(b"\r\n")
        if self._blank.fullmatch(body):
            return self._finish(None, BLANK, raw, 1)
        return self._finish(
            body.decode("utf-8", "replace").split(self._dialect.delimiter), "", raw, 1
        )

    def _finish(self, cells: list[str] | None, fault: str, raw: bytes, used: int) -> Record:
        end = raw[len(raw.rstrip(b"\r\n")) :]
        self.ends[end] = self.ends.get(end, 0) + 1
        if len(raw) > self._limits.record_bytes:
            raise self._too_large("record_too_large", self._limits.record_bytes)
        if b"\0" in raw:
            return Record(self.line, None, "nul_byte", raw, used)
        if not raw.isascii():
            try:
                raw.decode("utf-8")
            except UnicodeDecodeError:
                return Record(self.line, None, "invalid_bytes", raw, used)
        if cells and len(raw) > self._limits.cell_bytes:
            largest = max(len(cell.encode()) for cell in cells)
            if largest > self._limits.cell_bytes:
                raise self._too_large("cell_too_large", self._limits.cell_bytes)
        return Record(self.line, cells, fault, raw, used)

    def _quoted(self, lines: list[bytes], at: int) -> tuple[list[str], int]:
        """Return the cells of a record with quotes and the lines it spans."""
        quote, delimiter = self._dialect.quote, self._dialect.delimiter
        text = lines[at].decode("utf-8", "replace")
        used, position = 1, 0
        cells: list[str] = []
        while True:
            if text.startswith(quote, position):
                cell, text, position, more = self._cell(lines, at + used, text, position + 1)
                used += more
            else:
                cell, position = self._bare(text, position)
            cells.append(cell)
            if text.startswith(delimiter, position):
                position += 1
            elif text[position:] in {"", "\n", "\r\n", "\r"}:
                return cells, used
            else:
                raise _Fault

    def _bare(self, text: str, start: int) -> tuple[str, int]:
        end = text.find(self._dialect.delimiter, start)
        if end < 0:
            end = len(text.rstrip("\r\n")) if text[-1:] in {"\n", "\r"} else len(text)
        cell = text[start:end]
        if self._dialect.quote == '"' and '"' in cell:
            raise _Fault
        return cell, end

    def _cell(
        self, lines: list[bytes], following: int, text: str, start: int
    ) -> tuple[str, str, int, int]:
        """Return a quoted cell, the text it ends in, the place after it and the lines it took."""
        parts: list[str] = []
        more = 0
        while True:
            inside = self._inside.match(text, start)
            end = inside.end() if inside else start
            parts.append(text[start:end])
            if end < len(text):
                return self._plain("".join(parts)), text, end + 1, more
            if following + more >= len(lines):
                raise _Unclosed
            text, start = self._next_text(lines, following + more, parts)
            more = self._skipped + more + 1

    def _next_text(self, lines: list[bytes], at: int, parts: list[str]) -> tuple[str, int]:
        # Lines without any quote belong to the open cell as they are: no need to match them.
        first = at
        while at < len(lines) - 1 and self._quote not in lines[at] and not self._dialect.escape:
            at += 1
        parts.extend(line.decode("utf-8", "replace") for line in lines[first:at])
        self._skipped = at - first
        return lines[at].decode("utf-8", "replace"), 0

    _skipped = 0
    _open_bytes = 0
    rest = b""

    def _plain(self, cell: str) -> str:
        quote = self._dialect.quote
        if quote != '"' and '""' in cell:
            # Doubled for another dialect or meant so: not to be told, so not to be guessed.
            raise _Fault
        cell = cell.replace(quote + quote, quote)
        if self._dialect.escape and "\\" in cell:
            return re.sub(rf"\\([{quote}\\])", r"\1", cell)
        return cell
