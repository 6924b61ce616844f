"""The additive scorecard of churn: points per bin whose sum is the log-odds of leaving, exactly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.proof.frame import Floats, Ints
from keepwell.proof.model.bins import Bins
from keepwell.proof.model.features import FeatureTable
from keepwell.proof.odds import probability

MICRO = 1_000_000
# Points as people read them: so many more points halve the odds of leaving.
POINTS_PER_HALVING = 20.0


@dataclass(frozen=True, slots=True)
class FeaturePoints:
    """One feature's bins with their part of the log-odds, in millionths; 0 = as the average."""

    bins: Bins
    micro: tuple[int, ...]

    @property
    def points(self) -> tuple[float, ...]:
        """Return the bins' points as health: higher = safer, 20 points halve the odds."""
        return tuple(health_points(m) for m in self.micro)


@dataclass(frozen=True, slots=True)
class Part:
    """One feature's part in one account's log-odds."""

    feature: str
    bin: str
    micro: int

    @property
    def odds_factor(self) -> float:
        """Return what the part does to the odds of leaving: 2 doubles them, 1 does nothing."""
        return float(np.exp(self.micro / MICRO))


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why an account has its probability: `base_micro` and the parts sum to `log_odds_micro`."""

    base_micro: int
    parts: tuple[Part, ...]

    @property
    def log_odds_micro(self) -> int:
        """Return the log-odds of leaving, in millionths."""
        return self.base_micro + sum(p.micro for p in self.parts)

    @property
    def churn_prob(self) -> float:
        """Return the probability of leaving, 0-1."""
        return float(probability(np.array([self.log_odds_micro / MICRO]))[0])


@dataclass(frozen=True, slots=True)
class AdditiveModel:
    """A fitted scorecard of churn: whole millionths of log-odds, so that sums are exact."""

    base_micro: int
    features: tuple[FeaturePoints, ...]

    def log_odds_micro(self, table: FeatureTable) -> Ints:
        """Return each row's log-odds of leaving, in millionths."""
        total = np.full(len(table), self.base_micro, dtype=np.int64)
        for f in self.features:
            total += np.array(f.micro, dtype=np.int64)[f.bins.codes(table)]
        return total

    def log_odds(self, table: FeatureTable) -> Floats:
        """Return each row's log-odds of leaving."""
        return self.log_odds_micro(table) / MICRO

    def churn_prob(self, table: FeatureTable) -> Floats:
        """Return each row's probability of leaving, 0-1."""
        return probability(self.log_odds(table))

    def reasons(self, table: FeatureTable, row: int) -> Reasons:
        """Return one row's reasons, the part furthest from the average first."""
        one = table.rows(np.array([row]))
        parts = []
        for f in self.features:
            code = int(f.bins.codes(one)[0])
            parts.append(Part(f.bins.feature, f.bins.names[code], f.micro[code]))
        parts.sort(key=lambda p: (-abs(p.micro), p.feature))
        return Reasons(self.base_micro, tuple(parts))

    def calibrated(self, shift: float, slope: float) -> "AdditiveModel":
        """Return the model with log-odds `shift + slope x log-odds`, folded into its points."""
        return AdditiveModel(
            round(shift * MICRO + slope * self.base_micro),
            tuple(
                FeaturePoints(f.bins, tuple(round(slope * m) for m in f.micro))
                for f in self.features
            ),
        )


def health_points(micro: int) -> float:
    """Return points of health for a part of the log-odds of leaving.

    >>> round(health_points(-693_147), 2)
    20.0
    """
    return -micro / MICRO * POINTS_PER_HALVING / float(np.log(2)) + 0.0


def model_of(
    bins: Sequence[Bins], base: float, weights: Sequence[Floats], counts: Sequence[Floats]
) -> AdditiveModel:
    """Return the model of fitted bin weights, each feature centred on its average row."""
    features = []
    for b, w, n in zip(bins, weights, counts, strict=True):
        mean = float(w @ n / max(n.sum(), 1.0))
        base += mean
        features.append(FeaturePoints(b, tuple(round(v * MICRO) for v in (w - mean).tolist())))
    return AdditiveModel(round(base * MICRO), tuple(features))
