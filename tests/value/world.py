"""A small portfolio with purchases in an engine, as a run hands it to the value model."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.segment_maps import shipped_segment_map
from keepwell.adapters.state import SqlStateStore
from keepwell.outlook import PORTFOLIO_TABLES, portfolio_select
from keepwell.ports import Engine
from keepwell.runs.value import ValueInputs, ValueResult, build_value
from keepwell.value import NOT_FITTED, FittedValue, ValueSettings
from keepwell.vocabulary import SQL_TYPES, TABLES

AS_OF = date(2026, 6, 30)
ARROW = {
    "VARCHAR": pa.string(),
    "DOUBLE": pa.float64(),
    "BIGINT": pa.int64(),
    "DECIMAL(24, 6)": pa.decimal128(24, 6),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}
Row = Mapping[str, Any]
DESCRIBED = ("name", "industry", "lifecycle_stage")
TEXTS = (*DESCRIBED, "effective_tier", "account_size_segment")


def put_table(engine: Engine, name: str, rows: Sequence[Row]) -> None:
    """Store a canonical table with all its columns; what a row lacks is NULL."""
    columns = {}
    for column in TABLES[name].columns:
        kind = ARROW[SQL_TYPES[column.kind]]
        values = [_typed(r.get(column.name), kind) for r in rows]
        columns[column.name] = pa.array(values, kind)
    engine.read_arrow(name, pa.table(columns))


def _typed(value: Any, kind: pa.DataType) -> Any:
    if value is not None and pa.types.is_decimal(kind):
        return Decimal(str(value)).quantize(Decimal("0.000001"))
    if isinstance(value, date) and not isinstance(value, datetime) and pa.types.is_timestamp(kind):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001 - naive by contract
    return value


def put_portfolio(engine: Engine, rows: Sequence[Row]) -> None:
    """Store the accounts as a run has them; numbers that a row lacks are NULL."""
    others = ("account_id", "score", *TEXTS)
    names = list(dict.fromkeys(k for r in rows for k in r if k not in others))
    ids = pa.array([r["account_id"] for r in rows], pa.string())

    def texts(*wanted: str) -> dict[str, pa.Array]:
        return {n: pa.array([r.get(n) for r in rows], pa.string()) for n in wanted}

    numbers = {
        n: pa.array([None if r.get(n) is None else float(r[n]) for r in rows], pa.float64())
        for n in names
    }
    never = {f"{n}__never": pa.array([False] * len(rows), pa.bool_()) for n in names}
    micro = [None if r.get("score") is None else round(r["score"] * 1_000_000) for r in rows]
    scores = {"account_id": ids, "score_micro": pa.array(micro, pa.int64())}
    measured = {"account_id": ids, **texts("account_size_segment"), **numbers, **never}
    engine.read_arrow("accounts", pa.table({"account_id": ids, **texts(*DESCRIBED)}))
    engine.read_arrow("scores", pa.table({**scores, **texts("effective_tier")}))
    engine.read_arrow("measures", pa.table(measured))
    columns = {name: tuple(engine.columns(name)) for name in PORTFOLIO_TABLES}
    engine.create_view("portfolio", portfolio_select(columns))


def open_world(tables: Mapping[str, Sequence[Row]], portfolio: Sequence[Row]) -> DuckDbEngine:
    """Return an engine with every canonical table, empty where none is given."""
    engine = DuckDbEngine(memory_limit_mb=512, threads=1)
    for name in TABLES:
        put_table(engine, name, tables.get(name, ()))
    put_portfolio(engine, portfolio)
    return engine


def mapped_of(tables: Mapping[str, Sequence[Row]]) -> frozenset[str]:
    """Return the columns that the rows of the tables fill."""
    return frozenset(f"{t}.{c}" for t, rows in tables.items() for r in rows for c in r)


def compute(
    engine: Engine,
    tables: Mapping[str, Sequence[Row]],
    settings: ValueSettings | None = None,
    *,
    state: SqlStateStore | None = None,
    mapped: frozenset[str] | None = None,
    as_of: date = AS_OF,
    refit: bool = False,
    fitted: FittedValue = NOT_FITTED,
    health_tells: bool = True,
) -> ValueResult:
    """Compute the value model of the world."""
    inputs = ValueInputs(
        settings=settings or ValueSettings(),
        segments=shipped_segment_map(),
        mapped=mapped_of(tables) if mapped is None else mapped,
        direct=frozenset(),
        as_of=as_of,
        refit=refit,
        fitted=fitted,
        health_tells=health_tells,
    )
    with state or SqlStateStore("sqlite://") as store:
        return build_value(engine, inputs, store)


def values(engine: Engine) -> dict[str, dict[str, Any]]:
    """Return the rows of `value` by account."""
    rows = engine.arrow("SELECT * FROM value ORDER BY account_id").to_pylist()
    return {r["account_id"]: r for r in rows}
