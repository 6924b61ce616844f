"""The calendar: the as-of date in one place, and the edges of all windows computed from it."""

from collections.abc import Iterable
from datetime import date

from sqlglot import exp

from keepwell.definitions.definition import Definition, view_name
from keepwell.measures import CALENDAR, Edge, edge_of
from keepwell.vocabulary import Bilingual, InternalProblem

AS_OF = "as_of"
ABOUT = Bilingual(
    "截止日与各窗口的边界。只改这里的截止日，其余边界随之而变。",
    "The as-of date and the edges of all windows. Change the date here; all edges follow.",
)
_TYPE = exp.DataType.Type


def calendar_definition(as_of: date, names: Iterable[str]) -> Definition:
    """Return the one-row calendar with `as_of` and every named edge, such as `since_90d`."""
    given = exp.cast(exp.Literal.string(as_of.isoformat()), _TYPE.DATE)
    source = exp.select(exp.alias_(given, AS_OF)).subquery("given")
    edges = sorted(n for n in set(names) if n != AS_OF)
    chosen = [exp.column(AS_OF), *(exp.alias_(_edge(n), n) for n in edges)]
    return Definition(
        CALENDAR,
        ABOUT,
        exp.Select(expressions=chosen).from_(source),
        notes={AS_OF: (_AS_OF,), **{n: (_word(n),) for n in edges}},
    )


def joined_calendar(tree: exp.Select) -> exp.Select:
    """Return the tree with the calendar joined where its days are read.

    Beside totals a day becomes MIN(day): the same for every row, so grouping does not lose it.
    """
    days = [c for c in tree.find_all(exp.Column) if c.table == CALENDAR]
    for select in {id(s): s for s in (_select_of(c) for c in days)}.values():
        table = exp.to_table(view_name(CALENDAR), alias=CALENDAR)
        # First, so that the conditions of the other joins may read it.
        select.set("joins", [exp.Join(this=table, kind="CROSS"), *(select.args.get("joins") or ())])
    for day in days:
        if _is_beside_totals(day):
            whole = day.parent if isinstance(day.parent, exp.Cast) else day
            least = exp.Min(this=whole.copy())
            whole.replace(exp.cast(least, whole.to) if isinstance(whole, exp.Cast) else least)
        elif isinstance(day.parent, exp.Cast) and not isinstance(day.parent.parent, exp.DateDiff):
            day.parent.replace(day)
    return tree


def days_read(tree: exp.Expr) -> set[str]:
    """Return the names of the days that a tree reads from the calendar."""
    return {c.name for c in tree.find_all(exp.Column) if c.table == CALENDAR}


def _select_of(column: exp.Column) -> exp.Select:
    select = column.find_ancestor(exp.Select)
    if select is None:
        raise InternalProblem(f"`{column.name}` of the calendar stands outside a SELECT.")
    return select


def _is_beside_totals(column: exp.Column) -> bool:
    """Whether a column stands in a grouped SELECT outside its totals and conditions."""
    nearest = column.find_ancestor(exp.AggFunc, exp.Where, exp.Join, exp.Select)
    if not isinstance(nearest, exp.Select):
        return False
    totals = [t for e in nearest.expressions for t in e.find_all(exp.AggFunc)]
    return nearest.args.get("group") is not None or bool(totals)


def _known_edge(name: str) -> Edge:
    edge = edge_of(name)
    if edge is None:
        raise InternalProblem(f"`{name}` is no day of the calendar.", name=name)
    return edge


def _edge(name: str) -> exp.Expr:
    edge = _known_edge(name)
    day: exp.Expr = exp.column(AS_OF)
    for unit, count in (("MONTH", edge.months), ("DAY", edge.days)):
        if count:
            number = exp.Literal.number(count)
            day = exp.DateAdd(this=day, expression=number, unit=exp.var(unit))
    return exp.cast(day, _TYPE.TIMESTAMP)


_AS_OF = Bilingual("截止日（含当天）", "the last included day")


def _word(name: str) -> Bilingual:
    edge = _known_edge(name)
    if name == "next_day":
        return Bilingual("截止日次日零点", "midnight after the as-of date")
    if edge.months:
        zh, en = f"{abs(edge.months)} 个月", f"{abs(edge.months)} months"
    else:
        days = 1 - edge.days if edge.days <= 0 else edge.days - 1
        zh, en = f"{days} 天", f"{days} days"
    if name.startswith("since"):
        return Bilingual(f"以截止日结束的 {zh}窗口的起点", f"start of the {en} that end on as_of")
    return Bilingual(f"截止日之后 {zh}的终点（不含）", f"end, excluded, of the {en} after as_of")
