"""The portable vocabulary: each ban has a refused example, each allowed construct a passed one."""

import pytest
import sqlglot
from sqlglot import exp

from keepwell.adapters.engines import DuckDbEngine
from keepwell.measures import double, parse_expression, parse_portable, render
from keepwell.vocabulary import SqlNotAllowed

REFUSED = {
    # construct -> (SELECT, a word of the message or cure)
    "greatest": ("SELECT greatest(a, b) FROM t", "CASE"),
    "least": ("SELECT least(a, b) FROM t", "CASE"),
    "month difference": (
        "SELECT date_diff('month', CAST(a AS DATE), CAST(b AS DATE)) FROM t",
        "date_diff('day'",
    ),
    "timestamp difference": (
        "SELECT date_diff('day', occurred_at, CAST(b AS DATE)) FROM usage",
        "CAST(a AS DATE)",
    ),
    "hour difference": (
        "SELECT date_diff('hour', CAST(a AS DATE), CAST(b AS DATE)) FROM t",
        "date_diff('day'",
    ),
    "int by int": ("SELECT COUNT(*) / nullif(COUNT(email), 0) FROM contacts", "AS DOUBLE"),
    "decimal division": ("SELECT SUM(amount) / nullif(2, 0) FROM opportunities", "AS DOUBLE"),
    "unknown division": ("SELECT a / nullif(b, 0) FROM t", "AS DOUBLE"),
    "division without nullif": ("SELECT CAST(a AS DOUBLE) / b FROM t", "nullif"),
    "division by zero": ("SELECT CAST(a AS DOUBLE) / 0 FROM t", "nullif"),
    "decimal literal": ("SELECT CAST(a AS DOUBLE) * 0.5 FROM t", "CAST('0.5' AS DOUBLE)"),
    "long decimal literal": (
        "SELECT CAST(0.12345678901234567 AS DOUBLE) FROM t",
        "CAST('0.12345678901234567' AS DOUBLE)",
    ),
    "product of decimals": ("SELECT amount * amount FROM opportunities", "DOUBLE"),
    "fraction to integer": ("SELECT CAST(CAST(a AS DOUBLE) AS BIGINT) FROM t", "floor"),
    "unknown to integer": ("SELECT CAST(a AS INTEGER) FROM t", "floor"),
    "fraction to decimal": (
        "SELECT CAST(probability AS DECIMAL(9, 2)) FROM opportunities",
        "floor",
    ),
    "round": ("SELECT round(a) FROM t", "floor"),
    "ceil": ("SELECT ceil(a) FROM t", "floor"),
    "log": ("SELECT log(a) FROM t", "ln"),
    "log10": ("SELECT log10(a) FROM t", "ln"),
    "unguarded ln": ("SELECT ln(a) FROM t", "CASE"),
    "unguarded exp": ("SELECT exp(a) FROM t", "CASE"),
    "unguarded sqrt": ("SELECT sqrt(a) FROM t", "CASE"),
    "boolean sum": ("SELECT SUM(is_won) FROM opportunities", "COUNT(*) FILTER"),
    "sum of a comparison": ("SELECT SUM(a > 1) FROM t", "COUNT(*) FILTER"),
    "count_if": ("SELECT count_if(a > 1) FROM t", "COUNT(*) FILTER"),
    "bool_or": ("SELECT bool_or(is_won) FROM opportunities", "COUNT(*) FILTER"),
    "avg of integers": ("SELECT avg(seats) FROM subscriptions", "avg(CAST(x AS DOUBLE))"),
    "stddev": ("SELECT stddev(CAST(a AS DOUBLE)) FROM t", "stddev_samp"),
    "min on text": ("SELECT MIN(industry) FROM accounts", "Collation"),
    "max on text": ("SELECT MAX(name) FROM accounts", "Collation"),
    "max on text through a subquery": (
        "SELECT MAX(x) FROM (SELECT industry AS x FROM accounts) AS s",
        "Collation",
    ),
    "max of flags": ("SELECT MAX(is_won) FROM opportunities", "count"),
    "less on text": ("SELECT a FROM accounts WHERE name < 'm'", "collation"),
    "between on text": ("SELECT a FROM accounts WHERE name BETWEEN 'a' AND 'm'", "collation"),
    "order on text": ("SELECT name FROM accounts ORDER BY name", "key"),
    "text against number": ("SELECT a FROM accounts WHERE industry = 5", "Quote"),
    "timestamptz": ("SELECT CAST(a AS TIMESTAMPTZ) FROM t", "without zone"),
    "float": ("SELECT CAST(a AS FLOAT) FROM t", "DOUBLE"),
    "number to text": ("SELECT CAST(CAST(a AS DOUBLE) AS VARCHAR) FROM t", "outside SQL"),
    "text to number": ("SELECT CAST(industry AS DOUBLE) FROM accounts", "import"),
    "NaN": ("SELECT CAST('NaN' AS DOUBLE)", "NULL"),
    "infinity": ("SELECT CAST('-Infinity' AS DOUBLE)", "NULL"),
    "window without a unique key": (
        "SELECT row_number() OVER (ORDER BY occurred_at) FROM usage",
        "ORDER BY",
    ),
    "running sum without a unique key": (
        "SELECT SUM(seats) OVER (PARTITION BY account_id ORDER BY period_start) FROM subscriptions",
        "ORDER BY",
    ),
    "row_number without order": ("SELECT row_number() OVER () FROM t", "unique key"),
    "lag without a unique key": (
        "SELECT lag(a) OVER (PARTITION BY account_id ORDER BY occurred_at) FROM usage",
        "ORDER BY",
    ),
    "lag with an offset": (
        "SELECT lag(seats, 2) OVER (ORDER BY account_id) FROM subscriptions",
        "docs/measures.md",
    ),
    "avg window": ("SELECT avg(CAST(a AS DOUBLE)) OVER (PARTITION BY b) FROM t", "row_number"),
    "rank": ("SELECT rank() OVER (ORDER BY account_id) FROM t", "row_number"),
    "ntile": ("SELECT ntile(4) OVER (ORDER BY account_id) FROM t", "row_number"),
    "first_value": ("SELECT first(a) FROM t", "row_number"),
    "percent_rank": ("SELECT percent_rank() OVER (ORDER BY account_id) FROM t", "quantiles"),
    "median": ("SELECT median(a) FROM t", "quantiles"),
    "quantile_cont": ("SELECT quantile_cont(a, 0.5) FROM t", "quantiles"),
    "quantile_disc": ("SELECT quantile_disc(a, 0.5) FROM t", "quantiles"),
    "percentile_cont": (
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t",
        "portable SQL",
    ),
    "approx_quantile": ("SELECT approx_quantile(a, 0.5) FROM t", "quantiles"),
    "approx_count_distinct": ("SELECT approx_count_distinct(a) FROM t", "DISTINCT"),
    "mode": ("SELECT mode(a) FROM t", "row_number"),
    "try_cast": ("SELECT try_cast(a AS DOUBLE) FROM t", "import"),
    "asof join": ("SELECT 1 AS one FROM t ASOF JOIN u ON t.a >= u.a", "asof"),
    "semi join": ("SELECT 1 AS one FROM t SEMI JOIN u ON t.a = u.a", "inner or left"),
    "lateral": ("SELECT 1 AS one FROM t, LATERAL (SELECT t.a) AS l", "portable SQL"),
    "current_date": ("SELECT current_date", "literal"),
    "now": ("SELECT now()", "literal"),
    "today": ("SELECT today()", "literal"),
    "current_timestamp": ("SELECT current_timestamp", "literal"),
    "interval": ("SELECT CAST(a AS DATE) + INTERVAL 3 DAY FROM t", "literal"),
    "date arithmetic": ("SELECT CAST(a AS DATE) + 3 FROM t", "date_diff"),
    "date_trunc": ("SELECT date_trunc('month', a) FROM t", "date_diff"),
    "extract": ("SELECT extract(year FROM a) FROM t", "date_diff"),
    "random": ("SELECT random()", "run to run"),
    "integer division": ("SELECT 7 // 2", "floor"),
    "modulo": ("SELECT a % 2 FROM t", "floor"),
    "power": ("SELECT a ** 2 FROM t", "Multiply"),
    "concatenation": ("SELECT name || 'x' FROM accounts", "outside SQL"),
    "like": ("SELECT a FROM accounts WHERE name LIKE 'a%'", "IN"),
    "not distinct": ("SELECT a IS NOT DISTINCT FROM b FROM t", "IS NULL"),
    "exists": ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u)", "join"),
    "in subquery": ("SELECT a FROM t WHERE a IN (SELECT b FROM u)", "query"),
    "any_value": ("SELECT any_value(a) FROM t", "portable SQL"),
    "placeholder": ("SELECT a FROM t WHERE a > $as_of", "literal"),
    "qualify": ("SELECT a FROM t QUALIFY row_number() OVER (ORDER BY account_id) = 1", "qualify"),
    "distinct on": ("SELECT DISTINCT ON (a) a FROM t", "on"),
    "group by all": ("SELECT a, COUNT(*) FROM t GROUP BY ALL", "List the columns"),
    "rollup": ("SELECT a, COUNT(*) FROM t GROUP BY ROLLUP (a)", "rollup"),
    "limit without order": ("SELECT a FROM t LIMIT 3", "Order by"),
    "star except": ("SELECT * EXCLUDE (a) FROM t", "portable SQL"),
    "except": ("SELECT a FROM t EXCEPT SELECT a FROM u", "LEFT JOIN"),
    "file in quotes": ("SELECT * FROM '/etc/passwd'", "catalogue"),
    "file in double quotes": ('SELECT * FROM "data.parquet"', "catalogue"),
    "table function": ("SELECT * FROM read_csv('x.csv')", "catalogue"),
    "other schema": ("SELECT * FROM other.secrets", "portable SQL"),
    "list": ("SELECT [1, 2]", "portable SQL"),
    "unknown function": ("SELECT getenv('HOME')", "getenv"),
    "two statements": ("SELECT 1; SELECT 2", "Write one"),
    "delete": ("DELETE FROM accounts", "SELECT"),
    "attach": ("ATTACH 'x.db'", "SELECT"),
    "pragma": ("PRAGMA database_list", "SELECT"),
    "set": ("SET threads = 8", "SELECT"),
    "not SQL": ("SELECT FROM WHERE (", "Not readable"),
}

