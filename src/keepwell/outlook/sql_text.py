"""Pieces of portable SQL text that the outlook's queries share."""

from collections.abc import Collection


def as_double(value: str) -> str:
    """Return the text cast to DOUBLE; fractions must never stay decimal literals (D2)."""
    return f"CAST({value} AS DOUBLE)"


def filled(value: str) -> str:
    """Return the value with NULL as zero."""
    return f"coalesce({value}, {as_double('0')})"


def column_or_null(columns: Collection[str], name: str) -> str:
    """Return the column's name, or NULL where the table lacks it."""
    return name if name in columns else "CAST(NULL AS DOUBLE)"


def text_literal(text: str) -> str:
    """Return a text literal with its quotes doubled."""
    return "'" + text.replace("'", "''") + "'"
