"""The strongest column alone: the naive rule that a table without dates is held against."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from keepwell.proof.frame import Flags, Floats, Ints
from keepwell.proof.model.bins import Bins, cut_bins
from keepwell.proof.model.features import ChurnSample, FeatureSpec
from keepwell.proof.model.fit import FitSettings
from keepwell.proof.model.folds import splits_of

# Rows at the overall rate that are added to every bin.
DRAWN = 2.0


@dataclass(frozen=True, slots=True)
class SingleColumn:
    """How the strongest column ranks rows it was not chosen on.

    health:  share of its bin that stayed, 0-1, higher = healthier; NaN where never tried.
    columns: the column that each part chose.
    """

    health: Floats
    columns: tuple[str, ...]


def strongest_column(
    sample: ChurnSample, specs: Sequence[FeatureSpec], settings: FitSettings
) -> SingleColumn:
    """Return the ranking by one column alone, chosen and binned inside each part of the trial."""
    health = np.full(len(sample), np.nan)
    chosen = []
    for fit, test in splits_of(sample, settings.folds, settings.seed):
        part = sample.rows(fit)
        offered = cut_bins(part.features, specs, most=settings.most_bins, least=settings.least_rows)
        codes = [b.codes(part.features) for b in offered]
        skill = [_skill(b, c, part.left) for b, c in zip(offered, codes, strict=True)]
        best = int(np.argmax(skill))
        rates = _rates(offered[best], codes[best], part.left)
        health[test] = 1.0 - rates[offered[best].codes(sample.features.rows(test))]
        chosen.append(offered[best].feature)
    return SingleColumn(health, tuple(chosen))


def _rates(bins: Bins, codes: Ints, left: Flags) -> Floats:
    rows, gone = bin_counts(bins, codes, left)
    overall = float(left.mean())
    return np.asarray((gone + DRAWN * overall) / (rows + DRAWN), np.float64)


def bin_counts(bins: Bins, codes: Ints, left: Flags) -> tuple[Ints, Ints]:
    """Return the rows in each bin, and those of them that left."""
    size = len(bins.names)
    return np.bincount(codes, minlength=size), np.bincount(codes[left], minlength=size)


def _skill(bins: Bins, codes: Ints, left: Flags) -> float:
    """Return the AUC of the bins' own rates, 0.5-1."""
    rows, gone = bin_counts(bins, codes, left)
    order = np.argsort(-_rates(bins, codes, left), kind="stable")
    gone, stayed = gone[order].astype(np.float64), (rows - gone)[order].astype(np.float64)
    safer = stayed.sum() - np.cumsum(stayed)
    pairs = gone.sum() * stayed.sum()
    return float((gone * (safer + stayed / 2)).sum() / pairs) if pairs else 0.5
