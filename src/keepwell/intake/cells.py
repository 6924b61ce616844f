"""Cells of one feed: which source text fills which canonical column, and how it is to be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from keepwell.intake.cleaning import clean_text, is_null_word, text_status, text_value
from keepwell.intake.dates import (
    DateReading,
    date_output,
    date_status,
    date_value,
    decide_order,
    profile_date,
    profile_odd_date,
)
from keepwell.intake.numbers import (
    NumberReading,
    decide_style,
    number_status,
    number_value,
    profile_number,
    profile_odd_number,
)
from keepwell.intake.recognise_categories import SIZE_NAMES
from keepwell.intake.words import flag_status, flag_value, id_status, id_value, mapped_words
from keepwell.vocabulary import Column, Kind

NUMBERS = (Kind.NUMBER, Kind.COUNT, Kind.PERCENT, Kind.MONEY)
DATES = (Kind.DATE, Kind.TIMESTAMP)
_PLAIN_TEXT = (Kind.TEXT, Kind.CATEGORY)
Stats = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Cell:
    """One canonical column of a feed. `raw` is SQL of the source text, `source_column` its name."""

    column: Column
    raw: str
    source_column: str
    categories: Mapping[str, str] = field(default_factory=dict)
    scale: float | None = None
    unit: str = ""
    date_order: str | None = None
    decimal: str | None = None
    zone: str = ""
    via: str = ""

    @property
    def name(self) -> str:
        """Return the canonical name."""
        return self.column.name


@dataclass(frozen=True, slots=True)
class Reading:
    """How one cell is read, decided from the whole column."""

    number: NumberReading = field(default_factory=NumberReading)
    date: DateReading = field(default_factory=DateReading)
    extends: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)
    signs: tuple[str, ...] = ()


def words_select(raw_table: str, cells: Sequence[Cell], where: str) -> str:
    """Return SQL giving per row `_rowid`, `_row`, cleaned texts `t_*` and texts to read `u_*`."""
    cleaned = [
        f"{clean_text(c.raw, is_code=c.column.kind not in _PLAIN_TEXT)} AS t_{c.name}"
        for c in cells
    ]
    kept = (Kind.ID, *_PLAIN_TEXT)
    raws = [f"{c.raw} AS r_{c.name}" for c in cells if c.column.kind in kept]
    inner = ", ".join(["rowid AS _rowid", "_row", *raws, *cleaned])
    return (
        f"SELECT *, {', '.join(_read_text(c) for c in cells)} "
        f"FROM (SELECT {inner} FROM {raw_table} WHERE {where})"
    )


def _read_text(cell: Cell) -> str:
    text = f"t_{cell.name}"
    absent = is_null_word(text, is_number=cell.column.kind in NUMBERS)
    own = SIZE_NAMES if cell.name == "account_size_segment" else {}
    mapped = mapped_words(text, {**own, **cell.categories})
    if cell.categories and cell.column.kind in _PLAIN_TEXT:
        return f"{mapped} AS u_{cell.name}"
    return f"CASE WHEN {absent} THEN NULL ELSE {mapped} END AS u_{cell.name}"


def profile_select(
    raw_table: str, cells: Sequence[Cell], where: str, *, is_odd: bool = False
) -> tuple[str, list[str]]:
    """Return one aggregate query over a feed and the names of its results, `column.stat`.

    With `is_odd`, the finer questions that only columns with unusual texts need.
    """
    names, aggregates = ["rows"], ["count(*)"]
    for cell in cells:
        for stat, sql in (_profile_odd(cell) if is_odd else _profile(cell)).items():
            names.append(f"{cell.name}.{stat}")
            aggregates.append(sql)
    words = words_select(raw_table, cells, where)
    return f"SELECT {', '.join(aggregates)} FROM ({words})", names


def odd_cells(cells: Sequence[Cell], stats: Stats) -> tuple[Cell, ...]:
    """Return the cells whose columns hold texts that the plain way of reading misses."""
    return tuple(c for c in cells if stats.get(f"{c.name}.odd"))


def _profile_odd(cell: Cell) -> dict[str, str]:
    u, kind = f"u_{cell.name}", cell.column.kind
    return profile_odd_date(u) if kind in DATES else profile_odd_number(u, kind)


def _profile(cell: Cell) -> dict[str, str]:
    u, kind = f"u_{cell.name}", cell.column.kind
    if kind in DATES:
        return profile_date(u)
    if kind in NUMBERS:
        return profile_number(u, kind)
    if kind is Kind.ID:
        return {
            "n": f"count({u})",
            "short": f"count(*) FILTER (is_id_15({u}))",
            "long": f"count(*) FILTER (is_id_18({u}) AND id_18(left({u}, 15)) = {u})",
        }
    if kind is Kind.CURRENCY:
        return {"n": f"count({u})", "codes": f"list_slice(list(DISTINCT upper({u})), 1, 50)"}
    return {"n": f"count({u})"}


def column_stats(cell: Cell, stats: Stats) -> dict[str, object]:
    """Return the profile of one cell's column, by the name of the statistic."""
    start = f"{cell.name}."
    return {k[len(start) :]: v for k, v in stats.items() if k.startswith(start)}


