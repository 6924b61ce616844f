"""What is PostgreSQL's own: our schema on a server that others use, its limits and its faults."""

import math
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest

from keepwell.adapters.engines.postgres_engine import PostgresEngine
from keepwell.adapters.engines.postgres_schema import MARKER
from keepwell.config import PostgresSettings
from keepwell.vocabulary import (
    InputProblem,
    KeepwellProblem,
    NotFound,
    SourceRejected,
    SourceUnavailable,
)
from postgres_server import PostgresServer

SLOW = "SELECT count(*) AS n FROM t AS a CROSS JOIN t AS b CROSS JOIN t AS c"


@pytest.fixture
def schema(postgres_server: PostgresServer) -> str:
    return postgres_server.fresh_name("ours")


@pytest.fixture
def engine(postgres_server: PostgresServer, schema: str) -> Iterator[PostgresEngine]:
    opened = PostgresEngine(postgres_server.url("worker"), PostgresSettings(work_schema=schema))
    yield opened
    opened.close()


def objects(server: PostgresServer, schema: str) -> set[str]:
    with server.admin() as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%s)", (schema,)
        )
        return {name for (name,) in found}


def end_sessions(server: PostgresServer, role: str) -> None:
    with server.admin() as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s", (role,)
        )


def test_it_leaves_nothing_but_its_mark(postgres_server: PostgresServer, schema: str) -> None:
    settings = PostgresSettings(work_schema=schema)
    engine = PostgresEngine(postgres_server.url("worker"), settings)
    engine.read_arrow("t", pa.table({"a": [1]}))
    engine.create_view("seen", "SELECT a FROM t")
    assert objects(postgres_server, schema) == {MARKER, "t", "seen"}
    engine.close()
    assert objects(postgres_server, schema) == {MARKER}


def test_what_a_crashed_run_left_is_dropped_by_the_next(
    postgres_server: PostgresServer, schema: str
) -> None:
    settings = PostgresSettings(work_schema=schema)
    crashed = PostgresEngine(postgres_server.url("worker"), settings)
    crashed.read_arrow("left_over", pa.table({"a": [1]}))
    crashed.create_view("seen", "SELECT a FROM left_over")
    end_sessions(postgres_server, "worker")
    crashed.close()
    assert "left_over" in objects(postgres_server, schema)
    following = PostgresEngine(postgres_server.url("worker"), settings)
    assert following.columns("left_over") == {}
    assert objects(postgres_server, schema) == {MARKER}
    following.close()


def test_a_schema_with_tables_of_others_is_left_alone(
    postgres_server: PostgresServer, schema: str
) -> None:
    with psycopg.connect(postgres_server.url("worker"), autocommit=True) as owner:
        owner.execute(f"CREATE SCHEMA {schema}")
        owner.execute(f"CREATE TABLE {schema}.invoices (a int)")
    with pytest.raises(InputProblem, match="did not make: invoices") as refused:
        PostgresEngine(postgres_server.url("worker"), PostgresSettings(work_schema=schema))
    assert "work_schema" in refused.value.cure
    assert objects(postgres_server, schema) == {"invoices"}


def test_two_runs_do_not_share_a_schema(
    postgres_server: PostgresServer, engine: PostgresEngine, schema: str
) -> None:
    engine.read_arrow("t", pa.table({"a": [1]}))
    with pytest.raises(SourceUnavailable, match="Another run") as refused:
        PostgresEngine(postgres_server.url("worker"), PostgresSettings(work_schema=schema))
    assert refused.value.exit_code == 75
    assert engine.rows("SELECT a FROM t") == [(1,)]


def test_a_role_without_the_right_to_make_the_schema_is_told_whom_to_ask(
    postgres_server: PostgresServer, schema: str
) -> None:
    with pytest.raises(InputProblem, match="permission denied") as refused:
        PostgresEngine(postgres_server.url("reader"), PostgresSettings(work_schema=schema))
    assert "docs/engines.md" in refused.value.cure


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("postgresql://worker:s3cret-word@127.0.0.1:1/postgres", SourceUnavailable),
        ("postgresql://worker:s3cret-word@127.0.0.1:{port}/postgres", SourceUnavailable),
        ("s3cret-word worker=this is no address", InputProblem),
        ("mysql://worker:s3cret-word@127.0.0.1/x", InputProblem),
    ],
)
def test_a_wrong_address_is_told_by_the_name_of_its_variable_alone(
    postgres_server: PostgresServer, url: str, kind: type[KeepwellProblem]
) -> None:
    settings = PostgresSettings(url_env="MY_ADDRESS")
    with pytest.raises(kind) as refused:
        PostgresEngine(url.format(port=postgres_server.port), settings)
    assert "MY_ADDRESS" in str(refused.value)
    assert "s3cret" not in f"{refused.value}{refused.value.details}"
    assert refused.value.__cause__ is None


