"""Measures: turns a set of mapped columns and `as_of` into one wide SQL table of measures.

Also keeps the portable SQL vocabulary. It neither reads data nor runs SQL.
"""

from keepwell.measures.catalog import CATALOG
from keepwell.measures.portable import double, parse_expression, parse_portable, render

__all__ = ["CATALOG", "double", "parse_expression", "parse_portable", "render"]