ACCEPTED = {
    "filter, join, group, order": (
        "SELECT a.account_id, COUNT(*) AS n FROM accounts AS a "
        "LEFT JOIN usage AS u ON u.account_id = a.account_id WHERE NOT u.value IS NULL "
        "GROUP BY a.account_id HAVING COUNT(*) > 1 ORDER BY n DESC, a.account_id LIMIT 5"
    ),
    "using": "SELECT account_id FROM accounts JOIN usage USING (account_id)",
    "cross join": "SELECT a.account_id FROM accounts AS a CROSS JOIN usage AS u",
    "filtered sums": "SELECT SUM(amount) FILTER (WHERE is_won) AS s FROM opportunities",
    "distinct count": "SELECT COUNT(DISTINCT channel) AS n FROM activities",
    "min and max of numbers and dates": (
        "SELECT MIN(occurred_at) AS a, MAX(value) AS b FROM usage"
    ),
    "mean and deviation of doubles": (
        "SELECT avg(CAST(a AS DOUBLE)) AS m, stddev_samp(CAST(a AS DOUBLE)) AS s FROM t"
    ),
    "case, coalesce, nullif": (
        "SELECT CASE WHEN a > 1 THEN 1 ELSE 0 END AS x, coalesce(a, 0) AS y, nullif(a, 0) AS z "
        "FROM t"
    ),
    "simple case": "SELECT CASE a WHEN 1 THEN 'one' END AS x FROM t",
    "division": "SELECT CAST(a AS DOUBLE) / nullif(b, 0) AS r FROM t",
    "division by a number": "SELECT CAST(a AS DOUBLE) / 7 AS r FROM t",
    "division of a double column": "SELECT value / nullif(value, 0) AS r FROM usage",
    "floor and abs": "SELECT CAST(floor(CAST(a AS DOUBLE)) AS BIGINT) AS f, abs(a) AS g FROM t",
    "integer of integers": "SELECT CAST(SUM(seats) AS BIGINT) AS s FROM subscriptions",
    "guarded ln, exp, sqrt": (
        "SELECT CASE WHEN a > 0 THEN ln(a) END AS l, CASE WHEN a < 700 THEN exp(a) END AS e, "
        "CASE WHEN a >= 0 THEN sqrt(a) END AS s FROM t"
    ),
    "days between dates": (
        "SELECT date_diff('day', CAST(a AS DATE), DATE '2026-01-31') AS d FROM t"
    ),
    "decimal literal in a cast": "SELECT CAST(0.5 AS DOUBLE) AS h, CAST('1e-9' AS DOUBLE) AS e",
    "row_number by key": (
        "SELECT row_number() OVER (ORDER BY a DESC NULLS LAST, account_id) AS r FROM t"
    ),
    "running sum by key": (
        "SELECT SUM(seats) OVER (ORDER BY seats, subscription_id "
        "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS s FROM subscriptions"
    ),
    "share of a whole": (
        "SELECT COUNT(*) OVER (PARTITION BY a) AS n, SUM(seats) OVER () AS s FROM subscriptions"
    ),
    "window over grouped rows": (
        "SELECT account_id, d, lag(d) OVER (PARTITION BY account_id ORDER BY d) AS p FROM "
        "(SELECT account_id, CAST(occurred_at AS DATE) AS d FROM usage GROUP BY account_id, d) AS g"
    ),
    "window in a grouped select": (
        "SELECT industry, row_number() OVER (ORDER BY COUNT(*), account_id) AS r FROM accounts "
        "GROUP BY industry, account_id"
    ),
    "text equality": "SELECT account_id FROM accounts WHERE industry IN ('a', 'b') OR name = 'x'",
    "text against text cast": "SELECT CAST(industry AS VARCHAR) AS i FROM accounts",
    "dates against literals": (
        "SELECT account_id FROM usage WHERE occurred_at >= TIMESTAMP '2026-01-01 00:00:00'"
    ),
    "with and union": ("WITH x AS (SELECT 1 AS a) SELECT a FROM x UNION ALL SELECT a FROM x AS y"),
    "star": "SELECT * FROM accounts",
    "truth tests": "SELECT is_won IS TRUE AS w, NOT is_won AS l FROM opportunities",
    "between numbers": "SELECT account_id FROM usage WHERE value BETWEEN 1 AND 2",
    "distinct": "SELECT DISTINCT industry FROM accounts",
}


