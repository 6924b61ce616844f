"""The level of later days: worlds whose rate stands still, wanders, climbs, ages or steps."""

import numpy as np
import pytest
from numpy.typing import NDArray

from keepwell.proof.levels import level_ahead
from keepwell.proof.model import ChurnSample, FitSettings, FittedChurn, fit_churn, probability
from keepwell.proof.model.curves import fit_slope
from proof import churn_worlds as worlds

Path = NDArray[np.float64]
ACCOUNTS, SPAN, STEPS, CLOSED = 400, 30, 3, 15
HORIZON = SPAN * STEPS
FAST = FitSettings(ridges=(3.0,), folds=3)


def path(kind: str, chance: np.random.Generator) -> Path:
    """Return the true level, in log-odds, at each origin; each outcome spans three of them."""
    at = np.arange(CLOSED + 2 * STEPS)
    up = chance.choice([-1.0, 1.0])
    shaken = chance.normal(0.0, 0.05, len(at))
    month = {
        "still": np.zeros(len(at)),
        "shaken": 3 * shaken,
        "walk": np.cumsum(2 * shaken),
        "climb": up * 0.06 * at + shaken,
        "ageing": up * 0.8 * np.exp(-at / 6) + shaken,
        "step": up * 0.4 * (at >= chance.integers(2, CLOSED)) + shaken,
    }[kind]
    return np.array([month[i : i + STEPS].mean() for i in range(len(at) - STEPS)])


def known(level: Path, chance: np.random.Generator) -> tuple[Path, NDArray[np.bool_]]:
    """Return log-odds that miss the level, and who left by it; one row per origin and account."""
    odds = chance.normal(-1.0, 1.0, (len(level), ACCOUNTS))
    return odds, chance.random(odds.shape) < probability(odds + level[:, None])


def days(count: int) -> NDArray[np.datetime64]:
    return np.datetime64("2025-01-31", "D") + np.arange(count) * np.timedelta64(SPAN, "D")


def misses(kind: str, worlds_drawn: int = 40) -> dict[str, float]:
    """Return the root mean square miss one horizon ahead: of the forecast, mean and newest."""
    found: dict[str, list[float]] = {"ahead": [], "mean": [], "newest": []}
    for seed in range(worlds_drawn):
        chance = np.random.default_rng([seed, 11])
        level = path(kind, chance)
        odds, left = known(level[:CLOSED], chance)
        came = level[CLOSED + STEPS - 1]
        origin = np.repeat(days(CLOSED), ACCOUNTS)
        newest = origin == origin.max()
        flat, gone = odds.ravel(), left.ravel()
        ahead = level_ahead(flat, gone, origin, HORIZON)
        last = level_ahead(flat[newest], gone[newest], origin[newest], HORIZON)
        found["ahead"].append(ahead - came)
        found["mean"].append(float(level[:CLOSED].mean()) - came)
        found["newest"].append(last - came)
    return {k: float(np.sqrt(np.mean(np.square(v)))) for k, v in found.items()}


@pytest.mark.parametrize("kind", ["still", "shaken"])
def test_where_the_level_stands_the_forecast_stays_with_the_mean(kind: str) -> None:
    found = misses(kind)
    assert found["ahead"] < 0.85 * found["newest"]
    assert found["ahead"] < found["mean"] + 0.08


@pytest.mark.parametrize("kind", ["walk", "climb", "ageing"])
def test_where_the_level_moves_the_forecast_leaves_the_mean_behind(kind: str) -> None:
    found = misses(kind)
    assert found["ahead"] < 0.85 * found["mean"]
    assert found["ahead"] < 1.15 * found["newest"]


def test_a_step_is_taken_up_without_being_thrown_by_it() -> None:
    found = misses("step")
    assert found["ahead"] < found["mean"]


def test_one_origin_says_its_own_level() -> None:
    chance = np.random.default_rng(3)
    odds, left = known(np.array([0.5]), chance)
    found = level_ahead(odds.ravel(), left.ravel(), np.repeat(days(1), ACCOUNTS), HORIZON)
    assert probability(odds + found).mean() == pytest.approx(left.mean(), abs=0.003)


def test_a_level_that_moves_is_not_taken_for_a_slope() -> None:
    chance = np.random.default_rng(5)
    level = np.linspace(-1.5, 1.5, 10)
    odds, left = known(level, chance)
    # Predictions that move against the level, as those of a measure that grows with age.
    said = odds - level[:, None]
    origin = np.repeat(days(10), ACCOUNTS)
    assert fit_slope(said.ravel(), left.ravel(), origin) == pytest.approx(1.0, abs=0.1)


def test_a_fit_for_later_days_says_the_rate_that_comes_and_an_undated_one_its_own() -> None:
    still = worlds.dated(150, CLOSED + STEPS)
    assert still.origin is not None
    at = (still.origin - still.origin.min()).astype(int) // SPAN
    chance = np.random.default_rng(9)
    odds = worlds.true_log_odds(still.features) + 0.1 * at
    left = chance.random(len(odds)) < probability(odds)
    past, later = at < CLOSED, at == CLOSED + STEPS - 1
    moved = ChurnSample(still.features, left, still.cluster, still.origin, HORIZON).rows(past)
    undated = ChurnSample(moved.features, moved.left, moved.cluster)
    said = {}
    for name, sample in {"later": moved, "own": undated}.items():
        fitted = fit_churn(sample, worlds.SPECS[:1], FAST)
        assert isinstance(fitted, FittedChurn)
        said[name] = fitted.model.churn_prob(still.features)
    came, past_rate = left[later].mean(), left[past].mean()
    assert came - past_rate > 0.12
    assert said["later"][later].mean() - past_rate > 0.6 * (came - past_rate)
    assert said["own"][past].mean() == pytest.approx(past_rate, abs=0.01)
