"""Nested validation of the churn scorecard: known truth, pure chance, later days."""

import numpy as np
import pytest

from keepwell.proof.model import (
    Boosting,
    Doubt,
    FitSettings,
    TooFewEvents,
    Validation,
    doubt_text,
    doubts,
    fit_challenger,
    validate_churn,
)
from proof import churn_worlds as worlds

FAST = FitSettings(ridges=(3.0,), folds=3)


@pytest.fixture(scope="module")
def by_time() -> Validation:
    found = validate_churn(worlds.dated(500, 9), worlds.SPECS, FAST)
    assert isinstance(found, Validation)
    return found


def test_a_probability_that_holds_on_later_days_is_validated(by_time: Validation) -> None:
    assert by_time.is_by_time
    assert doubts(by_time) == ()
    assert by_time.scorecard.auc.low > 0.7
    assert by_time.scorecard.calibration is not None
    assert by_time.scorecard.calibration.ece.value < 0.03


def test_in_an_additive_world_the_challenger_is_not_better(by_time: Validation) -> None:
    assert by_time.gap.high > 0
    assert by_time.gap.value > -0.01
    assert by_time.challenger.auc.value == pytest.approx(
        by_time.scorecard.auc.value - by_time.gap.value
    )


def test_the_first_days_are_fitted_on_and_never_tried(by_time: Validation) -> None:
    sample = worlds.dated(500, 9)
    assert sample.origin is not None
    tried = ~np.isnan(by_time.scorecard.prob)
    assert 0 < by_time.tried == tried.sum() < len(sample)
    assert sample.origin[tried].min() > sample.origin[~tried].max()


def test_pure_chance_is_no_skill_and_undated_rows_are_said_to_be() -> None:
    found = validate_churn(worlds.sample(2500, signal=0.0), worlds.SPECS, FAST)
    assert isinstance(found, Validation)
    assert set(doubts(found)) >= {Doubt.NOT_BY_TIME, Doubt.NO_SKILL}
    for doubt in doubts(found):
        assert "{" not in doubt_text(doubt, found, "zh") + doubt_text(doubt, found, "en")


def test_too_few_events_are_refused_before_anything_is_tried() -> None:
    assert isinstance(validate_churn(worlds.sample(160), worlds.SPECS, FAST), TooFewEvents)


@pytest.mark.parametrize("boosting", ["scikit_learn", "lightgbm"])
def test_both_challengers_keep_the_signs_and_repeat(boosting: Boosting) -> None:
    sample = worlds.sample(1500)
    trees = [
        fit_challenger(sample.features, sample.left, worlds.SPECS, 7, boosting) for _ in range(2)
    ]
    table = sample.features.rows(np.zeros(50, dtype=np.int64))
    table.numbers["silence"][:] = np.linspace(0, 90, 50)
    risk = trees[0].log_odds(table)
    assert (np.diff(risk) >= -1e-9).all()
    assert risk[-1] > risk[0]
    np.testing.assert_array_equal(risk, trees[1].log_odds(table))
