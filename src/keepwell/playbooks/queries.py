# ruff: noqa: S608 - every part is a checked expression, a column of the contract or quoted text
"""SQL over `portfolio` that gives the live numbers of all cells, in the portable vocabulary.

Each query returns rows that name their cell, so that empty cells are simply absent.
Medians are the mean of the middle two, by row_number with the account as unique key.
"""

from collections.abc import Collection, Iterable, Mapping
from math import ceil

import sqlglot
from sqlglot import exp

from keepwell.measures import double, parse_expression
from keepwell.playbooks.models import NEXT_TIER, SIZES, UNKNOWN_SIZE, Kpi, Library
from keepwell.vocabulary import MAX_MICRO, MICRO_PER_POINT, UNKNOWN_TIER, Scorecard

Portfolio = Collection[str]
LIFTED = "medium"


def cell_queries(
    library: Library,
    columns: Portfolio,
    lines: Mapping[str, int],
    tier_column: str = "tier",
) -> dict[str, str]:
    """Return the queries behind `strategy_cells` and `lift_scenario`, by name.

    `columns`:  the columns of `portfolio`; what needs another column is left out and said so.
    `lines`:    per scorecard the score in micro-points from which the tier is high.
    `tier_column`: `tier`, as every other table; a person's override shows in `overridden` and in
                the entry conditions.
    Names:      cells, points_lost, kpis, entries, lift.
    """
    queries = {"cells": _cells(columns, tier_column)}
    parts = {
        "points_lost": _points_lost(columns, tier_column),
        "kpis": _kpis(library, columns, tier_column),
        "entries": _entries(library, columns, tier_column),
    }
    queries |= {name: "\nUNION ALL\n".join(texts) for name, texts in parts.items() if texts}
    if lines:
        queries["lift"] = _lift(columns, lines, tier_column)
    return queries


def high_lines(cards: Iterable[Scorecard]) -> dict[str, int]:
    """Return per scorecard the score in micro-points from which the tier is high."""
    return {
        card.scorecard: ceil(cut.min * MICRO_PER_POINT)
        for card in cards
        for cut in card.tiers
        if cut.tier == NEXT_TIER[LIFTED]
    }


def columns_of(expression: str) -> frozenset[str]:
    """Return the columns that a scalar expression reads. Errors: sqlglot.ParseError."""
    tree = sqlglot.parse_one(expression, read="duckdb")
    return frozenset(column.name for column in tree.find_all(exp.Column))


def is_computable(expression: str, columns: Portfolio) -> bool:
    """Say whether every column of the expression is in `portfolio`."""
    return columns_of(expression) <= set(columns)


def _checked(expression: str, columns: Portfolio) -> str:
    return parse_expression(expression, columns).sql("duckdb")


def distinct_kpis(library: Library) -> dict[str, Kpi]:
    """Return every KPI once per key, in the order of the library."""
    return {a.kpi.key: a.kpi for p in library.playbooks for a in p.actions}


def _text(value: str) -> str:
    quoted = value.replace("'", "''")
    return f"'{quoted}'"


def _cell_columns(tier_column: str) -> str:
    sizes = ", ".join(_text(s) for s in SIZES)
    return (
        f"coalesce({tier_column}, {_text(UNKNOWN_TIER)}) AS cell_tier, "
        f"CASE WHEN account_size_segment IN ({sizes}) THEN account_size_segment "
        f"ELSE {_text(UNKNOWN_SIZE)} END AS cell_size"
    )


def _cells(columns: Portfolio, tier_column: str) -> str:
    contradiction = "has_contradiction" if "has_contradiction" in columns else "FALSE"
    near = "is_near_line" if "is_near_line" in columns else "FALSE"
    return (
        "SELECT cell_tier, cell_size, count(*) AS accounts, count(score_micro) AS scored, "
        "sum(contribution_amount) AS contribution_amount, "
        "count(contribution_amount) AS contribution_known, "
        "count(CASE WHEN near THEN 1 END) AS near_line, "
        "count(CASE WHEN contradicts THEN 1 END) AS contradicting, "
        "count(CASE WHEN has_override AND effective_tier <> tier THEN 1 END) AS overridden "
        f"FROM (SELECT {_cell_columns(tier_column)}, score_micro, contribution_amount, "
        f"has_override, effective_tier, tier, {near} AS near, "
        f"{contradiction} AS contradicts FROM portfolio) AS p "
        "GROUP BY cell_tier, cell_size"
    )


