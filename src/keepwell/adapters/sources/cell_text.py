"""Typed values as the text that a person would have written: exact, without exponents."""

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_TRAILING_ZEROS = r"\.?0+$"


def number_text(value: float) -> str:
    """Return a float by its shortest exact form, never with an exponent.

    >>> number_text(1.23e15), number_text(0.1), number_text(1e-7)
    ('1230000000000000.0', '0.1', '0.0000001')
    """
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def _float32_text(value: float) -> str:
    text = str(np.float32(value))
    return format(Decimal(text), "f") if "e" in text else text


def json_text(value: object) -> str:
    """Return a nested value as JSON text."""
    return json.dumps(value, ensure_ascii=False, default=str)


def column_text(column: pa.Array) -> pa.Array:
    """Return a column as VARCHAR: exact numbers, ISO dates, JSON for nested values, NULL kept."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return column_text(column.dictionary_decode())
    if pa.types.is_string(kind) or pa.types.is_null(kind):
        return column.cast(pa.string())
    if pa.types.is_timestamp(kind):
        return _timestamp_text(column)
    if pa.types.is_time(kind):
        return pc.replace_substring_regex(column.cast(pa.string()), r"\.0+$", "")
    writer = _writer(kind)
    if writer:
        values = column.to_pylist()
        return pa.array([None if v is None else writer(v) for v in values], pa.string())
    return column.cast(pa.string())


def _writer(kind: pa.DataType) -> Callable[[Any], str] | None:
    if pa.types.is_float32(kind) or pa.types.is_float16(kind):
        return _float32_text
    if pa.types.is_float64(kind):
        return number_text
    if pa.types.is_decimal(kind):
        return lambda value: format(value, "f")
    if is_nested(kind):
        return json_text
    if pa.types.is_duration(kind):
        return str
    return None


def is_nested(kind: pa.DataType) -> bool:
    """Say whether a type holds several values in one cell."""
    return bool(pa.types.is_nested(kind))


def _timestamp_text(column: pa.Array) -> pa.Array:
    text = pc.replace_substring_regex(column.cast(pa.string()), r"(\.\d*?)0+(Z?)$", r"\1\2")
    text = pc.replace_substring_regex(text, r"\.(Z?)$", r"\1")
    return pc.replace_substring_regex(text, r"Z$", "+00:00")


def excel_text(value: object) -> str:
    """Return a workbook cell as text: whole numbers without a fraction, dates in ISO form.

    >>> excel_text(5.0), excel_text(True), excel_text(1e16)
    ('5', 'TRUE', '10000000000000000')
    """
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float():
            text = number_text(value)
            return text[:-2] if text.endswith(".0") else text
        case dt.datetime():
            return value.isoformat(sep=" ")
        case dt.date() | dt.time():
            return value.isoformat()
        case _:
            return str(value)
