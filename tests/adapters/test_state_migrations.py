"""State databases of every earlier version, with rows in all their tables, on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Text,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from keepwell.adapters.state import SqlStateStore
from keepwell.adapters.state.dump import lines_of, reflected, replace_tables
from keepwell.adapters.state.migrating import bring_up_to_date, known_revisions
from keepwell.adapters.state.models import StateTable
from keepwell.adapters.state.revisions import newest_revision
from keepwell.vocabulary import InputProblem
from state_databases import StateDatabase

VALUES: tuple[tuple[type[TypeEngine[Any]], object], ...] = (
    (Boolean, True),
    (Integer, 1),
    (Float, 1.5),
    (DateTime, datetime(2026, 11, 2, 8, 30, 0, 123456, UTC).replace(tzinfo=None)),
    (Date, date(2026, 11, 1)),
    (JSON, [["账户", 1]]),
    (String, "x"),
)


def _value(column: Column[Any]) -> object:
    return next(value for kind, value in VALUES if isinstance(column.type, kind))


def _tables(connection: Connection) -> MetaData:
    found = MetaData()
    found.reflect(connection)
    return found


def _fill(connection: Connection) -> dict[str, dict[str, object]]:
    """Put one row into every table that is there; return the rows."""
    stored = {}
    for table in _tables(connection).sorted_tables:
        if table.name != "alembic_version":
            row = {c.name: _value(c) for c in table.columns}
            connection.execute(table.insert(), row)
            stored[table.name] = row
    return stored


def _same_type(
    context: object, column: object, model: object, found: TypeEngine[Any], wanted: object
) -> bool | None:
    """Say that a column does not differ: PostgreSQL holds all text without a limit."""
    is_text = isinstance(found, Text) and isinstance(wanted, String)
    return False if is_text else None


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": _same_type})
    return list(compare_metadata(context, StateTable.metadata))


@pytest.mark.parametrize("start", [r for r in known_revisions() if r != newest_revision()])
def test_a_database_of_any_earlier_version_keeps_its_rows_and_gets_the_models_shape(
    bare_database: StateDatabase, start: str
) -> None:
    engine = bare_database.engine()
    bring_up_to_date(engine, bare_database.place.schema, start)
    with engine.begin() as connection:
        stored = _fill(connection)
        dump = {t.name: list(lines_of(connection, t)) for t in reflected(connection)}
    assert set(dump) == set(stored)
    with bare_database.open() as store:
        # Filled to the last column, a run of a later version has lost its snapshot.
        assert store.run_ids() == {"x"}
    with engine.begin() as connection:
        _require_kept(connection, stored)
        # A backup of that version, too, comes back in the shape of today.
        replace_tables(connection, start, dump)
        _require_kept(connection, stored)
    engine.dispose()


def _require_kept(connection: Connection, stored: dict[str, dict[str, object]]) -> None:
    assert _differences(connection) == []
    for name, table in _tables(connection).tables.items():
        if name in stored:
            kept = dict(connection.execute(select(table)).mappings().one())
            assert {k: kept[k] for k in stored[name]} == stored[name]


def test_an_empty_database_gets_the_models_shape(bare_database: StateDatabase) -> None:
    bare_database.open().close()
    engine = bare_database.engine()
    with engine.connect() as connection:
        assert _differences(connection) == []
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == newest_revision()
    engine.dispose()


def test_a_database_of_a_newer_keepwell_is_refused(state_database: StateDatabase) -> None:
    engine = state_database.engine()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(InputProblem, match=r"version 9999.*A newer keepwell wrote it"):
        state_database.open()


@pytest.fixture
def store(state_database: StateDatabase) -> Iterator[SqlStateStore]:
    with state_database.open() as opened:
        yield opened


def test_text_has_no_limit_of_length_and_sorts_by_its_bytes(store: SqlStateStore) -> None:
    names = ["a" * 5000, "B", "ä", "Z", "客户", "z-1", "z 1"]
    insert = text(
        "INSERT INTO alarms (account_id, trigger, is_on, streak, as_of, before_is_on, "
        "before_streak) VALUES (:a, 't', true, 1, '2026-11-01', false, 0)"
    )
    with store.session(is_writing=True) as session:
        for name in names:
            session.execute(insert, {"a": name})
    with store.session() as session:
        found = session.scalars(text("SELECT account_id FROM alarms ORDER BY account_id")).all()
    assert found == sorted(names, key=lambda n: n.encode())
