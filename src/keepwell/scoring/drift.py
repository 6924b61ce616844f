"""How far a refit moved a scorecard's bounds."""

from dataclasses import dataclass

from keepwell.scoring.scales import clip_bounds
from keepwell.vocabulary import Scale, Scorecard


@dataclass(frozen=True, slots=True)
class Drift:
    """The bounds of one measure's scale before and after a refit, as short text."""

    measure: str
    before: str
    after: str

    def text(self) -> str:
        """Return `measure before -> after`."""
        return f"{self.measure} {self.before} → {self.after}"


def drift_between(old: Scorecard, new: Scorecard) -> tuple[Drift, ...]:
    """Return the measures of both cards whose scales differ, in the new card's order."""
    before = {m.measure: m.scale for m in old.measures}
    return tuple(
        Drift(m.measure, _bounds(before[m.measure]), _bounds(m.scale))
        for m in new.measures
        if m.measure in before and before[m.measure] != m.scale
    )


def _bounds(scale: Scale) -> str:
    low, high = clip_bounds(scale)
    return "-" if low is None or high is None else f"{low:,.6g}..{high:,.6g}"
