"""What kind of value a SQL expression holds, inferred from casts and column names."""

from collections.abc import Mapping
from enum import StrEnum

from sqlglot import exp

from keepwell.vocabulary import SQL_TYPES, TABLES


class ValueKind(StrEnum):
    """Kind of an expression's value; `unknown` where names and casts do not tell."""

    DOUBLE = "double"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TEXT = "text"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    NULL = "null"
    UNKNOWN = "unknown"


NUMBERS = frozenset({ValueKind.DOUBLE, ValueKind.INTEGER, ValueKind.DECIMAL})
_BY_TYPE = {
    exp.DataType.Type.DOUBLE: ValueKind.DOUBLE,
    exp.DataType.Type.BIGINT: ValueKind.INTEGER,
    exp.DataType.Type.INT: ValueKind.INTEGER,
    exp.DataType.Type.DECIMAL: ValueKind.DECIMAL,
    exp.DataType.Type.VARCHAR: ValueKind.TEXT,
    exp.DataType.Type.TEXT: ValueKind.TEXT,
    exp.DataType.Type.BOOLEAN: ValueKind.BOOLEAN,
    exp.DataType.Type.DATE: ValueKind.DATE,
    exp.DataType.Type.TIMESTAMP: ValueKind.TIMESTAMP,
    exp.DataType.Type.TIMESTAMPNTZ: ValueKind.TIMESTAMP,
}
CAST_TARGETS = frozenset(_BY_TYPE)
_SUFFIXES = {
    "__never": ValueKind.BOOLEAN,
    "__scaled": ValueKind.DOUBLE,
    "__micro": ValueKind.INTEGER,
    "__weight": ValueKind.INTEGER,
    "_micro": ValueKind.INTEGER,
}
_THROUGH = (exp.Paren, exp.Neg, exp.Abs, exp.Filter, exp.Window, exp.Min, exp.Max, exp.Lag)
_PREDICATES = (exp.Predicate, exp.And, exp.Or, exp.Not, exp.Boolean, exp.Is, exp.In, exp.Between)
_DOUBLES = (exp.Ln, exp.Exp, exp.Sqrt, exp.Avg, exp.StddevSamp, exp.Div)
_INTEGERS = (exp.Count, exp.RowNumber, exp.DateDiff)


def kind_of_type(sql_type: str) -> ValueKind:
    """Return the kind of a SQL type name such as `DECIMAL(24, 6)`; unknown for any other."""
    made = exp.DataType.build(sql_type, dialect="duckdb")
    return _BY_TYPE.get(made.this, ValueKind.UNKNOWN)


def _canonical_kinds() -> dict[str, set[ValueKind]]:
    kinds: dict[str, set[ValueKind]] = {}
    for table in TABLES.values():
        for column in table.columns:
            kinds.setdefault(column.name, set()).add(kind_of_type(SQL_TYPES[column.kind]))
    return kinds


_CANONICAL = _canonical_kinds()


