"""Simulated plays whose effect is known: who gets them, what they do, what comes by itself."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from keepwell.proof import Arms, Candidates

Floats = NDArray[np.float64]
FIRST, DAYS, HORIZON = 3, 3, 3
NEVER = 99


@dataclass(frozen=True)
class World:
    """Scores of accounts on days: as they would be without the play, and as they are with it."""

    size: Floats
    alone: Floats
    scores: Floats
    enrolled: NDArray[np.int64]
    effect: float


def scores_alone(rng: np.random.Generator, accounts: int) -> tuple[Floats, Floats]:
    """Return sizes, and scores that swing around a level of each account's own."""
    size = rng.normal(size=accounts)
    level = 60.0 + 6.0 * size + 10.0 * rng.normal(size=accounts)
    swing = np.zeros((accounts, FIRST + DAYS + HORIZON))
    swing[:, 0] = 5.0 * rng.normal(size=accounts)
    for day in range(1, swing.shape[1]):
        swing[:, day] = 0.8 * swing[:, day - 1] + 3.0 * rng.normal(size=accounts)
    return size, level[:, None] + swing + 5.0 * rng.normal(size=swing.shape)


def confounded_world(seed: int, effect: float, accounts: int = 600) -> World:
    """Enrol the low and the large ones first, some late: accounts come back by themselves."""
    rng = np.random.default_rng(seed)
    size, alone = scores_alone(rng, accounts)
    enrolled = np.full(accounts, NEVER)
    for day in range(FIRST, FIRST + DAYS):
        chance = 1.0 / (1.0 + np.exp(3.0 + 0.12 * (alone[:, day] - 60.0) - 0.3 * size))
        enrolled[(rng.random(accounts) < chance) & (enrolled == NEVER)] = day
    scores = alone.copy()
    for account, day in enumerate(enrolled):
        scores[account, day + 1 :] += effect
    return World(size, alone, scores, enrolled, effect)


def candidates(world: World) -> Candidates:
    """Return who was enrolled and who could have been, day by day."""
    found = []
    for day in range(FIRST, FIRST + DAYS):
        who = np.flatnonzero(world.enrolled >= day)
        on = world.enrolled[who]
        found.append((who, np.full(len(who), day), on == day, (on > day) & (on <= day + HORIZON)))
    who, days, ours, later = (np.concatenate(c) for c in zip(*found, strict=True))
    past = [world.scores[who, days - lag] for lag in (1, 2, 3)]
    return Candidates(
        account=np.array([f"A{w:04}" for w in who]),
        day=days,
        is_enrolled=ours,
        later=later,
        before=world.scores[who, days],
        after=world.scores[who, days + HORIZON],
        earlier=np.column_stack(past),
        features=world.size[who][:, None],
        names=("size",),
        cluster=who,
    )


def drawn_arms(seed: int, effect: float, accounts: int = 400, dropping: float = 0.0) -> Arms:
    """Draw lots among low accounts; some treated drop out of the play, and nobody is left out."""
    rng = np.random.default_rng(seed)
    size, alone = scores_alone(rng, accounts * 3)
    low = np.argsort(alone[:, FIRST], kind="stable")[:accounts]
    drawn = rng.random(accounts) < 0.7
    got = drawn & (rng.random(accounts) >= dropping)
    return Arms(
        after=alone[low, FIRST + HORIZON] + effect * got,
        before=alone[low, FIRST],
        is_treated=drawn,
        got_play=got,
        covariates=np.column_stack([alone[low, FIRST - 1], size[low]]),
        cluster=np.arange(accounts),
    )
