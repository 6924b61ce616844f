"""The faults planted in the example company's exports, each listed so that it must be found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from keepwell.example_company.texts import ExportTable, day_text

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlantedDirt:
    """A planted fault: its name, the table (by position in the exports) and how many rows."""

    name: str
    table: int
    rows: int
    expect: str


PLANTED_DIRT = (
    PlantedDirt("identical_account_row", 0, 3, "merged"),
    PlantedDirt("test_account", 0, 2, "warned"),
    PlantedDirt("unmapped_size", 0, 7, "unknown"),
    PlantedDirt("thousands_separator", 0, 5, "fixed"),
    PlantedDirt("placeholder_date", 0, 4, "fixed"),
    PlantedDirt("identical_contact_row", 1, 24, "merged"),
    PlantedDirt("orphan_contact", 1, 6, "quarantined"),
    PlantedDirt("future_activity", 2, 5, "quarantined"),
    PlantedDirt("missing_account_id", 2, 4, "quarantined"),
    PlantedDirt("impossible_date", 2, 3, "quarantined"),
    PlantedDirt("negative_amount", 3, 2, "quarantined"),
    PlantedDirt("foreign_currency_without_rate", 3, 6, "unknown"),
    PlantedDirt("null_word", 3, 4, "fixed"),
)


def soil(tables: tuple[ExportTable, ...], as_of: date, lang: str) -> tuple[ExportTable, ...]:
    """Return the tables with every fault of PLANTED_DIRT put in, at fixed places."""
    accounts, contacts, activities, deals, *rest = tables
    return (
        _dirty_accounts(accounts, lang),
        _dirty_contacts(contacts),
        _dirty_activities(activities, as_of),
        _dirty_deals(deals),
        *rest,
    )


def _changed(rows: list[Row], places: range, column: int, change: Callable[[str], str]) -> None:
    for i in places:
        row = list(rows[i])
        row[column] = change(row[column])
        rows[i] = tuple(row)


def _dirty_accounts(table: ExportTable, lang: str) -> ExportTable:
    rows = list(table.rows)
    _changed(rows, range(10, 17), 3, lambda _: "战略级" if lang == "zh" else "Strategic")
    _changed(rows, range(20, 25), 5, lambda text: f"{float(text):,.2f}")
    _changed(rows, range(28, 32), 10, lambda _: "1900-01-01")
    test = "测试客户" if lang == "zh" else "TEST - do not use"
    extra = [(f"A9{i:06d}", f"{test} {i}", *rows[i][2:]) for i in (1, 2)]
    return replace(table, rows=(*rows, *rows[40:43], *extra))


def _dirty_contacts(table: ExportTable) -> ExportTable:
    rows = list(table.rows)
    orphans = [(f"C9{i:06d}", f"A8{i:06d}", *rows[i][2:]) for i in range(6)]
    return replace(table, rows=(*rows, *([rows[5]] * 24), *orphans))


def _dirty_activities(table: ExportTable, as_of: date) -> ExportTable:
    rows = list(table.rows)
    later = day_text(as_of, 400)
    future = [(f"T9{i:06d}", *rows[i][1:4], f"{later} 10:00:00") for i in range(5)]
    _changed(rows, range(100, 104), 1, lambda _: "")
    _changed(rows, range(200, 203), 4, lambda _: "2026-02-30 09:00:00")
    return replace(table, rows=(*rows, *future))


def _dirty_deals(table: ExportTable) -> ExportTable:
    rows = list(table.rows)
    _changed(rows, range(50, 52), 3, lambda text: f"-{text}")
    _changed(rows, range(60, 66), 4, lambda _: "BRL")
    _changed(rows, range(70, 74), 3, lambda _: "N/A")
    return replace(table, rows=tuple(rows))
