"""The rules of the portable vocabulary that need more than a list: one function per trap (D2)."""

import re
from collections.abc import Callable

from sqlglot import exp

from keepwell.measures.allowed import DAY_CURE, FLOOR_CURE
from keepwell.measures.dialects import KEYS
from keepwell.measures.sql_kinds import CAST_TARGETS, NUMBERS, Kinds, ValueKind

Refusal = tuple[str, str]
Rule = Callable[[exp.Expr, Kinds], Refusal | None]
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_ROW_TESTS = (exp.GT, exp.GTE, exp.LT, exp.LTE)
_MAX_DIGITS = 15


def table_name(node: exp.Expr, _: Kinds) -> Refusal | None:
    """Refuse a table that is a file, a function or of another schema."""
    if isinstance(node.this, exp.Identifier) and _PLAIN_NAME.match(node.name):
        return None
    return f"table {node.sql('duckdb')}", "Name a table of the catalogue."


def join(node: exp.Expr, _: Kinds) -> Refusal | None:
    """Refuse joins beside inner, cross, left, right and full."""
    kind = node.text("kind").upper()
    if kind in ("", "INNER", "OUTER", "CROSS"):
        return None
    return f"{kind} join", "Use an inner or left join with an equality condition."


def unanchored_limit(node: exp.Expr, _: Kinds) -> Refusal | None:
    """Refuse LIMIT without ORDER BY: which rows stay would be chance."""
    if node.parent is not None and node.parent.args.get("order"):
        return None
    return "LIMIT without ORDER BY", "Order by a unique key first."


def group_all(node: exp.Expr, _: Kinds) -> Refusal | None:
    """Refuse GROUP BY without a list."""
    return None if node.expressions else ("GROUP BY ALL", "List the columns.")


def decimal_literal(node: exp.Expr, _: Kinds) -> Refusal | None:
    """Refuse a fraction that is not cast at once, or has more digits than DECIMAL keeps."""
    if node.args["is_string"] or node.name.isdigit():
        return None
    digits = len(node.name.replace(".", "").lstrip("0"))
    parent = node.parent
    cast = isinstance(parent, exp.Cast) and parent.to.this is exp.DataType.Type.DOUBLE
    if cast and digits <= _MAX_DIGITS and "e" not in node.name.lower():
        return None
    return f"uncast decimal literal {node.name}", f"Write CAST('{node.name}' AS DOUBLE)."


def division(node: exp.Expr, kinds: Kinds) -> Refusal | None:
    """Refuse a division whose numerator is not DOUBLE or whose divisor may be zero."""
    cure = "Write CAST(a AS DOUBLE) / nullif(b, 0)."
    if kinds.of(node.this) is not ValueKind.DOUBLE:
        return f"division of a non-DOUBLE in {node.sql('duckdb')}", cure
    divisor = node.expression.unnest()
    if isinstance(divisor, exp.Cast):
        divisor = divisor.this.unnest()
    if isinstance(divisor, exp.Literal) and divisor.name.strip("0.") not in ("", "e"):
        return None
    if not isinstance(divisor, exp.Nullif):
        return f"division without nullif in {node.sql('duckdb')}", cure
    return None


def arithmetic(node: exp.Expr, kinds: Kinds) -> Refusal | None:
    """Refuse arithmetic on dates, text or truth values, and products of decimals."""
    sides = (kinds.of(node.this), kinds.of(node.expression))
    for kind in sides:
        if kind not in NUMBERS | {ValueKind.NULL, ValueKind.UNKNOWN}:
            return f"arithmetic on a {kind} in {node.sql('duckdb')}", DAY_CURE
    if isinstance(node, exp.Mul) and ValueKind.DECIMAL in sides and ValueKind.DOUBLE not in sides:
        return f"product of decimals {node.sql('duckdb')}", "Cast both sides to DOUBLE first."
    return None


