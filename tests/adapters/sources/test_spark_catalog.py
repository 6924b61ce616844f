"""Tables and views of a Spark catalogue as a source: values as text, in an order that stays."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.sources.outcomes import read_table
from keepwell.adapters.engines import SparkDriverSettings
from keepwell.adapters.engines.spark_driver import close_session, open_session
from keepwell.adapters.sources import SparkCatalogSource
from keepwell.adapters.sources.spark_catalog import catalogue_options
from keepwell.vocabulary import NotFound

ALL_KINDS = """
SELECT 'a1' AS id, CAST('12.500000' AS DECIMAL(24, 6)) AS money, 0.1D AS x,
       DATE '2026-01-31' AS day,
       TIMESTAMP_NTZ '2026-01-31 23:59:59' AS at, TIMESTAMP_LTZ '2026-01-31 23:59:59' AS zoned,
       true AS flag, named_struct('city', '上海') AS place, CAST(NULL AS STRING) AS none
"""


@pytest.fixture
def session(spark_settings: SparkDriverSettings) -> Iterator[Any]:
    opened = open_session(spark_settings)
    yield opened
    for database in [d.name for d in opened.catalog.listDatabases() if d.name != "default"]:
        opened.sql(f"DROP DATABASE {database} CASCADE")
    for table in opened.catalog.listTables():
        opened.sql(f"DROP {'VIEW' if table.tableType == 'VIEW' else 'TABLE'} {table.name}")
    close_session(opened)


@pytest.fixture
def source(spark_settings: SparkDriverSettings, tmp_path: Path) -> SparkCatalogSource:
    return SparkCatalogSource(replace(spark_settings, folder=tmp_path), "warehouse")


def test_tables_and_views_of_all_databases_are_named(
    session: Any, source: SparkCatalogSource
) -> None:
    session.sql("CREATE DATABASE crm")
    session.sql("CREATE TABLE crm.accounts USING parquet AS SELECT 'a' AS id")
    session.sql("CREATE TABLE plain USING parquet AS SELECT 'a' AS id")
    session.sql("CREATE VIEW crm.seen AS SELECT id FROM crm.accounts")
    session.sql("CREATE TEMPORARY VIEW passing AS SELECT 1 AS one")
    assert [t.name for t in source.tables()] == ["crm.accounts", "crm.seen", "plain"]
    assert read_table(source, "crm.seen").table() == [["id"], ["a"]]
    assert read_table(source, "plain").table() == [["id"], ["a"]]


def test_every_kind_of_value_is_exact_text(session: Any, source: SparkCatalogSource) -> None:
    session.sql(f"CREATE TABLE kinds USING parquet AS {ALL_KINDS}")
    got = read_table(source, "kinds")
    assert dict(zip(got.columns, got.rows[0], strict=True)) == {
        "id": "a1",
        "money": "12.500000",
        "x": "0.1",
        "day": "2026-01-31",
        "at": "2026-01-31 23:59:59",
        "zoned": "2026-01-31 23:59:59+00:00",
        "flag": "true",
        "place": '{"city":"上海"}',
        "none": None,
    }


def test_partitions_and_parts_are_one_table_in_the_order_of_their_values(
    session: Any, source: SparkCatalogSource, tmp_path: Path
) -> None:
    rows = "SELECT id AS n, id % 3 AS k FROM range(0, 5000, 1, 4) ORDER BY hash(id)"
    session.sql(f"CREATE TABLE parts USING parquet PARTITIONED BY (k) AS {rows}")
    got = read_table(source, "parts")
    assert [int(n or -1) for n, _ in got.rows] == list(range(5000))
    assert got.lines == tuple(range(1, 5001))
    assert list(tmp_path.glob("extract-*")) == []


def test_the_fingerprint_is_of_the_values_not_of_their_order(
    session: Any, source: SparkCatalogSource
) -> None:
    def seen(name: str, rows: str) -> str:
        session.sql(f"DROP TABLE IF EXISTS {name}")
        session.sql(f"CREATE TABLE {name} USING parquet AS {rows}")
        return source.open(name).fingerprint

    first = seen("f", "SELECT id AS a, id AS b FROM range(100)")
    assert seen("f", "SELECT id AS a, id AS b FROM range(100) ORDER BY id DESC") == first
    others = {
        seen("f", "SELECT id AS a, id AS b FROM range(99)"),
        seen("f", "SELECT id AS a, if(id = 7, 8, id) AS b FROM range(100)"),
        seen("f", "SELECT id AS a, id AS c FROM range(100)"),
        seen("f", "SELECT id AS a, CAST(id AS STRING) AS b FROM range(100)"),
        seen("g", "SELECT id AS a, id AS b FROM range(100)"),
    }
    assert len(others | {first}) == 6


def test_a_missing_table_names_those_that_are_there(
    session: Any, source: SparkCatalogSource
) -> None:
    session.sql("CREATE TABLE accounts USING parquet AS SELECT 'a' AS id")
    with pytest.raises(NotFound, match="accounts"):
        source.open("acounts")


def test_a_view_that_fails_is_rejected_with_its_reason(
    session: Any, source: SparkCatalogSource
) -> None:
    session.sql("CREATE TABLE base USING parquet AS SELECT 'x' AS t")
    session.sql("CREATE VIEW broken AS SELECT CAST(t AS BIGINT) AS n FROM base")
    got = read_table(source, "broken")
    assert got.rejected == "view_unreadable"
    assert "CAST_INVALID_INPUT" in got.message


def test_a_folder_without_a_catalogue_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="metastore_db"):
        catalogue_options(tmp_path, {})
    elsewhere = {"spark.hadoop.hive.metastore.uris": "thrift://meta:9083"}
    assert catalogue_options(tmp_path, elsewhere).items() >= elsewhere.items()
