"""The process that merges rows which a program sent: python -m keepwell.adapters.batch_merge WORK.

It bounds itself before it opens anything, touches its own folder alone and prints JSON.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.adapters.batch_rows import Bad, BatchFormat, Expected, Good, split
from keepwell.adapters.child_process import limit_this_process
from keepwell.vocabulary import InputProblem, KeepwellProblem

MEMORY_MB, DATABASE_MB, CPU_S, WRITE_MB = 3072, 512, 300, 2048
BATCH_ROWS = 20_000
MOST_SET_ASIDE = 100_000
MOST_SET_ASIDE_BYTES = 128 << 20
MOST_REASONS, EXAMPLES, EXAMPLE_LETTERS = 50, 20, 500
BODY, OLD, NEW, MERGED, SET_ASIDE = "body", "old.parquet", "new.parquet", "merged.parquet", "rows"
LINE = "_line of the batch"
TOO_LARGE = {
    "what": "The table would outgrow what an import may use.",
    "cure": "Put its rows as files into the folder of the source.",
}


@dataclass(slots=True)
class _Aside:
    """Rows that are set aside, written as they come; `reasons` counts them."""

    file: IO[bytes]
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0
    written: int = 0

    def add(self, bad: Bad) -> None:
        """Write one. Errors: InputProblem when most of a large batch is useless."""
        row = {"line": bad.line, "reason": bad.reason, "column": bad.column}
        self.written += self.file.write(
            json.dumps({**row, "row": bad.raw}, ensure_ascii=False).encode("utf-8", "replace")
            + b"\n"
        )
        self.rows += 1
        if self.rows > MOST_SET_ASIDE or self.written > MOST_SET_ASIDE_BYTES:
            raise InputProblem(
                f"More than {self.rows - 1:,} rows cannot be used, the last for "
                f"`{bad.reason}` {bad.column}; nothing was taken in.",
                cure="Mend what writes them, or send the rows in smaller batches.",
            )
        key = (bad.reason, bad.column)
        if key not in self.reasons and len(self.reasons) >= MOST_REASONS:
            key = (bad.reason, "…")
        self.reasons[key] += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append({**row, "row": bad.raw[:EXAMPLE_LETTERS]})


def merge(
    folder: Path, kind: BatchFormat, columns: tuple[str, ...], needed: tuple[str, ...], key: str
) -> dict[str, Any]:
    """Return what a batch does to the table: counts, and rows set aside with their reasons.

    rows = added + replaced + unchanged + repeated + set_aside. Errors: InputProblem.
    """
    with (folder / SET_ASIDE).open("xb") as aside_file:
        aside = _Aside(aside_file)
        taken = _write_new(folder, kind, Expected(columns, needed), aside)
    counts = _merged(folder, columns, key) if taken else {"added": 0, "replaced": 0, "unchanged": 0}
    repeated = taken - sum(counts.values())
    return {
        "rows": taken + aside.rows,
        **counts,
        "repeated": repeated,
        "set_aside": aside.rows,
        "reasons": [
            {"reason": r, "column": c, "rows": n} for (r, c), n in aside.reasons.most_common()
        ],
        "examples": aside.examples,
    }


def _write_new(folder: Path, kind: BatchFormat, expected: Expected, aside: _Aside) -> int:
    schema = pa.schema([*((c, pa.string()) for c in expected.columns), (LINE, pa.int64())])
    taken = 0
    with (
        (folder / BODY).open("rb") as body,
        pq.ParquetWriter(folder / NEW, schema, compression="zstd") as writer,
    ):
        for rows in _portions(split(kind, body, expected), aside):
            cells = zip(*(r.cells for r in rows), strict=True)
            arrays = [pa.array(c, pa.string()) for c in cells]
            lines = pa.array([r.line for r in rows], pa.int64())
            writer.write_batch(pa.RecordBatch.from_arrays([*arrays, lines], schema=schema))
            taken += len(rows)
    return taken


def _portions(rows: Iterator[Good | Bad], aside: _Aside) -> Iterator[list[Good]]:
    held: list[Good] = []
    for row in rows:
        if isinstance(row, Bad):
            aside.add(row)
            continue
        held.append(row)
        if len(held) == BATCH_ROWS:
            yield held
            held = []
    if held:
        yield held


def _merged(folder: Path, columns: tuple[str, ...], key: str) -> dict[str, int]:
    """Write the table as it is after the batch, unless the batch changes nothing."""
    with _database(folder) as database:
        old = pq.read_schema(folder / OLD).names if (folder / OLD).exists() else []
        names = list(dict.fromkeys([*old, *columns]))
        k = _name(key)
        database.execute(
            f"CREATE TABLE latest AS SELECT {_list(names, columns)} FROM {_file(folder / NEW)} "
            f"QUALIFY row_number() OVER (PARTITION BY {k} ORDER BY {_name(LINE)} DESC) = 1"
        )
        before = f"(SELECT {_list(names, old)} FROM {_file(folder / OLD)})" if old else (
            "(SELECT * FROM latest WHERE false)"
        )  # fmt: skip
        same = " AND ".join(f"l.{_name(n)} IS NOT DISTINCT FROM o.{_name(n)}" for n in names)
        found = database.execute(
            f"SELECT count(*), count(o.{k}), count(*) FILTER (WHERE o.{k} IS NOT NULL AND {same}) "
            f"FROM latest l LEFT JOIN {before} o ON l.{k} = o.{k}"
        ).fetchone() or (0, 0, 0)
        rows, known, unchanged = map(int, found)
        if unchanged < rows:
            database.execute(
                f"COPY (SELECT * FROM {before} o ANTI JOIN latest l ON o.{k} = l.{k} "
                f"UNION ALL SELECT * FROM latest ORDER BY {k}) "
                f"TO {_text(folder / MERGED)} (FORMAT parquet, COMPRESSION zstd)"
            )
    return {"added": rows - known, "replaced": known - unchanged, "unchanged": unchanged}


def _database(folder: Path) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{DATABASE_MB}MB", "threads": 1,
        "temp_directory": str(folder / "spill"), "python_enable_replacements": False,
    }  # fmt: skip
    database = duckdb.connect(str(folder / "work.duckdb"), config=settings)
    database.execute(f"SET allowed_directories = [{_text(folder)}]")
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")
    return database


def _list(names: list[str], held: tuple[str, ...] | list[str]) -> str:
    return ", ".join(
        _name(n) if n in held else f"CAST(NULL AS VARCHAR) AS {_name(n)}" for n in names
    )


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _file(path: Path) -> str:
    return f"read_parquet({_text(path)})"


def main(folder: Path) -> dict[str, Any]:
    """Return what came of the work that a folder holds, or why nothing did."""
    asked = json.loads((folder / "asked.json").read_text("utf-8"))
    try:
        return merge(
            folder, asked["kind"], tuple(asked["columns"]), tuple(asked["needed"]), asked["key"]
        )
    except KeepwellProblem as problem:
        return {"fault": {"what": problem.what, "cure": problem.cure}}
    except (MemoryError, duckdb.OutOfMemoryException, duckdb.IOException, OSError):
        return {"fault": TOO_LARGE}


if __name__ == "__main__":
    limit_this_process(MEMORY_MB, CPU_S, WRITE_MB)
    sys.stdout.write(json.dumps(main(Path(sys.argv[1])), ensure_ascii=False))
