"""Strategy cells: each tier x size with its playbook and the live numbers of a snapshot."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keepwell.playbooks.models import SIZES, TIERS, Action, Library, Playbook
from keepwell.playbooks.targets import SMALL_SAMPLE, KpiReading, Statistic, read_kpi
from keepwell.vocabulary import MICRO_PER_POINT

Rows = Mapping[str, Sequence[Sequence[Any]]]
Cell = tuple[str, str]
DRIVERS = 3
SHOWN = 3
_NOTHING = Statistic(value=None, hits=None, known=0)
LOW = "low"
CONTRADICTS = "has_contradiction"


@dataclass(frozen=True, slots=True)
class PointsLost:
    """A measure and the points, 0-100, that an account of the cell loses on it on average."""

    measure: str
    mean_points: float


@dataclass(frozen=True, slots=True)
class CellAction:
    """An action in a cell that has accounts.

    `matching`:  accounts that meet its entry condition; None when a field is missing altogether.
    `undecided`: accounts for which the condition cannot be told, since a value is unknown.
    `held_back`: of the matching, those whose activity fields contradict: they are verified first.
    """

    action: Action
    matching: int | None
    undecided: int
    reading: KpiReading
    held_back: int = 0

    @property
    def is_idle(self) -> bool:
        """Say whether no account is known to meet the entry condition now."""
        return self.matching == 0


@dataclass(frozen=True, slots=True)
class StrategyCell:
    """One cell with its numbers.

    `contribution_amount`: forecast of the accounts where it is known (`contribution_known`).
    `at_risk_amount`: contribution at risk (D15): the low tier's contribution, None elsewhere.
    `near_line`, `contradicting`, `overridden`: accounts within two points of a tier line, with
    fields at odds, and moved to another tier by a person.
    `urgent`: accounts of the priority list's groups A and B: top quarter by contribution, and low
    or silent.
    `drivers`: largest mean points lost; over all measures they sum to 100 minus the mean score.
    `playbook`: None when the library has none for the tier; `actions` is empty without accounts.
    `actions`, `resting`: those that somebody meets come first; those that nobody can meet now
    fill up to three and otherwise rest, so that a reader sees what there is to do.
    `position`: low, medium or high by the tier's place on its scorecard, which gives a tier
    without a playbook of its own the one of that place; `other_sizes`: names and accounts of the
    sizes that are none of the four and count as unknown.
    """

    tier: str
    size: str
    playbook: Playbook | None
    accounts: int = 0
    contribution_amount: float | None = None
    contribution_known: int = 0
    at_risk_amount: float | None = None
    near_line: int = 0
    contradicting: int = 0
    overridden: int = 0
    urgent: int = 0
    drivers: tuple[PointsLost, ...] = ()
    actions: tuple[CellAction, ...] = ()
    resting: tuple[CellAction, ...] = ()
    position: str = ""
    other_sizes: tuple[tuple[str, int], ...] = ()

    @property
    def is_by_position(self) -> bool:
        """Say whether the playbook is that of another tier at the same place on the scorecard."""
        return self.playbook is not None and self.playbook.tier != self.tier

    @property
    def is_lowest(self) -> bool:
        """Say whether the tier is low, or stands for it as the lowest of its scorecard."""
        return (self.position or self.tier) == LOW

    @property
    def is_empty(self) -> bool:
        """Say whether the cell has no account."""
        return self.accounts == 0

    @property
    def is_small(self) -> bool:
        """Say whether the cell has accounts, but fewer than ten."""
        return 0 < self.accounts < SMALL_SAMPLE


def strategy_cells(library: Library, rows: Rows) -> tuple[StrategyCell, ...]:
    """Return the 12 cells, low to high and large to small, then every other cell with accounts.

    `rows`:  results of `cell_queries` by name.
    Missing: an absent query or cell counts as no number, never as zero money.
    """
    found = {(r[0], r[1]): r for r in rows["cells"]}
    standard = [(tier, size) for tier in TIERS for size in SIZES]
    others = sorted(set(found) - set(standard), key=lambda cell: _order(found[cell]))
    numbers = _statistics(rows)
    entries = _named(rows.get("entries", ()), 3)
    matching = {(cell, name): (int(n), int(no), int(odd)) for cell, name, (n, no, odd) in entries}
    cells = []
    for cell in (*standard, *others):
        row = found.get(cell)
        if row is None:
            cells.append(StrategyCell(*cell, library.playbook(*cell), position=cell[0]))
            continue
        playbook = library.playbook(*cell) or library.playbook(row[10], cell[1])
        chosen = _chosen(library, playbook, cell, matching)
        actions = _actions(chosen, cell, row, numbers, matching)
        drivers = _drivers(rows.get("points_lost", ()), cell, row[3])
        made = _with_accounts(playbook, row, drivers, actions)
        cells.append(replace(made, other_sizes=_sizes(rows.get("other_sizes", ()), cell)))
    return tuple(cells)


def _order(row: Sequence[Any]) -> tuple[int, str, int, str]:
    tier, size, position = row[0], row[1], row[10]
    return (
        TIERS.index(position) if position in TIERS else len(TIERS),
        tier,
        SIZES.index(size) if size in SIZES else len(SIZES),
        size,
    )


def _sizes(rows: Sequence[Sequence[Any]], cell: Cell) -> tuple[tuple[str, int], ...]:
    """Return the sizes outside the four with their accounts, most accounts first."""
    found = [(name, int(n)) for tier, size, name, n in rows if (tier, size) == cell]
    return tuple(sorted(found, key=lambda item: (-item[1], item[0])))


def _with_accounts(
    playbook: Playbook | None,
    row: Sequence[Any],
    drivers: tuple[PointsLost, ...],
    actions: Sequence[CellAction],
) -> StrategyCell:
    tier, size, accounts, _, contribution, known, near, contradicting, overridden, urgent = row[:10]
    shown, resting = _by_use(actions)
    return StrategyCell(
        tier=tier,
        size=size,
        playbook=playbook,
        accounts=accounts,
        contribution_amount=contribution,
        contribution_known=known,
        at_risk_amount=contribution if tier == LOW else None,
        near_line=near,
        contradicting=contradicting,
        overridden=overridden,
        urgent=urgent,
        position=row[10],
        drivers=drivers,
        actions=shown,
        resting=resting,
    )


def _by_use(
    actions: Sequence[CellAction],
) -> tuple[tuple[CellAction, ...], tuple[CellAction, ...]]:
    """Return what to show, idle actions last, and what rests while three others are shown."""
    ordered = sorted(actions, key=lambda a: (a.is_idle, a.is_idle and not a.undecided))
    open_now = sum(not a.is_idle or a.undecided > 0 for a in ordered)
    shown = max(open_now, SHOWN)
    return tuple(ordered[:shown]), tuple(ordered[shown:])


def _named(rows: Sequence[Sequence[Any]], width: int) -> Iterator[tuple[Cell, str, Sequence[Any]]]:
    """Take wide rows apart: cell, name, and the `width` numbers that follow the name."""
    for row in rows:
        for start in range(2, len(row), width + 1):
            yield (row[0], row[1]), row[start], row[start + 1 : start + 1 + width]


def _drivers(rows: Sequence[Sequence[Any]], cell: Cell, scored: int) -> tuple[PointsLost, ...]:
    lost = [(-micro, name) for at, name, (micro,) in _named(rows, 1) if at == cell and micro]
    return tuple(
        PointsLost(measure, -micro / scored / MICRO_PER_POINT)
        for micro, measure in sorted(lost)[:DRIVERS]
    )


def _statistics(rows: Rows) -> dict[tuple[Cell, str], Statistic]:
    """Return every KPI's statistic by cell and key."""
    found = {
        (cell, key): Statistic(value=None, hits=hits, known=known)
        for cell, key, (hits, known) in _named(rows.get("rates", ()), 2)
    }
    for cell, key, (total, known) in _named(rows.get("totals", ()), 2):
        is_mean = key.startswith("mean") and known
        found[cell, key] = Statistic(total / known if is_mean else total, None, known)
    for tier, size, key, value, known in rows.get("medians", ()):
        found[(tier, size), key] = Statistic(value, None, known)
    for cell, key, (never,) in _named(rows.get("nevers", ()), 1):
        if never:
            found[cell, key] = replace(found.get((cell, key), _NOTHING), never=never)
    return found


