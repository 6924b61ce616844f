"""How far probabilities are off: a model's own, or those that a score has by its past."""

from dataclasses import dataclass, field

import numpy as np

from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import Days, EvaluationFrame, Flags, Floats, Ints
from keepwell.proof.intervals import Influenced, bootstrapped, clustered, drawn_totals
from keepwell.proof.metrics import brier, rate
from keepwell.proof.metrics_sample import Sample, numbered
from keepwell.proof.score_probability import past_probability

BINS = 10
# How far a probability may be off as a whole.
LARGEST_SHIFT = 0.02


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """One bin of the curve: what was said on average, and what came, with interval."""

    predicted: float
    observed: Estimate
    rows: int

    @property
    def is_right(self) -> bool:
        """Say whether the interval of what came holds what was said."""
        return not self.observed.excludes(self.predicted)


@dataclass(frozen=True, slots=True)
class Calibration:
    """How true the probabilities are.

    ece:   mean distance of said and come over the bins, 0-1.
    ece_by_chance: what it would be on these rows were every bin right: mean, and where it would
           lie in 95 of 100 cases.
    brier: mean squared error; brier_gain: by what share it errs less than
           saying the past rate to everybody.
    rows:  judged rows; those of the first origins only teach, and are not judged.
    is_own: the probability is a model's own, else the score was mapped by its past.
    """

    bins: tuple[CalibrationBin, ...]
    ece: Estimate
    brier: Estimate
    brier_gain: Estimate
    mean_predicted: float
    mean_observed: Estimate
    rows: int
    events: int
    is_own: bool = False
    ece_by_chance: Estimate = field(default_factory=Estimate.unknown)

    @property
    def is_level_off(self) -> bool:
        """Say whether what was said on average is far from what came, and no chance."""
        is_far = abs(self.mean_predicted - self.mean_observed.value) > LARGEST_SHIFT
        return is_far and self.mean_observed.excludes(self.mean_predicted)


def calibrate(
    frame: EvaluationFrame, prob: Floats | None = None, seed: int = 7
) -> Calibration | None:
    """Return how true the probabilities are; None where too little came out before.

    `prob`: a model's own probability; without it the score is mapped by its past.
    """
    said = past_probability(frame) if prob is None else prob
    judged = ~np.isnan(said)
    if not judged.any() or not frame.outcome[judged].any():
        return None
    sample = numbered(frame.outcome[judged], frame.origin[judged], frame.cluster[judged])
    said = said[judged]
    base = _past_rate(frame.origin[judged], frame.outcome[judged], frame)
    ece, by_chance = _ece(sample, said, seed)
    return Calibration(
        bins=_curve(sample, said),
        ece=ece,
        brier=clustered(brier(sample, said), sample, "sandwich"),
        brier_gain=_gain(sample, said, base),
        mean_predicted=float(said.mean()),
        mean_observed=clustered(rate(sample, np.ones(len(said))), sample, "sandwich"),
        rows=len(said),
        events=int(sample.event.sum()),
        is_own=prob is not None,
        ece_by_chance=by_chance,
    )


def _past_rate(origin: Days, outcome: Flags, frame: EvaluationFrame) -> Floats:
    """Return the rate that was known at each row's origin; the overall one where none was."""
    base = np.full(len(origin), float(outcome.mean()))
    for day in np.unique(origin):
        past = frame.origin + np.timedelta64(frame.horizon_days, "D") <= day
        if past.any():
            base[origin == day] = frame.outcome[past].mean()
    return base


def _gain(sample: Sample, said: Floats, base: Floats) -> Estimate:
    own, constant = brier(sample, said), brier(sample, base)
    if not constant.value:
        return Estimate.unknown(len(sample), sample.clusters)
    ratio = own.value / constant.value
    rows = (ratio * constant.rows - own.rows) / constant.value
    less = Influenced(1 - ratio, rows, own.informative)
    return clustered(less, sample, "sandwich", is_share=False)


def bins_of(said: Floats, bins: int = BINS) -> Ints:
    """Return the bin of each row: equal counts, equal probabilities together."""
    edges = np.quantile(said, np.linspace(0, 1, bins + 1)[1:-1])
    _, dense = np.unique(np.searchsorted(edges, said, side="left"), return_inverse=True)
    return np.asarray(dense, dtype=np.int64)


def _curve(sample: Sample, said: Floats) -> tuple[CalibrationBin, ...]:
    place = bins_of(said)
    found = []
    for number in range(int(place.max()) + 1):
        here = place == number
        observed = clustered(rate(sample, here.astype(np.float64)), sample, "sandwich")
        found.append(CalibrationBin(float(said[here].mean()), observed, int(here.sum())))
    return tuple(found)


def _ece(sample: Sample, said: Floats, seed: int) -> tuple[Estimate, Estimate]:
    """Return the error, and what it would be by chance alone.

    Method: bootstrap of clusters; for chance, with each bin's own miss taken off its rows. Rows
            of one account stay together, as their outcomes do: independent draws from what was
            said would take too little for chance.
    """
    place = bins_of(said)
    bins = int(place.max()) + 1
    at = sample.cluster * bins + place
    shape = (sample.clusters, bins)
    gaps = np.bincount(at, weights=said - sample.event, minlength=sample.clusters * bins)
    rows = np.bincount(at, minlength=sample.clusters * bins).astype(np.float64)
    sums: Floats = np.hstack([gaps.reshape(shape), rows.reshape(shape)]).astype(np.float64)
    whole, drawn = sums.sum(axis=0)[None, :], drawn_totals(sums, seed)
    miss = whole[0, :bins] / whole[0, bins:]

    def distance(totals: Floats, expected: Floats) -> Floats:
        off = np.abs(totals[:, :bins] - totals[:, bins:] * expected)
        return np.asarray(off.sum(axis=1) / totals[:, bins:].sum(axis=1))

    none = np.zeros(bins)
    by_chance = distance(drawn, miss)
    return (
        bootstrapped(float(distance(whole, none)[0]), distance(drawn, none), sample),
        bootstrapped(float(np.nanmean(by_chance)), by_chance, sample),
    )
