"""Small invented portfolios whose chance of leaving is known."""

import numpy as np
from numpy.typing import NDArray

from keepwell.proof.model import ChurnSample, FeatureSpec, FeatureTable

SPECS = (
    FeatureSpec("silence", "rises"),
    FeatureSpec("usage", "falls"),
    FeatureSpec("noise"),
    FeatureSpec("plan", is_category=True),
)


def features(rows: int, seed: int) -> FeatureTable:
    """Return silence and usage that matter, noise that does not, a plan that does."""
    chance = np.random.default_rng(seed)
    silence = chance.integers(0, 91, rows).astype(np.float64)
    silence[chance.random(rows) < 0.1] = np.nan
    return FeatureTable(
        {
            "silence": silence,
            "usage": chance.gamma(2.0, 5.0, rows),
            "noise": chance.normal(size=rows),
        },
        {"plan": np.array(["basic", "pro", ""])[chance.integers(0, 3, rows)]},
    )


def true_log_odds(table: FeatureTable) -> NDArray[np.float64]:
    """Return the log-odds of leaving that the world was made with."""
    silence = np.nan_to_num(table.numbers["silence"], nan=45.0)
    plan = np.where(table.categories["plan"] == "pro", -0.8, 0.3)
    return -1.6 + 0.04 * (silence - 45.0) - 0.08 * (table.numbers["usage"] - 10.0) + plan


def sample(rows: int = 3000, seed: int = 1, *, signal: float = 1.0) -> ChurnSample:
    """Return accounts without dates; `signal` 0 leaves pure chance."""
    table = features(rows, seed)
    chance = np.random.default_rng([seed, 2])
    odds = -1.6 + signal * (true_log_odds(table) + 1.6)
    left = chance.random(rows) < 1.0 / (1.0 + np.exp(-odds))
    return ChurnSample(table, left, np.arange(rows))


def dated(accounts: int = 400, origins: int = 10, seed: int = 3) -> ChurnSample:
    """Return the same accounts at ends of months, 30 days ahead."""
    flat = sample(accounts * origins, seed)
    first = np.datetime64("2025-01-31")
    days = first + np.repeat(np.arange(origins), accounts) * np.timedelta64(30, "D")
    cluster = np.tile(np.arange(accounts), origins)
    return ChurnSample(flat.features, flat.left, cluster, days, 30)
