"""The target that `writeback:` in keepwell.yml names."""

from pathlib import Path
from typing import assert_never

from keepwell.adapters.environment import read_secret, require_driver
from keepwell.adapters.targets.duckdb_target import DuckDbTarget
from keepwell.adapters.targets.folder_target import FolderTarget
from keepwell.adapters.targets.sqlite_target import SqliteTarget
from keepwell.config import WriteBack
from keepwell.ports.delivering import ResultTarget


def open_target(settings: WriteBack, project_dir: Path) -> ResultTarget:
    """Return the target; its path is relative to the project.

    Errors: InputProblem without the address of a server or its driver.
    """
    path = (project_dir / Path(settings.path).expanduser()).resolve()
    match settings.kind:
        case "sqlite":
            return SqliteTarget(path)
        case "duckdb":
            return DuckDbTarget(path)
        case "folder":
            return FolderTarget(path, settings.format)
        case "postgres":
            require_driver("psycopg", "postgres")
            from keepwell.adapters.targets.postgres_target import PostgresTarget

            url = read_secret(settings.url_env, "`writeback: {kind: postgres}`")
            return PostgresTarget(url, settings.url_env, settings.in_schema)
        case _:
            assert_never(settings.kind)
