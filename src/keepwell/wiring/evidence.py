"""The rows behind a measure of one account, as `check` accepted them; no contact is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from keepwell.adapters.imports import ImportFolders
from keepwell.measures import CATALOG
from keepwell.outlook import text_literal
from keepwell.ports import Engine
from keepwell.ports.pages import Scope
from keepwell.vocabulary import NotFound
from keepwell.wiring.web_desk import WebDesk

MOST_ROWS = 100
# Columns that may name a person; their rows are counted, never shown.
HIDDEN = frozenset(("contact_id", "name", "email", "title", "email_hash", "text", "comment"))
DAYS = ("occurred_at", "created_at", "period_start", "answered_at", "used_on", "close_date")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows of one canonical table: the newest first, and how many there are in all."""

    table: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    total: int


def evidence_of(desk: WebDesk, scope: Scope, account_id: str, measure: str) -> tuple[Evidence, ...]:
    """Return the rows behind a measure, up to the day of the run.

    Errors: NotFound for an account out of sight, a measure that is not there, a missing import.
    """
    desk.pages.account(scope, account_id)
    if measure not in CATALOG:
        raise NotFound(f"There is no measure `{measure}`.", cure="Open it from the account's page.")
    run = desk.project.current()
    folder = ImportFolders(desk.project.layout.imports).folder(run.input_hash)
    sources = desk.project.snapshots.read_manifest(run.run_id)["measures"]
    found = []
    with desk.project.reader() as engine:
        for table in tables_of(sources, measure):
            path = folder / f"{table}.parquet"
            if path.exists():
                engine.read_parquet(f"evidence_{table}", path)
                found.append(_rows(engine, table, account_id, run.as_of))
    return tuple(found)


def rows_of(desk: WebDesk, account_id: str, table: str) -> Evidence:
    """Return the newest rows of a table about an account, up to the day of the run.

    Errors: NotFound when the import of the run is gone.
    """
    run = desk.project.current()
    path = ImportFolders(desk.project.layout.imports).folder(run.input_hash) / f"{table}.parquet"
    if not path.is_file():
        return Evidence(table, (), (), 0)
    with desk.project.reader() as engine:
        engine.read_parquet(f"evidence_{table}", path)
        return _rows(engine, table, account_id, run.as_of)


def tables_of(sources: Sequence[Mapping[str, Any]], measure: str) -> tuple[str, ...]:
    """Return the canonical tables that a run took a measure from; none where nothing gave it.

    >>> tables_of([{"measure": "m", "columns": ["usage.used_on", "usage.users"]}], "m")
    ('usage',)
    """
    columns = next((s["columns"] for s in sources if s["measure"] == measure), ())
    return tuple(dict.fromkeys(c.partition(".")[0] for c in columns))


def _rows(engine: Engine, table: str, account_id: str, as_of: date) -> Evidence:
    name = f"evidence_{table}"
    there = [c for c in engine.columns(name) if not c.startswith("_")]
    shown = [c for c in there if c not in HIDDEN or (table == "accounts" and c == "name")]
    day = next((d for d in DAYS if d in there), None)
    where = f"account_id = {text_literal(account_id)}"
    order = f'ORDER BY "{day}" DESC' if day else ""
    if day:
        where += f" AND CAST(\"{day}\" AS DATE) <= DATE '{as_of.isoformat()}'"
    filled = _filled(engine, name, shown, where)
    columns = ", ".join(f'"{c}"' for c in filled)
    rows = engine.rows(f"SELECT {columns} FROM {name} WHERE {where} {order} LIMIT {MOST_ROWS}")
    ((total,),) = engine.rows(f"SELECT count(*) FROM {name} WHERE {where}")
    return Evidence(table, tuple(filled), tuple(rows), int(total))


def _filled(engine: Engine, name: str, columns: Sequence[str], where: str) -> list[str]:
    """Return the columns that hold anything in the rows of a condition."""
    counts = ", ".join(f'count("{c}")' for c in columns)
    (found,) = engine.rows(f"SELECT {counts} FROM {name} WHERE {where}")
    return [c for c, n in zip(columns, found, strict=True) if n or c == "account_id"]
