"""Columns of an Arrow table as features: numbers with NaN, categories with ""."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepwell.proof import Flags, Floats, Texts


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
