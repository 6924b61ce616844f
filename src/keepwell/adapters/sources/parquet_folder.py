"""A folder of Parquet files as one RawTable, with the columns that its subfolders name."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.adapters.sources.containers import StableFile
from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.layouts import clean_names
from keepwell.adapters.sources.limits import ReadLimits
from keepwell.adapters.sources.typed_batches import as_text_batches
from keepwell.ports import RawTable

PARQUET = (".parquet", ".pq")
# As Hive, Spark and others write a partition whose column is NULL.
NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
_PARTITION = re.compile(r"[^=]+=.*")
_PART = re.compile(r"(part|data|chunk)?[-_.]?\d.*|part-.*|_SUCCESS", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Part:
    """One file of the folder and the values of its partition columns."""

    file: StableFile
    place: str
    fixed: dict[str, str | None]
    names: tuple[str, ...]


def is_parquet_folder(path: Path) -> bool:
    """Say whether a folder is one table: by its name, its partitions, or the parts in it.

    Files with names of their own, such as accounts.parquet beside contacts.parquet, are tables.
    """
    if not path.is_dir() or path.name.startswith((".", "~$")):
        return False
    inside = [p for p in path.iterdir() if not p.name.startswith(".")]
    if any(p.is_dir() and _PARTITION.fullmatch(p.name) for p in inside):
        return bool(parquet_files(path))
    held = [p for p in inside if p.is_file() and p.name.lower().endswith(PARQUET)]
    if path.name.lower().endswith(PARQUET):
        return bool(held)
    return bool(held) and all(_PART.fullmatch(p.name) for p in inside if p.is_file())


def parquet_files(folder: Path) -> list[Path]:
    """Return the Parquet files at any depth, sorted by path; hidden and `_` names are left out."""
    return sorted(
        p
        for p in folder.rglob("*")
        if p.is_file()
        and p.name.lower().endswith(PARQUET)
        and not any(n.startswith((".", "_")) for n in p.relative_to(folder).parts)
        and p.resolve().is_relative_to(folder.resolve())
    )


def open_parquet_folder(folder: Path, limits: ReadLimits, log: FileLog) -> RawTable:
    """Return the table in a folder of Parquet files, in the order of their paths.

    A column that a file lacks is NULL there. Errors: SourceRejected, also while batches are read.
    """
    digest = hashlib.sha256()
    parts = []
    for path in parquet_files(folder):
        place = path.relative_to(folder).as_posix()
        file = StableFile(path, log.table)
        digest.update(f"{len(place)}:{place}:{file.before[0]}:".encode())
        for chunk in file.chunks():
            digest.update(chunk)
        parts.append(_Part(file, place, _fixed(place), _names_in(path, place, log)))
    if not parts:
        raise rejection(log.table, "empty_file")
    held = dict.fromkeys(n for p in parts for n in (*p.names, *p.fixed))
    if len(held) > limits.columns:
        raise rejection(log.table, "too_many_columns", found=len(held), limit=limits.columns)
    return RawTable(
        name=log.table,
        file=log.file,
        columns=(names := clean_names(list(held), log)),
        batches=as_text_batches(_batches(parts, tuple(held), limits, log), names, log),
        findings=log.findings,
        rejected=log.rejected,
        fingerprint=digest.hexdigest(),
    )


def _fixed(place: str) -> dict[str, str | None]:
    """Return what the subfolders say: `day=2026-01-31/part-0.parquet` is day 2026-01-31."""
    found: dict[str, str | None] = {}
    for folder in place.split("/")[:-1]:
        if _PARTITION.fullmatch(folder):
            name, _, value = folder.partition("=")
            found[unquote(name)] = None if value == NO_VALUE else unquote(value)
    return found


def _names_in(path: Path, place: str, log: FileLog) -> tuple[str, ...]:
    try:
        return tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError) as problem:
        raise _corrupt(place, problem, log) from problem


def _batches(
    parts: Sequence[_Part], names: Sequence[str], limits: ReadLimits, log: FileLog
) -> Iterator[pa.RecordBatch]:
    for part in parts:
        try:
            with pq.ParquetFile(part.file.path) as opened:
                for batch in opened.iter_batches(batch_size=limits.batch_rows):
                    yield _aligned(batch, part, names)
        except (pa.ArrowException, OSError) as problem:
            raise _corrupt(part.place, problem, log) from problem
        part.file.check()


def _aligned(batch: pa.RecordBatch, part: _Part, names: Sequence[str]) -> pa.RecordBatch:
    """Return the batch with every column of the table; what the path says wins over the file."""
    at = {name: i for i, name in enumerate(part.names)}
    columns = []
    for name in names:
        if name in part.fixed:
            columns.append(pa.array([part.fixed[name]] * batch.num_rows, pa.string()))
        elif name in at:
            columns.append(batch.column(at[name]))
        else:
            columns.append(pa.nulls(batch.num_rows, pa.string()))
    return pa.RecordBatch.from_arrays(columns, names=list(names))


def _corrupt(place: str, problem: Exception, log: FileLog) -> Exception:
    said = str(problem).partition("\n")[0][:200]
    return rejection(log.table, "corrupt_file", found=f"{place}: {said}")