def _count(stats: Stats, name: str) -> int:
    value = stats.get(name) or 0
    return value if isinstance(value, int) else 0


def decide_reading(cell: Cell, stats: Stats, project_zone: str) -> Reading:
    """Return how a column is read, from what the user declared and what its values prove."""
    if cell.column.kind in DATES:
        order = decide_order(
            cell.date_order,
            _count(stats, "day_first"),
            _count(stats, "month_first"),
            _count(stats, "unclear"),
        )
        unit = cell.unit if cell.unit in ("s", "ms", "us", "ns") else ""
        zoned, timed = _count(stats, "zoned") > 0, _count(stats, "timed") > 0
        odd = bool(unit) or _count(stats, "odd") > 0
        return Reading(date=DateReading(order, unit, zoned, timed, cell.zone, project_zone, odd))
    if cell.column.kind in NUMBERS:
        style = decide_style(cell.decimal, _count(stats, "dot"), _count(stats, "comma"))
        found = stats.get("signs")
        signs = tuple(sorted(s for s in found if s)) if isinstance(found, list) else ()
        odd = _count(stats, "odd") > 0
        number = NumberReading(style, _is_percent(cell, stats), odd)
        return Reading(number=number, signs=signs)
    return Reading()


def _is_percent(cell: Cell, stats: Stats) -> bool:
    if cell.column.kind is not Kind.PERCENT or cell.unit == "share":
        return False
    above = _count(stats, "above")
    return cell.unit == "percent" or (above > 0 and above >= _count(stats, "fraction"))


def cell_value(cell: Cell, reading: Reading, today: date) -> str:
    """Return SQL for the typed value over `u_*`; dates stay timestamps until `cell_output`."""
    u, kind = f"u_{cell.name}", cell.column.kind
    if kind in NUMBERS:
        return number_value(u, kind, reading.number, cell.scale)
    if kind in DATES:
        return date_value(u, reading.date, today)
    match kind:
        case Kind.ID:
            return id_value(u, extends=reading.extends, aliases=reading.aliases)
        case Kind.FLAG:
            return flag_value(u)
        case Kind.EMAIL:
            return f"lower({u})"
        case Kind.TEXT | Kind.CATEGORY:
            return text_value(u)
        case _:
            return u


def cell_status(
    cell: Cell, reading: Reading, oldest: int, today: date, *, is_past: bool = False
) -> str:
    """Return SQL for the code of what is odd about the cell over `t_*`, `u_*` and `p_*`."""
    name, kind = cell.name, cell.column.kind
    u, value = f"u_{name}", f"p_{name}"
    if kind in NUMBERS:
        status = number_status(u, value, cell.column, reading.number)
    elif kind in DATES:
        status = date_status(u, value, reading.date, oldest, today, is_past=is_past)
    elif kind is Kind.ID:
        status = id_status(f"r_{name}", u, value, extends=reading.extends, aliases=reading.aliases)
    elif kind is Kind.FLAG:
        status = flag_status(u, value, is_mapped=bool(cell.categories))
    elif kind is Kind.EMAIL:
        good = f"regexp_full_match({u}, '[^@ ]+@[^@ ]+[.][^@ ]+')"
        status = f"CASE WHEN {u} IS NOT NULL AND NOT {good} THEN 'email_malformed' END"
    elif kind in _PLAIN_TEXT:
        status = text_status(f"r_{name}", u)
    else:
        status = "CAST(NULL AS VARCHAR)"
    return f"CASE WHEN {u} IS NULL AND t_{name} IS NOT NULL THEN 'null_word' ELSE {status} END"


def cell_output(cell: Cell) -> str:
    """Return SQL for the canonical cell over `p_*` and `s_*`."""
    if cell.column.kind in DATES:
        return date_output(f"p_{cell.name}", f"s_{cell.name}", cell.column.kind)
    if cell.column.kind in NUMBERS:
        bad = "('number_negative', 'out_of_scale', 'number_ambiguous')"
        return f"CASE WHEN coalesce(s_{cell.name}, '') NOT IN {bad} THEN p_{cell.name} END"
    return f"p_{cell.name}"
