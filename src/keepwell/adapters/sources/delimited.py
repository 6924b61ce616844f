"""Delimited text of any encoding and dialect as a RawTable; faulty rows are set aside."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from keepwell.adapters.sources.clean_blocks import CleanBlock, CleanBlocks
from keepwell.adapters.sources.dialects import find_dialect, sample_records
from keepwell.adapters.sources.encodings import find_encoding
from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.layouts import Layout, SampleRow, find_layout
from keepwell.adapters.sources.limits import ReadLimits
from keepwell.adapters.sources.records import BLANK, Dialect, Record, RecordSplitter
from keepwell.adapters.sources.row_checks import RowChecks
from keepwell.adapters.sources.survey import Survey
from keepwell.adapters.sources.text_batches import text_batches, text_schema
from keepwell.adapters.sources.transcode import as_utf8, in_blocks
from keepwell.config import Feed
from keepwell.ports import RawTable

_TAIL_BYTES = 1 << 16
_KEPT_BACK = 5


@dataclass(frozen=True, slots=True)
class _Opened:
    dialect: Dialect
    layout: Layout
    header_line: bytes
    skip_bytes: int
    blank_above: int
    ends_above: tuple[bytes, ...]


def open_delimited(
    chunks: Callable[[], Iterator[bytes]],
    seen: Survey,
    feed: Feed | None,
    limits: ReadLimits,
    log: FileLog,
) -> RawTable:
    """Return the table in a delimited text. Errors: SourceRejected, also while batches are read."""
    if not seen.head.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise rejection(log.table, "empty_file")
    encoding = find_encoding(seen, feed.encoding if feed else None, log)

    def text() -> Iterator[bytes]:
        return as_utf8(chunks(), encoding)

    sample, is_whole = _sample(text(), limits, log.table)
    opened = _look(sample, is_whole, feed, limits, log)
    reader = _Reader(opened, limits, log)
    blocks = in_blocks(text(), limits.block_bytes, opened.skip_bytes)
    return RawTable(
        name=log.table,
        file=log.file,
        columns=opened.layout.names,
        batches=reader.batches(blocks),
        findings=log.findings,
        rejected=log.rejected,
        fingerprint=seen.sha256,
    )


def _sample(blocks: Iterator[bytes], limits: ReadLimits, table: str) -> tuple[bytes, bool]:
    """Return the start of the text, at least two lines of it, and whether that is all."""
    sample = b""
    for block in blocks:
        sample += block
        has_lines = sample.count(b"\n") > 1 or sample.count(b"\r") > 1
        if len(sample) >= limits.sample_bytes and has_lines:
            return sample, False
        if len(sample) > limits.record_bytes:
            raise rejection(table, "record_too_large", line=1, limit=limits.record_bytes)
    return sample, True


def _look(
    sample: bytes, is_whole: bool, feed: Feed | None, limits: ReadLimits, log: FileLog
) -> _Opened:
    declared = feed.model_fields_set if feed else frozenset()
    skip = feed.skip_rows if feed else None
    if skip:
        lines = sample.splitlines(keepends=True)
        judged = b"".join(lines[skip:])
    else:
        judged = sample
    dialect = find_dialect(judged, is_whole, feed.delimiter if feed else None, limits, log)
    records = sample_records(judged, dialect, limits, log.table, is_whole)
    rows = [SampleRow(r.line + (skip or 0), r.cells, r.lines) for r in records if r.fault != BLANK]
    header = feed.header if feed and "header" in declared else None
    layout = find_layout(rows, header, skip, log)
    if layout.width > limits.columns:
        raise rejection(log.table, "too_many_columns", found=layout.width, limit=limits.columns)
    above = layout.lines_above
    blank = sum(r.fault == BLANK and r.line + (skip or 0) <= above for r in records)
    lines_above = sample.splitlines(keepends=True)[:above]
    top = next((r.raw for r in records if r.cells and tuple(r.cells) == layout.header), b"")
    ends = tuple(line[len(line.rstrip(b"\r\n")) :] for line in lines_above)
    cut = sum(map(len, lines_above))
    return _Opened(dialect, layout, top.strip(b"\r\n"), cut, blank, ends)


@dataclass(slots=True)
class _Reader:
    opened: _Opened
    limits: ReadLimits
    log: FileLog
    _rows: list[list[str]] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    _accepted: int = 0
    _clean_ends: list[int] = field(default_factory=lambda: [0, 0])

    def batches(self, blocks: Iterator[bytes]) -> Iterator[pa.RecordBatch]:
        """Return the rows in order; findings are complete when it ends."""
        layout = self.opened.layout
        splitter = RecordSplitter(
            self.opened.dialect, self.limits, self.log.table, layout.lines_above + 1
        )
        for end in self.opened.ends_above:
            splitter.ends[end] = splitter.ends.get(end, 0) + 1
        fast = CleanBlocks(self.opened.dialect, layout, self.opened.header_line, self.limits)
        checks = RowChecks(layout, self.log, self.opened.blank_above)
        schema = text_schema(layout.names)
        data = b""
        for block, is_last in _with_end(blocks):
            data += block
            cut = self._cut(fast, data, is_last)
            clean = fast.parse(data[:cut], splitter.line) if cut and fast.fits else None
            if clean:
                yield from self._flush(schema, 0)
                yield from self._arrow_batches(schema, clean)
                splitter.line += clean.line_count
                checks.reset()
                data = data[cut:]
                if not is_last:
                    continue
            for record in splitter.split(data, is_last):
                self._take(record, checks)
                if len(self._rows) >= self.limits.batch_rows + _KEPT_BACK:
                    yield from self._flush(schema, _KEPT_BACK)
            data = splitter.rest
        self._finish(checks, splitter)
        yield from self._flush(schema, 0)

    def _cut(self, fast: CleanBlocks, data: bytes, is_last: bool) -> int:
        # The end goes through the splitter, which knows about footers and missing line ends.
        end = max(len(data) - _TAIL_BYTES, 0) if is_last else len(data)
        return fast.cut(data[:end]) if fast.fits else 0

    def _take(self, record: Record, checks: RowChecks) -> None:
        cells = checks.accept(record)
        if cells is not None:
            self._rows.append(cells)
            self._lines.append(record.line)
            self._accepted += 1

    def _arrow_batches(self, schema: pa.Schema, clean: CleanBlock) -> Iterator[pa.RecordBatch]:
        self._clean_ends[clean.has_crlf] += 1
        table = pa.table([*clean.columns, clean.lines], schema=schema)
        self._accepted += table.num_rows
        yield from table.combine_chunks().to_batches(max_chunksize=self.limits.batch_rows)

    def _flush(self, schema: pa.Schema, keep: int) -> Iterator[pa.RecordBatch]:
        end = len(self._rows) - keep
        if end > 0:
            size = self.limits.batch_rows
            yield from text_batches(schema, self._rows[:end], self._lines[:end], size)
            self._rows, self._lines = self._rows[end:], self._lines[end:]

    def _finish(self, checks: RowChecks, splitter: RecordSplitter) -> None:
        removed = checks.end(self._rows, self._lines, self.opened.dialect.delimiter)
        self._accepted -= removed
        self._note_line_ends(splitter)
        if not self._accepted and not self.log.rejected:
            found = ", ".join(self.opened.layout.names[:5])
            raise rejection(self.log.table, "header_only", found=found)
        if len(self.log.rejected) > max(self._accepted, 20) or (
            self.log.rejected and not self._accepted
        ):
            raise self.log.mostly_unreadable(self._accepted + len(self.log.rejected))

    def _note_line_ends(self, splitter: RecordSplitter) -> None:
        lf = splitter.ends[b"\n"] + self._clean_ends[0]
        crlf = splitter.ends[b"\r\n"] + self._clean_ends[1]
        cr = splitter.ends[b"\r"]
        kinds = [name for name, n in (("LF", lf), ("CRLF", crlf), ("CR", cr)) if n]
        if len(kinds) > 1 or kinds == ["CR"]:
            self.log.note("line_ends_unusual", found=" + ".join(kinds))


def _with_end(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Return each block and whether it is the last; an empty last one if there is none."""
    held = next(blocks, b"")
    for block in blocks:
        yield held, False
        held = block
    yield held, True
