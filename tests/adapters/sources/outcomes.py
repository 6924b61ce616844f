"""What becomes of a file that a test has written: its rows, or the code of its rejection."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keepwell.adapters.sources import FolderSource, ReadLimits
from keepwell.config import Feed
from keepwell.intake.file_findings import FILE_FINDINGS, quarantine_findings
from keepwell.ports import RawTable, SourceReader
from keepwell.vocabulary import SourceRejected


@dataclass(frozen=True)
class Outcome:
    """The table as it was read, or why it was rejected."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    lines: tuple[int, ...] = ()
    findings: tuple[str, ...] = ()
    set_aside: tuple[tuple[int, str], ...] = ()
    rejected: str = ""
    message: str = ""
    cure: str = ""
    raw: tuple[str, ...] = ()

    def table(self) -> list[list[str | None]]:
        """Return columns and rows as one list."""
        return [list(self.columns), *map(list, self.rows)]


def read_all(raw: RawTable) -> Outcome:
    """Return all rows of an opened table; every code it used must have words in both languages."""
    rows: list[tuple[str | None, ...]] = []
    lines: list[int] = []
    for batch in raw.batches:
        *columns, numbers = [column.to_pylist() for column in batch.columns]
        rows += zip(*columns, strict=True)
        lines += numbers
    for finding in (*raw.findings, *quarantine_findings(raw.name, raw.rejected)):
        assert finding.code in FILE_FINDINGS
        assert finding.count > 0
        for lang in ("zh", "en"):
            assert finding.message(lang)
            assert finding.cure(lang)
    return Outcome(
        raw.columns,
        tuple(rows),
        tuple(lines),
        tuple(finding.code for finding in raw.findings),
        tuple((row.row, row.reason) for row in raw.rejected),
        raw=tuple(row.raw for row in raw.rejected),
    )


def read_table(source: SourceReader, name: str, feed: Feed | None = None) -> Outcome:
    """Return what becomes of one table of a source."""
    try:
        return read_all(source.open(name, feed))
    except SourceRejected as problem:
        code = str(problem.details["code"])
        assert FILE_FINDINGS[code].action == "rejected"
        return Outcome(rejected=code, message=problem.what, cure=problem.cure)


def read_bytes(
    folder: Path,
    data: bytes,
    name: str = "table.csv",
    limits: ReadLimits | None = None,
    **declared: Any,
) -> Outcome:
    """Write a file and return what becomes of it; `declared` are settings of its feed."""
    (folder / name).write_bytes(data)
    feed = Feed.model_validate({"source": name, "columns": {}, **declared}) if declared else None
    return read_table(FolderSource(folder, limits), name, feed)
