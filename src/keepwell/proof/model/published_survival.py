"""A fitted scorecard of contract steps as plain values, with the trial that speaks for it."""

from datetime import date

from pydantic import BaseModel, ConfigDict

from keepwell.proof.model.additive import AdditiveModel, FeaturePoints, Part, Reasons
from keepwell.proof.model.contract_clock import STEP_DAYS
from keepwell.proof.model.published import PointsTable
from keepwell.proof.model.survival import PLACE, SurvivalModel


class Gap(BaseModel):
    """A difference of two AUCs with its interval."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    value: float
    low: float
    high: float


class PublishedSurvival(BaseModel):
    """The chance to leave in each step of 30 days, and how it did on later days.

    whole_months:        length of every term where written ends tell the future; None: as written.
    doubts:              what speaks against its probability; empty means that it held.
    predicted, observed: mean chance over the horizon, and the rate that came.
    minus_scorecard, minus_trees: its AUC less theirs, on the same rows that all had not seen.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    fitted_on: date
    backtest_id: str
    horizon_days: int
    whole_months: int | None
    base_micro: int
    features: tuple[PointsTable, ...]
    doubts: tuple[str, ...]
    auc: float
    ece: float
    predicted: float
    observed: float
    minus_scorecard: Gap | None
    minus_trees: Gap | None

    @property
    def steps(self) -> int:
        """Return how many steps the horizon has."""
        return self.horizon_days // STEP_DAYS

    def model(self) -> SurvivalModel:
        """Return the model, ready to be applied."""
        parts = tuple(FeaturePoints(f.shape.bins(), f.micro) for f in self.features)
        return SurvivalModel(AdditiveModel(self.base_micro, parts))

    def places(self) -> tuple[tuple[str, float, int], ...]:
        """Return each place of the fit: its name, the average account's chance to leave in a step
        there, and the steps that were seen.
        """
        (held,) = (f for f in self.features if f.shape.bins().feature == PLACE)
        names = held.shape.bins().names
        return tuple(
            (name, Reasons(self.base_micro, (Part(PLACE, name, micro),)).churn_prob, count)
            for name, micro, count in zip(names, held.micro, held.reference, strict=True)
            if count
        )
