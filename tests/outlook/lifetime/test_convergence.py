"""The purchase fit on 200 simulated sets: it ends on a summit, or rightly says there is none.

Eight worlds by 25 seeds (`make soak`; three seeds each in the everyday suite).
"""

import os

import numpy as np
import pytest
from scipy.optimize import minimize

from keepwell.outlook.lifetime import PurchaseModel, Reason, Refusal, TimeUnit, fit_purchases
from keepwell.outlook.lifetime.purchases import PurchaseLikelihood
from outlook.lifetime.worlds import HARDLY_ANY, WORLDS, World

SEEDS = range(25 if os.environ.get("KEEPWELL_SOAK") else 3)
BOUNDARY = {
    Reason.SAME_DROPOUT,
    Reason.LEAVE_AT_ONCE_OR_NEVER,
    Reason.NOBODY_LEAVES,
    Reason.SAME_RATE,
    Reason.AT_BOUNDARY,
    Reason.FLAT_LIKELIHOOD,
}


def truth_of(world: World) -> np.ndarray:
    truth = world.truth
    return np.log([truth.r, truth.alpha_days, truth.a, truth.b])


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("world", WORLDS, ids=lambda w: w.name)
def test_fit_converges_to_the_summit_of_every_world(world: World, seed: int) -> None:
    given = world.draw(seed)
    model = fit_purchases(given, TimeUnit.DAY)
    assert isinstance(model, PurchaseModel), model
    likelihood = PurchaseLikelihood(given, 1.0)
    height, gradient, curvature = likelihood(model.logarithms)
    assert model.log_likelihood == pytest.approx(height, abs=1e-6)
    assert model.log_likelihood >= likelihood(truth_of(world))[0]
    step = np.linalg.solve(-curvature, gradient)
    assert float(gradient @ step) < 1e-6  # what is left to gain
    assert (np.linalg.eigvalsh(-curvature) > 0).all()
    assert model.starts_agreeing >= 3


@pytest.mark.parametrize("seed", SEEDS)
def test_refusal_is_right_no_point_inside_beats_the_boundary(seed: int) -> None:
    given = HARDLY_ANY.draw(seed)
    found = fit_purchases(given, TimeUnit.DAY)
    if isinstance(found, PurchaseModel):
        return
    assert found.reason in BOUNDARY
    likelihood = PurchaseLikelihood(given, 1.0)

    def unlikely(point: np.ndarray) -> float:
        return -likelihood(point)[0] if np.abs(point).max() < 30 else 1e300

    searched = minimize(
        unlikely,
        truth_of(HARDLY_ANY),
        method="Nelder-Mead",
        options={"maxiter": 4000, "xatol": 1e-6, "fatol": 1e-9},
    )
    _, _, curvature = likelihood(searched.x)
    spread = np.linalg.eigvalsh(-curvature)
    # The independent search ends on the same flat ground: no curvature to speak of.
    assert spread[0] < 0.05


def test_at_least_one_world_of_hardly_any_repeats_is_refused() -> None:
    found = [fit_purchases(HARDLY_ANY.draw(seed), TimeUnit.DAY) for seed in range(8)]
    assert any(isinstance(f, Refusal) for f in found)
    assert {f.reason for f in found if isinstance(f, Refusal)} <= BOUNDARY
