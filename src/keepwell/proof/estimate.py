"""A number with the interval that its clusters leave open."""

import math
from dataclasses import dataclass

from keepwell.vocabulary import InternalProblem


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value and its interval; NaN everywhere where nothing can be said.

    value, low, high: in the unit of the number; low <= value <= high where the interval is known.
    level:    how often such intervals hold the truth.
    n:        rows behind it.
    clusters: independent units behind it, such as accounts or groups of near-duplicates.
    method:   how the interval was made: `delong`, `bootstrap`, `wilson`, `none` ...
    Errors:   InternalProblem where low lies above high or the level is no share.
    """

    value: float
    low: float
    high: float
    n: int
    clusters: int
    method: str
    level: float = 0.95

    def __post_init__(self) -> None:
        """Refuse an interval that is none."""
        if self.low > self.high:
            raise InternalProblem(f"Estimate: low {self.low} lies above high {self.high}.")
        if not 0 < self.level < 1:
            raise InternalProblem(f"Estimate: level {self.level} is no share between 0 and 1.")

    @property
    def is_known(self) -> bool:
        """Say whether there is a value."""
        return math.isfinite(self.value)

    @property
    def has_interval(self) -> bool:
        """Say whether both ends are known."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def excludes(self, value: float) -> bool:
        """Say whether the interval is known and lies on one side of a value."""
        return self.has_interval and not self.low <= value <= self.high

    @classmethod
    def unknown(cls, n: int = 0, clusters: int = 0) -> "Estimate":
        """Return the estimate of which nothing can be said."""
        return cls(math.nan, math.nan, math.nan, n, clusters, "none")
