"""A Parquet file as a RawTable: exact text of every value, in batches."""

import hashlib
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.adapters.sources.containers import StableFile
from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.layouts import clean_names
from keepwell.adapters.sources.limits import ReadLimits
from keepwell.adapters.sources.typed_batches import as_text_batches
from keepwell.ports import RawTable


def open_parquet(file: StableFile, limits: ReadLimits, log: FileLog) -> RawTable:
    """Return the table in a Parquet file. Errors: SourceRejected, also while batches are read."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    try:
        with pq.ParquetFile(file.path) as opened:
            names = clean_names(opened.schema_arrow.names, log)
    except (pa.ArrowException, OSError) as problem:
        raise rejection(log.table, "corrupt_file", found=_first_line(problem)) from problem
    if len(names) > limits.columns:
        raise rejection(log.table, "too_many_columns", found=len(names), limit=limits.columns)
    return RawTable(
        name=log.table,
        file=log.file,
        columns=names,
        batches=as_text_batches(_batches(file, limits, log), names, log),
        findings=log.findings,
        rejected=log.rejected,
        fingerprint=digest.hexdigest(),
    )


def _batches(file: StableFile, limits: ReadLimits, log: FileLog) -> Iterator[pa.RecordBatch]:
    try:
        with pq.ParquetFile(file.path) as opened:
            yield from opened.iter_batches(batch_size=limits.batch_rows)
    except (pa.ArrowException, OSError) as problem:
        raise rejection(log.table, "corrupt_file", found=_first_line(problem)) from problem
    file.check()


def _first_line(problem: Exception) -> str:
    return str(problem).partition("\n")[0][:200]
