"""Discrete-time survival: the chance to leave in each period of a contract, as a scorecard."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.proof.frame import Flags, Floats, Ints
from keepwell.proof.model.additive import AdditiveModel
from keepwell.proof.model.bins import CategoryBins
from keepwell.proof.model.features import ChurnSample, FeatureSpec, FeatureTable
from keepwell.proof.model.fit import FitSettings, choose_bins
from keepwell.proof.model.fit_additive import binned, fit_bins
from keepwell.proof.model.refusals import LEAST_EVENTS, TooFewEvents
from keepwell.vocabulary import InputProblem

PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Spells:
    """Contracts as they were seen: one row each.

    periods: whole periods seen, from 1: the one in which it ended, or the last one seen.
    ended:   it ended in that period; false: it still ran after it.
    """

    features: FeatureTable
    periods: Ints
    ended: Flags
    cluster: Ints


@dataclass(frozen=True, slots=True)
class SurvivalModel:
    """Fitted hazards: `log-odds of leaving in a period = period's part + features' parts`."""

    model: AdditiveModel
    periods: int

    def hazards(self, features: FeatureTable) -> Floats:
        """Return the chance to leave in each period, for those still there: rows x periods."""
        columns = [
            self.model.churn_prob(_at(features, np.full(len(features), p)))
            for p in range(1, self.periods + 1)
        ]
        return np.column_stack(columns)

    def survival(self, features: FeatureTable) -> Floats:
        """Return the chance still to be there after each period, 0-1: rows x periods."""
        return np.asarray(np.cumprod(1.0 - self.hazards(features), axis=1), np.float64)

    def leaves_within(self, features: FeatureTable, done: Ints, ahead: int) -> Floats:
        """Return the chance to leave within `ahead` periods after `done` whole ones.

        Missing: periods beyond those seen count with the hazard of the last one.
        """
        hazards = self.hazards(features)
        stays = np.ones(len(features))
        for step in range(ahead):
            period = np.minimum(done + step, self.periods - 1)
            stays *= 1.0 - hazards[np.arange(len(stays)), period]
        return 1.0 - stays


def fit_survival(
    spells: Spells,
    specs: Sequence[FeatureSpec],
    settings: FitSettings,
    ridge: float = 1.0,
) -> SurvivalModel | TooFewEvents:
    """Return the pooled logistic model of all periods, or why there is none.

    Without features it equals Kaplan-Meier at every period with an end in it.
    Errors: InputProblem for a contract without a whole period.
    """
    if len(spells.periods) and spells.periods.min() < 1:
        raise InputProblem(
            "A contract was seen for less than one period.",
            cure="Leave contracts that just began out, or count periods from 1.",
        )
    row = np.repeat(np.arange(len(spells.periods)), spells.periods)
    period = (
        np.arange(len(row))
        - np.repeat(np.cumsum(spells.periods) - spells.periods, spells.periods)
        + 1
    )
    left = spells.ended[row] & (period == spells.periods[row])
    ends = int(left.sum())
    last = int(period[left].max()) if ends else 0
    if ends < LEAST_EVENTS:
        return TooFewEvents(ends, len(spells.periods) - ends, LEAST_EVENTS)
    kept = period <= last
    table = _at(spells.features.rows(row[kept]), period[kept])
    sample = ChurnSample(table, left[kept], spells.cluster[row[kept]])
    bins = choose_bins(sample, specs, settings) if specs else ()
    if isinstance(bins, TooFewEvents):
        return bins
    periods = CategoryBins(PERIOD, tuple(str(p) for p in range(1, last + 1)))
    rows = binned((periods, *bins), table, sample.left)
    return SurvivalModel(fit_bins(rows, ridge, frozenset({PERIOD})), last)


def _at(features: FeatureTable, period: Ints) -> FeatureTable:
    named = np.array([str(p) for p in range(int(period.max(initial=0)) + 1)])
    return FeatureTable(features.numbers, {**features.categories, PERIOD: named[period]})
