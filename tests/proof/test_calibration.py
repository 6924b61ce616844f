"""Probabilities come from the past alone; curve, ECE and Brier equal scikit-learn."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression

from keepwell.proof.calibration import bins_of, calibrate
from keepwell.proof.frame import EvaluationFrame
from keepwell.proof.score_probability import monotone, past_probability
from proof.worlds import World, frame_of

WORLD = World(accounts=1500, origins=12)


@pytest.mark.parametrize("seed", range(10))
def test_monotone_rates_equal_scikit_learns_isotonic_regression(seed: int) -> None:
    chance = np.random.default_rng(seed)
    weights, rates = chance.integers(1, 9, 50).astype(np.float64), chance.random(50)
    oracle = (
        IsotonicRegression(increasing=False)
        .fit(np.arange(50), rates, weights)
        .predict(np.arange(50))
    )
    assert monotone(weights, rates) == pytest.approx(oracle)


def test_the_curve_equals_scikit_learns_by_quantiles() -> None:
    chance = np.random.default_rng(3)
    frame = frame_of(WORLD, 3)
    prob = np.clip(1 / (1 + np.exp((frame.score - 20) / 9)), 0.001, 0.999)
    prob = np.where(np.isnan(prob), chance.random(len(prob)), prob)
    found = calibrate(frame, prob)
    assert found is not None
    come, said = calibration_curve(frame.outcome, prob, n_bins=10, strategy="quantile")
    assert [b.predicted for b in found.bins] == pytest.approx(list(said))
    assert [b.observed.value for b in found.bins] == pytest.approx(list(come))
    sizes = np.bincount(bins_of(prob))
    assert found.ece.value == pytest.approx(np.average(np.abs(come - said), weights=sizes))


def test_later_outcomes_change_no_earlier_probability() -> None:
    frame = frame_of(WORLD, 1)
    cut = np.unique(frame.origin)[8]
    closed = frame.origin + np.timedelta64(90, "D") <= cut
    changed = replace(frame, outcome=np.where(closed, frame.outcome, ~frame.outcome))
    until = frame.origin <= cut
    assert np.array_equal(
        past_probability(frame)[until], past_probability(changed)[until], equal_nan=True
    )


def test_a_lower_score_never_has_the_lower_probability() -> None:
    frame = frame_of(WORLD, 2)
    said = past_probability(frame)
    for origin in np.unique(frame.origin)[6:]:
        at = (frame.origin == origin) & ~np.isnan(frame.score)
        by_score = said[at][np.argsort(frame.score[at])]
        assert (np.diff(by_score) <= 1e-12).all()
        assert ((by_score > 0) & (by_score < 1)).all()


def test_the_score_of_a_true_world_is_calibrated_by_its_past() -> None:
    frame = frame_of(replace(WORLD, accounts=6000, duplicates=0.0), 4)
    found = calibrate(frame)
    assert found is not None
    assert found.ece.value <= 0.03
    assert found.brier_gain.value > 0
    assert found.mean_observed.low <= found.mean_predicted * 1.15
    assert found.rows < len(frame)


def test_a_probability_twice_too_high_is_seen() -> None:
    frame = frame_of(replace(WORLD, accounts=6000), 4)
    said = past_probability(frame)
    found = calibrate(frame, np.clip(said * 2, 0, 1))
    assert found is not None
    assert found.ece.low > 0.03
    assert not all(b.is_right for b in found.bins)
    assert found.is_own


def test_too_short_a_past_gives_no_calibration() -> None:
    assert calibrate(frame_of(World(accounts=300, origins=3), 1)) is None


def overlapping(seed: int, miss: float = 0.0) -> tuple[EvaluationFrame, NDArray[np.float64]]:
    """Return accounts at ten ends of month and the true chance plus a miss.

    One number of chance serves all rows of an account, so that its outcomes come together.
    """
    chance = np.random.default_rng([seed, 17])
    account = np.arange(4000) % 400
    true = np.repeat(0.1, 4000) + (0.5 * chance.random(400))[account] + 0.05 * chance.random(4000)
    frame = EvaluationFrame(
        account=account.astype(np.str_),
        origin=np.datetime64("2025-01-31") + np.arange(4000) // 400 * np.timedelta64(30, "D"),
        score=np.zeros(4000),
        tier=np.full(4000, ""),
        outcome=chance.random(400)[account] < true,
        event_day=np.full(4000, np.datetime64("NaT", "D")),
        cluster=account,
        value=np.zeros(4000),
        horizon_days=90,
    )
    return frame, true + miss


def test_the_error_by_chance_is_that_of_true_probabilities_with_accounts_kept_together() -> None:
    found = []
    for seed in range(20):
        judged = calibrate(*overlapping(seed))
        assert judged is not None
        found.append((judged.ece.value, judged.ece_by_chance))
    real, chance = np.mean([e for e, _ in found]), np.mean([c.value for _, c in found])
    assert chance == pytest.approx(real, rel=0.15)
    # Independent rows in ten bins of 400 would err by 0.8 of their spread.
    assert chance > 2 * 0.8 * np.sqrt(0.375 * 0.625 / 400)
    assert sum(e > c.high for e, c in found) <= 3


def test_a_miss_leaves_the_error_by_chance_as_it_was() -> None:
    held, off = (calibrate(*overlapping(1, miss)) for miss in (0.0, 0.08))
    assert held is not None
    assert off is not None
    assert off.ece_by_chance.value == pytest.approx(held.ece_by_chance.value)
    assert off.ece.value > off.ece_by_chance.low


def moving(level: NDArray[np.float64], seed: int = 5) -> EvaluationFrame:
    """Return 500 accounts at each end of month, who leave by their score and a level."""
    chance = np.random.default_rng(seed)
    day = np.repeat(np.arange(len(level)), 500)
    score = np.clip(50 + 15 * chance.standard_normal(len(day)), 0, 100)
    odds = level[day] - (score - 50) / 15
    return EvaluationFrame(
        account=np.arange(len(day)).astype(np.str_),
        origin=np.datetime64("2024-01-31") + day * np.timedelta64(30, "D"),
        score=score,
        tier=np.full(len(day), ""),
        outcome=chance.random(len(day)) < 1 / (1 + np.exp(-odds)),
        event_day=np.full(len(day), np.datetime64("NaT", "D")),
        cluster=np.arange(len(day)),
        value=np.zeros(len(day)),
        horizon_days=90,
    )


def misses(frame: EvaluationFrame, days: slice) -> tuple[float, float]:
    """Return how far the means of some origins are off: as said, and by the rate known by then."""
    said, off = past_probability(frame), []
    for day in np.unique(frame.origin)[days]:
        here, known = frame.origin == day, frame.origin + np.timedelta64(90, "D") <= day
        rate = frame.outcome[known].mean()
        off.append((said[here].mean(), rate) - frame.outcome[here].mean())
    return tuple(np.abs(off).mean(axis=0).tolist())


@pytest.mark.parametrize("climb", [-0.12, 0.12])
def test_a_level_that_climbs_is_followed_where_the_past_rate_stays_behind(climb: float) -> None:
    level = np.asarray(climb * np.arange(14) - 0.8, np.float64)
    own, rate = misses(moving(level), slice(8, 14))
    assert rate > 0.10
    assert own < 0.6 * rate


def test_a_level_that_stands_is_said_as_well_as_by_the_past_rate() -> None:
    own, rate = misses(moving(np.full(14, -1.0)), slice(8, 14))
    assert own < rate + 0.01


def test_a_forecast_that_was_wrong_before_is_used_no_more() -> None:
    # Three months up, three down: the newest day that is known always tells the opposite.
    own, rate = misses(moving(np.tile([0.6, 0.6, 0.6, -0.6, -0.6, -0.6], 4) - 1), slice(14, 24))
    assert own < rate + 0.01
