"""One definition: a name, what it says, and the SELECT that says it over other definitions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlglot
from sqlglot import exp

from keepwell.measures import parse_portable
from keepwell.vocabulary import TABLES, Bilingual, InternalProblem

PREFIX = "keepwell_"


def view_name(name: str) -> str:
    """Return the name under which a definition is created.

    >>> view_name("measures")
    'keepwell_measures'
    """
    return f"{PREFIX}{name}"


@dataclass(frozen=True, slots=True)
class Definition:
    """A named SELECT; `lines` stands for a tree where every dialect reads the same plain text.

    `notes`: what a column means, in the order of the columns.
    """

    name: str
    about: Bilingual
    select: exp.Select | exp.Union | None = None
    lines: tuple[str, ...] = ()
    notes: Mapping[str, tuple[Bilingual, ...]] = field(default_factory=dict)

    @property
    def view(self) -> str:
        """Return the name under which the definition is created."""
        return view_name(self.name)

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the canonical tables and other definitions that it reads, each once."""
        if self.select is None:
            return ()
        own = {cte.alias for cte in self.select.find_all(exp.CTE)}
        tables = (t.name for t in self.select.find_all(exp.Table))
        return tuple(dict.fromkeys(t for t in tables if t not in own))

    @property
    def columns(self) -> tuple[str, ...]:
        """Return its columns; for plain lines those of the first."""
        if self.select is not None:
            return tuple(self.select.named_selects)
        return tuple(part.split()[0].rstrip(",") for part in self.lines[0].split(" AS ")[1:])

    @property
    def source_columns(self) -> dict[str, tuple[str, ...]]:
        """Return the columns of each canonical table that its text names."""
        if self.select is None:
            return {}
        named = {c.name for c in self.select.find_all(exp.Column)}
        return {
            t: tuple(c.name for c in TABLES[t].columns if c.name in named)
            for t in self.reads
            if t in TABLES
        }


def portable(sql: str | exp.Expr) -> exp.Select | exp.Union:
    """Return a checked SELECT as a tree of its own. Errors: SqlNotAllowed."""
    return query(parse_portable(plainly_divided(parse_portable(sql))))


def query(tree: exp.Expr) -> exp.Select | exp.Union:
    """Return the tree, which must be one query."""
    if isinstance(tree, exp.Select | exp.Union):
        return tree
    raise InternalProblem("A definition is not one query.", sql=tree.sql("duckdb"))


def select_of(sql: str) -> exp.Select:
    """Return the tree of one SELECT of ours, not checked yet."""
    tree = query(sqlglot.parse_one(sql, read="duckdb"))
    if isinstance(tree, exp.Union):
        raise InternalProblem("A definition is not one SELECT.", sql=sql)
    return tree


def plainly_divided(tree: exp.Expr) -> exp.Expr:
    """Return the tree without `nullif` around a divisor that is a number other than zero."""
    for guard in list(tree.find_all(exp.Nullif)):
        number = guard.this.this if isinstance(guard.this, exp.Cast) else guard.this
        if isinstance(number, exp.Literal) and float(number.name) != 0:
            guard.replace(guard.this)
    return tree


def renamed(tree: exp.Select, names: Mapping[str, str]) -> exp.Select:
    """Return the tree reading other tables; the old name stays as alias, so columns still hold."""
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if table.name in names and table.name not in own:
            alias = table.alias or table.name
            table.replace(exp.to_table(view_name(names[table.name]), alias=alias))
    return tree
