"""Imports on disk: a folder each under .keepwell/imports, written beside a scratch DuckDB file."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from keepwell.adapters.engines.duckdb_problems import first_line, is_full
from keepwell.adapters.locks import folder_held, remove_abandoned
from keepwell.ports import ROW_COLUMN
from keepwell.vocabulary import (
    InternalProblem,
    KeepwellProblem,
    NotFound,
    SourceUnavailable,
)

_LATEST = "LATEST"
_SCRATCH = ".work-"
_CORRECTIONS = "corrections.json"


def _noting(
    batches: Iterator[pa.RecordBatch], problems: list[KeepwellProblem]
) -> Iterator[pa.RecordBatch]:
    """Return the batches; a problem of the reader is kept before it passes through the engine."""
    try:
        yield from batches
    except KeepwellProblem as problem:
        problems.append(problem)
        raise


def _unloaded(error: duckdb.Error) -> KeepwellProblem:
    if is_full(error):
        return SourceUnavailable(
            f"The disk is full: {first_line(error)} The last good import stays.",
            cure="Free disk space in the project's `.keepwell` folder, then run again.",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return SourceUnavailable(
            f"The check ran out of memory: {error}",
            cure="Raise memory_limit_mb in keepwell.yml or free disk space, then run again.",
        )
    return InternalProblem(
        f"A source could not be taken in: {str(error).partition('Traceback')[0].strip()}",
        cure="Run again with KEEPWELL_DEBUG=1 and report the trace.",
    )


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        if is_full(error) or isinstance(error, duckdb.OutOfMemoryException | duckdb.IOException):
            raise _unloaded(error) from error
        raise


class ScratchImport:
    """A DuckDB file in bounded memory that may touch nothing but its own folder."""

    def __init__(self, folder: Path, memory_limit_mb: int, threads: int) -> None:
        self._folder = folder
        self._database = folder / "scratch.duckdb"
        self.is_accepted = False
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{memory_limit_mb}MB",
            "threads": threads,
            "temp_directory": str(folder / "spill"),
            "preserve_insertion_order": True,
            "python_enable_replacements": False,
        }
        with _told():
            self._connection = duckdb.connect(str(self._database), config=settings)
        self._connection.execute("SET enable_progress_bar = false")
        allowed = str(folder).replace("'", "''")
        self._connection.execute(f"SET allowed_directories = ['{allowed}']")
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    @property
    def folder(self) -> Path:
        """Return the folder that holds the import's files."""
        return self._folder

    def load(self, name: str, columns: int, batches: Iterator[pa.RecordBatch]) -> int:
        """Store text batches as `name` with columns c0, c1 ... and `_row`; return the rows."""
        names = [f"c{i}" for i in range(columns)]
        schema = pa.schema([*((n, pa.string()) for n in names), (ROW_COLUMN, pa.int64())])

        problems: list[KeepwellProblem] = []

        def renamed() -> Iterator[pa.RecordBatch]:
            for batch in _noting(batches, problems):
                rows = batch.column(batch.schema.get_field_index(ROW_COLUMN))
                cells = [
                    batch.column(i)
                    for i, field in enumerate(batch.schema)
                    if field.name != ROW_COLUMN
                ]
                cells = [c if c.type == pa.string() else c.cast(pa.string()) for c in cells]
                yield pa.RecordBatch.from_arrays([*cells, rows.cast(pa.int64())], schema=schema)

        reader = pa.RecordBatchReader.from_batches(schema, renamed())
        self._connection.register("incoming", reader)
        try:
            self._connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM incoming')
        except duckdb.Error as error:
            # The engine wraps what a reader raises in text of its own; tell the cause itself.
            raise problems[0] if problems else _unloaded(error) from error
        finally:
            self._connection.unregister("incoming")
        return int(self.rows(f'SELECT count(*) FROM "{name}"')[0][0])

    def run(self, sql: str) -> None:
        """Run one statement that returns nothing."""
        with _told():
            self._connection.execute(sql)

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Return the result as Python tuples; for small results."""
        with _told():
            return self._connection.execute(select).fetchall()

    def write_parquet(self, select: str, path: Path) -> None:
        """Write the result of `select` as one Parquet file inside the folder."""
        target = str(path).replace("'", "''")
        self.run(f"COPY ({select}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")

    def accept(self) -> None:
        """Let the folder become the last good import; without this it is kept as rejected."""
        self.is_accepted = True

    def close(self) -> None:
        """Close the scratch database and delete it."""
        # What is deleted next need not be written out, so a full disk does not matter here.
        with suppress(duckdb.Error):
            self._connection.close()
        self._database.unlink(missing_ok=True)
        Path(f"{self._database}.wal").unlink(missing_ok=True)
        shutil.rmtree(self._folder / "spill", ignore_errors=True)


class ImportFolders:
    """Import folders under one root, with a pointer to the last good one."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def find(self, import_id: str) -> Path | None:
        """Return the folder of an accepted import, or None."""
        folder = self._root / import_id
        return folder if (folder / "manifest.json").is_file() else None

    def last(self) -> Path | None:
        """Return the folder of the last good import, or None."""
        pointer = self._root / _LATEST
        if not pointer.is_file():
            return None
        return self.find(pointer.read_text(encoding="utf-8").strip())

    def make_last(self, import_id: str) -> None:
        """Let an accepted import be the last good one again."""
        if self.last() != self._root / import_id:
            self._write(_LATEST, import_id)

    def folder(self, import_id: str) -> Path:
        """Return where an import lies after staging, accepted or rejected. Errors: NotFound."""
        for name in (import_id, f"rejected-{import_id}"):
            if (self._root / name / "manifest.json").is_file():
                return self._root / name
        raise NotFound(f"There is no import {import_id}.", cure="Run keepwell check.")

    @contextmanager
    def stage(self, import_id: str, memory_limit_mb: int, threads: int) -> Iterator[ScratchImport]:
        """Give a scratch database and folder; at the end the folder is kept, the scratch is not.

        What checks left that were killed is removed first.
        """
        with ExitStack() as held:
            folder = self._fresh(held)
            try:
                work = ScratchImport(folder, memory_limit_mb, threads)
                try:
                    yield work
                finally:
                    work.close()
                self._keep(folder, import_id, is_accepted=work.is_accepted)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def _fresh(self, held: ExitStack) -> Path:
        """Return a new scratch folder that `held` keeps from being taken for an abandoned one."""
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            with folder_held(self._root):
                remove_abandoned(self._root.glob(f"{_SCRATCH}*"))
                folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=self._root)).resolve()
                held.enter_context(folder_held(folder))
        except OSError as error:
            raise SourceUnavailable(
                f"Folder {self._root} cannot be written: {error.strerror}.",
                cure="Free disk space or mend its permissions, then run keepwell check.",
            ) from error
        return folder

    def _keep(self, folder: Path, import_id: str, *, is_accepted: bool) -> None:
        folder.chmod(0o755)
        target = self._root / (import_id if is_accepted else f"rejected-{import_id}")
        if target.exists():
            shutil.rmtree(target)
        with suppress(FileExistsError):
            folder.rename(target)
        if is_accepted:
            self._write(_LATEST, import_id)

    def corrections(self) -> str:
        """Return the stored corrections as JSON text, "[]" when there are none."""
        path = self._root / _CORRECTIONS
        return path.read_text(encoding="utf-8") if path.is_file() else "[]"

    def set_corrections(self, text: str) -> None:
        """Replace the stored corrections."""
        self._root.mkdir(parents=True, exist_ok=True)
        self._write(_CORRECTIONS, text)

    def _write(self, name: str, text: str) -> None:
        fresh = self._root / f"{name}.new"
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self._root / name)
