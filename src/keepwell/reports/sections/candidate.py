"""A candidate for the summary: a line, how much it matters here, and what to decide."""

from dataclasses import dataclass

from keepwell.reports.text import Line


@dataclass(frozen=True, slots=True)
class Candidate:
    """One fact that may open the report. `weight` is computed from the facts, larger first.

    `topic` is what it is about: one line per topic reaches the summary.
    """

    topic: str
    weight: float
    text: Line
    decision: Line | None = None
    is_doubt: bool = False
