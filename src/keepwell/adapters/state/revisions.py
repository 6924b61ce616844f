"""Revisions of the state database: whether it has the newest shape, found without Alembic.

Alembic and what it draws in cost a third of a second; most commands find nothing to migrate.
"""

import re
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

VERSION_TABLE = "alembic_version"
VERSIONS = Path(__file__).parent / "migrations" / "versions"
# As each migration file states them; the chain is linear, so one revision has no successor.
_REVISION = re.compile(r'^revision = "([^"]+)"$', re.MULTILINE)
_DOWN = re.compile(r'^down_revision = "([^"]+)"$', re.MULTILINE)


def newest_revision() -> str:
    """Return the revision that no other one builds on."""
    texts = [file.read_text("utf-8") for file in sorted(VERSIONS.glob("*_tables.py"))]
    own: set[str] = {name for text_ in texts for name in _REVISION.findall(text_)}
    (newest,) = own - {name for text_ in texts for name in _DOWN.findall(text_)}
    return newest


def is_newest(engine: Engine) -> bool:
    """Return whether the database was brought to the newest revision already."""
    with engine.connect() as connection:
        return revision_of(connection) == newest_revision()


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the tables that are there; None for an empty database."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalars()  # noqa: S608
    return next((str(revision) for revision in found), None)
