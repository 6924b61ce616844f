"""Scorecards: the versioned definition of a health score, before and after fitting (D4)."""

from fractions import Fraction
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from keepwell.vocabulary.points import MAX_MICRO, apportion

FROZEN = ConfigDict(frozen=True, extra="forbid")
Direction = Literal["higher_is_better", "lower_is_better"]
Weight = Annotated[float, Field(gt=0, le=100, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Scale(BaseModel):
    model_config = FROZEN
    direction: Direction = "higher_is_better"


class IdentityScale(_Scale):
    """The value is already a share 0-1."""

    kind: Literal["identity"] = "identity"


class MinMaxScale(_Scale):
    """(x - min) / (max - min); `log_` takes ln(1+x) first, `sqrt_` the root of that share."""

    kind: Literal["minmax", "log_minmax", "sqrt_minmax"] = "minmax"
    min: Finite | None = None
    max: Finite | None = None


class LinearScale(_Scale):
    """0 at `zero_at`, 1 at `full_at`, straight between, clipped outside."""

    kind: Literal["linear"] = "linear"
    zero_at: Finite
    full_at: Finite


class PercentileScale(_Scale):
    """Share of the reference population below the value, straight between stored breakpoints."""

    kind: Literal["percentile"] = "percentile"
    breakpoints: tuple[tuple[Finite, Share], ...] = ()


class StepsScale(_Scale):
    """The share of the last step whose `at` is not above the value; `below` under the first."""

    kind: Literal["steps"] = "steps"
    below: Share = 0.0
    steps: tuple[tuple[Finite, Share], ...] = Field(min_length=1)


class MapScale(_Scale):
    """A share per category. A category that is not listed is unknown, never zero."""

    kind: Literal["map"] = "map"
    values: dict[str, Share] = Field(min_length=1)


class LogisticScale(_Scale):
    """1 / (1 + exp(-slope * (x - midpoint)))."""

    kind: Literal["logistic"] = "logistic"
    midpoint: Finite
    slope: Annotated[float, Field(gt=0, allow_inf_nan=False)]


Scale = Annotated[
    IdentityScale
    | MinMaxScale
    | LinearScale
    | PercentileScale
    | StepsScale
    | MapScale
    | LogisticScale,
    Field(discriminator="kind"),
]


class ScorecardMeasure(BaseModel):
    """One measure in a dimension: its weight within it, its scale and its two null policies."""

    model_config = FROZEN
    measure: str
    weight: Weight = 100
    scale: Scale
    never: Literal["worst", "neutral"] | Share = "worst"
    unknown: Literal["share", "neutral", "worst"] = "share"


class Dimension(BaseModel):
    """A group of measures with one weight in the score."""

    model_config = FROZEN
    dimension: str
    weight: Weight
    measures: tuple[ScorecardMeasure, ...] = Field(min_length=1)


class TierCut(BaseModel):
    """A tier and the lowest score, in points, that belongs to it."""

    model_config = FROZEN
    tier: str
    min: Annotated[float, Field(ge=0, le=100)]


class Scorecard(BaseModel):
    """A health score: dimensions, tiers and the coverage below which the tier is unknown.

    `version` counts definitions by the user; `fit` is filled by fitting (scales then hold
    their bounds) and names the reference population.
    """

    model_config = FROZEN
    scorecard: str
    version: int = 1
    tiers: tuple[TierCut, ...] = (
        TierCut(tier="high", min=80),
        TierCut(tier="medium", min=50),
        TierCut(tier="low", min=0),
    )
    min_coverage: Share = 0.5
    dimensions: tuple[Dimension, ...] = Field(min_length=1)
    note: str = ""

    @model_validator(mode="after")
    def _names_are_unique_and_tiers_descend(self) -> Self:
        names = [m.measure for d in self.dimensions for m in d.measures]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"measure listed twice: {', '.join(twice)}")
        dims = [d.dimension for d in self.dimensions]
        if len(set(dims)) != len(dims):
            raise ValueError("a dimension is listed twice")
        cuts = [t.min for t in self.tiers]
        if cuts != sorted(set(cuts), reverse=True) or cuts[-1:] != [0]:
            raise ValueError("tiers must descend and the last must start at 0")
        return self

    @property
    def measures(self) -> tuple[ScorecardMeasure, ...]:
        """Return all measures in the order of the dimensions."""
        return tuple(m for d in self.dimensions for m in d.measures)

    def micro_weights(self, known: frozenset[str] | None = None) -> dict[str, int]:
        """Return each counted measure's weight in micro-points; they sum to 100,000,000.

        A measure outside `known` is left out: its weight is shared within its dimension, and a
        dimension with none left shares its weight among the others. Empty when none is known.
        """
        shares: dict[str, Fraction] = {}
        for dim in self.dimensions:
            counted = [m for m in dim.measures if known is None or m.measure in known]
            whole = sum((Fraction(str(m.weight)) for m in counted), Fraction(0))
            for m in counted:
                shares[m.measure] = Fraction(str(dim.weight)) * Fraction(str(m.weight)) / whole
        if not shares:
            return {}
        return dict(zip(shares, apportion(list(shares.values()), MAX_MICRO), strict=True))
