"""Deliveries into a folder of Parquet or CSV files, which is exchanged as a whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from keepwell.adapters.locks import project_lock
from keepwell.adapters.table_files import neutralised
from keepwell.adapters.targets.duckdb_target import DuckDbSession, DuckDbTarget
from keepwell.adapters.targets.sql_target import literal, quoted
from keepwell.ports.delivering import CHANGES, DeliveredCount, DeliveredTable, Delivery
from keepwell.vocabulary import InputProblem, SourceUnavailable

MARKER = "keepwell.txt"
MARKER_TEXT = (
    "keepwell 写出的结果；此文件夹整体替换，请勿在其中存放其他文件。\n"
    "Results written by keepwell; the folder is replaced as a whole, so keep nothing else in it.\n"
)
# CSV keeps no types: what is compared with the next delivery lies beside it as Parquet.
_DAYS = ".days"


class FolderTarget(DuckDbTarget):
    """Fulfils `ports.ResultTarget` on a folder: a file per table and day, a file of changes.

    A reader sees the folder as it was or as it is; a process that dies between the two renames
    leaves the old one beside it, and the next delivery puts it back first.
    """

    def __init__(self, path: Path, form: Literal["parquet", "csv"] = "parquet") -> None:
        super().__init__(path)
        self._form = form
        self._new = path.with_name(f".{path.name}.new")
        self._old = path.with_name(f".{path.name}.old")

    def deliver(self, delivery: Delivery) -> tuple[DeliveredCount, ...]:
        """Deliver by exchanging the folder; see ports.ResultTarget."""
        with self._told(), project_lock(self._path.with_name(f".{self._path.name}.lock")):
            self._recover()
            with closing(duckdb.connect(":memory:", config={"threads": 1})) as connection:
                session = DuckDbSession(connection)
                for table in delivery.tables:
                    self._load(session, table, delivery)
                    self._own(session, table)
                counts = tuple(self._write(session, t, delivery) for t in delivery.tables)
                if any(c.written or c.removed for c in counts):
                    self._exchange(session, delivery)
            return counts

    def _recover(self) -> None:
        if self._old.is_dir() and not self._path.exists():
            self._old.rename(self._path)
        for left in (self._new, self._old):
            shutil.rmtree(left, ignore_errors=True)
        is_filled = self._path.is_dir() and any(self._path.iterdir())
        if self._path.exists() and (
            not self._path.is_dir() or (is_filled and not (self._path / MARKER).is_file())
        ):
            raise InputProblem(
                f"{self._path} holds what keepwell did not write. Nothing was written.",
                cure="Name a new or empty folder in `writeback.path`.",
                path=str(self._path),
            )

    def _load(self, session: DuckDbSession, table: DeliveredTable, delivery: Delivery) -> None:
        """Load the days that are compared: this one, the one before, the two newest."""
        days = sorted(p.stem for p in self._folder(self._path, table.name).glob("*.parquet"))
        before = [d for d in days if d < delivery.as_of.isoformat()][-1:]
        wanted = {*before, *days[-2:], delivery.as_of.isoformat()} & set(days)
        for number, day in enumerate(sorted(wanted)):
            rows = pq.read_table(self._folder(self._path, table.name) / f"{day}.parquet")
            if number == 0:
                session.adopt(table.name, rows.schema, (*table.key, "as_of"))
            session.load(table.name, rows)

    def _exchange(self, session: DuckDbSession, delivery: Delivery) -> None:
        if self._path.is_dir():
            shutil.copytree(self._path, self._new, copy_function=os.link)
        else:
            self._new.mkdir(parents=True)
        try:
            (self._new / MARKER).unlink(missing_ok=True)
            (self._new / MARKER).write_text(MARKER_TEXT, encoding="utf-8")
            for table in delivery.tables:
                self._write_files(session, table, delivery.as_of.isoformat())
            if self._path.is_dir():
                self._path.rename(self._old)
            self._new.rename(self._path)
        finally:
            if not self._path.exists() and self._old.is_dir():
                self._old.rename(self._path)
            shutil.rmtree(self._new, ignore_errors=True)
            shutil.rmtree(self._old, ignore_errors=True)

    def _write_files(self, session: DuckDbSession, table: DeliveredTable, day: str) -> None:
        order = ", ".join(quoted(k) for k in table.key)
        where = f"WHERE as_of = {literal(day)}"
        rows = session.arrow(f"SELECT * FROM {quoted(table.name)} {where} ORDER BY {order}")
        view = quoted(table.name + CHANGES)
        changes = session.arrow(f"SELECT * FROM {view} ORDER BY {order}, as_of")
        files = {self._folder(self._new, table.name) / f"{day}.parquet": rows}
        if self._form == "csv":
            files[self._new / table.name / f"{day}.csv"] = rows
        files[self._new / f"{table.name}{CHANGES}.{self._form}"] = changes
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            # A link to the file that is being replaced must not be written through.
            path.unlink(missing_ok=True)
            if path.suffix == ".csv":
                pa.csv.write_csv(neutralised(content), path)
            else:
                pq.write_table(content, path, compression="zstd")

    def _folder(self, root: Path, table: str) -> Path:
        return root / table if self._form == "parquet" else root / _DAYS / table

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except PermissionError as problem:
            raise InputProblem(
                f"{self._path} may not be written: {problem.strerror}. Nothing was written.",
                cure="Give keepwell the right to write to the folder above it.",
                path=str(self._path),
            ) from problem
        except OSError as problem:
            raise SourceUnavailable(
                f"{self._path} could not be written: {problem.strerror or problem}. "
                "Nothing was written.",
                cure="Check that the folder above it is there and has free space.",
                path=str(self._path),
            ) from problem