@pytest.mark.parametrize("construct", REFUSED)
def test_what_engines_disagree_on_is_refused_with_a_cure(construct: str) -> None:
    sql, word = REFUSED[construct]
    with pytest.raises(SqlNotAllowed) as refused:
        parse_portable(sql)
    assert word.lower() in str(refused.value).lower()
    assert refused.value.cure


@pytest.mark.parametrize("construct", ACCEPTED)
def test_what_engines_agree_on_is_accepted_and_renders(construct: str) -> None:
    tree = parse_portable(ACCEPTED[construct])
    for dialect in ("duckdb", "postgres", "spark"):
        text = render(tree, dialect)
        assert sqlglot.parse_one(text, read=dialect).find(exp.Select) is not None


def test_types_of_the_caller_decide() -> None:
    parse_portable("SELECT CAST(a AS BIGINT) AS a FROM t", types={"a": "BIGINT"})
    parse_portable("SELECT a / nullif(b, 0) AS r FROM t", types={"a": "DOUBLE"})
    with pytest.raises(SqlNotAllowed, match="order of text"):
        parse_portable("SELECT a FROM t WHERE a < 'x'", types={"a": "VARCHAR"})


def test_only_listed_tables_are_read() -> None:
    parse_portable("WITH x AS (SELECT 1 AS a) SELECT a FROM x JOIN t ON TRUE", tables={"t"})
    with pytest.raises(SqlNotAllowed, match="Did you mean `portfolio`") as refused:
        parse_portable("SELECT a FROM portfolo", tables={"portfolio", "scores"})
    assert refused.value.details["table"] == "portfolo"


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT avg(CAST(a AS DOUBLE)) AS m FROM t",
        "SELECT stddev_samp(CAST(a AS DOUBLE)) AS m FROM t",
        "SELECT SUM(value) AS s FROM usage",
        "SELECT SUM(a) AS s FROM t",
    ],
)
def test_under_a_score_only_exact_sums_are_allowed(sql: str) -> None:
    parse_portable(sql)
    with pytest.raises(SqlNotAllowed, match="under a score"):
        parse_portable(sql, for_score=True)


