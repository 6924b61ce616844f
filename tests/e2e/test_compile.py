"""What `compile` prints is run outside the product and gives the product's own scores."""

import json
import os
import subprocess
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from e2e.company import copy_of, done, edit, keepwell, refused
from engine_openers import open_postgres, open_spark
from keepwell.adapters import example_fit
from keepwell.adapters.clock import SystemClock
from keepwell.adapters.configuration_files import SHIPPED, shipped_scorecard, shipped_scorecard_text
from keepwell.adapters.engines import DuckDbEngine, SparkEngine
from keepwell.adapters.engines.postgres_engine import PostgresEngine
from keepwell.measures import CATALOG
from keepwell.scoring import QUANTILE_SHARES, fit_requests
from keepwell.vocabulary import TABLES

ROOT = Path(__file__).parents[2]
DBT = ROOT / ".venv-dbt" / "bin" / "dbt"
SCORES = "account_id, scorecard, scorecard_version, score_micro, coverage, tier, effective_tier"
Rows = list[tuple[Any, ...]]
Ask = Callable[[str], Rows]


def newest_snapshot(project: Path) -> Path:
    """The snapshot that was published last; overrides and refits make one each."""
    manifests = (project / ".keepwell" / "snapshots").glob("*/manifest.json")
    return max(manifests, key=lambda p: p.stat().st_mtime).parent


def canonical(project: Path) -> Path:
    """The import behind the current snapshot."""
    manifest = json.loads((newest_snapshot(project) / "manifest.json").read_text("utf-8"))
    return project / ".keepwell" / "imports" / str(manifest["import_id"])


def stored(project: Path, table: str, columns: str, order: str) -> Rows:
    """Rows of the product's own snapshot."""
    file = newest_snapshot(project) / f"{table}.parquet"
    with duckdb.connect() as database:
        text = f"SELECT {columns} FROM read_parquet('{file}') ORDER BY {order}"
        return database.execute(text).fetchall()


def executed(project: Path, texts: Sequence[str]) -> duckdb.DuckDBPyConnection:
    """A database outside the product: canonical tables as they are, then the compiled texts."""
    database = duckdb.connect()
    for file in canonical(project).glob("*.parquet"):
        database.execute(f"CREATE VIEW {file.stem} AS SELECT * FROM read_parquet('{file}')")
    for text in texts:
        database.execute(text)
    return database


def asking(database: duckdb.DuckDBPyConnection) -> Ask:
    return lambda text: database.execute(text).fetchall()


def assert_equal_results(project: Path, ask: Ask) -> None:
    scores = stored(project, "scores", SCORES, "account_id")
    found = ask(f"SELECT {SCORES} FROM keepwell_scores ORDER BY 1")
    assert found == scores
    parts = [c for c in columns_of(project, "contributions") if "__" in c]
    chosen = ", ".join(["account_id", *parts])
    every = ask(f"SELECT {chosen} FROM keepwell_scores ORDER BY 1")
    assert every == stored(project, "contributions", chosen, "account_id")
    amounts = "account_id, contribution_amount, contribution_rank, expected_loss_amount"
    money = ask(f"SELECT {amounts} FROM keepwell_forecast ORDER BY 1")
    assert money == stored(project, "forecast", amounts, "account_id")
    cells = ask(
        "SELECT industry_cell, size_cell, accounts, low_count, unknown_count "
        "FROM keepwell_risk_matrix"
    )
    counted = "industry, size, accounts, low_count, unknown_count"
    assert sorted(cells) == sorted(stored(project, "risk_matrix", counted, "industry"))


def columns_of(project: Path, table: str) -> list[str]:
    file = newest_snapshot(project) / f"{table}.parquet"
    return [str(name) for name in pq.read_schema(file).names]


def script(project: Path, *words: object) -> str:
    said = keepwell("compile", "--dialect", "duckdb", "-C", project, *words)
    assert said.code == 0, said.err
    return said.out


def test_the_printed_script_gives_the_scores_of_the_snapshot(demo: Path) -> None:
    with executed(demo, [script(demo)]) as database:
        assert_equal_results(demo, asking(database))


