"""Histories and amounts drawn from the models, by a passed generator: for tests and intervals."""

from dataclasses import dataclass

import numpy as np

from keepwell.outlook.lifetime.histories import Floats, Histories, histories


@dataclass(frozen=True, slots=True)
class PurchaseTruth:
    """The parameters of a BG/NBD world; `alpha` in days."""

    r: float
    alpha_days: float
    a: float
    b: float


def draw_histories(
    truth: PurchaseTruth, observed_days: Floats, rng: np.random.Generator, most: int = 100_000
) -> Histories:
    """Return one history per entry of `observed_days`, purchases at exact moments.

    Method:  each customer draws a rate and a drop-out chance, then waits exponentially and may
             leave after each repeat. Stops after `most` repeats.
    """
    n = len(observed_days)
    rate = rng.gamma(truth.r, 1 / truth.alpha_days, n)
    leave = rng.beta(truth.a, truth.b, n)
    repeats, last = np.zeros(n), np.zeros(n)
    active = np.flatnonzero(rate > 0)
    for _ in range(most):
        if len(active) == 0:
            break
        at = last[active] + rng.exponential(1.0, len(active)) / rate[active]
        inside = at <= observed_days[active]
        active, at = active[inside], at[inside]
        last[active] = at
        repeats[active] += 1
        active = active[rng.random(len(active)) >= leave[active]]
    moved = (repeats > 0) & (last <= 0)
    last[moved] = np.nextafter(0.0, 1.0)
    return histories(repeats, last, observed_days)


def draw_mean_spend(
    parameters: tuple[float, float, float], purchases: Floats, rng: np.random.Generator
) -> Floats:
    """Return a mean amount per customer of a gamma-gamma world (p, q, v), 0 without purchases."""
    p, q, v = parameters
    rate = rng.gamma(q, 1 / v, len(purchases))
    sums = rng.gamma(np.maximum(p * purchases, 1e-300), 1.0)
    return np.where(purchases > 0, sums / np.maximum(rate * purchases, 1e-300), 0.0)


def draw_lost_periods(
    alpha: float, beta: float, customers: int, rng: np.random.Generator
) -> Floats:
    """Return the period, from 1, in which each customer of a beta-geometric world is lost."""
    leave = rng.beta(alpha, beta, customers)
    return rng.geometric(np.clip(leave, 1e-12, 1.0)).astype(np.float64)
