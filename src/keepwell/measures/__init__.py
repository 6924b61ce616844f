"""Measures: turns a set of mapped columns and `as_of` into one wide SQL table of measures.

Also keeps the portable SQL vocabulary. It neither reads data nor runs SQL.
"""

from keepwell.measures.binding import MeasureSettings, months_from
from keepwell.measures.catalog import CATALOG
from keepwell.measures.dialects import translate
from keepwell.measures.plan import (
    MeasurePlan,
    measure_sources,
    measures_select,
    plan_measures,
    sources_select,
    stored_selects,
    widened_select,
)
from keepwell.measures.portable import as_type, double, parse_expression, parse_portable, render

__all__ = [
    "CATALOG",
    "MeasurePlan",
    "MeasureSettings",
    "as_type",
    "double",
    "measure_sources",
    "measures_select",
    "months_from",
    "parse_expression",
    "parse_portable",
    "plan_measures",
    "render",
    "sources_select",
    "stored_selects",
    "translate",
    "widened_select",
]