def test_numbered_files_run_one_by_one_give_the_same(demo: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sql"
    written = done("compile", "--dialect", "duckdb", "-o", folder, "-C", demo)["written"]
    assert [Path(p) for p in written] == sorted(folder.glob("*.sql"))
    with executed(demo, [p.read_text("utf-8") for p in sorted(folder.glob("*.sql"))]) as database:
        assert_equal_results(demo, asking(database))


def test_two_scorecards_and_an_override_are_compiled_as_they_were_run(
    demo: Path, tmp_path: Path
) -> None:
    project = copy_of(demo, tmp_path / "two")
    (project / "scorecards" / "classic.yml").write_text(shipped_scorecard_text("classic"), "utf-8")
    first = "- scorecard: account_health_robust"
    edit(
        project / "keepwell.yml",
        first,
        "- scorecard: account_health\n    when: account_size_segment IN ('Enterprise', 'Large')\n"
        f"  {first}\n    when: industry IS NOT NULL AND total_contacts >= 2",
    )
    done("run", "-C", project)
    account = stored(project, "scores", "account_id", "score_micro")[0][0]
    until = SystemClock().today("UTC") + timedelta(days=30)
    words = ("--tier", "high", "--reason", "visit", "--author", "Li", "--until", until)
    done("override", account, *words, "-C", project)
    done("run", "-C", project)
    used = {row[1] for row in stored(project, "scores", SCORES, "account_id")}
    assert used == {"account_health", "account_health_robust", None}
    with executed(project, [script(project)]) as database:
        assert_equal_results(project, asking(database))
        assert database.execute("SELECT * FROM keepwell_overrides").fetchall() == [
            (account, "high")
        ]


def test_another_day_written_into_the_calendar_gives_that_days_scores(
    demo: Path, tmp_path: Path
) -> None:
    project = copy_of(demo, tmp_path / "earlier")
    text = script(project)
    manifest = json.loads((newest_snapshot(project) / "manifest.json").read_text("utf-8"))
    today = manifest["as_of"]
    assert text.count(f"CAST('{today}' AS DATE)") == 1
    moved = text.replace(f"CAST('{today}' AS DATE)", "CAST('2026-02-28' AS DATE)")
    done("run", "--as-of", "2026-02-28", "-C", project)
    with executed(project, [moved]) as database:
        found = database.execute(f"SELECT {SCORES} FROM keepwell_scores ORDER BY 1").fetchall()
    assert found == stored(project, "scores", SCORES, "account_id")


def test_a_scorecard_that_was_never_fitted_is_named_with_the_cure(
    demo: Path, tmp_path: Path
) -> None:
    project = copy_of(demo, tmp_path / "unfitted")
    edit(project / "scorecards" / "account_health_robust.yml", "weight: 40", "weight: 41")
    error = refused("compile", "--dialect", "trino", "-C", project)
    assert "account_health_robust" in error["what"]
    assert "keepwell run" in error["cure"]


def test_a_project_without_a_run_says_so(demo: Path, tmp_path: Path) -> None:
    project = tmp_path / "fresh"
    project.mkdir()
    for name in ("keepwell.yml", "scorecards"):
        (project / name).symlink_to(demo / name)
    error = refused("compile", "--dialect", "trino", "-C", project)
    assert error["code"] == "not_found"
    assert "keepwell run" in error["cure"]


def test_texts_of_another_compile_in_the_folder_are_refused(demo: Path, tmp_path: Path) -> None:
    done("compile", "--dialect", "duckdb", "-o", tmp_path, "-C", demo)
    done("compile", "--dialect", "trino", "-o", tmp_path, "-C", demo)
    error = refused("compile", "--dialect", "duckdb", "--format", "dbt", "-o", tmp_path, "-C", demo)
    assert str(tmp_path) in error["what"]
    assert "00_read_me.sql" in error["what"]
    assert not (tmp_path / "models").exists()


def test_a_dbt_project_needs_a_folder(demo: Path) -> None:
    error = refused("compile", "--dialect", "duckdb", "--format", "dbt", "-C", demo)
    assert "-o" in error["cure"]


def test_the_bounds_of_shipped_scorecards_are_those_of_the_example_company(demo: Path) -> None:
    """Set KEEPWELL_WRITE_GOLDEN=1 to write the file anew."""
    wanted = {r.measure for c in SHIPPED for r in fit_requests(shipped_scorecard(c), CATALOG)}
    manifest = json.loads((newest_snapshot(demo) / "manifest.json").read_text("utf-8"))
    with DuckDbEngine(threads=1, allowed_directories=[newest_snapshot(demo)]) as engine:
        engine.read_parquet("measures", newest_snapshot(demo) / "measures.parquet")
        measures = {}
        for name in sorted(wanted):
            low, high = engine.rows(f"SELECT min({name}), max({name}) FROM measures")[0]
            quantiles = engine.quantiles("measures", name, QUANTILE_SHARES)
            measures[name] = {"low": low, "high": high, "quantiles": quantiles}
    given = {
        "note": f"fitted on the example company, {manifest['accounts']} accounts "
        f"as of {manifest['as_of']}",
        "as_of": manifest["as_of"],
        "mean_win_rate": manifest["forecast_basis"]["mean_win_rate"],
        "measures": measures,
    }
    text = json.dumps(given, indent=1) + "\n"
    place = Path(example_fit.__file__).parent / "scorecards" / example_fit.FILE
    if os.environ.get("KEEPWELL_WRITE_GOLDEN"):
        place.write_text(text, "utf-8")
    assert place.read_text("utf-8") == text


def test_the_postgresql_script_gives_the_scores_of_the_snapshot(
    demo: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    said = keepwell("compile", "--dialect", "postgres", "-C", demo)
    with closing(open_postgres(request, tmp_path)) as engine:
        assert isinstance(engine, PostgresEngine)
        for file in canonical(demo).glob("*.parquet"):
            if file.stem in TABLES:
                engine.read_parquet(file.stem, file)
        engine._connection.execute(said.out.encode())
        assert_equal_results(demo, engine.rows)


@pytest.mark.soak
def test_the_spark_script_gives_the_scores_of_the_snapshot(
    demo: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    files = done("compile", "--dialect", "spark", "-C", demo)["files"]
    with closing(open_spark(request, tmp_path)) as engine:
        assert isinstance(engine, SparkEngine)
        for file in canonical(demo).glob("*.parquet"):
            if file.stem in TABLES:
                engine.read_parquet(file.stem, file)
        for name, text in files.items():
            # A lasting view may not read the temporary ones that stand for the company's tables.
            if name != "00_read_me.sql":
                engine._session.sql(text.replace("REPLACE VIEW", "REPLACE TEMPORARY VIEW", 1))
        assert_equal_results(demo, engine.rows)


@pytest.mark.slow
@pytest.mark.parametrize("card", ["robust", "classic"])
def test_the_dbt_project_builds_green_with_equal_scores(
    demo: Path, tmp_path: Path, card: str
) -> None:
    if not DBT.exists():
        pytest.skip("dbt is not installed; `make setup` does it")
    project = demo
    if card == "classic":
        project = copy_of(demo, tmp_path / "classic")
        (project / "scorecards" / "classic.yml").write_text(
            shipped_scorecard_text("classic"), "utf-8"
        )
        edit(project / "keepwell.yml", "account_health_robust", "account_health")
        done("run", "-C", project)
    folder = tmp_path / "dbt"
    done("compile", "--dialect", "duckdb", "--format", "dbt", "-o", folder, "-C", project)
    (folder / "profiles.example.yml").rename(folder / "profiles.yml")
    built = subprocess.run(
        [
            str(DBT),
            "--no-send-anonymous-usage-stats",
            "--warn-error",
            "build",
            "--profiles-dir",
            ".",
        ],
        cwd=folder,
        env={
            **os.environ,
            "DO_NOT_TRACK": "1",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "KEEPWELL_CANONICAL": str(canonical(project)),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr
    results = json.loads((folder / "target" / "run_results.json").read_text("utf-8"))["results"]
    assert {r["status"] for r in results} == {"success", "pass"}
    tested = [r["unique_id"] for r in results if r["unique_id"].startswith("test.")]
    for name in ("not_null", "unique"):
        assert [t for t in tested if f"{name}_keepwell_scores_account_id" in t]
    with duckdb.connect(str(folder / "keepwell.duckdb"), read_only=True) as database:
        # Sources are views of Parquet, named relative to where dbt ran.
        assert_equal_results(project, asking(database))


def test_the_dbt_project_documents_columns_in_both_languages(demo: Path, tmp_path: Path) -> None:
    done("compile", "--dialect", "bigquery", "--format", "dbt", "-o", tmp_path, "-C", demo)
    schema = (tmp_path / "models" / "schema.yml").read_text("utf-8")
    for word in ("距上次活动天数", "Days since last activity", "data_tests: [not_null, unique]"):
        assert word in schema
    assert "external_location" not in (tmp_path / "models" / "sources.yml").read_text("utf-8")
    assert "type: bigquery" in (tmp_path / "profiles.example.yml").read_text("utf-8")
