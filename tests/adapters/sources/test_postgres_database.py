"""A PostgreSQL database as a source: exact text, one moment, and what a role may not do."""

from collections.abc import Iterator

import psycopg
import pytest

from adapters.sources.outcomes import read_table
from keepwell.adapters.sources import ReadLimits
from keepwell.adapters.sources.postgres_database import PostgresSource
from keepwell.config import Source
from keepwell.vocabulary import InputProblem, NotFound, SourceUnavailable
from postgres_server import PostgresServer


class Database:
    """A database of one test, its owner's session, and the source as the reader sees it."""

    def __init__(self, server: PostgresServer) -> None:
        self.server = server
        self.name = server.add_database()
        self.owner = server.admin(self.name)

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.owner.execute(statement)

    def grant(self, *tables: str) -> None:
        self.run(*(f"GRANT SELECT ON {table} TO reader" for table in tables))

    def source(self, **settings: object) -> PostgresSource:
        source = Source.model_validate({"kind": "postgres", **settings})
        return PostgresSource(self.server.url("reader", self.name), source, ReadLimits())


@pytest.fixture
def database(postgres_server: PostgresServer) -> Iterator[Database]:
    made = Database(postgres_server)
    yield made
    made.owner.close()


def test_values_are_exact_text(database: Database) -> None:
    database.run(
        """
        CREATE TYPE mood AS ENUM ('calm');
        CREATE TABLE t AS SELECT 9223372036854775807 AS big, 12.30::numeric(18, 2) AS money,
          123456789012345678901234567890.5::numeric AS free, 1.23e15::float8 AS wide,
          1e-7::float8 AS small, 0.1::float4 AS narrow, timestamp '2026-01-05 10:30:00.5' AS at,
          timestamptz '2026-01-05 10:30:00+08' AS zoned, date '2026-01-05' AS day, true AS flag,
          NULL::text AS nothing, ''::text AS blank, 'calm'::mood AS mood, 'ab '::char(3) AS padded,
          '6f0c5b8e-0000-4000-8000-000000000001'::uuid AS id, time '10:30' AS o_clock
        """
    )
    database.grant("t")
    got = read_table(database.source(), "t")
    assert dict(zip(got.columns, got.rows[0], strict=True)) == {
        "big": "9223372036854775807",
        "money": "12.30",
        "free": "123456789012345678901234567890.5",
        "wide": "1230000000000000.0",
        "small": "0.0000001",
        "narrow": "0.1",
        "at": "2026-01-05 10:30:00.5",
        "zoned": "2026-01-05 02:30:00+00:00",
        "day": "2026-01-05",
        "flag": "true",
        "nothing": None,
        "blank": "",
        "mood": "calm",
        "padded": "ab",
        "id": "6f0c5b8e-0000-4000-8000-000000000001",
        "o_clock": "10:30:00",
    }


def test_bytes_are_set_aside_and_nested_values_become_json(database: Database) -> None:
    database.run(
        r"""
        CREATE TABLE t AS SELECT * FROM (VALUES
          (1, '\xff'::bytea, ARRAY[1, 2], '{"a": 1}'::jsonb, NULL::int4range),
          (2, 'ok'::bytea, ARRAY[3], NULL, '[1,3)')) AS v (id, b, l, j, r)
        """
    )
    database.grant("t")
    got = read_table(database.source(), "t")
    assert got.rows == (("2", "ok", "[3]", None, "[1,3)"),)
    assert got.set_aside == ((1, "blob_cell"),)
    assert got.findings == ("nested_values",)


def test_views_partitions_and_odd_names_are_tables(database: Database) -> None:
    database.run(
        'CREATE TABLE "odd ""name; DROP" ("A b" int)',
        'INSERT INTO "odd ""name; DROP" VALUES (1)',
        'CREATE VIEW v AS SELECT "A b" + 1 AS b FROM "odd ""name; DROP"',
        "CREATE TABLE parts (d date) PARTITION BY RANGE (d)",
        "CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        "INSERT INTO parts VALUES ('2026-01-05')",
    )
    database.grant('"odd ""name; DROP"', "v", "parts")
    source = database.source()
    assert [t.name for t in source.tables()] == ['odd "name; DROP', "parts", "v"]
    assert read_table(source, 'odd "name; DROP').rows == (("1",),)
    assert read_table(source, "v").rows == (("2",),)
    assert read_table(source, "parts").rows == (("2026-01-05",),)


def test_tables_of_further_schemas_carry_their_schema(database: Database) -> None:
    database.run(
        "CREATE SCHEMA sales",
        "GRANT USAGE ON SCHEMA sales TO reader",
        "CREATE TABLE t AS SELECT 1 AS a",
        "CREATE TABLE sales.t AS SELECT 2 AS a",
    )
    database.grant("t", "sales.t")
    source = database.source(schemas=["sales", "public"])
    assert [t.name for t in source.tables()] == ["public.t", "t"]
    assert read_table(source, "t").rows == (("2",),)
    assert read_table(source, "public.t").rows == (("1",),)