def cast(node: exp.Expr, kinds: Kinds) -> Refusal | None:
    """Refuse casts that round, depend on the time zone or print numbers differently."""
    to, source = node.args["to"].this, kinds.of(node.this)
    if to not in CAST_TARGETS:
        return f"cast to {node.args['to'].sql('duckdb')}", (
            "Use DOUBLE, BIGINT, DECIMAL(p, s), DATE, TIMESTAMP (without zone), VARCHAR or BOOLEAN."
        )
    if isinstance(node.this, exp.Literal) and node.this.is_string:
        return _text_literal(node, to)
    if source is ValueKind.TEXT and to not in (exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT):
        return f"cast of text in {node.sql('duckdb')}", "Types are settled at import."
    if to in (exp.DataType.Type.BIGINT, exp.DataType.Type.INT):
        return _to_integer(node, source)
    if to is exp.DataType.Type.DECIMAL and source in (ValueKind.DOUBLE, ValueKind.UNKNOWN):
        return f"cast of a fraction to DECIMAL in {node.sql('duckdb')}", FLOOR_CURE
    if to in (exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT):
        plain = source in (ValueKind.TEXT, ValueKind.NULL, ValueKind.INTEGER)
        return None if plain else (f"cast to text in {node.sql('duckdb')}", "Print outside SQL.")
    return None


def _text_literal(node: exp.Expr, to: object) -> Refusal | None:
    text = node.this.name.strip().lower().lstrip("+-")
    if to is exp.DataType.Type.DOUBLE and text in ("nan", "inf", "infinity"):
        return f"{node.sql('duckdb')}", "Use NULL: no NaN and no infinity after import."
    return None


def _to_integer(node: exp.Expr, source: ValueKind) -> Refusal | None:
    if isinstance(node.this.unnest(), exp.Floor) or source in (
        ValueKind.INTEGER,
        ValueKind.NULL,
    ):
        return None
    return f"cast of a fraction to an integer in {node.sql('duckdb')}", FLOOR_CURE


def total(node: exp.Expr, kinds: Kinds) -> Refusal | None:
    """Refuse sums and means of truth values, and means of anything but DOUBLE."""
    kind = kinds.of(node.this)
    if kind is ValueKind.BOOLEAN:
        return f"boolean in {node.sql('duckdb')}", "Use COUNT(*) FILTER (WHERE ...)."
    if isinstance(node, exp.Avg | exp.StddevSamp) and kind is not ValueKind.DOUBLE:
        return f"{node.sql('duckdb')} on a non-DOUBLE", "Write avg(CAST(x AS DOUBLE))."
    return None


def extreme(node: exp.Expr, kinds: Kinds) -> Refusal | None:
    """Refuse min and max of text or truth values."""
    kind = kinds.of(node.this)
    if kind not in (ValueKind.TEXT, ValueKind.BOOLEAN):
        return None
    return f"{node.sql('duckdb')} on {kind}", "Collation differs between engines; count instead."


def comparison(node: exp.Expr, kinds: Kinds) -> Refusal | None:
    """Refuse order on text, and text set against a number."""
    right = node.args.get("low") or node.expression
    sides = (kinds.of(node.this), kinds.of(right))
    is_order = isinstance(node, (*_ROW_TESTS, exp.Between))
    literal = [isinstance(s.unnest(), exp.Literal) for s in (node.this, right)]
    if is_order and ValueKind.TEXT in sides and not _is_dated(sides, literal):
        return (
            f"order of text in {node.sql('duckdb')}",
            "Compare text with = or IN: collation differs.",
        )
    if ValueKind.TEXT in sides and NUMBERS & set(sides):
        return (
            f"text against a number in {node.sql('duckdb')}",
            "Quote a category, leave a number bare.",
        )
    return None


def _is_dated(sides: tuple[ValueKind, ValueKind], literal: list[bool]) -> bool:
    """Say whether a text literal stands against a date, as in `created_at < '2026-01-01'`."""
    times = (ValueKind.DATE, ValueKind.TIMESTAMP)
    return (sides[0] in times and literal[1]) or (sides[1] in times and literal[0])