def _points_lost(columns: Portfolio, tier_column: str) -> list[str]:
    names = [c.removesuffix("__weight") for c in columns if c.endswith("__weight")]
    return [
        f"SELECT cell_tier, cell_size, {_text(name)} AS measure, "
        "CAST(sum(lost) AS BIGINT) AS lost_micro "
        f"FROM (SELECT {_cell_columns(tier_column)}, "
        f"coalesce({name}__weight, 0) - coalesce({name}__micro, 0) AS lost "
        "FROM portfolio WHERE score_micro IS NOT NULL) AS p GROUP BY cell_tier, cell_size"
        for name in sorted(names)
        if f"{name}__micro" in columns
    ]


def _kpis(library: Library, columns: Portfolio, tier_column: str) -> list[str]:
    return [
        _kpi(kpi, _checked(kpi.expression, columns), tier_column)
        for kpi in distinct_kpis(library).values()
        if kpi.expression is not None and is_computable(kpi.expression, columns)
    ]


def _kpi(kpi: Kpi, expression: str, tier_column: str) -> str:
    is_condition = kpi.statistic in ("share_where", "count_where")
    value = (
        f"CASE WHEN ({expression}) THEN 1 WHEN NOT ({expression}) THEN 0 END"
        if is_condition
        else f"CAST({expression} AS DOUBLE)"
    )
    rows = f"(SELECT {_cell_columns(tier_column)}, account_id, {value} AS v FROM portfolio) AS p"
    head = f"SELECT cell_tier, cell_size, {_text(kpi.key)} AS kpi, "
    tail = "GROUP BY cell_tier, cell_size"
    no_value, no_hits = "CAST(NULL AS DOUBLE)", "CAST(NULL AS BIGINT)"
    if is_condition:
        hits = "CAST(sum(v) AS BIGINT)"
        return f"{head}{no_value} AS value, {hits} AS hits, count(v) AS known FROM {rows} {tail}"
    if kpi.statistic == "median":
        middle = (
            "(SELECT cell_tier, cell_size, v, row_number() OVER (PARTITION BY cell_tier, cell_size "
            "ORDER BY v, account_id) AS place, count(v) OVER (PARTITION BY cell_tier, cell_size) "
            f"AS n FROM {rows} WHERE v IS NOT NULL) AS q WHERE place * 2 IN (n, n + 1, n + 2)"
        )
        return f"{head}avg(v) AS value, {no_hits} AS hits, max(n) AS known FROM {middle} {tail}"
    function = {"mean": "avg", "sum": "sum"}[kpi.statistic]
    return f"{head}{function}(v) AS value, {no_hits} AS hits, count(v) AS known FROM {rows} {tail}"


def _entries(library: Library, columns: Portfolio, tier_column: str) -> list[str]:
    return [
        f"SELECT cell_tier, cell_size, {_text(action.id)} AS action, "
        "count(CASE WHEN enters THEN 1 END) AS matching "
        f"FROM (SELECT {_cell_columns(tier_column)}, "
        f"({_checked(action.entry.when, columns)}) AS enters FROM portfolio) AS p "
        f"WHERE cell_tier = {_text(playbook.tier)} GROUP BY cell_tier, cell_size"
        for playbook in library.playbooks
        for action in playbook.actions
        if is_computable(action.entry.when, columns)
    ]


def _lift(columns: Portfolio, lines: Mapping[str, int], tier_column: str) -> str:
    cases = " ".join(f"WHEN {_text(card)} THEN {line}" for card, line in sorted(lines.items()))
    best = "score_best_micro" if "score_best_micro" in columns else "CAST(NULL AS BIGINT)"
    share = double(1 / MAX_MICRO).sql("duckdb")
    gain = f"CAST(line - score_micro AS DOUBLE) * {share} * base_amount"
    return (
        "SELECT cell_size, count(*) AS accounts, "
        f"sum({gain}) AS gain_amount, count(base_amount) AS gain_known, "
        "count(best) AS able_known, count(CASE WHEN best >= line THEN 1 END) AS able, "
        f"sum(CASE WHEN best >= line THEN {gain} END) AS able_gain_amount "
        f"FROM (SELECT {_cell_columns(tier_column)}, score_micro, base_amount, {best} AS best, "
        f"CASE scorecard {cases} END AS line FROM portfolio) AS p "
        f"WHERE cell_tier = {_text(LIFTED)} AND score_micro < line GROUP BY cell_size"
    )