def _chosen(
    library: Library,
    playbook: Playbook | None,
    cell: Cell,
    matching: Mapping[tuple[Cell, str], tuple[int, int, int]],
) -> tuple[Action, ...]:
    """Return the gates that an account of the cell meets, then the playbook's actions."""
    if playbook is None:
        return ()
    plays = {a.play for a in playbook.actions}
    gates = (g for g in library.gates if g.play not in plays)
    met = (g for g in gates if matching.get((cell, g.id), (0, 0, 0))[0] > 0)
    return (*met, *playbook.actions)


def _actions(
    actions: Sequence[Action],
    cell: Cell,
    row: Sequence[Any],
    numbers: Mapping[tuple[Cell, str], Statistic],
    matching: Mapping[tuple[Cell, str], tuple[int, int, int]],
) -> tuple[CellAction, ...]:
    accounts, peer = row[2], (row[11], cell[1])
    return tuple(
        CellAction(
            action=action,
            matching=matching[cell, action.id][0] if (cell, action.id) in matching else None,
            undecided=matching.get((cell, action.id), (0, accounts, 0))[1],
            held_back=_held_back(action, matching.get((cell, action.id), (0, 0, 0))[2]),
            reading=read_kpi(
                action.kpi,
                numbers.get((cell, action.kpi.key)),
                numbers.get((peer, action.kpi.key)),
                accounts,
            ),
        )
        for action in actions
    )


def _held_back(action: Action, odd: int) -> int:
    """Return who waits for verification; an action that is about contradictions holds nobody."""
    return 0 if CONTRADICTS in action.entry.when else odd
