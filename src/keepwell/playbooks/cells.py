"""Strategy cells: each tier x size with its playbook and the live numbers of a snapshot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keepwell.playbooks.models import NEXT_TIER, SIZES, TIERS, Action, Library, Playbook
from keepwell.playbooks.targets import SMALL_SAMPLE, KpiReading, Statistic, read_kpi

Rows = Mapping[str, Sequence[Sequence[Any]]]
Cell = tuple[str, str]
DRIVERS = 3
LOW = "low"


@dataclass(frozen=True, slots=True)
class PointsLost:
    """A measure and the points, 0-100, that an account of the cell loses on it on average."""

    measure: str
    mean_points: float


@dataclass(frozen=True, slots=True)
class CellAction:
    """An action in a cell that has accounts. `matching`: accounts that meet its entry condition."""

    action: Action
    matching: int | None
    reading: KpiReading


@dataclass(frozen=True, slots=True)
class StrategyCell:
    """One cell with its numbers.

    `contribution_amount`: forecast of the accounts where it is known (`contribution_known`).
    `at_risk_amount`: contribution at risk (D15): the low tier's contribution, None elsewhere.
    `near_line`, `contradicting`, `overridden`: accounts within two points of a tier line, with
    fields at odds, and moved to another tier by a person.
    `drivers`: largest mean points lost; over all measures they sum to 100 minus the mean score.
    `playbook`: None when the library has none for the tier; `actions` is empty without accounts.
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
    drivers: tuple[PointsLost, ...] = ()
    actions: tuple[CellAction, ...] = ()

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
    others = sorted(set(found) - set(standard), key=_order)
    return tuple(_cell(library, cell, found.get(cell), rows) for cell in (*standard, *others))


def _order(cell: Cell) -> tuple[int, str, int, str]:
    tier, size = cell
    return (
        TIERS.index(tier) if tier in TIERS else len(TIERS),
        tier,
        SIZES.index(size) if size in SIZES else len(SIZES),
        size,
    )


def _cell(library: Library, cell: Cell, row: Sequence[Any] | None, rows: Rows) -> StrategyCell:
    tier, size = cell
    playbook = library.playbook(tier, size)
    if row is None:
        return StrategyCell(tier, size, playbook)
    accounts, scored, contribution, known, near, contradicting, overridden = row[2:9]
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
        drivers=_drivers(rows.get("points_lost", ()), cell, scored),
        actions=_actions(playbook, cell, accounts, rows) if playbook else (),
    )


def _drivers(rows: Sequence[Sequence[Any]], cell: Cell, scored: int) -> tuple[PointsLost, ...]:
    lost = [(-r[3], r[2]) for r in rows if (r[0], r[1]) == cell and r[3]]
    return tuple(
        PointsLost(measure, -micro / scored / 1_000_000)
        for micro, measure in sorted(lost)[:DRIVERS]
    )


def _actions(playbook: Playbook, cell: Cell, accounts: int, rows: Rows) -> tuple[CellAction, ...]:
    numbers = {
        (r[0], r[1], r[2]): Statistic(value=r[3], hits=r[4], known=r[5])
        for r in rows.get("kpis", ())
    }
    matching = {r[2]: r[3] for r in rows.get("entries", ()) if (r[0], r[1]) == cell}
    peer_tier = NEXT_TIER.get(cell[0], "")
    return tuple(
        CellAction(
            action=action,
            matching=matching.get(action.id),
            reading=read_kpi(
                action.kpi,
                numbers.get((*cell, action.kpi.key)),
                numbers.get((peer_tier, cell[1], action.kpi.key)),
                accounts,
            ),
        )
        for action in playbook.actions
    )
