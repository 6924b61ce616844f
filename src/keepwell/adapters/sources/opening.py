"""The reader for a source as keepwell.yml declares it."""

from pathlib import Path
from typing import assert_never

from keepwell.adapters.environment import read_secret, require_driver
from keepwell.adapters.sources.duckdb_file import DuckdbSource
from keepwell.adapters.sources.folder import FolderSource
from keepwell.adapters.sources.object_store import is_address, mirror
from keepwell.adapters.sources.sqlite_file import SqliteSource
from keepwell.config import Source
from keepwell.ports import SourceReader
from keepwell.vocabulary import InternalProblem, NotFound


def open_source(source: Source, project_dir: Path) -> SourceReader:
    """Return the reader of a source of files or of a database; paths are relative to the project.

    Files at an address are copied below the project's hidden folder first.
    Errors: NotFound; SourceUnavailable for an address that cannot be read; InputProblem for a
    database whose address or driver is missing.
    """
    if source.kind == "postgres":
        return _database(source)
    if source.kind == "folder" and is_address(source.path):
        return FolderSource(mirror(source.path, project_dir / ".keepwell" / "remote"))
    path = (project_dir / Path(source.path).expanduser()).resolve()
    fits = path.is_dir() if source.kind == "folder" else path.is_file()
    if not fits:
        kind = "folder" if source.kind == "folder" else "file"
        raise NotFound(
            f"Source: no {kind} at {path}.",
            cure="Mend `source: {kind: ..., path: ...}` in keepwell.yml, then `keepwell check`.",
            path=str(path),
        )
    match source.kind:
        case "folder":
            return FolderSource(path)
        case "sqlite":
            return SqliteSource(path)
        case "duckdb":
            return DuckdbSource(path)
        case "spark":
            raise InternalProblem(
                "A Spark catalogue is no file.", cure="Please report it with `keepwell doctor`."
            )
        case _:
            assert_never(source.kind)


def _database(source: Source) -> SourceReader:
    require_driver("psycopg", "postgres")
    from keepwell.adapters.sources.postgres_database import PostgresSource

    return PostgresSource(read_secret(source.url_env, "`source: {kind: postgres}`"), source)
