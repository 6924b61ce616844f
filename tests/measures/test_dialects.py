"""What SQLGlot leaves to mend when DuckDB's text speaks another dialect."""

import pytest
import sqlglot
from sqlglot import exp

from keepwell.measures import parse_portable, render, translate
from keepwell.vocabulary import SqlNotAllowed


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_duckdb_text_stays_as_it_is() -> None:
    assert translate("select 1 as a from (select 2)", "duckdb") == "select 1 as a from (select 2)"


def test_a_subquery_without_a_name_gets_one_because_postgres_15_wants_it() -> None:
    sql = "SELECT a FROM (SELECT a FROM (SELECT 1 AS a)) CROSS JOIN (SELECT 2 AS b) AS own"
    tree = sqlglot.parse_one(translate(sql, "postgres"), read="postgres")
    names = [s.alias for s in tree.find_all(exp.Subquery)]
    assert len(set(names)) == 3
    assert "own" in names
    assert "" not in names


@pytest.mark.parametrize("dialect", ["postgres", "spark", "databricks"])
def test_days_between_dates_are_long_integers(dialect: str) -> None:
    days = "date_diff('day', CAST(a AS DATE), CAST(b AS DATE))"
    tree = sqlglot.parse_one(translate(f"SELECT {days} FROM t", dialect), read=dialect)
    cast = tree.expressions[0]
    assert isinstance(cast, exp.Cast)
    assert cast.to.this is exp.DataType.Type.BIGINT
    assert "BIGINT" in translate(f"SELECT 1 AS one FROM t WHERE {days} > 3", dialect)


@pytest.mark.parametrize("dialect", ["spark", "databricks"])
def test_row_numbers_and_floors_keep_the_types_that_duckdb_gives_them(dialect: str) -> None:
    place = "row_number() OVER (ORDER BY account_id)"
    sql = f"SELECT {place} AS n, floor(x) AS f, CAST(floor(x) AS BIGINT) AS w FROM t"
    n, f, w = (p.this for p in sqlglot.parse_one(translate(sql, dialect), read=dialect).expressions)
    assert isinstance(n, exp.Cast)
    assert isinstance(n.this, exp.Window)
    assert n.to.this is w.to.this is exp.DataType.Type.BIGINT
    assert f.to.this is exp.DataType.Type.DOUBLE
    assert isinstance(w.this, exp.Floor)
    assert "CAST" not in translate(f"SELECT {place} AS n FROM t", "postgres")


def test_nulls_come_last_in_postgres_as_they_do_in_duckdb() -> None:
    text = translate("SELECT a FROM t ORDER BY a DESC, b", "postgres")
    assert one_line(text).endswith("ORDER BY a DESC NULLS LAST, b")


def test_keys_are_ordered_by_their_bytes_in_postgres() -> None:
    sql = "SELECT row_number() OVER (ORDER BY amount, account_id) AS n FROM t ORDER BY account_id"
    assert translate(sql, "postgres").count('account_id COLLATE "C"') == 2
    assert "COLLATE" not in translate("SELECT a FROM t ORDER BY amount", "postgres")


def test_postgres_computes_each_stage_of_a_query_once() -> None:
    sql = "WITH a AS (SELECT 1 AS x), b AS (SELECT x + x AS x FROM a) SELECT x FROM b"
    assert translate(sql, "postgres").count("AS MATERIALIZED (") == 2
    assert "MATERIALIZED" not in translate(sql, "spark")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT DISTINCT account_id FROM t ORDER BY account_id",
        "SELECT account_id FROM t UNION ALL SELECT account_id FROM u ORDER BY account_id",
    ],
)
def test_where_postgres_takes_no_expression_in_an_order_the_key_stays_plain(sql: str) -> None:
    assert "COLLATE" not in translate(sql, "postgres")


def test_statements_are_translated_like_queries() -> None:
    made = translate("CREATE TABLE t AS SELECT CAST(1 AS DOUBLE) AS a FROM (SELECT 1)", "postgres")
    assert one_line(made).startswith("CREATE TABLE t AS SELECT CAST(1 AS DOUBLE PRECISION) AS a")
    assert "unnamed_1" in made


def test_rendering_mends_too_and_leaves_the_callers_tree_alone() -> None:
    tree = parse_portable("SELECT a FROM (SELECT 1 AS a)")
    before = tree.sql("duckdb")
    assert "unnamed_1" in render(tree, "postgres")
    assert tree.sql("duckdb") == before


@pytest.mark.parametrize("sql", ["SELECT 1; SELECT 2", "", "SELECT FROM WHERE ("])
def test_what_is_not_one_statement_is_refused(sql: str) -> None:
    with pytest.raises(SqlNotAllowed):
        translate(sql, "postgres")
