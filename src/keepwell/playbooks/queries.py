# ruff: noqa: S608 - every part is a checked expression, a column of the contract or quoted text
"""SQL over `portfolio` that gives the live numbers of all cells, in the portable vocabulary.

Each query returns rows that name their cell, so that empty cells are simply absent. Wide queries
give name after name with its numbers, so that one scan serves them all.
Medians are the mean of the middle two, by row_number with the account as unique key.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

import sqlglot
from sqlglot import exp

from keepwell.measures import double, parse_expression
from keepwell.outlook import lift_select
from keepwell.playbooks.models import SIZES, UNKNOWN_SIZE, Kpi, Library
from keepwell.playbooks.tiers import (
    NEAR_LOW_LINE,
    Lines,
    case_of,
    positions,
    quoted,
    standing_for,
    tiers_above,
    with_lines,
)
from keepwell.vocabulary import UNKNOWN_TIER

Portfolio = Collection[str]
Part = tuple[Kpi, str]
SILENT_DAYS = 45.0
_SCORED = " WHERE score_micro IS NOT NULL"


def cell_queries(
    library: Library,
    columns: Portfolio,
    lines: Lines,
    tier_column: str = "tier",
    silent_days: float = SILENT_DAYS,
) -> dict[str, str]:
    """Return the queries behind `strategy_cells` and `lift_scenario`, by name.

    `columns`:  the columns of `portfolio`; what needs another column is left out and said so.
    `lines`:    per scorecard its tiers, from `card_lines`.
    `tier_column`: `tier`, as every other table; a person's override shows in `overridden` and in
                the entry conditions.
    `silent_days`: days since the last activity from which the priority list calls an account
                silent.
    Names:      cells, other_sizes, points_lost, rates, totals, medians, nevers, entries, lift.
    """
    parts = _computable(library, columns, lines)
    highs = {name: card.high_micro for name, card in lines.items() if card.high_micro}
    queries = {
        "cells": _cells(columns, lines, tier_column, silent_days),
        "other_sizes": _other_sizes(tier_column),
        "points_lost": _points_lost(columns, tier_column),
        "rates": _rates(parts, tier_column),
        "totals": _totals(parts, tier_column),
        "medians": _medians(parts, tier_column),
        "nevers": _nevers(parts, columns, tier_column),
        "entries": _entries(library, columns, lines, tier_column),
        "lift": lift_select(highs, columns, _cell_columns(tier_column)) if highs else None,
    }
    return {name: sql for name, sql in queries.items() if sql is not None}


def columns_of(expression: str) -> frozenset[str]:
    """Return the columns that a scalar expression reads. Errors: sqlglot.ParseError."""
    tree = sqlglot.parse_one(expression, read="duckdb")
    return frozenset(column.name for column in tree.find_all(exp.Column))


def is_computable(expression: str, columns: Portfolio, lines: Lines) -> bool:
    """Say whether `portfolio` has every column of the expression and a card every line."""
    has_low_line = any(card.low_micro is not None for card in lines.values())
    return columns_of(expression) <= {*columns, *((NEAR_LOW_LINE,) if has_low_line else ())}


def _checked(expression: str, columns: Portfolio, lines: Lines) -> str:
    tree = parse_expression(expression, {*columns, NEAR_LOW_LINE})
    return with_lines(tree, lines).sql("duckdb")


def condition_sql(expression: str, columns: Portfolio, lines: Lines) -> str | None:
    """Return a condition of the library as SQL over `portfolio`; None without its columns.

    Tiers of one's own stand for low, medium and high by their place, as in all cells.
    """
    if not is_computable(expression, columns, lines):
        return None
    return _checked(expression, columns, lines)


def distinct_kpis(library: Library) -> dict[str, Kpi]:
    """Return every KPI once per key, in the order of the library."""
    return {a.kpi.key: a.kpi for a in library.actions}


def _cell_columns(tier_column: str) -> str:
    sizes = ", ".join(quoted(s) for s in SIZES)
    return (
        f"coalesce({tier_column}, {quoted(UNKNOWN_TIER)}) AS cell_tier, "
        f"CASE WHEN account_size_segment IN ({sizes}) THEN account_size_segment "
        f"ELSE {quoted(UNKNOWN_SIZE)} END AS cell_size"
    )


def _urgent(columns: Portfolio, lines: Lines, silent_days: float) -> str:
    """Return the condition of the priority list's groups A and B."""
    low = ", ".join(quoted(tier) for tier in standing_for("low", lines))
    tests = [f"effective_tier IN ({low})"]
    if "days_since_last_activity" in columns:
        silent = f"days_since_last_activity >= {double(silent_days).sql('duckdb')}"
        not_low = f"effective_tier NOT IN ({low}, {quoted(UNKNOWN_TIER)})"
        tests.append(f"({not_low} AND ({silent} OR days_since_last_activity__never))")
    return f"(contribution_tier = 1 AND ({' OR '.join(tests)}))"


