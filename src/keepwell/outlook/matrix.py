"""The risk matrix industry x size and its margins: one SQL aggregate, then exact statistics.

Only combinations that exist. A missing industry or size is a row or column of its own, `unknown`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Protocol

import numpy as np

from keepwell.outlook.permutation import Counted, stratified_permutation_p
from keepwell.outlook.shares import (
    BetaPrior,
    fisher_p,
    fit_beta_prior,
    holm,
    shrunken_share,
    wilson_interval,
)

UNKNOWN = "unknown"
_UNTESTED: tuple[None, None] = (None, None)
MATRIX_SELECT = """
SELECT industry_cell, size_cell, count(*) AS accounts,
       count(*) FILTER (WHERE tier = 'low') AS low_count,
       count(*) FILTER (WHERE tier = 'unknown') AS unknown_count,
       sum(contribution_amount) AS amount,
       sum(expected_loss_amount) AS risk_amount,
       count(*) FILTER (WHERE contribution_amount IS NULL) AS amount_unknown
FROM (
  SELECT coalesce(industry, 'unknown') AS industry_cell,
         coalesce(account_size_segment, 'unknown') AS size_cell,
         tier, contribution_amount, expected_loss_amount
  FROM portfolio
) AS placed
GROUP BY industry_cell, size_cell"""


class GradeCuts(Protocol):
    """Lowest share of each grade and the fewest scored accounts that are graded."""

    @property
    def minimum_accounts(self) -> int:
        """Return the fewest scored accounts that get a grade."""
        ...

    @property
    def critical(self) -> float:
        """Return the lowest critical share."""
        ...

    @property
    def elevated(self) -> float:
        """Return the lowest elevated share."""
        ...

    @property
    def watch(self) -> float:
        """Return the lowest share to watch."""
        ...


class Grade(StrEnum):
    """Grade of a share of low accounts; `too_small` below the minimum number of accounts."""

    CRITICAL = "critical"
    ELEVATED = "elevated"
    WATCH = "watch"
    STABLE = "stable"
    TOO_SMALL = "too_small"


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts and money of one combination. `scored` = accounts with a tier; shares rest on them.

    An amount is None when none of the accounts has a known one.
    """

    industry: str
    size: str
    accounts: int
    low_count: int
    unknown_count: int
    contribution_amount: float | None
    at_risk_amount: float | None
    amount_unknown_count: int

    @property
    def scored(self) -> int:
        """Return the accounts with a known tier."""
        return self.accounts - self.unknown_count


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One row of `risk_matrix` (kind cell) or `matrix_margins` (kind industry, size or total).

    `low_share`, its 95 % Wilson interval and `shrunken_share` rest on scored accounts and are
    None without any. `fisher_p` compares with all other scored accounts; `holm_p` is adjusted
    over all rows of the kind; both are None where the score counts what divides the rows
    (`is_by_construction`). `sort_order`: 1 = most contribution at risk. For cells, `size_low` of
    `size_scored` accounts of the same size in other industries are low, compared within size.
    """

    kind: str
    industry: str
    size: str
    sort_order: int
    accounts: int
    scored: int
    low_count: int
    unknown_count: int
    low_share: float | None
    wilson_low: float | None
    wilson_high: float | None
    shrunken_share: float | None
    grade: str
    fisher_p: float | None
    holm_p: float | None
    contribution_amount: float | None
    at_risk_amount: float | None
    amount_unknown_count: int
    is_by_construction: bool = False
    size_low: int = 0
    size_scored: int = 0
    within_size_p: float | None = None
    within_size_holm_p: float | None = None


def cells_of(rows: Iterable[tuple[Any, ...]]) -> tuple[Cell, ...]:
    """Return the rows of MATRIX_SELECT as cells, by industry and size."""
    cells = (
        Cell(str(i), str(s), int(n), int(low), int(u), _known(a), _known(r), int(m))
        for i, s, n, low, u, a, r, m in rows
    )
    return tuple(sorted(cells, key=lambda c: (c.industry, c.size)))


def margins_of(cells: Sequence[Cell]) -> dict[str, tuple[Cell, ...]]:
    """Return the sums of the cells per industry, per size and in all."""
    industries = sorted({c.industry for c in cells})
    sizes = sorted({c.size for c in cells})
    return {
        "industry": tuple(_sum(i, "", [c for c in cells if c.industry == i]) for i in industries),
        "size": tuple(_sum("", s, [c for c in cells if c.size == s]) for s in sizes),
        "total": (_sum("", "", cells),),
    }


def _known(value: Any) -> float | None:
    return None if value is None else float(value)


def _added(amounts: Sequence[float | None]) -> float | None:
    known = [a for a in amounts if a is not None]
    return sum(known) if known else None


def _sum(industry: str, size: str, cells: Sequence[Cell]) -> Cell:
    return Cell(
        industry,
        size,
        sum(c.accounts for c in cells),
        sum(c.low_count for c in cells),
        sum(c.unknown_count for c in cells),
        _added([c.contribution_amount for c in cells]),
        _added([c.at_risk_amount for c in cells]),
        sum(c.amount_unknown_count for c in cells),
    )


def grade(low_count: int, scored: int, cuts: GradeCuts) -> Grade:
    """Return the grade of a share of low accounts, compared without rounding."""
    if scored < cuts.minimum_accounts:
        return Grade.TOO_SMALL
    share = low_count / scored
    if share >= cuts.critical:
        return Grade.CRITICAL
    if share >= cuts.elevated:
        return Grade.ELEVATED
    return Grade.WATCH if share >= cuts.watch else Grade.STABLE


def matrix_prior(cells: Sequence[Cell]) -> BetaPrior | None:
    """Return the prior towards which small cells are pulled; None without two scored cells."""
    return fit_beta_prior([(c.low_count, c.scored) for c in cells])


def matrix_rows(
    kind: str,
    cells: Sequence[Cell],
    prior: BetaPrior | None,
    cuts: GradeCuts,
    *,
    is_by_construction: bool = False,
) -> tuple[MatrixRow, ...]:
    """Return the cells with shares, tests and grades, most contribution at risk first.

    `is_by_construction`: the score counts what divides the cells, so no test is made (D9).
    """
    low, scored = sum(c.low_count for c in cells), sum(c.scored for c in cells)
    compared = [c for c in cells if 0 < c.scored < scored and not is_by_construction]
    exact = [fisher_p(c.low_count, c.scored, low, scored) for c in compared]
    found = {
        (c.industry, c.size): both
        for c, both in zip(compared, zip(exact, holm(exact), strict=True), strict=True)
    }
    ordered = sorted(
        cells,
        key=lambda c: (-(c.at_risk_amount or 0), -c.low_count, -c.accounts, c.industry, c.size),
    )
    return tuple(
        replace(
            _row(
                kind, place, cell, prior, cuts, found.get((cell.industry, cell.size), (None, None))
            ),
            is_by_construction=is_by_construction,
        )
        for place, cell in enumerate(ordered, start=1)
    )


def _row(
    kind: str,
    place: int,
    cell: Cell,
    prior: BetaPrior | None,
    cuts: GradeCuts,
    tests: tuple[float | None, float | None],
) -> MatrixRow:
    interval = wilson_interval(cell.low_count, cell.scored)
    share = cell.low_count / cell.scored if cell.scored else None
    pulled = prior and share is not None
    return MatrixRow(
        kind=kind,
        industry=cell.industry,
        size=cell.size,
        sort_order=place,
        accounts=cell.accounts,
        scored=cell.scored,
        low_count=cell.low_count,
        unknown_count=cell.unknown_count,
        low_share=share,
        wilson_low=interval.low if interval else None,
        wilson_high=interval.high if interval else None,
        shrunken_share=shrunken_share(cell.low_count, cell.scored, prior)
        if prior and pulled
        else None,
        grade=grade(cell.low_count, cell.scored, cuts).value,
        fisher_p=tests[0],
        holm_p=tests[1],
        contribution_amount=cell.contribution_amount,
        at_risk_amount=cell.at_risk_amount,
        amount_unknown_count=cell.amount_unknown_count,
    )


def industry_within_size_p(
    cells: Sequence[Cell], rng: np.random.Generator, times: int = 20_000
) -> float | None:
    """Return the p that low accounts spread over industries by chance, sizes held fixed."""
    industries = sorted({c.industry for c in cells})
    sizes = sorted({c.size for c in cells})
    low = np.zeros((len(industries), len(sizes)), dtype=np.int64)
    total = np.zeros_like(low)
    for cell in cells:
        at = industries.index(cell.industry), sizes.index(cell.size)
        low[at], total[at] = cell.low_count, cell.scored
    return stratified_permutation_p(Counted(low, total), rng, times)