def test_a_statement_over_the_limit_is_stopped(
    postgres_server: PostgresServer, schema: str
) -> None:
    settings = PostgresSettings(work_schema=schema, statement_timeout_s=1)
    engine = PostgresEngine(postgres_server.url("worker"), settings)
    engine.read_arrow("t", pa.table({"a": range(5000)}))
    with pytest.raises(SourceUnavailable, match="statement timeout") as stopped:
        engine.create_table("big", SLOW)
    assert "statement_timeout_s" in stopped.value.cure
    assert engine.rows("SELECT count(*) FROM t") == [(5000,)]
    engine.close()


def test_a_limit_that_the_role_may_not_set_is_refused_by_name(
    postgres_server: PostgresServer, schema: str
) -> None:
    settings = PostgresSettings(work_schema=schema, temp_file_limit_mb=64)
    with pytest.raises(InputProblem, match="temp_file_limit = 64MB"):
        PostgresEngine(postgres_server.url("worker"), settings)


def test_temporary_files_over_the_limit_are_told_with_the_cure(
    postgres_server: PostgresServer, schema: str
) -> None:
    settings = PostgresSettings(work_schema=schema, temp_file_limit_mb=1, work_mem_mb=1)
    engine = PostgresEngine(postgres_server.url(), settings)
    engine.read_arrow("t", pa.table({"a": range(300_000)}))
    with pytest.raises(SourceUnavailable, match="out of room") as full:
        engine.create_table("big", "SELECT a FROM t ORDER BY a DESC")
    assert "temp_file_limit_mb" in full.value.cure
    engine.close()


def test_a_connection_that_is_ended_says_so(
    postgres_server: PostgresServer, engine: PostgresEngine
) -> None:
    engine.read_arrow("t", pa.table({"a": [1]}))
    end_sessions(postgres_server, "worker")
    for _ in range(2):
        with pytest.raises(SourceUnavailable, match="last good snapshot") as lost:
            engine.rows("SELECT a FROM t")
        assert "run the command again" in lost.value.cure


def test_text_stays_as_it_is_whatever_it_holds(engine: PostgresEngine) -> None:
    words = ["", "\\.", "\\N", "100 %s %%", 'a "b", c', "l\r\n2", "\ttab", "客户", "NULL", None]
    engine.read_arrow("t", pa.table({"a": words, "n": range(len(words))}))
    assert engine.arrow("SELECT a FROM t ORDER BY n")["a"].to_pylist() == words
    assert engine.rows("SELECT n FROM t WHERE a = '100 %s %%'") == [(3,)]


def test_numbers_keep_their_last_bit(engine: PostgresEngine, tmp_path: Path) -> None:
    values = [0.1 + 0.2, -0.0, 5e-324, math.ulp(1.0), 1.7976931348623157e308, 1 / 3, 1e22, -1e-7]
    engine.read_arrow("t", pa.table({"a": values}))
    engine.write_parquet("SELECT a FROM t", tmp_path / "t.parquet")
    engine.read_parquet("back", tmp_path / "t.parquet")
    found = engine.arrow("SELECT a FROM back")["a"].to_pylist()
    assert [v.hex() for v in found] == [v.hex() for v in values]


def test_sums_of_integers_are_integers(engine: PostgresEngine) -> None:
    engine.read_arrow("t", pa.table({"a": [2**62, 2**62, 2**62]}))
    (total,) = engine.rows("SELECT sum(a) FROM t")[0]
    assert total == 3 * 2**62
    assert isinstance(total, int)
    assert engine.arrow("SELECT sum(a) AS s FROM t")["s"].to_pylist() == [3 * 2**62]


def test_a_missing_or_damaged_parquet_file_says_what_to_run(
    engine: PostgresEngine, tmp_path: Path
) -> None:
    (tmp_path / "bad.parquet").write_bytes(b"not parquet at all, not even close")
    for path in (tmp_path / "none.parquet", tmp_path):
        with pytest.raises((NotFound, SourceRejected), match="keepwell check"):
            engine.read_parquet("t", path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFound, match="keepwell check"):
        engine.read_parquet("t", tmp_path / "empty")


def test_a_write_that_fails_leaves_no_file(engine: PostgresEngine, tmp_path: Path) -> None:
    engine.read_arrow("t", pa.table({"a": [1.0, 0.0]}))
    with pytest.raises(Exception, match="division by zero"):
        engine.write_parquet("SELECT CAST(1 AS DOUBLE) / a AS v FROM t", tmp_path / "t.parquet")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SourceUnavailable, match="Disk"):
        engine.write_parquet("SELECT a FROM t", tmp_path / "no" / "t.parquet")


def test_a_name_that_the_server_would_cut_is_refused(engine: PostgresEngine) -> None:
    long = "m" * 63
    with pytest.raises(InputProblem, match="too long for PostgreSQL"):
        engine.create_table("t", f"SELECT 1 AS {long}")
