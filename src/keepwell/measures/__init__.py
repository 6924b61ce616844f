"""Measures: turns a set of mapped columns and `as_of` into one wide SQL table of measures.

Also keeps the portable SQL vocabulary. It neither reads data nor runs SQL.
"""

from keepwell.measures.binding import CALENDAR, Edge, MeasureSettings, edge_of, months_from
from keepwell.measures.catalog import CATALOG
from keepwell.measures.customers import LATER_SQL, LEFT_SQL
from keepwell.measures.dialects import parse_statement, translate
from keepwell.measures.families import EVENTS, family_texts
from keepwell.measures.month_days import bits_select, weeks_sql
from keepwell.measures.months import (
    BEFORE,
    MonthFold,
    joined_folds,
    last_days_select,
    wanted_months,
)
from keepwell.measures.moves import WEEKS, Moves, moved_columns, moves_of, touched_select
from keepwell.measures.plan import (
    SERVED,
    MeasurePlan,
    fold_selects,
    measure_sources,
    measures_select,
    plan_measures,
    served_columns,
    source_plans,
    sources_select,
    stored_selects,
    widened_select,
)
from keepwell.measures.portable import as_type, double, parse_expression, parse_portable, render

__all__ = [
    "BEFORE",
    "CALENDAR",
    "CATALOG",
    "EVENTS",
    "LATER_SQL",
    "LEFT_SQL",
    "SERVED",
    "WEEKS",
    "Edge",
    "MeasurePlan",
    "MeasureSettings",
    "MonthFold",
    "Moves",
    "as_type",
    "bits_select",
    "double",
    "edge_of",
    "family_texts",
    "fold_selects",
    "joined_folds",
    "last_days_select",
    "measure_sources",
    "measures_select",
    "months_from",
    "moved_columns",
    "moves_of",
    "parse_expression",
    "parse_portable",
    "parse_statement",
    "plan_measures",
    "render",
    "served_columns",
    "source_plans",
    "sources_select",
    "stored_selects",
    "touched_select",
    "translate",
    "wanted_months",
    "weeks_sql",
    "widened_select",
]
