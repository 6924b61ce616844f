"""The state database, SQLite or PostgreSQL, opened so that stores see one behaviour on both.

Writers queue, readers see one moment, text sorts by its bytes and has no limit of length.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import OperationalError as SqliteProblem
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from keepwell.adapters.environment import require_driver
from keepwell.adapters.state.database_faults import postgres_fault, sqlite_fault

BUSY_SECONDS = 30
AGAIN_SECONDS = 0.02
STATE_SCHEMA = "keepwell_state"
_POSTGRES = ("postgresql", "postgres")
# A process that hangs between two statements gives its lock back after ten minutes.
_SETTINGS = {"lock_timeout": f"{BUSY_SECONDS}s", "idle_in_transaction_session_timeout": "10min"}
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('keepwell state {schema}', 0))"
_LIMITED = """
SELECT c.relname, a.attname FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
WHERE c.relnamespace = to_regnamespace(current_schema()::text) AND c.relkind = 'r'
  AND a.attnum > 0 AND NOT a.attisdropped
  AND (a.atttypid = 'varchar'::regtype
       OR (a.atttypid = 'text'::regtype AND a.attcollation <> '"C"'::regcollation))
ORDER BY c.relname, a.attname
"""


@dataclass(frozen=True, slots=True)
class StatePlace:
    """Where the state is. `variable` names what holds the address; messages repeat no address."""

    url: str = field(repr=False)
    schema: str = STATE_SCHEMA
    variable: str = "the address of the state database"

    @property
    def is_postgres(self) -> bool:
        """Say whether the address is one of PostgreSQL."""
        return self.url.partition(":")[0].partition("+")[0] in _POSTGRES


def sqlite_url(path: Path) -> str:
    """Return the database URL of a SQLite file."""
    return f"sqlite:///{path.resolve()}"


def open_engine(place: StatePlace) -> Engine:
    """Return an engine whose transactions write only when told so, and then one at a time.

    Errors: InputProblem for a driver that is missing.
    """
    if place.is_postgres:
        return _postgres_engine(place)
    engine = create_engine(place.url, hide_parameters=True)
    event.listen(engine, "connect", _use_write_ahead_log)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def options(engine: Engine, *, is_writing: bool) -> Mapping[str, Any]:
    """Return the execution options of one transaction.

    A writer on PostgreSQL has the database to itself and sees what the last one left. A reader
    must not see half of what a writer does meanwhile.
    """
    if is_writing or engine.dialect.name != "postgresql":
        return {"is_writing": is_writing}
    return {"is_writing": False, "isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


@contextmanager
def told_as_ours(engine: Engine, place: StatePlace | None = None) -> Iterator[None]:
    """Turn faults of the database into ours; what breaks a rule of the tables stays as it is."""
    try:
        yield
    except DBAPIError as problem:
        if engine.dialect.name == "postgresql":
            variable = (place or StatePlace("")).variable
            raise postgres_fault(problem, variable) or problem from problem
        if isinstance(problem, OperationalError) or type(problem) is DatabaseError:
            raise sqlite_fault(problem, engine.url.database or "in memory") from problem
        raise


def settle_texts(connection: Connection) -> None:
    """Let text on PostgreSQL sort by its bytes and be as long as it is, as on SQLite."""
    if connection.dialect.name != "postgresql":
        return
    changes: dict[str, list[str]] = {}
    for table, column in connection.execute(text(_LIMITED)):
        changes.setdefault(table, []).append(f'ALTER COLUMN "{column}" TYPE text COLLATE "C"')
    for table, parts in changes.items():
        connection.execute(text(f'ALTER TABLE "{table}" {", ".join(parts)}'))


def make_schema(connection: Connection, schema: str) -> None:
    """Create our schema on PostgreSQL if it is missing, which needs the right to."""
    if connection.dialect.name != "postgresql":
        return
    found = connection.execute(text("SELECT to_regnamespace(:name)"), {"name": f'"{schema}"'})
    if found.scalar() is None:
        connection.execute(text(f'CREATE SCHEMA "{schema}"'))


def _postgres_engine(place: StatePlace) -> Engine:
    require_driver("psycopg", "postgres")
    from keepwell.adapters.postgres import connect

    kind, _, rest = place.url.partition("://")
    address = f"{kind.partition('+')[0]}://{rest}"

    def opened() -> Any:
        settings = {"search_path": place.schema, **_SETTINGS}
        connection = connect(address, place.variable, settings)
        connection.autocommit = False
        return connection

    def take_turns(connection: Connection) -> None:
        if connection.get_execution_options().get("is_writing", True):
            connection.exec_driver_sql(_TURN.format(schema=place.schema))

    # Before each transaction a connection is tried: a server may have been started anew since.
    engine = create_engine(
        "postgresql+psycopg://", creator=opened, pool_pre_ping=True, hide_parameters=True
    )
    event.listen(engine, "begin", take_turns)
    return engine


def _use_write_ahead_log(connection: Any, _record: object) -> None:
    # The driver must not open transactions itself, or a reader could not become a writer.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    for pragma in ("synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")
    _change_journal(connection)


def _change_journal(connection: Any) -> None:
    """Change an empty file to the write-ahead log; SQLite itself does not wait here for others."""
    until = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except SqliteProblem as problem:
            if "locked" not in str(problem) or monotonic() > until:
                raise
            sleep(AGAIN_SECONDS)


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: two runs then queue instead of failing half way.
    is_writing = bool(connection.get_execution_options().get("is_writing", True))
    kept = connection.connection.record_info
    # A connection that is used as before need not be told again.
    if kept is None or kept.get("is_writing") is not is_writing:
        connection.exec_driver_sql(f"PRAGMA query_only = {0 if is_writing else 1}")
        if kept is not None:
            kept["is_writing"] = is_writing
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writing else "BEGIN")
