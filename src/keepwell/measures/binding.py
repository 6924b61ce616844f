"""Puts a date and settings into a family's SQL as literals, in place of its placeholders."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Literal

from sqlglot import exp

from keepwell.measures.families import family_parsed, fold_parsed
from keepwell.measures.portable import double
from keepwell.vocabulary import InternalProblem

# The one-row table of days, read where they are not put in as literals.
CALENDAR = "calendar"
_SPAN = re.compile(r"(since|after)_(\d+)([dm])\Z")


@dataclass(frozen=True, slots=True)
class MeasureSettings:
    """What measures need of the configuration: `key_roles` and `sizing` of keepwell.yml."""

    key_roles: tuple[str, ...] = ()
    size_by: Literal["employees", "revenue"] = "employees"
    enterprise: float = 5000
    large: float = 1000
    mid_market: float = 100


def months_from(day: date, months: int) -> date:
    """Return the same day `months` later (earlier if negative), or that month's last day.

    >>> months_from(date(2024, 2, 29), -12)
    datetime.date(2023, 2, 28)
    >>> months_from(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


@dataclass(frozen=True, slots=True)
class Edge:
    """The first moment of a day that lies some months, then some days, from the as-of date."""

    months: int
    days: int

    def on(self, as_of: date) -> date:
        """Return the day itself."""
        return months_from(as_of, self.months) + timedelta(days=self.days)


def edge_of(name: str) -> Edge | None:
    """Return the edge that a placeholder names; None for one that is no edge of a window.

    >>> edge_of("since_90d"), edge_of("after_6m")
    (Edge(months=0, days=-89), Edge(months=6, days=1))
    """
    if name == "next_day":
        return Edge(0, 1)
    span = _SPAN.match(name)
    if span is None:
        return None
    side, length, unit = span.group(1), int(span.group(2)), span.group(3)
    if unit == "m":
        return Edge(-length if side == "since" else length, 1)
    return Edge(0, 1 - length if side == "since" else length + 1)


def family_tree(
    name: str, as_of: date | None, settings: MeasureSettings, *, is_folded: bool = False
) -> exp.Select:
    """Return a family's tree with every placeholder bound; without `as_of`, days as columns.

    `is_folded`: the family reads its folds as tables.
    """
    return _all_bound(family_parsed(name, is_folded=is_folded), as_of, settings)


def fold_tree(family: str, fold: str, as_of: date | None, settings: MeasureSettings) -> exp.Select:
    """Return the tree of a family's fold with every placeholder bound."""
    return _all_bound(fold_parsed(family, fold), as_of, settings)


def span_fold(family: str, fold: str, first: date, end: date) -> exp.Select:
    """Return a fold over the rows of the days `first` .. `end` - 1, whatever the as-of date.

    event_days counts them all by day; event_before holds the last day among them.
    """
    tree = fold_parsed(family, fold).copy()
    start, stop = (
        exp.cast(exp.Literal.string(f"{d} 00:00:00"), exp.DataType.Type.TIMESTAMP)
        for d in (first, end)
    )
    edges = {"since_90d": start if fold == "event_days" else stop, "next_day": stop}
    for node in list(tree.find_all(exp.Placeholder)):
        node.replace(edges[node.name].copy())
    if fold == "event_before":
        tree.where(exp.GTE(this=exp.column("occurred_at"), expression=start), copy=False)
    return tree


def _all_bound(parsed: exp.Select, as_of: date | None, settings: MeasureSettings) -> exp.Select:
    tree = parsed.copy()
    for node in list(tree.find_all(exp.Placeholder)):
        node.replace(_bound(node.name, as_of, settings))
    return tree


@cache
def family_columns(name: str) -> frozenset[str]:
    """Return the output columns of a family."""
    return frozenset(family_parsed(name).named_selects)


def _bound(name: str, as_of: date | None, settings: MeasureSettings) -> exp.Expr:
    match name:
        case "enterprise" | "large" | "mid_market":
            return double(getattr(settings, name))
        case "key_roles_held":
            return _roles_held(settings.key_roles)
        case "key_roles_count":
            return exp.Literal.number(len(settings.key_roles))
    edge = edge_of(name)
    if edge is None and name != "as_of":
        raise InternalProblem(f"Unknown placeholder `${name}` in a measure's SQL.", name=name)
    to = exp.DataType.Type.TIMESTAMP if edge else exp.DataType.Type.DATE
    if as_of is None:
        return exp.cast(exp.column(name, table=CALENDAR), to)
    if edge is None:
        return exp.cast(exp.Literal.string(as_of.isoformat()), to)
    return exp.cast(exp.Literal.string(f"{edge.on(as_of).isoformat()} 00:00:00"), to)


def _roles_held(roles: tuple[str, ...]) -> exp.Expr:
    """One for each role that a contact holds; roles compare without regard to usual casings."""
    held: exp.Expr = exp.Literal.number(0)
    for role in roles:
        spellings = dict.fromkeys(
            (role, role.lower(), role.upper(), role.title(), role.capitalize())
        )
        is_role = exp.column("role").isin(*(exp.Literal.string(s) for s in spellings))
        one = exp.case().when(is_role, exp.Literal.number(1)).else_(exp.Literal.number(0))
        held = exp.Add(this=held, expression=exp.Max(this=one))
    return exp.paren(held)
