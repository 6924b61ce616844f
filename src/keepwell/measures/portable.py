"""SQL kept inside the portable vocabulary: parse, refuse what engines disagree on, render (D2)."""

import difflib
from collections.abc import Collection, Iterable, Mapping

from sqlglot import exp

from keepwell.measures.allowed import (
    ALLOWED,
    CLOCK_CURE,
    CLOCK_FUNCTIONS,
    CURES,
    QUANTILE_CURE,
    QUANTILE_FUNCTIONS,
    SCALAR,
)
from keepwell.measures.dialects import SOURCE_DIALECT, parse_statement, spoken
from keepwell.measures.rules import RULES
from keepwell.measures.sql_kinds import Kinds, ValueKind
from keepwell.vocabulary import SqlNotAllowed

_DEFAULT_CURE = "Keep to the constructs listed in docs/measures.md#portable-sql."


def parse_portable(
    sql: str | exp.Expr,
    *,
    types: Mapping[str, str] | None = None,
    tables: Collection[str] | None = None,
    for_score: bool = False,
) -> exp.Expr:
    """Return the checked tree of one SELECT in DuckDB's dialect.

    `types`:     SQL types of columns whose kind the text does not show.
    `tables`:    names that may be read; None allows any plain name.
    `for_score`: also refuse avg, stddev and sums of DOUBLE, whose last digits vary (D6).
    Errors:      SqlNotAllowed, naming the construct and the cure.
    """
    tree = sql if isinstance(sql, exp.Expr) else parse_statement(sql)
    if not isinstance(tree, exp.Select | exp.Union):
        what, cure = _label(tree)
        raise _refusal(what, cure if type(tree) in CURES else "Write one SELECT.", tree)
    _walk(tree, Kinds(tree, types), allowed=frozenset(ALLOWED), for_score=for_score)
    if tables is not None:
        _check_tables(tree, tables)
    return tree


def parse_expression(text: str, columns: Collection[str] | Mapping[str, str]) -> exp.Expr:
    """Return the checked tree of one scalar expression over the listed columns.

    `columns`: names, or a mapping of names to SQL types; fractions such as 0.5 are cast for you.
    Errors:    SqlNotAllowed; an unknown column says which ones it may have meant.
    """
    select = parse_statement(f"SELECT {text}")
    if not isinstance(select, exp.Select) or len(select.expressions) != 1 or _has_more(select):
        raise SqlNotAllowed(f"`{text}` is not one expression.", cure="Write one scalar expression.")
    if isinstance(select.expressions[0], exp.Alias):
        raise _refusal("an alias", "Leave out the AS.", select)
    tree: exp.Expr = select.expressions[0].copy().transform(_cast_fraction)
    types = columns if isinstance(columns, Mapping) else None
    _check_columns(tree, columns)
    _walk(tree, Kinds(tree, types), allowed=SCALAR, for_score=False)
    return tree


def render(sql: str | exp.Expr, dialect: str, *, is_last_use: bool = False) -> str:
    """Return a portable SELECT or expression in another dialect of SQLGlot.

    `is_last_use`: the tree may be used up, which saves a copy of it.
    Errors: SqlNotAllowed where the dialect cannot say it.
    """
    tree = sql if isinstance(sql, exp.Expr) else parse_portable(sql)
    return spoken(tree, dialect, is_last_use=is_last_use)


def double(value: float) -> exp.Cast:
    """Return a DOUBLE literal that every engine reads to the same 64 bits."""
    return as_type(exp.Literal.string(repr(float(value))), exp.DataType.Type.DOUBLE)


def as_type(value: exp.Expr, to: exp.DType) -> exp.Cast:
    """Return CAST(value AS to) without copying the value; exp.cast copies and parses the type."""
    kind = exp.DataType(this=to, nested=False)
    made = exp.Cast(this=value, to=kind)
    made.type = kind
    return made


def _has_more(tree: exp.Select) -> bool:
    return any(value for key, value in tree.args.items() if key not in ("expressions", "kind"))


def _cast_fraction(node: exp.Expr) -> exp.Expr:
    if not isinstance(node, exp.Literal) or node.is_string or node.name.isdigit():
        return node
    return node if isinstance(node.parent, exp.Cast) else double(float(node.name))


def _walk(
    tree: exp.Expr,
    kinds: Kinds,
    *,
    allowed: Collection[type[exp.Expr]],
    for_score: bool,
) -> None:
    nodes = list(tree.walk())
    for node in nodes:
        _check_listed(node, allowed)
    for node in nodes:
        rule = RULES.get(type(node))
        refused = rule(node, kinds) if rule else None
        if refused is None and for_score:
            refused = _inexact(node, kinds)
        if refused is not None:
            raise _refusal(*refused, tree)


def _check_listed(node: exp.Expr, allowed: Collection[type[exp.Expr]]) -> None:
    if type(node) not in allowed:
        raise _refusal(*_label(node), node)
    parts = ALLOWED[type(node)]
    for name, value in node.args.items():
        if value and name not in parts:
            shown = f"{name.strip('_')} of {type(node).__name__.lower()}"
            what = str(value).lower() if isinstance(value, str) else shown
            raise _refusal(f"{what} in {node.sql(SOURCE_DIALECT)}", _DEFAULT_CURE, node)


def _label(node: exp.Expr) -> tuple[str, str]:
    if isinstance(node, exp.Anonymous):
        name = node.name.lower()
        if name in CLOCK_FUNCTIONS:
            return f"{name}()", CLOCK_CURE
        return f"{name}()", QUANTILE_CURE if name in QUANTILE_FUNCTIONS else _DEFAULT_CURE
    return CURES.get(type(node), (f"{type(node).__name__} `{node.sql()}`", _DEFAULT_CURE))


def _inexact(node: exp.Expr, kinds: Kinds) -> tuple[str, str] | None:
    cure = "Sum integers or decimals: floats add up differently on several threads."
    if isinstance(node, exp.Avg | exp.StddevSamp):
        return f"{node.sql(SOURCE_DIALECT)} under a score", cure
    exact = (ValueKind.INTEGER, ValueKind.DECIMAL)
    if isinstance(node, exp.Sum) and kinds.of(node.this) not in exact:
        return f"{node.sql(SOURCE_DIALECT)}, a sum of fractions under a score", cure
    return None


def _refusal(construct: str, cure: str, node: exp.Expr) -> SqlNotAllowed:
    return SqlNotAllowed(
        f"{construct} is outside the portable SQL.",
        cure=cure,
        construct=construct,
        sql=node.sql(SOURCE_DIALECT),
    )


def _did_you_mean(name: str, names: Iterable[str]) -> str:
    names = sorted(names)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    if near:
        return f"Did you mean {', '.join(f'`{n}`' for n in near)}?"
    return f"Known: {', '.join(names[:12])}{' ...' if len(names) > 12 else ''}."


def _check_tables(tree: exp.Expr, tables: Collection[str]) -> None:
    own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if table.name.lower() not in own and table.name not in tables:
            cure = _did_you_mean(table.name, tables)
            raise SqlNotAllowed(f"Unknown table `{table.name}`.", cure=cure, table=table.name)


def _check_columns(tree: exp.Expr, columns: Collection[str]) -> None:
    for column in tree.find_all(exp.Column):
        if column.table or column.name not in columns:
            shown = column.sql(SOURCE_DIALECT)
            cure = _did_you_mean(column.name, columns)
            raise SqlNotAllowed(f"Unknown column `{shown}`.", cure=cure, column=column.name)
