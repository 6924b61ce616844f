"""Single figures of the outlook: totals, concentration, tests and scenarios, each with its n."""

from dataclasses import dataclass

import numpy as np

from keepwell.outlook.concentration import (
    Floats,
    gini,
    spearman,
    top_quarter_interval,
    top_share,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of `figures`. `n` accounts it rests on, `hits` of them counted where it is a share.

    `value` is None when it can't be said; the interval is 95 %.
    """

    figure: str
    value: float | None
    n: int
    hits: int | None = None
    low: float | None = None
    high: float | None = None


def concentration_figures(amounts: Floats, rng: np.random.Generator) -> tuple[Figure, ...]:
    """Return total, top 3, top 10 and top quarter shares and Gini of the known amounts."""
    ordered = np.sort(amounts)[::-1]
    n = len(ordered)
    quarter = -(-n // 4)
    interval = top_quarter_interval(ordered, rng)
    return (
        Figure("contribution_total", float(ordered.sum()) if n else None, n),
        Figure("top_3_share", top_share(ordered, 3), n),
        Figure("top_10_share", top_share(ordered, 10), n),
        Figure(
            "top_quarter_share",
            top_share(ordered, quarter),
            n,
            hits=quarter,
            low=interval.low if interval else None,
            high=interval.high if interval else None,
        ),
        Figure("gini", gini(ordered), n),
    )


def agreement_figures(weighted: Floats, run_rate: Floats) -> tuple[Figure, ...]:
    """Return how the two methods order the accounts: Spearman and shared top quarters.

    By construction: both are made from won amount and pipeline.
    """
    n = len(weighted)
    quarter = -(-n // 4)
    tops = [set(np.argsort(-m, kind="stable")[:quarter].tolist()) for m in (weighted, run_rate)]
    return (
        Figure("methods_spearman", spearman(weighted, run_rate), n),
        Figure("methods_top_quarter_overlap", float(len(tops[0] & tops[1])), n, hits=quarter),
    )
