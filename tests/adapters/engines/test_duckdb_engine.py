"""What is DuckDB's own: it spills, and it is shut off from the rest of the machine."""

from datetime import date
from pathlib import Path

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.engines.day_bits import day_bits
from keepwell.vocabulary import (
    InputProblem,
    InternalProblem,
    NotFound,
    SourceRejected,
    SourceUnavailable,
)

BIG = "SELECT hash(i) AS h, repeat('x', 40) AS s FROM range(2000000) AS r(i)"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{outside}')",
        "SELECT * FROM '{outside}'",
        "COPY (SELECT 1) TO '{outside}.copy'",
        "ATTACH '{outside}.db'",
        "SELECT * FROM glob('{outside}*')",
        "INSTALL httpfs",
    ],
)
def test_sql_cannot_leave_the_listed_folders(tmp_path: Path, sql: str) -> None:
    inside = tmp_path / "project"
    inside.mkdir()
    outside = tmp_path / "secret.csv"
    outside.write_text("a\n1\n", encoding="utf-8")
    with (
        DuckDbEngine(allowed_directories=[inside]) as engine,
        pytest.raises(InputProblem, match="outside the project") as refused,
    ):
        engine.run(sql.format(outside=outside))
    assert refused.value.exit_code == 2
    assert list(inside.iterdir()) == []


@pytest.mark.parametrize(
    "sql", ["SET threads = 8", "SET enable_external_access = true", "RESET allowed_directories"]
)
def test_its_configuration_is_locked(sql: str) -> None:
    with DuckDbEngine() as engine, pytest.raises(InternalProblem, match="locked"):
        engine.run(sql)


def test_it_draws_no_progress_bar_into_our_output() -> None:
    with DuckDbEngine() as engine:
        assert engine.rows("SELECT current_setting('enable_progress_bar')") == [(False,)]


def test_python_variables_are_not_tables() -> None:
    secrets = {"a": [1]}
    with DuckDbEngine() as engine, pytest.raises(InternalProblem, match="secrets"):
        engine.rows("SELECT * FROM secrets")
    assert secrets


def test_a_sort_larger_than_memory_spills(tmp_path: Path) -> None:
    with DuckDbEngine(memory_limit_mb=64, threads=1, temp_directory=tmp_path) as engine:
        engine.create_table("big", BIG)
        found = engine.rows("SELECT COUNT(*) FROM (SELECT DISTINCT h, s FROM big)")
        assert list(tmp_path.iterdir())
    assert found == [(2_000_000,)]


def test_memory_without_a_place_to_spill_says_what_to_do() -> None:
    with (
        DuckDbEngine(memory_limit_mb=32, threads=1) as engine,
        pytest.raises(SourceUnavailable, match="memory_limit_mb") as full,
    ):
        engine.create_table("big", BIG)
    assert full.value.exit_code == 75


def test_a_missing_parquet_file_says_what_to_run(tmp_path: Path) -> None:
    with (
        DuckDbEngine(allowed_directories=[tmp_path]) as engine,
        pytest.raises(NotFound, match="keepwell check"),
    ):
        engine.read_parquet("t", tmp_path / "none.parquet")


def test_a_damaged_parquet_file_is_told_as_ours(tmp_path: Path) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"not parquet at all, not even close")
    with (
        DuckDbEngine(allowed_directories=[tmp_path]) as engine,
        pytest.raises(SourceRejected, match=r"bad\.parquet"),
    ):
        engine.read_parquet("t", tmp_path / "bad.parquet")


@pytest.mark.parametrize(
    ("first", "numbers"), [("2026-10-31", 1), ("2026-07-04", 1), ("2026-07-03", 2)]
)
def test_days_are_counted_in_numbers_of_120_bits(first: str, numbers: int) -> None:
    text = day_bits("day", date.fromisoformat(first), date(2026, 10, 31))
    assert text is not None
    assert text.count("bit_or") == numbers


@pytest.mark.parametrize("first", ["2026-11-01", "2023-07-19", "0001-01-01"])
def test_a_span_that_is_too_long_or_odd_is_not_counted_in_bits(first: str) -> None:
    assert day_bits("day", date.fromisoformat(first), date(2026, 10, 31)) is None
    assert day_bits("day", date(2023, 7, 20), date(2026, 10, 31)) is not None
