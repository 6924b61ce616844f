"""Bringing a state database to the newest shape, whichever version wrote it."""

import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine

from keepwell import __version__
from keepwell.adapters.state.database import make_schema, options, settle_texts
from keepwell.adapters.state.revisions import is_newest, newest_revision, revision_of
from keepwell.vocabulary import InputProblem

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

MIGRATIONS = Path(__file__).parent / "migrations"
# Alembic keeps what it works on in module globals.
_ONE_AT_A_TIME = threading.Lock()


def bring_up_to_date(engine: Engine, schema: str, to: str = "head") -> None:
    """Create the tables or bring them to the newest shape, in one transaction.

    A database that has that shape already is only read, and Alembic stays unloaded.
    Errors: InputProblem when a newer keepwell wrote it.
    """
    reader = engine.execution_options(**options(engine, is_writing=False))
    if to == "head" and is_newest(reader):
        return
    with engine.begin() as connection:
        make_schema(connection, schema)
        _require_known(connection)
        upgrade_on(connection, to)


def upgrade_on(connection: Connection, to: str) -> None:
    """Bring the tables to a version inside a transaction that is under way."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(config, to)
    settle_texts(connection)


def _require_known(connection: Connection) -> None:
    found = revision_of(connection)
    if found is not None and found not in known_revisions():
        raise InputProblem(
            f"The state database is of version {found}, which keepwell {__version__} does not "
            f"know; its own is {newest_revision()}.",
            cure="A newer keepwell wrote it: install that one, or restore an older backup.",
            revision=found,
        )


@cache
def known_revisions() -> tuple[str, ...]:
    """Return all versions of the tables, newest first."""
    from alembic.script import ScriptDirectory

    return tuple(s.revision for s in ScriptDirectory.from_config(_config()).walk_revisions())


def _config() -> "AlembicConfig":
    from alembic.config import Config as AlembicConfig

    config = AlembicConfig()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
