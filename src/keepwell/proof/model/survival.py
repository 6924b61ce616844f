"""Discrete-time survival: the chance to leave in each step of a contract, as a scorecard."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from keepwell.proof.frame import Days, Flags, Floats, Ints, Texts
from keepwell.proof.model.additive import AdditiveModel, Reasons
from keepwell.proof.model.bins import CategoryBins
from keepwell.proof.model.features import ChurnSample, FeatureSpec, FeatureTable
from keepwell.proof.model.fit import FitSettings, FittedChurn, fit_churn
from keepwell.proof.model.fit_additive import binned, fit_bins
from keepwell.proof.model.refusals import LEAST_EVENTS, TooFewEvents
from keepwell.vocabulary import InputProblem

PLACE = "contract_place"
# Whole accounts are drawn beyond so many steps of accounts.
MOST_STEPS = 120_000


@dataclass(frozen=True, slots=True)
class Spells:
    """What came of contracts, step by step: one row per account and past day, or per contract.

    features: as known on the day. places: where each step ahead lies in the contract, rows x steps.
    seen:     steps that were seen, from 1: the one in which it ended, or the last one.
    ended:    it ended in that step; false: it still ran after it.
    """

    features: FeatureTable
    places: Texts
    seen: Ints
    ended: Flags
    cluster: Ints
    origin: Days | None = None
    step_days: int = 0

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.seen)

    @property
    def steps(self) -> int:
        """Return how many steps lie ahead."""
        return int(self.places.shape[1])

    def rows(self, wanted: Flags | Ints) -> "Spells":
        """Return some rows, by flags or positions."""
        return replace(
            self,
            features=self.features.rows(wanted),
            places=self.places[wanted],
            seen=self.seen[wanted],
            ended=self.ended[wanted],
            cluster=self.cluster[wanted],
            origin=None if self.origin is None else self.origin[wanted],
        )

    def known_by(self, day: np.datetime64, settle_days: int) -> "Spells":
        """Return what was known on a day: steps that were over and settled, the rest unseen.

        `settle_days`: days after an end until the data can tell it from a pause.
        """
        if self.origin is None:
            return self
        gone = (day - self.origin).astype("timedelta64[D]").astype(np.int64) - settle_days
        over = np.floor_divide(gone, self.step_days)
        cut = replace(
            self, seen=np.minimum(self.seen, over), ended=self.ended & (self.seen <= over)
        )
        return cut.rows(over >= 1)

    def sample(self) -> ChurnSample:
        """Return the whole horizon as one outcome: left within all steps, or not."""
        return ChurnSample(
            self.features, self.ended, self.cluster, self.origin, self.steps * self.step_days
        )

    def step_sample(self) -> ChurnSample:
        """Return one row per step that was seen: left in it, or not; its place is a category."""
        row = np.repeat(np.arange(len(self)), self.seen)
        step = np.arange(len(row)) - np.repeat(np.cumsum(self.seen) - self.seen, self.seen)
        left = self.ended[row] & (step + 1 == self.seen[row])
        return ChurnSample(
            _at(self.features.rows(row), self.places[row, step]),
            left,
            self.cluster[row],
            None if self.origin is None else self.origin[row],
            self.steps * self.step_days,
        )


@dataclass(frozen=True, slots=True)
class SurvivalModel:
    """Fitted hazards: `log-odds of leaving in a step = its place's part + the features' parts`."""

    model: AdditiveModel

    def hazards(self, features: FeatureTable, places: Texts) -> Floats:
        """Return the chance to leave in each step, for those still there: rows x steps."""
        columns = [self.model.churn_prob(_at(features, step)) for step in places.T]
        return np.column_stack(columns)

    def survival(self, features: FeatureTable, places: Texts) -> Floats:
        """Return the chance still to be there after each step, 0-1: rows x steps."""
        return np.asarray(np.cumprod(1.0 - self.hazards(features, places), axis=1), np.float64)

    def churn_prob(self, features: FeatureTable, places: Texts) -> Floats:
        """Return the chance to leave within all steps, 0-1."""
        return 1.0 - self.survival(features, places)[:, -1]

    def reasons(self, features: FeatureTable, places: Texts, row: int) -> tuple[Reasons, ...]:
        """Return one row's reasons for each step; all parts but the place's are the same."""
        one = features.rows(np.array([row]))
        return tuple(self.model.reasons(_at(one, step[[row]]), 0) for step in places.T)


def fit_survival(
    spells: Spells,
    specs: Sequence[FeatureSpec],
    settings: FitSettings,
    *,
    is_for_later: bool | None = None,
) -> FittedChurn | TooFewEvents:
    """Return the calibrated scorecard of single steps, or why there is none.

    All steps of all spells are pooled into one logistic regression (Allison 1982); give its `model`
    to SurvivalModel. Above MOST_STEPS rows whole clusters are drawn.
    `is_for_later`: as for `fit_churn`.
    Errors: InputProblem for a spell without a whole step.
    """
    if len(spells) and spells.seen.min() < 1:
        raise InputProblem(
            "A contract was seen for less than one period.",
            cure="Leave contracts that just began out, or count periods from 1.",
        )
    thinned = -(-int(spells.seen.sum()) // MOST_STEPS)
    if thinned > 1:
        code = np.unique(spells.cluster, return_inverse=True)[1]
        spells = spells.rows(code % thinned == 0)
    place = FeatureSpec(PLACE, is_category=True)
    return fit_churn(spells.step_sample(), (*specs, place), settings, is_for_later=is_for_later)


def fit_places(spells: Spells) -> SurvivalModel | TooFewEvents:
    """Return the hazards of places alone: where they are periods, this is Kaplan-Meier."""
    sample = spells.step_sample()
    ends = int(sample.left.sum())
    if ends < LEAST_EVENTS:
        return TooFewEvents(ends, len(spells) - ends, LEAST_EVENTS)
    held = tuple(np.unique(sample.features.categories[PLACE]).tolist())
    rows = binned((CategoryBins(PLACE, held),), sample.features, sample.left)
    return SurvivalModel(fit_bins(rows, 0.0, frozenset({PLACE})))


def _at(features: FeatureTable, places: Texts) -> FeatureTable:
    return FeatureTable(features.numbers, {**features.categories, PLACE: places})
