"""The one SELECT that turns a feed's text into typed canonical columns with a status each."""

from collections.abc import Mapping, Sequence
from datetime import date

from keepwell.intake.cells import (
    Cell,
    Reading,
    cell_output,
    cell_status,
    cell_value,
    words_select,
)
from keepwell.intake.derived import derived_columns
from keepwell.intake.key_sql import KEEPS_ONE
from keepwell.intake.money import MoneyRules, converted, rate_day, row_currency, row_rate
from keepwell.vocabulary import SQL_TYPES, Column, Kind, Table

ROWS_PER_FEED = 10**12


def oldest_year(table: str) -> int:
    """Return the first year in which a date of this table is believable."""
    return 1900 if table == "accounts" else 1971


def typed_select(
    table: Table,
    feed: tuple[int, str, str],
    cells: Sequence[Cell],
    readings: Mapping[str, Reading],
    rules: MoneyRules,
    today: date,
) -> str:
    """Return SQL for `_id`, every canonical column, `s_*` for each and `_is_bare` (no currency).

    `feed` is (number, staged table, filter). `_id` is number * 10^12 + row id.
    """
    number, raw_table, where = feed
    words = words_select(raw_table, cells, where)
    values = ", ".join(f"{cell_value(c, readings[c.name], today)} AS p_{c.name}" for c in cells)
    oldest = oldest_year(table.name)
    codes = ", ".join(
        f"{cell_status(c, readings[c.name], oldest, today, is_past=_is_past(table, c))} "
        f"AS s_{c.name}"
        for c in cells
    )
    columns = ", ".join(_outputs(table, cells, readings, rules))
    return (
        f"SELECT {number} * {ROWS_PER_FEED}::BIGINT + _rowid AS _id, {columns} "
        f"FROM (SELECT *, {codes} FROM (SELECT *, {values} FROM ({words})))"
    )


def _is_past(table: Table, cell: Cell) -> bool:
    """Say whether the column tells what has happened to an account; an end may lie ahead."""
    return table.name in KEEPS_ONE and cell.name != "churned_at"


def _outputs(
    table: Table, cells: Sequence[Cell], readings: Mapping[str, Reading], rules: MoneyRules
) -> list[str]:
    by_name = {c.name: c for c in cells}
    derived = derived_columns(table.name, frozenset(by_name))
    day = rate_day(table.name, cells, rules)
    values, codes, bare = [], [], ["false"]
    for column in table.columns:
        cell = by_name.get(column.name)
        if cell is None:
            value, code = derived.get(column.name, "NULL"), "NULL"
        elif column.kind is Kind.MONEY:
            value, code, is_bare = _amount(cells, cell, readings[cell.name], rules, day)
            bare.append(is_bare)
        else:
            value, code = cell_output(cell), f"s_{cell.name}"
        values.append(f"CAST({value} AS {SQL_TYPES[column.kind]}) AS {quoted(column)}")
        codes.append(f"CAST({code} AS VARCHAR) AS s_{column.name}")
    return [*values, *codes, f"({' OR '.join(bare)}) AS _is_bare"]


def _amount(
    cells: Sequence[Cell], cell: Cell, reading: Reading, rules: MoneyRules, day: str
) -> tuple[str, str, str]:
    currency = row_currency(cells, cell, reading, rules)
    value, code = converted(cell, currency, row_rate(currency, day, rules), rules)
    has_column = any(c.column.kind is Kind.CURRENCY for c in cells)
    if reading.signs and not has_column:
        signed = f"money_sign(u_{cell.name}) IS NOT NULL"
        code = (
            f"CASE WHEN {signed} AND coalesce(s_{cell.name}, '') IN ('', 'number_read') "
            f"AND ({code}) IS DISTINCT FROM 'rate_missing' THEN 'currency_from_symbol' "
            f"ELSE {code} END"
        )
    bad = "('number_negative', 'out_of_scale', 'number_ambiguous')"
    value = f"CASE WHEN coalesce(s_{cell.name}, '') NOT IN {bad} THEN {value} END"
    return value, code, f"(p_{cell.name} IS NOT NULL AND {currency} IS NULL)"


def quoted(column: Column) -> str:
    """Return the column's name as an SQL identifier."""
    return f'"{column.name}"'
