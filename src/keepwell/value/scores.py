"""Scores 1-5 by breakpoints: fitted to today's accounts or kept frozen, applied row by row (D4).

Equal values always share a score, whatever the order of the rows: a value scores 1 plus the
number of cuts that lie below it. The cuts are the exact quintiles of the accounts that have a
value; with many equal values some scores stay empty, and that is what the data say.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from keepwell.value.settings import RfmWeights

CUT_SHARES = (0.2, 0.4, 0.6, 0.8)
SCORED = ("recency_worth", "frequency", "monetary_amount")
LETTERS = {"recency_worth": "r", "frequency": "f", "monetary_amount": "m"}
CUTS_CARD = "rfm_breakpoints"


@dataclass(frozen=True, slots=True)
class Breakpoints:
    """Four ascending cuts for each of recency_worth (minus the days), frequency and money.

    A part without any value has no cuts; its scores are unknown.
    """

    recency_worth: tuple[float, ...]
    frequency: tuple[float, ...]
    monetary_amount: tuple[float, ...]

    def of(self, column: str) -> tuple[float, ...]:
        """Return the cuts of one part."""
        found: tuple[float, ...] = getattr(self, column)
        return found


def score_of(value: float, cuts: Sequence[float]) -> int:
    """Return the score 1-5 of a value.

    >>> [score_of(v, (1, 1, 2, 5)) for v in (1, 2, 3, 6)]
    [1, 3, 4, 5]
    """
    return 1 + sum(value > cut for cut in cuts)


def worth_select() -> str:
    """Return SQL giving `value_worth`: value_basis with recency turned so that more is better."""
    return "SELECT *, -recency_days AS recency_worth FROM value_basis"


def _score(column: str, cuts: Sequence[float]) -> str:
    """Return SQL of one score; an account that never bought anything has the worst."""
    letter = LETTERS[column]
    if not cuts:
        return f"coalesce({letter}_given, CASE WHEN has_never THEN 1 END) AS {letter}_score"
    steps = " + ".join(
        f"CASE WHEN {column} > CAST('{cut!r}' AS DOUBLE) THEN 1 ELSE 0 END" for cut in cuts
    )
    return (
        f"CASE WHEN {letter}_given IS NOT NULL THEN {letter}_given WHEN has_never THEN 1 "
        f"WHEN {column} IS NOT NULL THEN 1 + {steps} END AS {letter}_score"
    )


def score_select(breakpoints: Breakpoints) -> str:
    """Return SQL giving value_worth with r_score, f_score and m_score, 1 (worst) to 5.

    Missing: a score is NULL when its value is unknown; never is 1.
    """
    parts = ", ".join(_score(c, breakpoints.of(c)) for c in SCORED)
    return f"SELECT *, {parts} FROM value_worth"


def composite(weights: RfmWeights | None) -> str:
    """Return SQL of the mean of the known scores, 1-5; equal weights when none are given."""
    used = weights or RfmWeights(recency=1, frequency=1, monetary=1)
    pairs = (("r", used.recency), ("f", used.frequency), ("m", used.monetary))
    known = [(f"{letter}_score", f"CAST('{float(w)!r}' AS DOUBLE)") for letter, w in pairs]
    top = " + ".join(f"coalesce({w} * {s}, {_ZERO})" for s, w in known)
    below = " + ".join(f"CASE WHEN {s} IS NULL THEN {_ZERO} ELSE {w} END" for s, w in known)
    return f"({top}) / nullif({below}, {_ZERO})"


def variance() -> str:
    """Return SQL of the variance of the three scores (over 3); NULL unless all are known."""
    mean = "(CAST(r_score + f_score + m_score AS DOUBLE) / 3)"
    squares = " + ".join(f"({s}_score - {mean}) * ({s}_score - {mean})" for s in "rfm")
    return f"CAST({squares} AS DOUBLE) / 3"


_ZERO = "CAST(0 AS DOUBLE)"