def _other_sizes(tier_column: str) -> str:
    """Sizes that are none of the four, which count as unknown, by their own name."""
    return (
        "SELECT cell_tier, cell_size, size_name, count(*) AS accounts "
        f"FROM (SELECT {_cell_columns(tier_column)}, account_size_segment AS size_name "
        "FROM portfolio WHERE account_size_segment IS NOT NULL) AS p "
        f"WHERE cell_size = {quoted(UNKNOWN_SIZE)} AND size_name <> {quoted(UNKNOWN_SIZE)} "
        "GROUP BY cell_tier, cell_size, size_name"
    )


def _cells(columns: Portfolio, lines: Lines, tier_column: str, silent_days: float) -> str:
    urgent = _urgent(columns, lines, silent_days)
    position = case_of("cell_tier", positions(lines), "cell_tier")
    above = case_of("cell_tier", tiers_above(lines), "CAST(NULL AS VARCHAR)")
    near = "is_near_line" if "is_near_line" in columns else "FALSE"
    return (
        "SELECT cell_tier, cell_size, count(*) AS accounts, count(score_micro) AS scored, "
        "sum(contribution_amount) AS contribution_amount, "
        "count(contribution_amount) AS contribution_known, "
        "count(CASE WHEN near THEN 1 END) AS near_line, "
        "count(CASE WHEN contradicts THEN 1 END) AS contradicting, "
        "count(CASE WHEN has_override AND effective_tier <> tier THEN 1 END) AS overridden, "
        "count(CASE WHEN urgent THEN 1 END) AS urgent, "
        f"{position} AS cell_position, {above} AS tier_above "
        f"FROM (SELECT {_cell_columns(tier_column)}, score_micro, contribution_amount, "
        f"has_override, effective_tier, tier, {near} AS near, {urgent} AS urgent, "
        f"{_contradicts(columns)} AS contradicts FROM portfolio) AS p "
        "GROUP BY cell_tier, cell_size"
    )


def _points_lost(columns: Portfolio, tier_column: str) -> str | None:
    names = sorted(c.removesuffix("__weight") for c in columns if c.endswith("__weight"))
    values = {
        name: f"coalesce({name}__weight, 0) - coalesce({name}__micro, 0)"
        for name in names
        if f"{name}__micro" in columns
    }
    return _wide(values, lambda v: [f"CAST(sum({v}) AS BIGINT)"], tier_column, _SCORED)


def _rates(parts: Sequence[Part], tier_column: str) -> str | None:
    values = {
        kpi.key: f"CASE WHEN ({test}) THEN 1 WHEN NOT ({test}) THEN 0 END"
        for kpi, test in parts
        if kpi.statistic in ("share_where", "count_where")
    }
    return _wide(values, lambda v: [f"CAST(sum({v}) AS BIGINT)", f"count({v})"], tier_column)