def test_rows_come_in_the_order_of_the_primary_key(database: Database) -> None:
    database.run(
        "CREATE TABLE t (a int, b int, PRIMARY KEY (b, a))",
        "INSERT INTO t VALUES (1, 2), (2, 1), (1, 1)",
    )
    database.grant("t")
    assert read_table(database.source(), "t").rows == (("1", "1"), ("2", "1"), ("1", "2"))


def test_all_tables_show_the_same_moment(database: Database) -> None:
    database.run("CREATE TABLE a AS SELECT 1 AS x", "CREATE TABLE b AS SELECT 1 AS x")
    database.grant("a", "b")
    source = database.source()
    assert read_table(source, "a").rows == (("1",),)
    database.run("UPDATE a SET x = 2", "UPDATE b SET x = 2")
    assert read_table(source, "b").rows == (("1",),)
    assert read_table(database.source(), "b").rows == (("2",),)


def test_fingerprint_follows_content_and_shape_not_the_order_of_rows(database: Database) -> None:
    database.run("CREATE TABLE t (a int, b text)", "INSERT INTO t VALUES (1, 'x'), (2, 'y')")
    database.grant("t")

    def print_now() -> str:
        return database.source().open("t").fingerprint

    first = print_now()
    database.run("DELETE FROM t WHERE a = 1", "INSERT INTO t VALUES (1, 'x')")
    assert print_now() == first
    seen = {first}
    for change in (
        "UPDATE t SET b = 'z' WHERE a = 1",
        "INSERT INTO t VALUES (2, 'y')",
        "ALTER TABLE t RENAME b TO c",
        "ALTER TABLE t ALTER a TYPE bigint",
    ):
        database.run(change)
        assert print_now() not in seen
        seen.add(print_now())


def test_a_stream_left_half_read_does_not_hinder_the_next(database: Database) -> None:
    database.run("CREATE TABLE t AS SELECT generate_series(1, 300000) AS a")
    database.grant("t")
    source = database.source()
    batches = source.open("t").batches
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert len(read_table(source, "t").rows) == 300_000


def test_nothing_can_be_written(database: Database) -> None:
    database.run(
        "CREATE TABLE log (a int)",
        "CREATE FUNCTION noted() RETURNS int LANGUAGE sql "
        "AS 'INSERT INTO log VALUES (1) RETURNING 1'",
        "CREATE VIEW v AS SELECT noted() AS a",
        "GRANT INSERT ON log TO reader",
    )
    database.grant("v", "log")
    got = read_table(database.source(), "v")
    assert got.rejected == "view_unreadable"
    assert "read-only" in got.message
    assert database.owner.execute("SELECT count(*) FROM log").fetchone() == (0,)


def test_a_broken_view_is_rejected_and_the_next_table_is_read(database: Database) -> None:
    database.run(
        "CREATE TABLE t (a int)",
        "INSERT INTO t VALUES (0)",
        "CREATE VIEW broken AS SELECT 1 / a AS b FROM t",
    )
    database.grant("t", "broken")
    source = database.source()
    got = read_table(source, "broken")
    assert (got.rejected, "division by zero" in got.message) == ("view_unreadable", True)
    assert read_table(source, "t").rows == (("0",),)


def test_an_empty_table_is_rejected(database: Database) -> None:
    database.run("CREATE TABLE t (a int)")
    database.grant("t")
    assert read_table(database.source(), "t").rejected == "header_only"


def test_a_table_that_the_role_may_not_read_names_the_grant(database: Database) -> None:
    database.run("CREATE TABLE open AS SELECT 1 AS a", "CREATE TABLE secret AS SELECT 1 AS a")
    database.grant("open")
    source = database.source()
    assert [t.name for t in source.tables()] == ["open"]
    with pytest.raises(InputProblem, match=r"may not read public\.secret") as refused:
        source.open("secret")
    assert refused.value.cure.endswith("GRANT SELECT ON public.secret TO reader;")
    with pytest.raises(NotFound, match="No table `opne`") as missing:
        source.open("opne")
    assert "open" in missing.value.cure


def test_a_slow_view_is_stopped_with_the_setting_to_raise(database: Database) -> None:
    database.run("CREATE VIEW slow AS SELECT 1 AS s FROM pg_sleep(30)")
    database.grant("slow")
    with pytest.raises(SourceUnavailable, match="statement timeout") as stopped:
        database.source(statement_timeout_s=1).open("slow")
    assert "statement_timeout_s" in stopped.value.cure


def test_a_session_that_was_ended_is_said_and_begun_anew(database: Database) -> None:
    database.run("CREATE TABLE t AS SELECT 1 AS a")
    database.grant("t")
    source = database.source()
    assert read_table(source, "t").rows == (("1",),)
    database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'reader'")
    with pytest.raises(SourceUnavailable, match="ended the connection") as lost:
        source.tables()
    assert lost.value.exit_code == 75
    assert read_table(source, "t").rows == (("1",),)


def test_the_reader_of_the_tests_cannot_write_by_itself(database: Database) -> None:
    with (
        psycopg.connect(database.server.url("reader", database.name)) as session,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        session.execute("CREATE TABLE mine (a int)")
