"""The reader for a source as keepwell.yml declares it."""

from pathlib import Path
from typing import assert_never

from keepwell.adapters.sources.duckdb_file import DuckdbSource
from keepwell.adapters.sources.folder import FolderSource
from keepwell.adapters.sources.sqlite_file import SqliteSource
from keepwell.config import Source
from keepwell.ports import SourceReader
from keepwell.vocabulary import NotFound


def open_source(source: Source, project_dir: Path) -> SourceReader:
    """Return the reader of a source; its path is relative to the project. Errors: NotFound."""
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
        case _:
            assert_never(source.kind)
