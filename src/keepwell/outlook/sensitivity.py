"""What the scenarios say together: low accounts, tier changes and order under each of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from keepwell.outlook.scenarios import Scenario
from keepwell.outlook.stability import NEAR_POINTS
from keepwell.vocabulary import MICRO_PER_POINT

LOW = "low"


@dataclass(frozen=True, slots=True)
class TierMove:
    """Accounts that stand in `from_tier` now and in `to_tier` under a scenario, with their money.

    `contribution_amount` is None when none of them has a known amount.
    """

    scenario: str
    from_tier: str
    to_tier: str
    accounts: int
    contribution_amount: float | None


@dataclass(frozen=True, slots=True)
class SensitivityRow:
    """One scenario against the scores as they are; the row `base` is those themselves.

    `low_count` low under it, `both_low` low now as well, `left_low` low now but no more,
    `joined_low` low only under it, `changed_tier` all changes, `near_line_count` accounts within
    two points of a tier line. `spearman` of the scores, None when one side is constant.
    """

    scenario: str
    kind: str
    dimension: str
    accounts: int
    low_count: int
    both_low: int
    left_low: int
    joined_low: int
    changed_tier: int
    left_low_amount: float | None
    spearman: float | None
    near_line_count: int
    median_points_to_line: float | None


def tier_moves(scenario: str, rows: Iterable[tuple[str, str, int, float | None]]) -> list[TierMove]:
    """Return the rows of `moves_select` as moves, by tiers."""
    moves = [
        TierMove(scenario, before, after, int(count), None if amount is None else float(amount))
        for before, after, count, amount in rows
    ]
    return sorted(moves, key=lambda m: (m.from_tier, m.to_tier))


def sensitivity_row(
    scenario: Scenario,
    moves: list[TierMove],
    *,
    spearman: float | None,
    near_line_count: int,
    median_points_to_line: float | None,
) -> SensitivityRow:
    """Return the scenario's summary; the counts are sums over its moves."""

    def count(chosen: Iterable[TierMove]) -> int:
        return sum(m.accounts for m in chosen)

    left = [m for m in moves if m.from_tier == LOW and m.to_tier != LOW]
    amounts = [m.contribution_amount for m in left if m.contribution_amount is not None]
    both = count(m for m in moves if m.from_tier == m.to_tier == LOW)
    joined = count(m for m in moves if m.from_tier != LOW and m.to_tier == LOW)
    return SensitivityRow(
        scenario=scenario.name,
        kind=scenario.kind.value,
        dimension=scenario.dimension,
        accounts=count(moves),
        low_count=both + joined,
        both_low=both,
        left_low=count(left),
        joined_low=joined,
        changed_tier=count(m for m in moves if m.from_tier != m.to_tier),
        left_low_amount=sum(amounts) if amounts else (0.0 if not left else None),
        spearman=spearman,
        near_line_count=near_line_count,
        median_points_to_line=median_points_to_line,
    )


def line_distances(
    card: NDArray[np.int64], micro: NDArray[np.int64], lines: Sequence[Sequence[float]]
) -> tuple[int, float | None]:
    """Return accounts within two points of a tier line, and the median distance in points.

    `lines[i]` are the lines of the card whose number is i; the upper end of the two points is
    outside, as in `near_line`. Missing: no distance without accounts or lines.
    """
    near, distances = 0, []
    for number, own in enumerate(lines):
        scores = micro[card == number]
        if len(scores) and own:
            at = np.array([ceil(line * MICRO_PER_POINT) for line in own], dtype=np.int64)
            gaps = scores[:, None] - at[None, :]
            reach = NEAR_POINTS * MICRO_PER_POINT
            near += int(((gaps >= -reach) & (gaps < reach)).any(axis=1).sum())
            distances.append(np.abs(gaps).min(axis=1))
    if not distances:
        return near, None
    return near, float(np.median(np.concatenate(distances))) / MICRO_PER_POINT


def current_row(
    tiers: dict[str, int], *, near_line_count: int, median_points_to_line: float | None
) -> SensitivityRow:
    """Return the row `base` from the accounts of each tier."""
    low = tiers.get(LOW, 0)
    return SensitivityRow(
        scenario="base",
        kind="base",
        dimension="",
        accounts=sum(tiers.values()),
        low_count=low,
        both_low=low,
        left_low=0,
        joined_low=0,
        changed_tier=0,
        left_low_amount=0.0,
        spearman=1.0,
        near_line_count=near_line_count,
        median_points_to_line=median_points_to_line,
    )