class Kinds:
    """Kinds of the columns and aliases that a tree speaks of.

    A column takes the kind of what it names: a canonical table's column, or an expression of a
    subquery. In a table that is not canonical, a name that is text in any canonical table counts
    as text, and `types` decides before all.
    """

    def __init__(self, tree: exp.Expr, types: Mapping[str, str] | None = None) -> None:
        self._given = {n.lower(): kind_of_type(t) for n, t in (types or {}).items()}
        self._ctes = {c.alias.lower(): c.this for c in tree.find_all(exp.CTE)}
        self._seen: dict[int, ValueKind] = {}

    def _of_column(self, column: exp.Column) -> ValueKind:
        known = self._seen.get(id(column))
        if known is None:
            self._seen[id(column)] = ValueKind.UNKNOWN
            known = self._resolved(column)
            self._seen[id(column)] = known
        return known

    def _resolved(self, column: exp.Column) -> ValueKind:
        select = column.find_ancestor(exp.Select)
        if select is None:
            return self._of_name(column.name)
        found = self._in_sources(select, column.name, column.table)
        if found is ValueKind.UNKNOWN and not column.table:
            return self._in_projections(select, column.name)
        return found

    def _in_sources(self, select: exp.Expr, name: str, qualifier: str) -> ValueKind:
        joins = select.args.get("joins") or []
        for clause in (select.args.get("from_"), *joins):
            source = clause.this if clause is not None else None
            if source is None or (qualifier and source.alias_or_name != qualifier):
                continue
            kind = self._in_source(source, name)
            if kind is not ValueKind.UNKNOWN:
                return kind
        return ValueKind.UNKNOWN

    def _in_source(self, source: exp.Expr, name: str) -> ValueKind:
        query = source.this if isinstance(source, exp.Subquery) else self._ctes.get(source.name)
        if query is not None:
            return self._in_projections(query, name)
        table = TABLES.get(source.name)
        if table is None or name.lower() in self._given:
            return self._of_name(name)
        column = table.column(name)
        return kind_of_type(SQL_TYPES[column.kind]) if column else ValueKind.UNKNOWN

    def _in_projections(self, query: exp.Expr, name: str) -> ValueKind:
        while isinstance(query, exp.Union):
            query = query.this
        for projection in query.expressions:
            is_named = isinstance(projection, exp.Alias | exp.Column)
            if is_named and projection.alias_or_name == name:
                return self.of(projection.unalias())
        stars = [p for p in query.expressions if p.is_star]
        kinds = (self._in_sources(query, name, _qualifier(p)) for p in stars)
        return next((k for k in kinds if k is not ValueKind.UNKNOWN), ValueKind.UNKNOWN)

    def _of_name(self, name: str) -> ValueKind:
        name = name.lower()
        if name in self._given:
            return self._given[name]
        kinds = _CANONICAL.get(name)
        if kinds is None:
            ends = (kind for suffix, kind in _SUFFIXES.items() if name.endswith(suffix))
            return next(ends, ValueKind.UNKNOWN)
        if ValueKind.TEXT in kinds:
            return ValueKind.TEXT
        return next(iter(kinds)) if len(kinds) == 1 else ValueKind.UNKNOWN

    def of(self, node: exp.Expr | None) -> ValueKind:
        """Return the kind of an expression's value."""
        match node:
            case None | exp.Null():
                return ValueKind.NULL
            case exp.Column():
                return self._of_column(node)
            case exp.Cast():
                return _BY_TYPE.get(node.to.this, ValueKind.UNKNOWN)
            case exp.Literal():
                return _literal_kind(node)
            case exp.Case() | exp.Coalesce() | exp.Nullif():
                return self._of_branches(node)
            case exp.Add() | exp.Sub() | exp.Mul():
                return _widest([self.of(node.this), self.of(node.expression)])
        return self._of_call(node)

    def _of_call(self, node: exp.Expr) -> ValueKind:
        if isinstance(node, _PREDICATES):
            return ValueKind.BOOLEAN
        if isinstance(node, _DOUBLES):
            return ValueKind.DOUBLE
        if isinstance(node, _INTEGERS):
            return ValueKind.INTEGER
        if isinstance(node, (*_THROUGH, exp.Sum, exp.Floor)):
            return self.of(node.this)
        return ValueKind.UNKNOWN

    def _of_branches(self, node: exp.Expr) -> ValueKind:
        if isinstance(node, exp.Nullif):
            return self.of(node.this)
        if isinstance(node, exp.Coalesce):
            return _widest([self.of(node.this), *(self.of(e) for e in node.expressions)])
        branches = [self.of(i.args["true"]) for i in node.args["ifs"]]
        return _widest([*branches, self.of(node.args.get("default"))])


def _literal_kind(node: exp.Literal) -> ValueKind:
    if node.is_string:
        return ValueKind.TEXT
    return ValueKind.INTEGER if node.name.isdigit() else ValueKind.DECIMAL


def _widest(kinds: list[ValueKind]) -> ValueKind:
    """Return the kind that holds all of them: a double swallows other numbers, NULL gives way."""
    seen = {k for k in kinds if k is not ValueKind.NULL}
    if not seen:
        return ValueKind.NULL
    if len(seen) == 1:
        return seen.pop()
    if ValueKind.TEXT in seen:
        return ValueKind.TEXT
    if ValueKind.DOUBLE in seen and seen <= NUMBERS | {ValueKind.UNKNOWN}:
        return ValueKind.DOUBLE
    return ValueKind.DECIMAL if seen <= NUMBERS else ValueKind.UNKNOWN


def _qualifier(star: exp.Expr) -> str:
    """Return the table before the dot of `t.*`."""
    return star.table if isinstance(star, exp.Column) else ""
