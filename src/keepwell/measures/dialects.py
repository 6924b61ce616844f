"""DuckDB's text in another engine's dialect, with the differences mended that SQLGlot leaves."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import count

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, ParseError, TokenError, UnsupportedError

from keepwell.vocabulary import TABLES, SqlNotAllowed

SOURCE_DIALECT = "duckdb"
KEYS = frozenset({"account_id"} | {t.key for t in TABLES.values() if t.key})
_KEPT_STATEMENTS = 1024

Mend = Callable[[exp.Expr, Iterator[int]], exp.Expr]


@lru_cache(maxsize=_KEPT_STATEMENTS)
def translate(sql: str, dialect: str) -> str:
    """Return one statement of DuckDB's text in another dialect; the same text for `duckdb`.

    Meaning: equal to DuckDB's for text inside the portable vocabulary (D2); not checked here.
    Errors:  SqlNotAllowed for text that is not one statement, or that the dialect cannot say.
    """
    if dialect == SOURCE_DIALECT:
        return sql
    return spoken(parse_statement(sql), dialect, is_last_use=True, is_for_people=False)


def parse_statement(sql: str) -> exp.Expr:
    """Return the tree of one statement in DuckDB's dialect. Errors: SqlNotAllowed."""
    try:
        trees = [t for t in sqlglot.parse(sql, read=SOURCE_DIALECT) if t is not None]
    except (ParseError, TokenError) as problem:
        first = str(problem).splitlines()[0]
        raise SqlNotAllowed(f"Not readable as SQL: {first}", cure=f"Text: {sql}", sql=sql) from None
    if len(trees) != 1:
        raise SqlNotAllowed(f"{len(trees)} statements found.", cure="Write one.", sql=sql)
    return trees[0]


def spoken(
    tree: exp.Expr, dialect: str, *, is_last_use: bool = False, is_for_people: bool = True
) -> str:
    """Return a tree of DuckDB's dialect as text of another.

    `is_last_use`:   the tree may be used up, which saves a copy of it.
    `is_for_people`: laid out in lines; off where only a server reads it.
    Errors: SqlNotAllowed where the dialect cannot say it.
    """
    try:
        return mended(tree, dialect, is_last_use=is_last_use).sql(
            dialect=dialect, unsupported_level=ErrorLevel.RAISE, pretty=is_for_people, copy=False
        )
    except (UnsupportedError, ValueError) as problem:
        raise SqlNotAllowed(
            f"Not expressible in `{dialect}`: {problem}.",
            cure="Run it on an engine whose dialect is duckdb, postgres or spark.",
            dialect=dialect,
        ) from problem


def mended(tree: exp.Expr, dialect: str, *, is_last_use: bool = False) -> exp.Expr:
    """Return the tree with what a dialect needs beyond SQLGlot's own changes."""
    tree = tree if is_last_use else tree.copy()
    if dialect == SOURCE_DIALECT:
        return tree
    numbers = count(1)
    mends = {**_EVERYWHERE, **_MENDS.get(dialect, {})}
    # The leaves first: a mended node may hold others that are to be mended.
    for node in reversed(list(tree.walk())):
        mend = mends.get(type(node))
        if mend is not None:
            made = mend(node, numbers)
            if made is not node:
                tree = made if node is tree else tree
    return tree


def _named_subquery(node: exp.Expr, numbers: Iterator[int]) -> exp.Expr:
    """PostgreSQL before 16 takes no subquery without a name."""
    if isinstance(node.parent, exp.From | exp.Join) and not node.alias:
        node.set("alias", exp.TableAlias(this=exp.to_identifier(f"unnamed_{next(numbers)}")))
    return node


def _long_days(node: exp.Expr, _: Iterator[int]) -> exp.Expr:
    """Days are BIGINT in DuckDB; elsewhere INTEGER, which overflows early in a product."""
    return _cast(node, exp.DataType.Type.BIGINT)


def _long_places(node: exp.Expr, _: Iterator[int]) -> exp.Expr:
    """Row numbers are BIGINT in DuckDB and INTEGER in Spark."""
    is_place = isinstance(node.this, exp.RowNumber)
    return _cast(node, exp.DataType.Type.BIGINT) if is_place else node


def _whole_doubles(node: exp.Expr, _: Iterator[int]) -> exp.Expr:
    """The floor of a DOUBLE is DOUBLE in DuckDB and BIGINT in Spark."""
    return node if isinstance(node.parent, exp.Cast) else _cast(node, exp.DataType.Type.DOUBLE)


def _cast(node: exp.Expr, to: exp.DType) -> exp.Expr:
    made = exp.cast(exp.null(), to)
    node.replace(made)
    made.set("this", node)
    return made


def _binary_order(node: exp.Expr, _: Iterator[int]) -> exp.Expr:
    """Order keys by their bytes, whatever the collation of the database."""
    owner = node.find_ancestor(exp.Select, exp.Window, exp.Union)
    is_free = not isinstance(owner, exp.Union) and not (owner and owner.args.get("distinct"))
    key = node.this
    if is_free and isinstance(key, exp.Column) and key.name in KEYS:
        node.set("this", exp.Collate(this=key, expression=exp.to_identifier("C", quoted=True)))
    return node


def _kept_stage(node: exp.Expr, _: Iterator[int]) -> exp.Expr:
    """Compute each stage once: PostgreSQL would write a stage's CASEs into every use of them."""
    node.set("materialized", True)
    return node


_EVERYWHERE: Mapping[type[exp.Expr], Mend] = {exp.Subquery: _named_subquery}
_SPARK: Mapping[type[exp.Expr], Mend] = {
    exp.DateDiff: _long_days,
    exp.Floor: _whole_doubles,
    exp.Window: _long_places,
}
_MENDS: Mapping[str, Mapping[type[exp.Expr], Mend]] = {
    "postgres": {
        exp.CTE: _kept_stage,
        exp.DateDiff: _long_days,
        exp.Ordered: _binary_order,
    },
    "spark": _SPARK,
    "databricks": _SPARK,
}
