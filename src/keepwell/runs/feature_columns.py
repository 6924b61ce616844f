"""Columns of an Arrow table as features: numbers with NaN, categories with ""."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from keepwell.proof import Flags, Floats, Texts

NEVER = "__never"


def measures_in(table: pa.Table) -> list[str]:
    """Return the names of the measures that a table holds, without their flags."""
    return [n for n in table.column_names if n != "account_id" and NEVER not in n]


def values_of(column: pa.ChunkedArray) -> NDArray[Any]:
    """Return a column of a measure: numbers as numbers, anything else as texts."""
    kinds = (pa.types.is_floating, pa.types.is_integer, pa.types.is_boolean)
    is_number = any(is_kind(column.type) for is_kind in kinds)
    return numbers_of(column) if is_number else texts_of(column)


def numbers_of(column: pa.ChunkedArray) -> Floats:
    """Return a column as numbers; NULL becomes NaN."""
    filled = pc.fill_null(column.cast(pa.float64()), float("nan"))
    return np.asarray(filled.to_numpy(), np.float64)


def texts_of(column: pa.ChunkedArray) -> Texts:
    """Return a column as texts; NULL becomes the empty text."""
    return np.array(pc.fill_null(column.cast(pa.string()), "").to_pylist(), dtype=np.str_)


def flags_of(column: pa.ChunkedArray) -> Flags:
    """Return a column as flags; NULL becomes false."""
    return np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False), np.bool_)
