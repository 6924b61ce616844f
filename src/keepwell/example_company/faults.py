"""Faults of whole exports on single days: what goes wrong between a source and its reader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from keepwell.example_company.texts import ExportTable

Exports = tuple[ExportTable, ...]


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One way in which an export fails: its name, its table by position, how many days it lasts."""

    name: str
    table: int
    lasts_days: int = 1


@dataclass(frozen=True, slots=True)
class DayFault:
    """A fault that is planted; its first and last day count from the first day of the exports."""

    kind: FaultKind
    first: int
    last: int


FAULT_KINDS = (
    FaultKind("missing_file", 2),
    FaultKind("stale_file", 2, 4),
    FaultKind("renamed_column", 2),
    FaultKind("shrunken_file", 2),
    FaultKind("empty_file", 1),
    FaultKind("wrong_currency", 3),
    FaultKind("duplicated_rows", 2),
    FaultKind("cut_accounts", 0),
)
FIRST_FAULT = 6
CALM_DAYS = 3
CURRENCY_COLUMN = 4
DATE_COLUMN = 4


def planted_faults(days: int, seed: int) -> tuple[DayFault, ...]:
    """Return the faults of `days` days, apart from each other, in an order that the seed decides.

    Short spans have room for the first kinds only.
    """
    rng = np.random.default_rng(seed)
    longest = max(k.lasts_days for k in FAULT_KINDS)
    step = max(longest + CALM_DAYS, (days - FIRST_FAULT) // len(FAULT_KINDS))
    starts = range(FIRST_FAULT, days - longest - CALM_DAYS + 1, step)[: len(FAULT_KINDS)]
    kinds = [FAULT_KINDS[i] for i in rng.permutation(len(starts))]
    return tuple(
        DayFault(kind, first, first + kind.lasts_days - 1)
        for kind, first in zip(kinds, starts, strict=True)
    )


def spoiled(exports: Exports, kind: FaultKind, before: Exports) -> tuple[ExportTable | None, ...]:
    """Return the exports with a fault in one table; None for a file that is not delivered.

    `before`: the exports of the day before the fault began.
    """
    made: list[ExportTable | None] = list(exports)
    made[kind.table] = _SPOILERS[kind.name](exports[kind.table], before[kind.table])
    return tuple(made)


def _gone(_: ExportTable, __: ExportTable) -> None:
    return None


def _stale(_: ExportTable, before: ExportTable) -> ExportTable:
    return before


def _renamed(table: ExportTable, _: ExportTable) -> ExportTable:
    names = list(table.columns)
    names[DATE_COLUMN] = f"{names[DATE_COLUMN]}_v2"
    return replace(table, columns=tuple(names))


def _shrunken(table: ExportTable, _: ExportTable) -> ExportTable:
    return replace(table, rows=table.rows[: len(table.rows) * 3 // 10])


def _cut(table: ExportTable, _: ExportTable) -> ExportTable:
    """Return the table without its last third, as a transfer that broke off leaves it."""
    return replace(table, rows=table.rows[: len(table.rows) * 2 // 3])


def _empty(table: ExportTable, _: ExportTable) -> ExportTable:
    return replace(table, rows=())


def _foreign(table: ExportTable, _: ExportTable) -> ExportTable:
    def changed(row: tuple[str, ...]) -> tuple[str, ...]:
        return (*row[:CURRENCY_COLUMN], "JPY", *row[CURRENCY_COLUMN + 1 :])

    return replace(table, rows=tuple(map(changed, table.rows)))


def _doubled(table: ExportTable, _: ExportTable) -> ExportTable:
    return replace(table, rows=table.rows * 2)


_SPOILERS: Mapping[str, Callable[[ExportTable, ExportTable], ExportTable | None]] = {
    "missing_file": _gone,
    "stale_file": _stale,
    "renamed_column": _renamed,
    "shrunken_file": _shrunken,
    "empty_file": _empty,
    "wrong_currency": _foreign,
    "duplicated_rows": _doubled,
    "cut_accounts": _cut,
}
