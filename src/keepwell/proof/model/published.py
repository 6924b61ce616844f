"""A fitted churn scorecard as plain values: what is stored, shown and used by later runs."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from keepwell.proof.model.additive import AdditiveModel, FeaturePoints
from keepwell.proof.model.bins import Bins, CategoryBins, NumberBins, PairBins
from keepwell.proof.model.features import Risk

FROZEN = ConfigDict(frozen=True, extra="forbid")


class NumberShape(BaseModel):
    """Bins of a number."""

    model_config = FROZEN
    kind: Literal["number"] = "number"
    feature: str
    edges: tuple[float, ...]
    risk: Risk

    def bins(self) -> NumberBins:
        """Return the bins."""
        return NumberBins(self.feature, self.edges, self.risk)


class CategoryShape(BaseModel):
    """Bins of a category."""

    model_config = FROZEN
    kind: Literal["category"] = "category"
    feature: str
    categories: tuple[str, ...]

    def bins(self) -> CategoryBins:
        """Return the bins."""
        return CategoryBins(self.feature, self.categories)


Single = Annotated[NumberShape | CategoryShape, Field(discriminator="kind")]


class PairShape(BaseModel):
    """Bins of two features together."""

    model_config = FROZEN
    kind: Literal["pair"] = "pair"
    first: Single
    second: Single

    def bins(self) -> PairBins:
        """Return the bins."""
        return PairBins(self.first.bins(), self.second.bins())


Shape = Annotated[NumberShape | CategoryShape | PairShape, Field(discriminator="kind")]


class PointsTable(BaseModel):
    """One feature: its bins, each one's part of the log-odds, the rows in each at the fit."""

    model_config = FROZEN
    shape: Shape
    micro: tuple[int, ...]
    reference: tuple[int, ...]


class PublishedChurn(BaseModel):
    """A churn scorecard and what it rests on.

    fitted_on:     the last day of the data it was fitted on.
    doubts:        what keeps it from being used; empty means validated.
    ece_by_chance: the calibration error that true probabilities would have shown on those rows;
                   None where it was not taken.
    predicted, observed: mean probability and rate on the days it was tried on.
    said:          its mean probability for the accounts of the newest past day of the fit, what
                   later days are compared with; None where it was not kept.
    """

    model_config = FROZEN
    fitted_on: date
    backtest_id: str
    horizon_days: int
    base_micro: int
    features: tuple[PointsTable, ...]
    doubts: tuple[str, ...]
    auc: float
    ece: float
    ece_by_chance: float | None = None
    predicted: float
    observed: float
    said: float | None = None

    @property
    def level(self) -> float:
        """Return the level that later days are compared with; without `said`, the rate tried."""
        return self.observed if self.said is None else self.said

    @property
    def is_validated(self) -> bool:
        """Say whether runs may rank by it."""
        return not self.doubts

    def model(self) -> AdditiveModel:
        """Return the scorecard, ready to be applied."""
        return AdditiveModel(
            self.base_micro, tuple(FeaturePoints(f.shape.bins(), f.micro) for f in self.features)
        )


def shape_of(bins: Bins) -> NumberShape | CategoryShape | PairShape:
    """Return bins as plain values."""
    if isinstance(bins, PairBins):
        return PairShape(first=_single(bins.first), second=_single(bins.second))
    return _single(bins)


def _single(bins: NumberBins | CategoryBins) -> NumberShape | CategoryShape:
    if isinstance(bins, NumberBins):
        return NumberShape(feature=bins.feature, edges=bins.edges, risk=bins.risk)
    return CategoryShape(feature=bins.feature, categories=bins.categories)