def test_exact_sums_are_allowed_under_a_score() -> None:
    sql = "SELECT SUM(amount) AS a, SUM(seats) AS b, COUNT(*) AS c FROM subscriptions"
    tree = parse_portable(sql, for_score=True)
    assert len(list(tree.find_all(exp.Sum, exp.Count))) == 3


def test_rendering_fails_rather_than_guess() -> None:
    with pytest.raises(SqlNotAllowed, match="Not expressible in `nodialect`"):
        render("SELECT a FROM t", "nodialect")
    sample = sqlglot.parse_one("SELECT a FROM t TABLESAMPLE 10%", read="duckdb")
    with pytest.raises(SqlNotAllowed, match="Not expressible in `mysql`: TABLESAMPLE"):
        render(sample, "mysql")


def test_an_expression_of_a_user_is_checked_and_its_fractions_cast() -> None:
    tree = parse_expression(
        "score < 79.5 AND account_size_segment IN ('Large') AND win_rate / nullif(2, 0) > 0.1",
        {"score": "DOUBLE", "account_size_segment": "VARCHAR", "win_rate": "DOUBLE"},
    )
    assert " ".join(render(tree, "duckdb").split()) == (
        "score < CAST('79.5' AS DOUBLE) AND account_size_segment IN ('Large') "
        "AND win_rate / NULLIF(2, 0) > CAST('0.1' AS DOUBLE)"
    )


