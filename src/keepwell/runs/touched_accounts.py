"""Measures of the accounts that a change touches, family by family, beside those of before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from keepwell.measures import (
    EVENTS,
    SERVED,
    MeasurePlan,
    MeasureSettings,
    MonthFold,
    moved_columns,
    moves_of,
    served_columns,
    stored_selects,
    touched_select,
    wanted_months,
)
from keepwell.ports import Engine
from keepwell.runs.kept_folds import KeptFolds
from keepwell.runs.kept_over_months import ReadyEvents, ready_events
from keepwell.vocabulary import NotFound, SourceRejected

BEFORE = "measures_before"
_TOUCHED, _WAS = "touched", "as_it_was"
_HASHED = {"event_days": "day, channel, row_count", "event_before": "last_day"}


@dataclass(frozen=True, slots=True)
class Day:
    """Two days, what is kept of the first, and the engine that holds the tables of the second.

    `months`:  the months of event tables with their fingerprints as they were.
    `is_same`: the accounts are the same on both.
    """

    engine: Engine
    kept: KeptFolds
    months: Mapping[str, Mapping[str, str]]
    before: date
    now: date
    settings: MeasureSettings | None
    is_same: bool


@dataclass(frozen=True, slots=True)
class Part:
    """The columns of one family or table: SQL over the kept rows `b` and its own fresh rows.

    `is_joined`: some accounts have fresh rows, in `table` as `alias`.
    `beside`:    tables that the columns read too, each with its alias.
    """

    table: str
    alias: str
    columns: Mapping[str, str]
    is_joined: bool
    beside: tuple[tuple[str, str], ...] = ()


def parts_of(
    day: Day, plans: Mapping[str, MeasurePlan], changed: frozenset[str]
) -> tuple[Part, ...]:
    """Compute what is touched of each family; `changed`: tables with other rows than before."""
    return tuple(
        _event_part(day, source, plan, f"f{n}")
        if source in EVENTS and day.kept.holds(source)
        else _table_part(day, source, plan, f"f{n}", changed)
        for n, (source, plan) in enumerate(plans.items())
    )


def _table_part(
    day: Day, source: str, plan: MeasurePlan, alias: str, changed: frozenset[str]
) -> Part:
    moves = moves_of(source)
    moved = moved_columns(source, plan, (day.now - day.before).days)
    table = f"{source}_fresh"
    if moves is None or moved is None or source in EVENTS or changed & {*moves.tables}:
        _store(day, plan, table, ())
        return _all_fresh(plan, table, alias)
    if not _store_touched(day, source, ()):
        return Part(table, alias, moved, is_joined=False)
    _store(day, plan, table, moves.tables)
    return _some_fresh(moved, table, alias)


def _event_part(day: Day, source: str, plan: MeasurePlan, alias: str) -> Part:
    engine, table = day.engine, f"{source}_fresh"
    ready, changed = _ready(day, source)
    moved = moved_columns(source, plan, (day.now - day.before).days, ready.weeks)
    beside = ready.beside if moved is not None and ready.weeks in moved.values() else ()
    if moved is None or changed is None:
        for name, select in ready.made:
            engine.create_table(name, select)
        _store(day, plan, table, ())
        part, beside = _all_fresh(plan, table, alias), ()
    elif _store_touched(day, source, changed):
        for name, select in ready.made:
            engine.create_table(name, _restricted(select, ready.read))
        _store(day, plan, table, ("accounts",))
        part = replace(_some_fresh(moved, table, alias), beside=beside)
    else:
        part = Part(table, alias, moved, is_joined=False, beside=beside)
    spent = {n for n, _ in (*ready.made, *ready.beside, *_sums(day, source))} | {*ready.read}
    for name in spent - {n for n, _ in beside}:
        engine.drop(name)
    return part


def _all_fresh(plan: MeasurePlan, table: str, alias: str) -> Part:
    columns = {c: f"{alias}.{c}" for c in served_columns(plan)}
    return Part(table, alias, columns, is_joined=True)


def _some_fresh(moved: Mapping[str, str], table: str, alias: str) -> Part:
    is_kept = f"CASE WHEN {alias}.account_id IS NULL THEN"
    columns = {c: f"{is_kept} {sql} ELSE {alias}.{c} END" for c, sql in moved.items()}
    return Part(table, alias, columns, is_joined=True)


def _store(day: Day, plan: MeasurePlan, table: str, restricted: tuple[str, ...]) -> None:
    """Store the measures of a family, of the touched accounts where tables are restricted."""
    names = (*restricted, *({"accounts"} if restricted else ()))
    selects = stored_selects(plan, day.now, day.settings, is_folded=True)
    for name, select in selects:
        made = _restricted(select, tuple(dict.fromkeys(names))) if names else select
        day.engine.create_table(table if name == SERVED else name, made)
    for name, _ in selects[:-1]:
        day.engine.drop(name)


def _store_touched(day: Day, source: str, changed: tuple[str, ...]) -> int:
    """Store whom changed rows, windows, or their first appearance touch; return how many."""
    selects = [*changed, touched_select(source, day.before, day.now)]
    if not day.is_same:
        selects.append(
            f"SELECT account_id FROM accounts EXCEPT SELECT account_id FROM {BEFORE}"  # noqa: S608
        )
    given = " UNION ALL ".join(f"({s})" for s in selects if s)
    if not given:
        return 0
    day.engine.create_table(
        _TOUCHED,
        f"SELECT DISTINCT account_id FROM ({given}) AS given",  # noqa: S608
    )
    return int(day.engine.rows(f"SELECT count(*) FROM {_TOUCHED}")[0][0])  # noqa: S608


def _restricted(select: str, tables: tuple[str, ...]) -> str:
    """Return the SELECT over the rows of touched accounts alone."""
    ctes = ", ".join(
        f"{t} AS (SELECT * FROM main.{t} WHERE account_id IN "  # noqa: S608
        f"(SELECT account_id FROM main.{_TOUCHED}))"
        for t in tables
    )
    return f"WITH {ctes} SELECT * FROM ({select}) AS whole"  # noqa: S608


def _ready(day: Day, source: str) -> tuple[ReadyEvents, tuple[str, ...] | None]:
    """Make the folds of today ready, and tell whom months touch: SELECTs of accounts.

    The last is None where a month changed of which nothing is kept as it was.
    """
    engine, sums = day.engine, tuple(_sums(day, source))
    was = replace(day.kept, months=day.months)
    is_known = True
    for name, fold in sums:
        path = (
            was.path(fold)
            if fold.first.strftime("%Y-%m") in day.months.get(fold.table, {})
            else None
        )
        is_known = is_known and _store_sums(engine, name, fold, path)
    engine.drop(_WAS)
    ready = ready_events(day.kept, engine, source, day.now)
    selects = tuple(
        f"SELECT account_id FROM ("  # noqa: S608
        f"{_sum_of(f.fold, f.name) if f.name in ready.months else _NO_SUMS}) AS n "
        f"FULL JOIN {name} AS o USING (account_id) WHERE n.hashes IS DISTINCT FROM o.hashes"
        for name, f in sums
    )
    return ready, selects if is_known else None


def _store_sums(engine: Engine, name: str, fold: MonthFold, path: Path | None) -> bool:
    """Store the sums of a month as its file has them; False where there is no such file."""
    try:
        if path is not None:
            engine.read_parquet(_WAS, path)
    except (NotFound, SourceRejected):
        return False
    engine.create_table(name, _sum_of(fold.fold, _WAS) if path else _NO_SUMS)
    return True


_NO_SUMS = "SELECT CAST(NULL AS VARCHAR) AS account_id, CAST(0 AS HUGEINT) AS hashes WHERE FALSE"


def _sums(day: Day, source: str) -> Iterator[tuple[str, MonthFold]]:
    """Return the folds of months that changed since, each with the table for what they were."""
    table = EVENTS[source].table
    was, now = day.months.get(table, {}), day.kept.months[table]
    changed = [m for m in {*was, *now} if was.get(m) != now.get(m)]
    months = [date.fromisoformat(f"{m}-01") for m in changed]
    for fold in wanted_months(source, months, day.now):
        yield f"{fold.name}_before", fold


def _sum_of(fold: str, table: str) -> str:
    return (
        f"SELECT account_id, sum(CAST(hash({_HASHED[fold]}) AS HUGEINT)) AS hashes "  # noqa: S608
        f"FROM {table} GROUP BY account_id"
    )
