"""Store the risk matrix and its margins."""

from collections.abc import Sequence

import numpy as np

from keepwell.config import MatrixSettings
from keepwell.outlook import (
    MATRIX_SELECT,
    Figure,
    MatrixRow,
    cells_of,
    industry_within_size_p,
    is_by_construction,
    margins_of,
    matrix_prior,
    matrix_rows,
    scored_measures,
    with_size_tests,
)
from keepwell.ports import Engine
from keepwell.runs.outlook_tables import store_rows
from keepwell.vocabulary import Scorecard

_SIZE = "account_size_segment"


def build_matrix(
    engine: Engine, cards: Sequence[Scorecard], settings: MatrixSettings, seed: int
) -> tuple[Figure, ...]:
    """Store risk_matrix and matrix_margins; return the figures behind them."""
    cells = cells_of(engine.rows(MATRIX_SELECT))
    prior = matrix_prior(cells)
    rows = with_size_tests(matrix_rows("cell", cells, prior, settings))
    store_rows(engine, "risk_matrix", rows, MatrixRow)
    margins: list[MatrixRow] = []
    for kind, sums in margins_of(cells).items():
        own = matrix_prior(sums) if kind != "total" else None
        counted = kind == "size" and is_by_construction(_SIZE, scored_measures(cards))
        margins += matrix_rows(kind, sums, own, settings, is_by_construction=counted)
    store_rows(engine, "matrix_margins", margins, MatrixRow)
    scored = sum(c.scored for c in cells)
    low = sum(c.low_count for c in cells)
    p = industry_within_size_p(cells, np.random.default_rng(seed))
    held = sum(c.scored >= settings.minimum_accounts for c in cells)
    found = [r.holm_p for r in rows if r.holm_p is not None]
    inside = [r.within_size_holm_p for r in rows if r.within_size_holm_p is not None]
    return (
        Figure("cells", float(len(cells)), scored),
        Figure("cells_graded", float(held), scored, hits=held),
        Figure("cells_smallest_holm_p", min(found) if found else None, scored, hits=low),
        Figure("industry_within_size_p", p, scored, hits=low),
        Figure("cells_smallest_within_size_p", min(inside) if inside else None, scored, hits=low),
        Figure("prior_mean", prior.mean if prior else None, len(cells)),
        Figure("prior_worth", prior.worth if prior else None, len(cells)),
    )
