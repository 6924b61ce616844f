"""Weights from evidence, never far from the expert's: a convex problem with one answer."""

from collections.abc import Mapping

import numpy as np
import scipy

from keepwell.proof.frame import Flags, Floats
from keepwell.proof.odds import probability
from keepwell.vocabulary import Scorecard

# Points of weight that may move in all (total variation), and what each measure keeps at least.
LARGEST_MOVE = 20.0
LEAST_WEIGHT = 0.5
# Draws weights back to the expert's where the data are indifferent.
RIDGE = 1.0
STEPS = 200


def tuned_weights(
    shares: Floats, left: Flags, expert: Floats, largest_move: float = LARGEST_MOVE
) -> Floats:
    """Return weights in points, same sum as the expert's, that tell best who left.

    shares:  rows x measures, NaN where the weight is shared: it then earns the row's average.
    expert:  the expert's weights in points.
    Bounds:  no weight under 0.5 (or the expert's own, if lower); half the sum of moves at most
             `largest_move`. A sign cannot turn: weights stay positive.
    Method:  logistic regression of leaving on `base - slope x score`, the constraints being
             linear in slope x weights.
    """
    filled = _filled(shares, expert)
    total, size = float(expert.sum()), len(expert)
    # Weights as shares, loss per event: the search needs numbers of one size.
    design = expert / total
    target, events = left.astype(np.float64), max(float(left.sum()), 1.0)

    def loss(theta: Floats) -> tuple[float, Floats]:
        base, slope, up, down = _parts(theta, size)
        off = up - down
        eta = base - filled @ (slope * design + off)
        value = np.logaddexp(0.0, eta).sum() - eta[left].sum() + 0.5 * RIDGE * off @ off
        residual = probability(eta) - target
        by_weight = -(filled.T @ residual)
        by_off = by_weight + RIDGE * off
        slopes = np.concatenate([[residual.sum(), by_weight @ design], by_off, -by_off])
        return float(value) / events, slopes / events

    start = np.zeros(2 + 2 * size)
    share = (target.sum() + 0.5) / (len(target) + 1.0)
    start[1] = 2.0
    start[0] = np.log(share / (1.0 - share)) + 2.0 * float((filled @ design).mean())
    found = scipy.optimize.minimize(
        loss,
        start,
        jac=True,
        method="SLSQP",
        bounds=[(None, None), (1e-6, None), *[(0.0, None)] * (2 * size)],
        constraints=_constraints(design, largest_move / total, LEAST_WEIGHT / total),
        options={"maxiter": STEPS, "ftol": 1e-10},
    )
    _, slope, up, down = _parts(found.x, size)
    weights = design + (up - down) / slope
    return np.asarray(weights * total / weights.sum(), np.float64)


def with_weights(card: Scorecard, weights: Mapping[str, float]) -> Scorecard:
    """Return the card with some measures' weights in points, in whole tenths; others stay.

    A dimension weighs what its measures weigh together.
    """
    design = {n: m / 1_000_000 for n, m in card.micro_weights().items()}
    design |= dict(weights)
    dimensions = []
    for d in card.dimensions:
        whole = sum(design[m.measure] for m in d.measures)
        measures = tuple(
            m.model_copy(update={"weight": max(round(100 * design[m.measure] / whole, 1), 0.1)})
            for m in d.measures
        )
        dimensions.append(
            d.model_copy(update={"weight": max(round(whole, 1), 0.1), "measures": measures})
        )
    return card.model_copy(update={"dimensions": tuple(dimensions)})


def distance(one: Scorecard, other: Scorecard) -> float:
    """Return how many points of weight differ between two cards: total variation, 0-100."""
    before, after = one.micro_weights(), other.micro_weights()
    names = {*before, *after}
    return sum(abs(before.get(n, 0) - after.get(n, 0)) for n in names) / 2_000_000


def _filled(shares: Floats, expert: Floats) -> Floats:
    known = ~np.isnan(shares)
    bare = np.nan_to_num(shares)
    weight = known @ expert
    mean = np.where(weight > 0, (bare @ expert) / np.maximum(weight, 1e-12), 0.5)
    return np.where(known, bare, mean[:, None])


def _parts(theta: Floats, size: int) -> tuple[float, float, Floats, Floats]:
    return float(theta[0]), float(theta[1]), theta[2 : 2 + size], theta[2 + size :]


def _constraints(
    design: Floats, largest_move: float, least: float
) -> "list[scipy.optimize.LinearConstraint]":
    """Return: moves cancel out; they are not too large; every weight stays above its floor."""
    size = len(design)
    cancel = np.concatenate([[0.0, 0.0], np.ones(size), -np.ones(size)])
    moved = np.concatenate([[0.0, largest_move], -np.ones(size), np.zeros(size)])
    floor = np.minimum(design, least)
    kept = np.hstack([np.zeros((size, 1)), (design - floor)[:, None], np.eye(size), -np.eye(size)])
    return [
        scipy.optimize.LinearConstraint(cancel[None, :], 0.0, 0.0),
        scipy.optimize.LinearConstraint(np.vstack([moved, kept]), 0.0, np.inf),
    ]
