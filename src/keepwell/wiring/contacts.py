"""Contacts of the current import in the state database, from where they can be erased."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from keepwell.adapters.imports import ImportFolders
from keepwell.adapters.state import SqlContacts, SqlStateStore
from keepwell.config import Config
from keepwell.ports.account_notes import Contact
from keepwell.runs.layout import ProjectLayout
from keepwell.wiring.engines import reading_engine

PART = 5_000
COLUMNS = ("account_id", "contact_id", "name", "title", "role", "is_active")


def keep_contacts(
    state: SqlStateStore, config: Config, layout: ProjectLayout, import_id: str
) -> bool:
    """Put the contacts of an import in the place of those before; say whether they are new."""
    store = SqlContacts(state)
    if store.import_id() == import_id:
        return False
    folder = ImportFolders(layout.imports).find(import_id)
    if folder is None:
        return False
    path = folder / "contacts.parquet"
    if not path.is_file():
        store.replace(import_id, ())
        return True
    with closing(reading_engine(config, layout)) as engine:
        engine.read_parquet("contacts_kept", path)
        columns = ", ".join(COLUMNS)
        rows = engine.rows(f"SELECT {columns} FROM contacts_kept ORDER BY account_id, contact_id")  # noqa: S608
    store.replace(import_id, _parts(rows))
    return True


def _parts(rows: list[tuple[Any, ...]]) -> Iterator[list[Contact]]:
    for start in range(0, len(rows), PART):
        yield [Contact(*row) for row in rows[start : start + PART] if row[0] is not None]
