"""Companies whose truth is known: scores over monthly days, departures, near-duplicates."""

from dataclasses import dataclass

import numpy as np

from keepwell.proof import EvaluationFrame
from keepwell.proof.frame import Floats

START = np.datetime64("2023-01-31")


@dataclass(frozen=True, slots=True)
class World:
    """`skill`, `recency`: how much of the hidden health the score and the rule can see, 0-1.

    `pull`: how strongly bad health makes accounts leave; `follows` makes the score the recency
    with noise of its own, so that both know the same.
    """

    accounts: int = 400
    origins: int = 6
    monthly_rate: float = 0.02
    pull: float = 1.2
    skill: float = 0.9
    recency: float = 0.3
    duplicates: float = 0.1
    horizon_days: int = 90
    unknown: float = 0.05
    step_days: int = 30


def frame_of(world: World, seed: int) -> EvaluationFrame:
    """Return one drawn company: each account leaves at most once and is gone afterwards."""
    chance = np.random.default_rng(seed)
    n, months = world.accounts, world.origins + -(-world.horizon_days // world.step_days)
    original = np.arange(n)
    copies = chance.random(n) < world.duplicates
    original[copies] = chance.integers(0, max(1, n // 4), copies.sum())
    while np.any(original != original[original]):
        original = original[original]
    health = _walk(chance, n, months)
    left = _leaving(chance, world, health)[original]
    score = _seen(chance, health, world.skill)[original]
    recency = _seen(chance, health, world.recency)[original]
    return _rows(chance, world, original, left, score, recency)


def _walk(chance: np.random.Generator, n: int, months: int) -> Floats:
    """Return a hidden health of mean 0 and spread 1 that changes slowly."""
    steps = chance.standard_normal((n, months))
    steps[:, 1:] *= np.sqrt(1 - 0.9**2)
    for month in range(1, months):
        steps[:, month] += 0.9 * steps[:, month - 1]
    return steps


def _leaving(chance: np.random.Generator, world: World, health: Floats) -> Floats:
    """Return the day, counted from the first origin, on which each account leaves; inf: never."""
    base = np.log(world.monthly_rate) - world.pull**2 / 2
    prob = 1 - np.exp(-np.exp(base - world.pull * health))
    goes = chance.random(health.shape) < prob
    month = np.where(goes.any(axis=1), goes.argmax(axis=1), np.inf)
    return np.asarray(month * world.step_days + 1 + chance.integers(0, world.step_days, len(month)))


def _seen(chance: np.random.Generator, health: Floats, skill: float) -> Floats:
    """Return health as a score sees it: a share of the truth, the rest a slow error of its own."""
    error = _walk(chance, *health.shape)
    return np.asarray(50 + 15 * (skill * health + np.sqrt(1 - skill**2) * error))


def _rows(
    chance: np.random.Generator,
    world: World,
    original: np.ndarray[tuple[int], np.dtype[np.int64]],
    left: Floats,
    score: Floats,
    recency: Floats,
) -> EvaluationFrame:
    n, origins = world.accounts, world.origins
    account, month = np.repeat(np.arange(n), origins), np.tile(np.arange(origins), n)
    day = month * world.step_days
    gone = left[account]
    here = gone > day
    account, month, day, gone = account[here], month[here], day[here], gone[here]
    event = gone <= day + world.horizon_days
    value = np.clip(score[account, month], 0, 100)
    value[chance.random(len(value)) < world.unknown] = np.nan
    when = START + np.where(event, gone, 0).astype("timedelta64[D]")
    tiers = np.where(value >= 60, "high", np.where(value >= 40, "medium", "low"))
    return EvaluationFrame(
        account=np.array([f"A{a:05d}" for a in range(n)])[account],
        origin=START + day.astype("timedelta64[D]"),
        score=value,
        tier=np.where(np.isnan(value), "unknown", tiers),
        outcome=event,
        event_day=np.where(event, when, np.datetime64("NaT", "D")),
        cluster=original[account],
        value=np.full(len(account), 1000.0),
        horizon_days=world.horizon_days,
        baselines={
            "recency": recency[account, month],
            "tenure": (account * 37 % 101).astype(np.float64),
            "constant": np.zeros(len(account)),
        },
        groups={
            "csm": np.array(["Ada", "Bo", "Chen", "Dai"])[account % 4],
            "size": np.array(["Enterprise", "Mid-Market", "Small"])[np.minimum(account % 20, 2)],
        },
    )
