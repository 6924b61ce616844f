"""`writeback` and `run` with a delivery, end to end on the example company."""

import csv
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import pytest

from e2e.company import copy_of, declare_currency, done, edit, exported, keepwell, refused
from keepwell.runs.write_back_tables import CONTENTS

ROOT = Path(__file__).parents[2]
TABLES = ("keepwell_scores", "keepwell_segments", "keepwell_decisions", "keepwell_contributions")


def rows_of(file: Path, select: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(file) as database:
        return database.execute(select).fetchall()


def test_every_table_holds_what_the_snapshot_says(demo: Path, tmp_path: Path) -> None:
    file = tmp_path / "crm.sqlite"
    told = done("writeback", "--to", f"sqlite:{file}", "-C", demo)
    assert [c["table"] for c in told["counts"]] == list(TABLES)
    scores = exported(demo, "scores", tmp_path)
    found = rows_of(
        file, "SELECT account_id, score_micro, tier, health_score FROM keepwell_scores ORDER BY 1"
    )
    expected = [
        (r["account_id"], int(r["score_micro"]), r["tier"], float(r["health_score"]))
        for r in scores
    ]
    assert found == sorted(expected)
    sums = rows_of(
        file,
        "SELECT s.account_id FROM keepwell_scores AS s JOIN keepwell_contributions AS c "
        "ON c.account_id = s.account_id AND c.as_of = s.as_of "
        "GROUP BY s.account_id, s.score_micro HAVING sum(c.points_micro) <> s.score_micro",
    )
    assert sums == []
    priority = {r["account_id"]: r["first_step"] for r in exported(demo, "priority", tmp_path)}
    steps = rows_of(file, "SELECT account_id, first_step FROM keepwell_decisions")
    assert dict(steps) == priority
    run = rows_of(file, "SELECT DISTINCT run_id, as_of FROM keepwell_scores")
    assert run == [(told["run_id"], told["as_of"])]


def test_writing_twice_changes_no_row(demo: Path, tmp_path: Path) -> None:
    for kind in ("sqlite", "duckdb", "folder"):
        words = ("writeback", "--to", f"{kind}:{tmp_path / kind}", "-C", demo)
        first, again = done(*words), done(*words)
        assert all(c["written"] == c["rows"] > 0 for c in first["counts"])
        assert all(c["written"] == c["removed"] == 0 for c in again["counts"])


def test_a_run_writes_back_where_the_configuration_says_so(demo: Path, tmp_path: Path) -> None:
    project = copy_of(demo, tmp_path / "project")
    with (project / "keepwell.yml").open("a", encoding="utf-8") as file:
        file.write("\nwriteback: {kind: duckdb, path: out.duckdb, with_run: true}\n")
    earlier = done("run", "--as-of", "2026-09-30", "-C", project)
    assert earlier["written_back"]["as_of"] == "2026-09-30"
    said = keepwell("run", "-C", project)
    assert said.code == 0
    assert "keepwell_scores" in said.out
    with duckdb.connect(str(project / "out.duckdb"), read_only=True) as database:
        days = database.execute("SELECT count(DISTINCT as_of) FROM keepwell_scores").fetchone()
        kinds = database.execute(
            "SELECT change, count(*) FROM keepwell_scores_changes GROUP BY 1"
        ).fetchall()
        newest = database.execute(
            "SELECT count(*) FROM keepwell_scores WHERE as_of = "
            "(SELECT max(as_of) FROM keepwell_scores)"
        ).fetchone()
    assert days == (2,)
    assert newest is not None
    assert 0 < sum(n for _, n in kinds) <= newest[0] + dict(kinds).get("gone", 0)


def test_a_failed_delivery_says_that_the_run_stands(demo: Path, tmp_path: Path) -> None:
    project = copy_of(demo, tmp_path / "project")
    (project / "out").mkdir()
    (project / "out" / "mine.txt").write_text("mine", "utf-8")
    with (project / "keepwell.yml").open("a", encoding="utf-8") as file:
        file.write("\nwriteback: {kind: folder, path: out, with_run: true}\n")
    error = refused("run", "--as-of", "2026-09-30", "-C", project, code=75)
    assert "was published" in error["what"]
    assert "keepwell did not write" in error["what"]
    assert "keepwell writeback" in error["cure"]
    assert done("export", "scores", "-o", tmp_path / "s.csv", "-C", project)["run_id"].startswith(
        "2026-09-30"
    )
    assert [p.name for p in (project / "out").iterdir()] == ["mine.txt"]


@pytest.fixture(scope="module")
def in_database(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose source is the SQLite file `crm.sqlite` beside it. Not to be changed."""
    folder = tmp_path_factory.mktemp("database")
    with sqlite3.connect(folder / "crm.sqlite") as database:
        for path in sorted((demo / "exports").glob("*.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                head, *rows = csv.reader(file)
            columns = ", ".join(f'"{c}" TEXT' for c in head)
            database.execute(f'CREATE TABLE "{path.stem}" ({columns})')
            text = f'INSERT INTO "{path.stem}" VALUES ({", ".join("?" * len(head))})'
            database.executemany(text, [[v or None for v in row] for row in rows])
    project = folder / "project"
    done("init", project, "--from", folder / "crm.sqlite")
    declare_currency(project, "en")
    return project


def written_to(in_database: Path, folder: Path) -> tuple[Path, Path]:
    """Copies of project and database, the one writing back into the other."""
    project, file = folder / "project", folder / "crm.sqlite"
    shutil.copyfile(in_database.parent / "crm.sqlite", file)
    shutil.copytree(in_database, project)
    edit(project / "keepwell.yml", str(in_database.parent / "crm.sqlite"), str(file))
    with (project / "keepwell.yml").open("a", encoding="utf-8") as config:
        config.write(f"\nwriteback: {{kind: sqlite, path: {file}, with_run: true}}\n")
    return project, file


def test_the_source_database_itself_takes_results_and_the_next_runs_settle(
    in_database: Path, tmp_path: Path
) -> None:
    project, file = written_to(in_database, tmp_path)
    tables = [t for (t,) in rows_of(file, "SELECT name FROM sqlite_master")]
    before = {t: rows_of(file, f'SELECT * FROM "{t}"') for t in tables}
    first, second, third = (done("run", "-C", project) for _ in range(3))
    assert all(c["written"] for c in first["written_back"]["counts"])
    assert all(c["written"] == 0 for c in second["written_back"]["counts"])
    assert third["run_id"] == second["run_id"]
    assert not third["is_new"]
    assert {t: rows_of(file, f'SELECT * FROM "{t}"') for t in tables} == before


def test_a_source_table_is_never_a_target(in_database: Path, tmp_path: Path) -> None:
    project, file = written_to(in_database, tmp_path)
    done("run", "-C", project)
    before = rows_of(file, "SELECT * FROM keepwell_scores ORDER BY 1")
    edit(project / "keepwell.yml", "source: Task", "source: keepwell_scores")
    error = refused("writeback", "-C", project)
    assert "keepwell_scores" in error["what"]
    assert "prefix" in error["cure"]
    assert rows_of(file, "SELECT * FROM keepwell_scores ORDER BY 1") == before


def test_a_target_that_is_not_named_is_asked_for(demo: Path) -> None:
    assert "writeback:" in refused("writeback", "-C", demo)["cure"]
    assert "sqlite:PATH" in refused("writeback", "--to", "oracle:x", "-C", demo)["cure"]
    assert "sqlite:PATH" in refused("writeback", "--to", "sqlite", "-C", demo)["cure"]


@pytest.mark.parametrize("content", CONTENTS, ids=lambda c: c.name)
def test_the_page_names_every_column(content: Any) -> None:
    page = (ROOT / "docs" / "write_back.md").read_text("utf-8")
    assert f"keepwell_{content.name}" in page
    missing = [c.name for c in content.columns if f"`{c.name}`" not in page]
    assert missing == []
