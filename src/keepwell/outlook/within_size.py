"""Each cell of the risk matrix against the other industries of its own size.

A cell against all others mixes industry with size, and the score may count size; within one size
only the industry differs, so a cell that stands here is a finding about its industry.
"""

from collections.abc import Sequence
from dataclasses import replace

from keepwell.outlook.matrix import MatrixRow
from keepwell.outlook.shares import fisher_p, holm


def with_size_tests(rows: Sequence[MatrixRow]) -> tuple[MatrixRow, ...]:
    """Return the cells with `size_low`, `size_scored` and both p-values within size filled.

    `size_low` and `size_scored` count the other industries of the size. The p-values are None
    where there is nobody to compare with; Holm's adjustment runs over all cells compared.
    """
    totals: dict[str, tuple[int, int]] = {}
    for row in rows:
        low, scored = totals.get(row.size, (0, 0))
        totals[row.size] = (low + row.low_count, scored + row.scored)
    compared = [r for r in rows if 0 < r.scored < totals[r.size][1]]
    exact = [fisher_p(r.low_count, r.scored, *totals[r.size]) for r in compared]
    found = {
        (r.industry, r.size): both
        for r, both in zip(compared, zip(exact, holm(exact), strict=True), strict=True)
    }
    return tuple(_filled(row, totals[row.size], found) for row in rows)


def _filled(
    row: MatrixRow,
    total: tuple[int, int],
    found: dict[tuple[str, str], tuple[float, float]],
) -> MatrixRow:
    tests = found.get((row.industry, row.size))
    return replace(
        row,
        size_low=total[0] - row.low_count,
        size_scored=total[1] - row.scored,
        within_size_p=tests[0] if tests else None,
        within_size_holm_p=tests[1] if tests else None,
    )