def ordered(node: exp.Expr, kinds: Kinds) -> Refusal | None:
    """Refuse ORDER BY on text other than a key: engines keep keys in binary collation."""
    if node.this.name in KEYS or kinds.of(node.this) is not ValueKind.TEXT:
        return None
    return f"ORDER BY text {node.this.sql('duckdb')}", "Order by a number, a date or a key column."


def date_difference(node: exp.Expr, _: Kinds) -> Refusal | None:
    """Refuse any date_diff but whole days between two CAST(.. AS DATE)."""
    unit = node.text("unit").upper()
    if unit != "DAY":
        return f"date_diff('{unit.lower()}')", DAY_CURE
    sides = (node.this.unnest(), node.expression.unnest())
    if all(isinstance(s, exp.Cast) and s.to.this is exp.DataType.Type.DATE for s in sides):
        return None
    return f"date_diff of timestamps {node.sql('duckdb')}", DAY_CURE


def guarded(node: exp.Expr, _: Kinds) -> Refusal | None:
    """Refuse ln, exp and sqrt outside a CASE that keeps them in their domain."""
    if node.find_ancestor(exp.Case) is not None:
        return None
    return f"unguarded {node.sql('duckdb')}", "Put it inside CASE WHEN x > 0 THEN ... END."


def window(node: exp.Expr, _: Kinds) -> Refusal | None:
    """Refuse an ordered window whose order is not unique."""
    order = node.args.get("order")
    call = node.this.this if isinstance(node.this, exp.Filter) else node.this
    if not isinstance(call, exp.RowNumber | exp.Lag | exp.Sum | exp.Count):
        return f"window over {call.sql('duckdb')}", "Windows: row_number, lag, sum, count."
    if order is None:
        if isinstance(call, exp.Sum | exp.Count):
            return None
        return f"window without order {node.sql('duckdb')}", "Order by a unique key."
    if _is_unique(node, order):
        return None
    return (
        f"window without a unique order key {node.sql('duckdb')}",
        "Add account_id or the table's key to its ORDER BY.",
    )


def _is_unique(node: exp.Expr, order: exp.Expr) -> bool:
    """A key in the order, or all GROUP BY columns of the rows, or all their columns, covered.

    Rows that are equal in every column may change places: no result can tell them apart.
    """
    sorted_by = {o.this.name for o in order.expressions}
    if sorted_by & KEYS:
        return True
    covered = sorted_by | {p.name for p in node.args.get("partition_by") or ()}
    select = node.find_ancestor(exp.Select)
    if select is None:
        return False
    group = select.args.get("group")
    source = select.args.get("from_")
    if group is None and source is not None and isinstance(source.this, exp.Subquery):
        inner = source.this.this
        if isinstance(inner, exp.Select) and set(inner.named_selects) <= covered:
            return True
        group = inner.args.get("group")
    return group is not None and {g.name for g in group.expressions} <= covered


RULES: dict[type[exp.Expr], Rule] = {
    exp.Table: table_name,
    exp.Join: join,
    exp.Limit: unanchored_limit,
    exp.Group: group_all,
    exp.Literal: decimal_literal,
    exp.Div: division,
    exp.Add: arithmetic,
    exp.Sub: arithmetic,
    exp.Mul: arithmetic,
    exp.Cast: cast,
    exp.Sum: total,
    exp.Avg: total,
    exp.StddevSamp: total,
    exp.Min: extreme,
    exp.Max: extreme,
    exp.GT: comparison,
    exp.GTE: comparison,
    exp.LT: comparison,
    exp.LTE: comparison,
    exp.EQ: comparison,
    exp.NEQ: comparison,
    exp.Between: comparison,
    exp.Ordered: ordered,
    exp.DateDiff: date_difference,
    exp.Ln: guarded,
    exp.Exp: guarded,
    exp.Sqrt: guarded,
    exp.Window: window,
}
