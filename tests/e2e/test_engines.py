"""The whole path on another engine: one line in keepwell.yml, the same snapshot, read as ever."""

import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from e2e.company import done
from keepwell.adapters.engines import SparkDriverSettings

# Sums of fractions differ in their last digit with the order of the rows.
CLOSE = 1e-12


def snapshot(project: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the tables of a project's only snapshot; rows without an account are sorted."""
    (folder,) = (project / ".keepwell" / "snapshots").iterdir()
    tables = {}
    for path in sorted(folder.glob("*.parquet")):
        rows = pq.read_table(path).to_pylist()
        has_key = bool(rows) and "account_id" in rows[0]
        tables[path.stem] = rows if has_key else sorted(rows, key=_place)
    return tables


def _place(row: dict[str, Any]) -> str:
    return repr([v for v in row.values() if not isinstance(v, float)])


def types(project: Path) -> dict[str, list[tuple[str, str]]]:
    (folder,) = (project / ".keepwell" / "snapshots").iterdir()
    schemas = {path.stem: pq.read_schema(path) for path in folder.glob("*.parquet")}
    return {name: [(f.name, str(f.type)) for f in schema] for name, schema in schemas.items()}


def fresh(demo: Path, folder: Path, *lines: str) -> Path:
    """Return a copy of the demo's project without its runs, with lines added to keepwell.yml."""
    hidden = shutil.ignore_patterns(".keepwell", "reports")
    shutil.copytree(demo, folder, ignore=hidden)
    with (folder / "keepwell.yml").open("a", encoding="utf-8") as file:
        file.write("\n".join([*lines, ""]))
    return folder


def differences(ours: Path, theirs: Path) -> list[str]:
    """Return where two snapshots differ, at most ten places."""
    found: list[str] = []
    left, right = snapshot(ours), snapshot(theirs)
    assert sorted(left) == sorted(right)
    for table, rows in left.items():
        if len(rows) != len(right[table]):
            found.append(f"{table}: {len(rows)} and {len(right[table])} rows")
            continue
        for a, b in zip(rows, right[table], strict=True):
            found += [f"{table}.{c}: {a[c]!r} and {b[c]!r}" for c in a if not _same(a[c], b[c])]
    return found[:10]


def _same(a: object, b: object) -> bool:
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= CLOSE * max(abs(a), abs(b))
    return a == b


@pytest.mark.slow
def test_spark_gives_the_snapshot_of_duckdb_and_the_rest_reads_it(
    demo: Path, tmp_path: Path, spark_settings: SparkDriverSettings
) -> None:
    plain = fresh(demo, tmp_path / "plain")
    spark = fresh(demo, tmp_path / "spark", "engine: spark", "memory_limit_mb: 1024")
    expected = done("run", "-C", plain)
    told = done("run", "-C", spark)
    assert told["run_id"] == expected["run_id"]
    assert told["tiers"] == expected["tiers"]
    assert differences(plain, spark) == []
    assert types(plain) == types(spark)
    assert not list((spark / ".keepwell").glob("spill/spark/tables-*"))
    account = snapshot(spark)["scores"][0]["account_id"]
    for project in (plain, spark):
        done("report", "-C", project, "--format", "md", "--lang", "en")
        done("export", "scores", "-C", project, "-o", project / "scores.csv")
    assert done("explain", account, "-C", spark) == done("explain", account, "-C", plain)
    assert (spark / "scores.csv").read_bytes() == (plain / "scores.csv").read_bytes()
    reports = [next(p.glob("reports/*/report.en.md")).read_text("utf-8") for p in (plain, spark)]
    assert reports[0] == reports[1]