def test_a_single_fraction_is_an_expression() -> None:
    assert parse_expression("0.25", []).sql("duckdb") == "CAST('0.25' AS DOUBLE)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("scor > 1", "Did you mean `score`"),
        ("nothing_like_it > 1", "Known: industry, score"),
        ("t.score > 1", "Unknown column `t.score`"),
        ("score, industry", "one expression"),
        ("score FROM portfolio", "one expression"),
        ("score WHERE score > 1", "one expression"),
        ("score AS s", "alias"),
        ("SUM(score)", "outside the portable SQL"),
        ("(SELECT score)", "outside the portable SQL"),
        ("row_number() OVER (ORDER BY score)", "outside the portable SQL"),
        ("industry < 'm'", "order of text"),
        ("score > 1; DROP TABLE accounts", "2 statements"),
        ("score > greatest(1, 2)", "CASE"),
        ("score >", "Not readable"),
        ("", "one expression"),
    ],
)
def test_other_texts_are_no_expression(text: str, message: str) -> None:
    with pytest.raises(SqlNotAllowed) as refused:
        parse_expression(text, {"score": "DOUBLE", "industry": "VARCHAR"})
    assert message in str(refused.value)


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-300, 123456789.123456789, -0.0, 5e-324])
def test_double_literals_survive_to_the_last_bit(value: float) -> None:
    with DuckDbEngine() as engine:
        found = engine.rows(f"SELECT {double(value).sql('duckdb')}")[0][0]
    assert found.hex() == value.hex()
