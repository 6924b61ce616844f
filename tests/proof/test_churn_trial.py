"""The trial in time over invented portfolios: the level that is said beside the one that came."""

import os
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pytest

from keepwell.proof.calibration import bins_of
from keepwell.proof.metrics import auc
from keepwell.proof.metrics_sample import numbered
from keepwell.proof.model import (
    ChurnSample,
    FitSettings,
    FittedChurn,
    fit_churn,
    is_by_time,
    trial_splits,
)
from proof.churn_portfolios import PORTFOLIOS, Portfolio

IS_FULL = bool(os.environ.get("KEEPWELL_SOAK"))
SEEDS = range(100, 106)
FEW = {"cohort, r 0.4": range(100, 101)}
STAND = ("steady", "still", "growing", "shaken")
SETTINGS = FitSettings(ridges=(3.0,))


class Told(NamedTuple):
    """One trial: calibration error, distance of the means, Brier score, AUC inside days."""

    ece: float
    miss: float
    brier: float
    auc: float


def tried(portfolio: Portfolio, *, is_for_later: bool) -> Told:
    """Return what a trial says; not for later: with one line through all past misses."""
    sample, specs = portfolio
    said = np.full(len(sample), np.nan)
    for fit, test in trial_splits(sample, SETTINGS.folds, SETTINGS.seed):
        found = fit_churn(sample.rows(fit), specs, SETTINGS, is_for_later=is_for_later)
        assert isinstance(found, FittedChurn)
        said[test] = found.model.churn_prob(sample.features.rows(test))
    return judged(sample, said)


def judged(sample: ChurnSample, said: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Told:
    here = ~np.isnan(said)
    prob, left = said[here], sample.left[here]
    assert sample.origin is not None
    rows = numbered(left, sample.origin[here], sample.cluster[here])
    off = np.bincount(bins_of(prob), weights=prob - left)
    return Told(
        float(np.abs(off).sum() / len(prob)),
        abs(float(prob.mean() - left.mean())),
        float(((prob - left) ** 2).mean()),
        auc(rows, -prob).value,
    )


@pytest.fixture(scope="module")
def means() -> Callable[[str], tuple[Told, Told]]:
    """Return the mean over the draws of a portfolio: as it is, and with the line as it was."""
    known: dict[str, tuple[Told, Told]] = {}

    def of(name: str) -> tuple[Told, Told]:
        if name not in known:
            drawn = [PORTFOLIOS[name](seed) for seed in (SEEDS if IS_FULL else FEW[name])]
            now, before = (
                Told(*np.mean([tried(p, is_for_later=f) for p in drawn], axis=0).tolist())
                for f in (True, False)
            )
            known[name] = now, before
        return known[name]

    return of


NAMES = tuple(PORTFOLIOS if IS_FULL else FEW)


@pytest.mark.parametrize("name", NAMES)
def test_the_level_of_later_days_is_no_worse_said_than_by_the_misses_of_shorter_pasts(
    name: str, means: Callable[[str], tuple[Told, Told]]
) -> None:
    now, before = means(name)
    assert now.ece < before.ece + 0.005
    assert now.brier < before.brier + 0.0005
    assert now.auc > before.auc - 0.01
    if any(word in name for word in STAND):
        assert now.ece < 0.03


def test_over_all_portfolios_level_and_squared_error_get_better(
    means: Callable[[str], tuple[Told, Told]],
) -> None:
    pairs = np.array([means(name) for name in NAMES])
    now, before = pairs.mean(axis=0)
    assert now[0] < before[0]
    assert now[2] < before[2]
    assert now[1] < (0.75 * before[1] if IS_FULL else before[1])


def test_a_trial_begins_on_the_first_day_whose_own_past_is_by_time() -> None:
    sample, _ = PORTFOLIOS["contracts, still"](100)
    assert sample.origin is not None
    days = np.unique(sample.origin)
    splits = trial_splits(sample, 5, 7)
    first = min(sample.origin[test].min() for _, test in splits)
    # Three closed days teach, and a day three months later is tried: the ninth has such a past.
    assert first == days[8]
    assert {d for _, test in splits for d in sample.origin[test]} == set(days[8:])
    for fit, test in splits:
        assert is_by_time(sample.rows(fit))
        assert sample.origin[fit].max() + np.timedelta64(90, "D") <= sample.origin[test].min()


def test_a_past_too_short_for_such_a_trial_is_tried_as_it_is() -> None:
    sample, _ = PORTFOLIOS["contracts, still"](100)
    assert sample.origin is not None
    short = sample.rows(sample.origin <= np.unique(sample.origin)[7])
    (split, *others) = trial_splits(short, 5, 7)
    assert not is_by_time(short.rows(split[0]))
    assert len(others) == 2
