"""Fit a calibrated churn scorecard: bins, ridge and calibration chosen on rows kept back."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.proof.frame import Flags, Floats, Ints
from keepwell.proof.levels import level_ahead
from keepwell.proof.model.additive import AdditiveModel
from keepwell.proof.model.bins import Bins, CategoryBins, NumberBins, PairBins, cut_bins
from keepwell.proof.model.curves import PlattCurve, fit_platt, fit_slope
from keepwell.proof.model.features import ChurnSample, FeatureSpec
from keepwell.proof.model.fit_additive import BinnedRows, binned, fit_bins
from keepwell.proof.model.folds import Split, is_by_time, splits_of
from keepwell.proof.model.refusals import EVENTS_PER_PARAMETER, LEAST_EVENTS, TooFewEvents


@dataclass(frozen=True, slots=True)
class FitSettings:
    """How a churn scorecard is fitted.

    most_bins:  bins of a number to begin with; fewer where events are few.
    least_rows: rows in a bin at least.
    ridges:     strengths of the pull towards "no effect", one of which is chosen.
    folds:      parts for choosing and for calibration.
    pairs:      features whose bins are also taken together, few by declaration.
    pair_bins:  bins of a number inside a pair.
    """

    most_bins: int = 10
    least_rows: int = 30
    ridges: tuple[float, ...] = (0.3, 1.0, 3.0, 10.0, 30.0)
    folds: int = 5
    seed: int = 7
    pairs: tuple[tuple[str, str], ...] = ()
    pair_bins: int = 4


@dataclass(frozen=True, slots=True)
class FittedChurn:
    """A calibrated scorecard, how it was chosen, and what it was fitted on.

    reference: per feature the rows in each bin at the fit, for the drift watch.
    curve:     the calibration, already folded into the model's points.
    """

    model: AdditiveModel
    ridge: float
    curve: PlattCurve
    reference: tuple[tuple[int, ...], ...]
    rows: int
    left: int
    stayed: int

    @property
    def parameters(self) -> int:
        """Return the free numbers of the model."""
        return sum(
            _parameters(f.bins, n) for f, n in zip(self.model.features, self.reference, strict=True)
        )


def fit_churn(
    sample: ChurnSample,
    specs: Sequence[FeatureSpec],
    settings: FitSettings,
    *,
    is_for_later: bool | None = None,
) -> FittedChurn | TooFewEvents:
    """Return a calibrated scorecard, or why there is none.

    Bins get coarser until there are EVENTS_PER_PARAMETER accounts of the rarer kind for each free
    number; with two bins a feature and still too few, or below LEAST_EVENTS, it is refused.

    `is_for_later`: its level is that of later days, else of its own rows. None: where the sample
    has past days enough to be tried on later ones.
    """
    bins = choose_bins(sample, specs, settings)
    if isinstance(bins, TooFewEvents):
        return bins
    rows = binned(bins, sample.features, sample.left)
    splits = splits_of(sample, settings.folds, settings.seed)
    tried = np.concatenate([test for _, test in splits])
    kept_back = {ridge: _kept_back(rows, sample, splits, ridge)[tried] for ridge in settings.ridges}
    ridge = -min((_log_loss(k, rows.left[tried]), -r) for r, k in kept_back.items())[1]
    is_ahead = is_by_time(sample) if is_for_later is None else is_for_later
    raw = fit_bins(rows, ridge)
    curve = _curve(raw, sample, kept_back[ridge], tried, is_ahead=is_ahead)
    model = raw.calibrated(curve.shift, curve.slope)
    return FittedChurn(
        model,
        ridge,
        curve,
        tuple(
            tuple(np.bincount(c, minlength=len(b.names)).tolist())
            for c, b in zip(rows.codes, rows.bins, strict=True)
        ),
        len(sample),
        sample.events,
        sample.spared,
    )


def _curve(
    raw: AdditiveModel, sample: ChurnSample, kept_back: Floats, tried: Ints, *, is_ahead: bool
) -> PlattCurve:
    """Return the line of rows kept back; for later days its slope, and the level to come."""
    if sample.origin is None or not is_ahead:
        return fit_platt(kept_back, sample.left[tried])
    slope = fit_slope(kept_back, sample.left[tried], sample.origin[tried])
    own = slope * raw.log_odds(sample.features)
    return PlattCurve(level_ahead(own, sample.left, sample.origin, sample.horizon_days), slope)


def choose_bins(
    sample: ChurnSample, specs: Sequence[FeatureSpec], settings: FitSettings
) -> tuple[Bins, ...] | TooFewEvents:
    """Return the finest bins that the number of events allows, or the refusal."""
    rarer = min(sample.events, sample.spared)
    needed = LEAST_EVENTS
    for most in range(settings.most_bins, 1, -1):
        bins = _bins(sample, specs, settings, most)
        counts = [np.bincount(b.codes(sample.features), minlength=len(b.names)) for b in bins]
        free = sum(_parameters(b, n.tolist()) for b, n in zip(bins, counts, strict=True))
        needed = max(LEAST_EVENTS, EVENTS_PER_PARAMETER * free)
        if rarer >= needed:
            return bins
    return TooFewEvents(sample.events, sample.spared, needed)


def _bins(
    sample: ChurnSample, specs: Sequence[FeatureSpec], settings: FitSettings, most: int
) -> tuple[Bins, ...]:
    single = cut_bins(sample.features, specs, most=most, least=settings.least_rows)
    paired = {n for pair in settings.pairs for n in pair}
    coarse = {
        b.feature: b
        for b in cut_bins(
            sample.features,
            [s for s in specs if s.name in paired],
            most=min(most, settings.pair_bins),
            least=settings.least_rows,
        )
    }
    return (*single, *(PairBins(coarse[a], coarse[b]) for a, b in settings.pairs))


def _parameters(bins: Bins, counts: Sequence[int]) -> int:
    filled = sum(1 for n in counts if n)
    match bins:
        case NumberBins() | CategoryBins() | PairBins():
            return max(filled - 1, 0)


def _kept_back(
    rows: BinnedRows,
    sample: ChurnSample,
    splits: Sequence[Split],
    ridge: float,
) -> Floats:
    """Return each tried row's log-odds from a model that had not seen it; NaN for the others."""
    found = np.full(len(rows.left), np.nan)
    for fit, test in splits:
        found[test] = fit_bins(rows.rows(fit), ridge).log_odds(sample.features.rows(test))
    return found


def _log_loss(log_odds: Floats, left: Flags) -> float:
    return float(np.logaddexp(0.0, log_odds).mean() - log_odds[left].sum() / len(left))
