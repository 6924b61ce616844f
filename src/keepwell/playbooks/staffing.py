"""Where people go first, how many hours it takes, and one scenario."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from keepwell.playbooks.cells import Rows, StrategyCell
from keepwell.playbooks.models import SIZES, Playbook
from keepwell.vocabulary import Bilingual

HOURS_PER_PERSON_MONTH = 120
HOURS_TO_VERIFY = 8
LIFT_LABEL = Bilingual(
    "情景推算，由定义造成，不是预测", "scenario, by construction, not a forecast"
)


@dataclass(frozen=True, slots=True)
class RankedCell:
    """A cell with accounts in order of priority, 1 = first.

    `avoided_amount`: expected loss avoided (D15) = contribution at risk x save rate; None where
    it is undefined, that is outside the low tier: those follow by contribution.
    """

    rank: int
    cell: StrategyCell
    avoided_amount: float | None


@dataclass(frozen=True, slots=True)
class StaffingRow:
    """Hours a month that one cell takes: accounts x declared hours."""

    rank: int
    cell: StrategyCell
    playbook: Playbook
    avoided_amount: float | None
    hours: float
    lean_hours: float


@dataclass(frozen=True, slots=True)
class Staffing:
    """All rows, their sum, and people at 120 hours a month (not rounded)."""

    rows: tuple[StaffingRow, ...]
    hours: float
    people: float
    without_playbook: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Lift:
    """Scenario by construction: medium accounts of a size raised to the line of high.

    `gain_amount`: growth of the contribution index by its own formula; None if no base is known.
    `able`: accounts that the present scale lets reach the line at best activity and contacts;
    None when stability was not computed.
    """

    size: str
    accounts: int
    gain_amount: float | None
    gain_known: int
    able: int | None
    able_known: int
    able_gain_amount: float | None


def rank_cells(cells: Sequence[StrategyCell], save_rate: float) -> tuple[RankedCell, ...]:
    """Return the cells with accounts by expected loss avoided, the undefined after it.

    Missing: an unknown contribution goes to the end of its part.
    """
    held = [c for c in cells if not c.is_empty]

    def key(cell: StrategyCell) -> tuple[bool, bool, float, str, str]:
        amount = cell.contribution_amount
        return (not cell.is_lowest, amount is None, -(amount or 0.0), cell.tier, cell.size)

    return tuple(
        RankedCell(rank, c, None if c.at_risk_amount is None else c.at_risk_amount * save_rate)
        for rank, c in enumerate(sorted(held, key=key), start=1)
    )


def staffing(ranked: Sequence[RankedCell]) -> Staffing:
    """Return the staffing table in order of priority.

    Missing: a cell whose tier has no playbook takes no hours and is named in `without_playbook`.
    """
    rows = []
    for entry in ranked:
        book = entry.cell.playbook
        if book is None:
            continue
        rows.append(
            StaffingRow(
                rank=entry.rank,
                cell=entry.cell,
                playbook=book,
                avoided_amount=entry.avoided_amount,
                hours=_hours(entry.cell.accounts, book.hours_per_account_month),
                lean_hours=_hours(entry.cell.accounts, book.lean_hours_per_account_month),
            )
        )
    total = sum((Fraction(r.hours) for r in rows), Fraction(0))
    without = [r.cell for r in ranked if r.cell.playbook is None]
    return Staffing(
        rows=tuple(rows),
        hours=float(total),
        people=float(total / HOURS_PER_PERSON_MONTH),
        without_playbook=tuple((c.tier, c.size, c.accounts) for c in without),
    )


def _hours(accounts: int, hours_each: float) -> float:
    return float(accounts * Fraction(str(hours_each)))


def lift_scenario(rows: Rows) -> tuple[Lift, ...]:
    """Return the scenario "medium to high" per size with accounts, large to small, then others."""
    found = {r[0]: r for r in rows.get("lift", ())}
    order = [*SIZES, *sorted(set(found) - set(SIZES))]
    return tuple(_lift(found[size]) for size in order if size in found)


def _lift(row: Sequence[Any]) -> Lift:
    size, accounts, gain, gain_known, able_known, able, able_gain = row
    return Lift(
        size=size,
        accounts=accounts,
        gain_amount=gain,
        gain_known=gain_known,
        able=able if able_known else None,
        able_known=able_known,
        able_gain_amount=0.0 if able_known and not able else able_gain,
    )


def _able_gain(parts: Sequence[Lift]) -> float | None:
    """Return what those gain who can get there; None where no amount of theirs is known."""
    there = [p.able_gain_amount for p in parts if p.able]
    known = [g for g in there if g is not None]
    if there and not known:
        return None
    return sum(known) if parts else None


def total_lift(parts: Sequence[Lift]) -> Lift | None:
    """Return the scenario over all sizes, None when there is no medium account."""
    if not parts:
        return None
    able = [p for p in parts if p.able is not None]
    gains = [p.gain_amount for p in parts if p.gain_amount is not None]
    return Lift(
        size="all",
        accounts=sum(p.accounts for p in parts),
        gain_amount=sum(gains) if gains else None,
        gain_known=sum(p.gain_known for p in parts),
        able=sum(p.able or 0 for p in able) if able else None,
        able_known=sum(p.able_known for p in parts),
        able_gain_amount=_able_gain(able),
    )
