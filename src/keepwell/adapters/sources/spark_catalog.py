"""Tables and views of a Spark catalogue as a source, read-only."""

import itertools
import shutil
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.adapters.engines.parquet_parts import part_files
from keepwell.adapters.engines.spark_driver import (
    SparkDriverSettings,
    close_session,
    open_session,
)
from keepwell.adapters.engines.spark_problems import told_as_ours
from keepwell.adapters.sources.database_files import missing_table, table_digest
from keepwell.adapters.sources.file_log import FileLog, rejection
from keepwell.adapters.sources.layouts import clean_names
from keepwell.adapters.sources.limits import ReadLimits
from keepwell.adapters.sources.typed_batches import as_text_batches
from keepwell.config import Feed
from keepwell.ports import RawTable, SourceTable
from keepwell.vocabulary import InternalProblem, NotFound

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

METASTORE = "metastore_db"
_ELSEWHERE = ("hive.metastore.uris", "javax.jdo.option.ConnectionURL", "spark.sql.catalog.")
_NESTED = ("array<", "struct<", "map<", "variant", "interval")
_NUMBERS = itertools.count(1)


def catalogue_options(warehouse: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Return the settings under which Spark sees the tables of a warehouse folder.

    `given`: settings of the user's, which may name a metastore elsewhere; they stay as they are.
    Errors:  NotFound when the folder holds no metastore and the settings name none.
    """
    own = {
        "spark.sql.catalogImplementation": "hive",
        "spark.sql.warehouse.dir": warehouse.resolve().as_uri(),
    }
    if any(word in name for word in _ELSEWHERE for name in given):
        return {**own, **given}
    if not (warehouse / METASTORE).is_dir():
        raise NotFound(
            f"Source: no Spark catalogue at {warehouse}: it lacks {METASTORE}.",
            cure="Name Spark's warehouse folder in `source.path`, or the metastore's address in "
            "`spark.options: {spark.hadoop.hive.metastore.uris: ...}`.",
            path=str(warehouse),
        )
    place = (warehouse / METASTORE).resolve()
    url = f"jdbc:derby:;databaseName={place};create=true"
    return {**own, "spark.hadoop.javax.jdo.option.ConnectionURL": url, **given}


class SparkCatalogSource:
    """Reads the tables and views of a Spark catalogue, as ports.SourceReader.

    Tables are named `table`, or `database.table` outside the default database. The driver starts
    with the first look, and is given back when the source is no longer used.
    """

    def __init__(
        self, settings: SparkDriverSettings, place: str, limits: ReadLimits | None = None
    ) -> None:
        self._settings = settings
        self._place = place
        self._limits = limits or ReadLimits()
        self._opened: SparkSession | None = None

    @property
    def _session(self) -> "SparkSession":
        if self._opened is None:
            self._opened = open_session(self._settings)
            weakref.finalize(self, close_session, self._opened)
        return self._opened

    def tables(self) -> tuple[SourceTable, ...]:
        """Return the tables and views, sorted by name. Errors: SourceUnavailable."""
        with told_as_ours():
            catalogue = self._session.catalog
            found = [
                t.name if database.name == "default" else f"{database.name}.{t.name}"
                for database in catalogue.listDatabases()
                for t in catalogue.listTables(database.name)
                if not t.isTemporary
            ]
        return tuple(SourceTable(name, f"{self._place}:{name}") for name in sorted(found))

    def open(self, name: str, feed: Feed | None = None) -> RawTable:  # noqa: ARG002 - port
        """Open one table or view, rows in the order of their values. Errors: NotFound."""
        names = [t.name for t in self.tables()]
        if name not in names:
            raise missing_table(name, names, Path(self._place))
        log = FileLog(name, f"{Path(self._place).name}:{name}", self._limits.set_aside_bytes)
        try:
            with told_as_ours():
                # Spark keeps lists of files; others may have written the table since.
                self._session.catalog.refreshTable(_quoted(name))
                rows = self._session.table(_quoted(name))
                columns = clean_names(rows.columns, log)
                plain = _plain(rows)
                fingerprint = _fingerprint(plain, name, rows.schema.simpleString())
        except InternalProblem as problem:
            raise rejection(name, "view_unreadable", found=problem.what[:200]) from problem
        return RawTable(
            name=name,
            file=log.file,
            columns=columns,
            batches=as_text_batches(self._batches(plain), columns, log),
            findings=log.findings,
            rejected=log.rejected,
            fingerprint=fingerprint,
        )

    def _batches(self, rows: "DataFrame") -> Iterator[pa.RecordBatch]:
        """Yield the rows from a scratch folder: a cluster's result is not held in memory."""
        folder = self._settings.folder.resolve() / f"extract-{next(_NUMBERS)}"
        try:
            with told_as_ours():
                # Row numbers name rows in findings and corrections: the order must not change.
                rows.orderBy(*(_column(c) for c in rows.columns)).write.parquet(str(folder))
            for part in part_files(folder):
                with pq.ParquetFile(part) as file:
                    yield from file.iter_batches(batch_size=self._limits.batch_rows)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _plain(rows: "DataFrame") -> "DataFrame":
    """Return the rows with nested values as JSON text: neither ordered nor hashed otherwise."""
    chosen = []
    for field in rows.schema.fields:
        name = _column(field.name)
        kind = field.dataType.simpleString()
        if kind.startswith("interval"):
            chosen.append(f"CAST({name} AS STRING) AS {name}")
        elif kind.startswith(_NESTED):
            chosen.append(f"to_json({name}) AS {name}")
        else:
            chosen.append(name)
    return rows.selectExpr(*chosen)


def _fingerprint(rows: "DataFrame", name: str, schema: str) -> str:
    """Return a digest of all values, whatever the order of the rows."""
    every = ", ".join(_column(c) for c in rows.columns)
    row = rows.selectExpr(f"xxhash64({every}) AS a", f"xxhash64('keepwell', {every}) AS b")
    seen = row.selectExpr(
        "count(*) AS n", "sum(CAST(a AS DECIMAL(38, 0))) AS a", "bit_xor(b) AS x",
        "sum(CAST(b AS DECIMAL(38, 0))) AS b",
    ).collect()[0]  # fmt: skip
    return table_digest(f"{seen.n} {seen.a} {seen.b} {seen.x}", name, schema)


def _quoted(name: str) -> str:
    return ".".join(_column(part) for part in name.split(".", 1))


def _column(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
