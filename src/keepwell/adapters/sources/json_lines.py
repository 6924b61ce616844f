"""JSON Lines as a RawTable: one object per line, numbers kept as written."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from keepwell.adapters.sources.cell_text import json_text
from keepwell.adapters.sources.encodings import find_encoding
from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.layouts import clean_names
from keepwell.adapters.sources.limits import ReadLimits
from keepwell.adapters.sources.survey import Survey
from keepwell.adapters.sources.text_batches import text_batch, text_schema
from keepwell.adapters.sources.transcode import as_utf8
from keepwell.ports import RawTable


class _Invalid(Exception):  # noqa: N818 - control flow inside this file, never leaves it
    pass


def looks_like_json_lines(head: bytes) -> bool:
    """Say whether the first line is a JSON object on its own."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] != b"{":
        return False
    line, end, _ = start.partition(b"\n")
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return not end and b"\n" not in start and start[:2] == b'{"'


def open_json_lines(
    chunks: Callable[[], Iterator[bytes]], seen: Survey, limits: ReadLimits, log: FileLog
) -> RawTable:
    """Return the table in a JSON Lines file; its columns are all keys, in order of appearance."""
    encoding = find_encoding(seen, None, log)
    reader = _Reader(limits, log)

    def lines() -> Iterator[tuple[int, bytes]]:
        return reader.lines(as_utf8(chunks(), encoding))

    keys = reader.keys(lines())
    if not keys:
        raise rejection(log.table, "other_format", found="JSON without objects")
    names = clean_names(keys, log)
    return RawTable(
        name=log.table,
        file=log.file,
        columns=names,
        batches=reader.batches(lines(), keys, names),
        findings=log.findings,
        rejected=log.rejected,
        fingerprint=seen.sha256,
    )


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Invalid
    return made


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            return json_text(value)


@dataclass(slots=True)
class _Reader:
    limits: ReadLimits
    log: FileLog
    nested: dict[str, int] = field(default_factory=dict)
    blank: int = 0

    def lines(self, chunks: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
        """Return each line with its number."""
        number, held = 1, b""
        for chunk in chunks:
            parts = (held + chunk).split(b"\n")
            held = parts.pop()
            for part in parts:
                yield number, part
                number += 1
            if len(held) > self.limits.record_bytes:
                limit = self.limits.record_bytes
                raise rejection(self.log.table, "record_too_large", line=number, limit=limit)
        if held:
            yield number, held

    def _object(self, line: bytes) -> dict[str, Any] | None:
        try:
            made = json.loads(
                line.decode("utf-8"), parse_int=str, parse_float=str, object_pairs_hook=_unique
            )
        except (ValueError, RecursionError, _Invalid):
            return None
        return made if isinstance(made, dict) else None

    def keys(self, lines: Iterator[tuple[int, bytes]]) -> tuple[str, ...]:
        """Return all keys of all objects."""
        keys: dict[str, None] = {}
        for _, line in lines:
            keys.update(dict.fromkeys(self._object(line) or ()))
            if len(keys) > self.limits.columns:
                limit = self.limits.columns
                raise rejection(self.log.table, "too_many_columns", found=len(keys), limit=limit)
        return tuple(keys)

    def batches(
        self, lines: Iterator[tuple[int, bytes]], keys: tuple[str, ...], names: tuple[str, ...]
    ) -> Iterator[pa.RecordBatch]:
        """Return the rows; what is no object is set aside."""
        schema, accepted = text_schema(names), 0
        rows: list[list[str | None]] = []
        numbers: list[int] = []
        for number, line in lines:
            row = self._row(number, line, keys)
            if row is not None:
                rows.append(row)
                numbers.append(number)
            if len(rows) >= self.limits.batch_rows:
                yield text_batch(schema, rows, numbers)
                accepted += len(rows)
                rows, numbers = [], []
        accepted += len(rows)
        self._note(accepted)
        if rows:
            yield text_batch(schema, rows, numbers)

    def _row(self, number: int, line: bytes, keys: tuple[str, ...]) -> list[str | None] | None:
        if not line.strip():
            self.blank += 1
            return None
        made = self._object(line)
        if made is None or "\\u0000" in (text := line.decode("utf-8")) or "\0" in text:
            reason = "invalid_json" if made is None else "nul_byte"
            self.log.set_aside(number, line.decode("utf-8", "backslashreplace").strip(), reason)
            return None
        held = [key for key in keys if isinstance(made.get(key), dict | list)]
        if held:
            plain = json.loads(line)
            for key in held:
                self.nested[key] = self.nested.get(key, 0) + 1
                made[key] = json_text(plain[key])
        return [_text(made.get(key)) for key in keys]

    def _note(self, accepted: int) -> None:
        if self.blank:
            self.log.note("blank_lines", self.blank)
        if self.nested:
            found = ", ".join(list(self.nested)[:5])
            self.log.note("nested_values", max(self.nested.values()), found=found)
        if len(self.log.rejected) > max(accepted, 20) or not accepted:
            raise self.log.mostly_unreadable(accepted + len(self.log.rejected))