def _totals(parts: Sequence[Part], tier_column: str) -> str | None:
    """Sums and means alike as sum and number known; the mean is divided afterwards."""
    values = {
        kpi.key: f"CAST({expression} AS DOUBLE)"
        for kpi, expression in parts
        if kpi.statistic in ("mean", "sum")
    }
    return _wide(values, lambda v: [f"sum({v})", f"count({v})"], tier_column)


def _entries(library: Library, columns: Portfolio, lines: Lines, tier_column: str) -> str | None:
    values = {
        action.id: f"({_checked(action.entry.when, columns, lines)})"
        for action in library.actions
        if is_computable(action.entry.when, columns, lines)
    }
    return _wide(values, _matching, tier_column, odd=_contradicts(columns))


def _contradicts(columns: Portfolio) -> str:
    return "has_contradiction" if "has_contradiction" in columns else "FALSE"


def _matching(value: str) -> list[str]:
    """Return who meets a condition, for whom it can't be told, and whose fields contradict."""
    return [
        f"count(CASE WHEN {value} THEN 1 END)",
        f"count(CASE WHEN {value} IS NULL THEN 1 END)",
        f"count(CASE WHEN {value} AND odd THEN 1 END)",
    ]


def _wide(
    values: Mapping[str, str],
    aggregates: Callable[[str], list[str]],
    tier_column: str,
    where: str = "",
    odd: str = "FALSE",
) -> str | None:
    """Return one scan that gives per cell, for each name, the name and its aggregates."""
    if not values:
        return None
    given = [_cell_columns(tier_column), f"{odd} AS odd"]
    inner = ", ".join([*given, *(f"{v} AS v{i}" for i, v in enumerate(values.values()))])
    outer = []
    for i, name in enumerate(values):
        outer.append(f"{quoted(name)} AS n{i}")
        outer += [f"{sql} AS a{i}_{j}" for j, sql in enumerate(aggregates(f"v{i}"))]
    return (
        f"SELECT cell_tier, cell_size, {', '.join(outer)} "
        f"FROM (SELECT {inner} FROM portfolio{where}) AS p "
        "GROUP BY cell_tier, cell_size"
    )


def _medians(parts: Sequence[Part], tier_column: str) -> str | None:
    found = [
        _median(kpi.key, expression, tier_column)
        for kpi, expression in parts
        if kpi.statistic == "median"
    ]
    return "\nUNION ALL\n".join(found) or None


def _median(key: str, expression: str, tier_column: str) -> str:
    cell = "PARTITION BY cell_tier, cell_size"
    value = f"CAST({expression} AS DOUBLE)"
    return (
        f"SELECT cell_tier, cell_size, {quoted(key)} AS kpi, avg(v) AS value, max(n) AS known "
        f"FROM (SELECT cell_tier, cell_size, v, count(v) OVER ({cell}) AS n, "
        f"row_number() OVER ({cell} ORDER BY v, account_id) AS place "
        f"FROM (SELECT {_cell_columns(tier_column)}, account_id, {value} AS v FROM portfolio) AS p "
        "WHERE v IS NOT NULL) AS q WHERE place * 2 IN (n, n + 1, n + 2) "
        "GROUP BY cell_tier, cell_size"
    )


def _nevers(parts: Sequence[Part], columns: Portfolio, tier_column: str) -> str | None:
    """Accounts that have no value since what is measured never happened, per KPI."""
    values = {}
    for kpi, expression in parts:
        read = (f"{name}__never" for name in sorted(columns_of(expression)))
        flags = [flag for flag in read if flag in columns]
        if flags:
            values[kpi.key] = f"(({expression}) IS NULL AND ({' OR '.join(flags)}))"
    return _wide(values, lambda v: [f"count(CASE WHEN {v} THEN 1 END)"], tier_column)


def _computable(library: Library, columns: Portfolio, lines: Lines) -> list[Part]:
    return [
        (kpi, _checked(kpi.expression, columns, lines))
        for kpi in distinct_kpis(library).values()
        if kpi.expression is not None and is_computable(kpi.expression, columns, lines)
    ]
