"""Columns of a snapshot's tables, read from Parquet without an engine."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.vocabulary import SourceUnavailable


def read_columns(folder: Path, table: str, columns: Sequence[str]) -> pa.Table:
    """Return some columns of a table; those it does not have are left out."""
    try:
        with pq.ParquetFile(folder / f"{table}.parquet") as file:
            known = [c for c in columns if c in file.schema_arrow.names]
            return file.read(known)
    except (OSError, pa.ArrowException) as problem:
        raise SourceUnavailable(
            f"The snapshot's `{table}` cannot be read.", cure="Run `keepwell verify`."
        ) from problem
