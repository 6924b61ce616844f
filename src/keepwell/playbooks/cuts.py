"""What to cut when fewer people are there than the hours need."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from keepwell.playbooks.staffing import HOURS_PER_PERSON_MONTH, Staffing, StaffingRow

Kind = Literal["lean", "stopped"]


@dataclass(frozen=True, slots=True)
class Cut:
    """Hours a month taken from one cell: towards its lean form, or further towards a stop.

    `is_partial`: only part of the way, since no more is needed: some of its accounts change.
    """

    row: StaffingRow
    kind: Kind
    hours_before: float
    hours_after: float
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class CutPlan:
    """What to cut so that `people` are enough.

    The cuts add up to `cut_hours` = `hours_needed` - `hours_available` - `missing_hours`.
    `missing_hours`: what still lacks after all cuts that are allowed.
    `spared`: cells that are never cut, in order of priority.
    """

    people: float
    hours_needed: float
    hours_available: float
    cuts: tuple[Cut, ...]
    missing_hours: float
    cut_hours: float = 0.0
    spared: tuple[StaffingRow, ...] = ()


def cut_to(plan: Staffing, people: float) -> CutPlan:
    """Return the cuts that make `people` enough, from the lowest priority upwards, and no more.

    Cells go to their lean form one after the other, those of the lowest tier last; only when that
    is not enough do cells stop, in the same order. The last cut takes just what still lacks, so
    the cuts add up to the hours that are too many. Never cut is the cell with the largest
    contribution, nor one with accounts that the priority list puts first (groups A and B): what
    these would have to give stays in `missing_hours`.
    """
    available = Fraction(str(people)) * HOURS_PER_PERSON_MONTH
    needed = sum((Fraction(str(r.hours)) for r in plan.rows), Fraction(0))
    missing = max(Fraction(0), needed - available)
    spared = _spared(plan.rows)
    open_rows = [r for r in reversed(plan.rows) if r not in spared]
    order = sorted(open_rows, key=lambda r: r.cell.is_lowest)
    cuts: list[Cut] = []
    lacking = missing
    for kind in _KINDS:
        for row in order:
            cut, taken = _cut(row, kind, lacking)
            cuts += [cut] if taken else []
            lacking -= taken
    return CutPlan(
        people=people,
        hours_needed=plan.hours,
        hours_available=float(available),
        cuts=_joined(cuts),
        missing_hours=float(lacking),
        cut_hours=float(missing - lacking),
        spared=spared,
    )


_KINDS: tuple[Kind, ...] = ("lean", "stopped")


def _spared(rows: Sequence[StaffingRow]) -> tuple[StaffingRow, ...]:
    known = [r.cell.contribution_amount for r in rows if r.cell.contribution_amount is not None]
    largest = max(known, default=None)
    return tuple(
        r
        for r in rows
        if r.cell.urgent or (largest is not None and r.cell.contribution_amount == largest)
    )


def _cut(row: StaffingRow, kind: Kind, lacking: Fraction) -> tuple[Cut, Fraction]:
    """Return the cut of a cell by at most what lacks, and the hours it gives."""
    lean = Fraction(str(row.lean_hours))
    before, after = (Fraction(str(row.hours)), lean) if kind == "lean" else (lean, Fraction(0))
    taken = min(before - after, lacking)
    is_partial = taken < before - after
    return Cut(row, kind, float(before), float(before - taken), is_partial), taken


def _joined(cuts: Sequence[Cut]) -> tuple[Cut, ...]:
    """Join a cell's two cuts, so that each cell is named once, in the order of the first."""
    by_rank: dict[int, Cut] = {}
    for cut in cuts:
        first = by_rank.get(cut.row.rank)
        by_rank[cut.row.rank] = replace(cut, hours_before=first.hours_before) if first else cut
    return tuple(by_rank.values())
