"""A family's tree from its text: stand-ins share the text of what they stand in for.

Families of events read folds: their rows counted by account, day and channel, and the last day
before. A fold is one SELECT; it stands inside the family, or is a table that was stored before.
"""

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from sqlglot import exp

from keepwell.measures.dialects import parse_statement
from keepwell.measures.texts import text, texts
from keepwell.vocabulary import InternalProblem

FOLDS = ("event_days", "event_before")
FOLD_TYPES = MappingProxyType(
    {"account_id": "VARCHAR", "day": "DATE", "channel": "VARCHAR", "row_count": "BIGINT"}
    | {"last_day": "DATE"}
)


@dataclass(frozen=True, slots=True)
class Events:
    """Rows of events: the canonical table, a name for their folds, and which rows count."""

    table: str
    name: str
    rows: str | None = None


@dataclass(frozen=True, slots=True)
class StandIn:
    """A family with the text of another, over other rows; columns that these lack are left out."""

    text: str
    without: tuple[str, ...] = ()
    table: str | None = None
    rows: str | None = None


EVENTS = MappingProxyType(
    {
        "activity": Events("activities", "activity"),
        "usage_as_activity": Events("usage", "usage", "usage_in_use"),
    }
)
STAND_INS = MappingProxyType(
    {
        "usage_as_activity": StandIn(
            "activity", ("active_channels", "self_service_share", "self_service_share__never")
        ),
        "nps": StandIn("surveys", table="surveys", rows="nps_answers"),
    }
)


@cache
def families() -> tuple[str, ...]:
    """Return the names of all families, sorted."""
    return tuple(sorted({*texts("sql"), *STAND_INS}))


def family_sql(name: str) -> str:
    """Return a family's SQL with its `$placeholders`. Errors: KeyError naming those there are."""
    if name not in families():
        raise KeyError(f"no SQL family {name!r}; there are {', '.join(families())}")
    stand_in = STAND_INS.get(name)
    return text("sql", stand_in.text if stand_in else name)


def family_texts() -> str:
    """Return the SQL of all families and folds, by which a change of definition is seen."""
    parts = [text("folds", n) for n in texts("folds")] + [text("rows", n) for n in texts("rows")]
    return "\n".join([*parts, *(family_sql(name) for name in families())])


def fold_names(family: str) -> tuple[str, ...]:
    """Return the tables that hold a family's folds when they are stored, none for most."""
    events = EVENTS.get(family)
    return tuple(fold.replace("event", events.name) for fold in FOLDS) if events else ()


@cache
def family_parsed(name: str, *, is_folded: bool = False) -> exp.Select:
    """Return a family's tree; it reads its folds as tables when `is_folded`."""
    tree = _select(family_sql(name), name)
    stand_in = STAND_INS.get(name)
    if stand_in is not None:
        _leave_out(tree, stand_in.without)
        if stand_in.table is not None and stand_in.rows is not None:
            _put(tree, stand_in.table, _select(text("rows", stand_in.rows), stand_in.rows))
    for fold, stored in zip(FOLDS, fold_names(name), strict=False):
        _put(tree, fold, exp.to_table(stored) if is_folded else fold_parsed(name, fold))
    return tree


@cache
def fold_parsed(family: str, fold: str) -> exp.Select:
    """Return the tree of one fold of a family of events."""
    events, tree = EVENTS[family], _select(text("folds", fold), fold)
    rows = _select(text("rows", events.rows), events.rows) if events.rows else None
    return _put(tree, "events", rows or exp.to_table(events.table))


def _select(sql: str, name: str) -> exp.Select:
    tree = parse_statement(sql)
    if not isinstance(tree, exp.Select):
        raise InternalProblem(f"Family `{name}` is not one SELECT.", family=name)
    return tree


def _put(tree: exp.Select, table: str, source: exp.Table | exp.Select) -> exp.Select:
    """Let the tree read another table, or the rows of a SELECT under the old name."""
    for node in list(tree.find_all(exp.Table)):
        if node.name == table:
            made = source.copy()
            node.replace(made.subquery(table) if isinstance(made, exp.Select) else made)
    return tree


def _leave_out(tree: exp.Select, names: tuple[str, ...]) -> None:
    kept = [e for e in tree.expressions if e.alias_or_name not in names]
    tree.set("expressions", kept)
