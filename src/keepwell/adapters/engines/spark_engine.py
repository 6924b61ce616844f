"""The distributed engine: Spark, on this machine or on a cluster that sees the same folders."""

import itertools
import re
import shutil
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from keepwell.adapters.engines.parquet_parts import join_parts, part_files, plain_schema
from keepwell.adapters.engines.spark_driver import SparkDriverSettings, close_session, open_session
from keepwell.adapters.engines.spark_problems import told_as_ours
from keepwell.adapters.process_memory import peak_process_mb
from keepwell.measures import parse_statement, translate
from keepwell.ports import ResourceUse
from keepwell.vocabulary import InternalProblem, NotFound, SourceRejected

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

_SQL_TYPES = {
    "string": "VARCHAR",
    "bigint": "BIGINT",
    "int": "INTEGER",
    "smallint": "SMALLINT",
    "tinyint": "TINYINT",
    "double": "DOUBLE",
    "float": "FLOAT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp_ntz": "TIMESTAMP",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "binary": "BLOB",
}
_NUMBERS = itertools.count(1)


class SparkEngine:
    """Fulfils `ports.Engine` on a Spark session of its own.

    Tables are Parquet folders under `folder`, named by temporary views: a plan never grows past
    the statement at hand, and a lost worker costs no finished table. Views are kept as text and
    see the present tables. The catalogue of the cluster is neither read nor written.
    """

    dialect = "spark"

    def __init__(self, settings: SparkDriverSettings) -> None:
        self._session = open_session(settings)
        self._folder = settings.folder.resolve() / f"tables-{next(_NUMBERS)}"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._stored: dict[str, Path | None] = {}

    def __enter__(self) -> Self:
        """Return the engine, closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the engine."""
        self.close()

    def run(self, sql: str) -> None:
        """Run one statement that returns nothing: create, drop, or insert into a table."""
        tree = parse_statement(sql)
        match tree:
            case exp.Drop():
                for table in tree.find_all(exp.Table):
                    self.drop(table.name)
            case exp.Create(kind="VIEW"):
                self.create_view(tree.this.name, tree.expression.sql("duckdb"))
            case exp.Create(kind="TABLE") if tree.expression is not None:
                self.create_table(tree.this.name, tree.expression.sql("duckdb"))
            case exp.Create(kind="TABLE"):
                self.create_table(tree.this.this.name, _empty(tree.this))
            case exp.Insert():
                name = tree.this.name
                more = tree.expression.sql("duckdb")
                self.create_table(name, f'SELECT * FROM "{name}" UNION ALL {more}')  # noqa: S608
            case _:
                raise InternalProblem(
                    f"Spark does not run `{sql[:80]}`.", cure="Write it as a SELECT into a table."
                )

    def create_table(self, name: str, select: str) -> None:
        """Store the result of `select` under `name`, replacing what was there."""
        folder = self._fresh(name)
        with told_as_ours():
            frame = self._frame(select)
            frame.write.parquet(str(folder))
            self._take(name, folder, frame.schema)

    def create_view(self, name: str, select: str) -> None:
        """Name the result of `select` without storing it, replacing what was there."""
        text = translate(select, self.dialect)
        self.drop(name)
        with told_as_ours():
            self._session.sql(f"CREATE OR REPLACE TEMPORARY VIEW {_name(name)} AS {text}")
        self._stored[name] = None

    def drop(self, name: str) -> None:
        """Forget the table or view `name` and its files; nothing happens when there is none."""
        folder = self._stored.pop(name, None)
        with told_as_ours():
            self._session.catalog.dropTempView(name)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    def read_parquet(self, name: str, path: Path) -> None:
        """Make a Parquet file, or a folder of them, table `name`."""
        if not path.exists():
            raise NotFound(f"No Parquet file at {path}.", cure="Run `keepwell check` first.")
        first = path if path.is_file() else next(path.rglob("*.parquet"), path)
        try:
            pq.read_schema(first)
        except (pa.ArrowException, OSError) as problem:
            raise SourceRejected(
                f"{first} is not readable Parquet: {str(problem).partition(chr(10))[0]}.",
                cure="Run `keepwell check` to write it again.",
            ) from problem
        with told_as_ours():
            frame = self._session.read.parquet(_plain_path(path.resolve()))
            self.drop(name)
            frame.createOrReplaceTempView(name)
        self._stored[name] = None

    def read_arrow(self, name: str, table: pa.Table) -> None:
        """Store an Arrow table as table `name`."""
        from pyspark.sql.pandas.types import from_arrow_schema

        folder = self._fresh(name)
        folder.mkdir()
        made = _storable(table)
        pq.write_table(made, folder / "part-0.parquet")
        schema = from_arrow_schema(made.schema, prefer_timestamp_ntz=True)
        with told_as_ours():
            self._take(name, folder, schema)

    def write_parquet(self, select: str, path: Path) -> None:
        """Write the result as one Parquet file, rows in the given order, same bytes every time."""
        folder = self._fresh("written")
        with told_as_ours():
            frame = self._frame(select)
            frame.write.parquet(str(folder))
            parts = part_files(folder)
            schema = pa.schema([]) if parts else frame.limit(0).toArrow().schema
        join_parts(parts, schema, path)
        shutil.rmtree(folder)

    def write_table(self, name: str, path: Path, *, key: str | None = None) -> None:
        """Write a table as one Parquet file, rows in the order of `key`, a unique column."""
        folder = self._stored.get(name)
        parts = part_files(folder) if folder is not None else []
        if key is None and parts:
            join_parts(parts, pa.schema([]), path)
            return
        order = "" if key is None else f' ORDER BY "{key}"'
        self.write_parquet(f'SELECT * FROM "{name}"{order}', path)  # noqa: S608

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Return the result as Python tuples; for small results."""
        with told_as_ours():
            return [tuple(row) for row in self._frame(select).collect()]

    def arrow(self, select: str) -> pa.Table:
        """Return the result as an Arrow table."""
        with told_as_ours():
            found = self._frame(select).toArrow()
        return found.cast(plain_schema(found.schema))

    def columns(self, name: str) -> dict[str, str]:
        """Return column names and SQL types of a table, in order; empty when it is missing."""
        if name not in self._stored:
            return {}
        with told_as_ours():
            found = self._session.table(_name(name)).schema.fields
        return {f.name: _sql_type(f.dataType.simpleString()) for f in found}

    def quantiles(self, table: str, column: str, shares: Sequence[float]) -> list[float | None]:
        """Return, for each share 0-1, the least value that at least that share does not exceed."""
        wrong = [s for s in shares if not 0 <= s <= 1]
        if wrong:
            raise ValueError(f"a quantile's share lies in 0..1, not {wrong}")
        if not shares:
            return []
        # Spark's percentile_disc multiplies as DOUBLE: 0.55 of 100 rows is its 56th value.
        values = (
            f'SELECT CAST("{column}" AS DOUBLE) AS v FROM "{table}" '  # noqa: S608
            f'WHERE "{column}" IS NOT NULL'
        )
        count = int(self.rows(f"SELECT count(*) FROM ({values})")[0][0])  # noqa: S608
        if not count:
            return [None] * len(shares)
        ranks = [max(1, _least_rank(share, count)) for share in shares]
        wanted = ", ".join(str(rank) for rank in sorted(set(ranks)))
        found = self.rows(
            f"SELECT place, v FROM (SELECT v, row_number() OVER (ORDER BY v) AS place "  # noqa: S608
            f"FROM ({values})) WHERE place IN ({wanted})"
        )
        at = {int(place): float(v) for place, v in found}
        return [at[rank] for rank in ranks]

    def distinct_days(self, day: str, *, table: str, column: str, last: date) -> str:  # noqa: ARG002
        """Return SQL of an aggregate: how many distinct dates `day` has."""
        return f"COUNT(DISTINCT {day})"

    def portions(self, table: str, key: str) -> list[str]:  # noqa: ARG002
        """Return one portion: this engine's joins bound their memory by themselves."""
        return ["TRUE"]

    def used(self) -> ResourceUse:
        """Return what this process used; the JVM does not tell."""
        return ResourceUse(None, None, None, peak_process_mb())

    def close(self) -> None:
        """Free what the engine holds; the last engine of this process ends the JVM it started."""
        close_session(self._session)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _frame(self, select: str) -> "DataFrame":
        return self._session.sql(translate(select, self.dialect))

    def _fresh(self, name: str) -> Path:
        safe = re.sub(r"\W", "_", name)
        return self._folder / f"{safe}-{next(_NUMBERS)}"

    def _take(self, name: str, folder: Path, schema: "StructType") -> None:
        """Let the Parquet files of a folder be table `name` from now on."""
        frame = self._session.read.schema(schema).parquet(_plain_path(folder))
        self.drop(name)
        frame.createOrReplaceTempView(_name(name))
        self._stored[name] = folder


def _empty(schema: exp.Expr) -> str:
    columns = [
        f'CAST(NULL AS {c.args["kind"].sql("duckdb")}) AS "{c.name}"' for c in schema.expressions
    ]
    return f"SELECT {', '.join(columns)} WHERE FALSE"


def _least_rank(share: float, count: int) -> int:
    """Return the rank of the share as written: 0.55 of 100 is 55, which binary misses."""
    return int((Decimal(repr(share)) * count).to_integral_value(ROUND_CEILING))


def _storable(table: pa.Table) -> pa.Table:
    fields = [
        pa.field(f.name, pa.int32() if pa.types.is_null(f.type) else f.type) for f in table.schema
    ]
    return table.cast(pa.schema(fields))


def _sql_type(spark_type: str) -> str:
    return _SQL_TYPES.get(spark_type, spark_type.upper())


def _plain_path(path: Path) -> str:
    """Return a path in which Hadoop sees no pattern."""
    return re.sub(r"([\\\[\]{}*?])", r"\\\1", str(path))


def _name(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
