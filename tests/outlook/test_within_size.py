"""A cell is compared with the other industries of its size, exactly and adjusted."""

import numpy as np
from scipy.stats import fisher_exact

from keepwell.config import MatrixSettings
from keepwell.outlook import Cell, matrix_rows, with_size_tests


def cell(industry: str, size: str, low: int, accounts: int) -> Cell:
    return Cell(industry, size, accounts, low, 0, None, None, accounts)


def test_industry_that_stands_out_in_its_size_is_found_where_size_hides_it() -> None:
    cells = [
        cell("Retail", "Mid-Market", 11, 45),
        cell("Technology", "Mid-Market", 8, 136),
        cell("Retail", "Small Business", 30, 100),
        cell("Technology", "Small Business", 47, 150),
    ]
    rows = with_size_tests(matrix_rows("cell", cells, None, MatrixSettings()))
    by_name = {(r.industry, r.size): r for r in rows}
    retail = by_name["Retail", "Mid-Market"]
    assert (retail.size_low, retail.size_scored) == (8, 136)
    oracle = float(fisher_exact(np.array([[11, 34], [8, 128]])).pvalue)
    assert retail.within_size_p is not None
    assert abs(retail.within_size_p - oracle) < 1e-12
    assert retail.within_size_holm_p is not None
    assert retail.within_size_holm_p < 0.05
    assert by_name["Retail", "Small Business"].within_size_holm_p == 1.0


def test_a_size_of_one_industry_is_not_compared() -> None:
    rows = with_size_tests(
        matrix_rows("cell", [cell("Retail", "Large", 3, 12)], None, MatrixSettings())
    )
    assert rows[0].within_size_p is None
    assert (rows[0].size_low, rows[0].size_scored) == (0, 0)
