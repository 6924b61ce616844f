"""How measures move from day to day: whom the calendar touches, and what moves for all others.

A row whose dates lie between the edges of two days' windows counts on one of them and not on the
other; an account without such a row, and without a changed one, keeps its measures, save those
that tell a distance to the as-of date.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from sqlglot import exp

from keepwell.measures.binding import edge_of
from keepwell.measures.families import EVENTS, families, family_parsed
from keepwell.measures.plan import MeasurePlan, served_columns
from keepwell.vocabulary import TABLES

_SETTINGS = frozenset({"enterprise", "large", "mid_market", "key_roles_held", "key_roles_count"})
# Names that a family gives to dates, and the columns behind them.
_MADE_OF = MappingProxyType({"began": ("customer_since", "created_at")})
# Windows that a family counts in days from the as-of date instead of by a placeholder.
_COUNTED = MappingProxyType({name: frozenset({("occurred_at", "since_30d")}) for name in EVENTS})
_COMPARED = (exp.GTE, exp.GT, exp.LTE, exp.LT)
SINCE_LAST, LONGEST_GAP, WEEKS = "days_since_last_activity", "longest_gap_days", "active_weeks_90d"
# The measures that tell a distance to the as-of date, by family.
_DISTANCES = MappingProxyType(
    {
        "account_age": {"account_age_days": 1},
        "activity": {SINCE_LAST: 1},
        "last_activity": {SINCE_LAST: 1},
        "subscriptions": {"days_to_renewal": -1},
        "usage": {"days_since_last_login": 1},
        "usage_as_activity": {SINCE_LAST: 1},
    }
)


@dataclass(frozen=True, slots=True)
class Moves:
    """What a family, or a table taken as it stands, reads, and the windows that its rows enter.

    `edges`: dated columns with the edges of windows that they are compared with.
    """

    tables: tuple[str, ...]
    edges: frozenset[tuple[str, str]]


@cache
def moves_of(source: str) -> Moves | None:
    """Return how a family or a table moves; None for one that depends on the day otherwise.

    >>> sorted(moves_of("contacts").edges)
    [('created_at', 'next_day')]
    """
    if source not in families():
        return Moves((source,), frozenset())
    tree = family_parsed(source)
    tables = tuple(sorted({t.name for t in tree.find_all(exp.Table) if t.name in TABLES}))
    edges = set(_COUNTED.get(source, ()))
    for node in tree.find_all(exp.Placeholder):
        compared = node.parent.this if isinstance(node.parent, _COMPARED) else None
        if node.name in _SETTINGS:
            continue
        if isinstance(compared, exp.Column):
            columns = _MADE_OF.get(compared.name, (compared.name,))
            edges.update((c, node.name) for c in columns)
        elif node.name != "as_of" or source not in _DISTANCES:
            return None
    known = {c.name for c in TABLES[tables[0]].columns} if len(tables) == 1 else set()
    return Moves(tables, frozenset(edges)) if {c for c, _ in edges} <= known else None


def touched_select(source: str, before: date, now: date) -> str | None:
    """Return SQL of the accounts with a row that entered or left a window between two days.

    None when there is no window. An account may come twice, and one too many does no harm.
    """
    moves = moves_of(source)
    if moves is None or not moves.edges:
        return None
    first, last = min(before, now), max(before, now)
    spans = (
        f"{column} BETWEEN {_moment(_on(edge, first))} AND {_moment(_on(edge, last, is_end=True))}"
        for column, edge in sorted(moves.edges)
    )
    return f"SELECT account_id FROM {moves.tables[0]} WHERE {' OR '.join(spans)}"  # noqa: S608


def moved_columns(
    source: str, plan: MeasurePlan, days: int, weeks: str | None = None
) -> dict[str, str] | None:
    """Return the SQL of each column `days` later over those of before, named b; None without one.

    `plan`:  the measures of the source alone.
    `weeks`: SQL of the weeks of activity, which do not follow from weeks before.
    """
    moved = {c: f"b.{c}" for c in served_columns(plan)}
    distances = _DISTANCES.get(source, {})
    for name, sign in distances.items():
        if name in moved:
            moved[name] = f"b.{name} + {sign * days}"
    if source in EVENTS:
        if LONGEST_GAP in moved:
            if SINCE_LAST not in moved:
                return None
            moved[LONGEST_GAP] = f"greatest(b.{LONGEST_GAP}, {moved[SINCE_LAST]})"
        if WEEKS in moved:
            if weeks is None:
                return None
            moved[WEEKS] = weeks
    return moved


def _on(edge: str, as_of: date, *, is_end: bool = False) -> date:
    found = edge_of(edge)
    # The as-of date itself is compared by day: all of that day counts.
    return found.on(as_of) if found else as_of + timedelta(days=int(is_end))


def _moment(day: date) -> str:
    return f"CAST('{day.isoformat()} 00:00:00' AS TIMESTAMP)"
