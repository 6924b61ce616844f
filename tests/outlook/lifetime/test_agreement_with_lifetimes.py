"""Parameters and per-customer expectations against lifetimes 0.11.3 (figures.json)."""

import json
from typing import Any

import numpy as np
import pytest

from keepwell.outlook.lifetime import (
    Histories,
    Horizon,
    PurchaseModel,
    SpendModel,
    TimeUnit,
    alive_prob,
    expected_purchases,
    expected_spend_amount,
    fit_purchases,
    fit_spend,
    histories,
)
from outlook.lifetime.lifetimes_figures import STORED, digest, simulated

FIGURES: dict[str, Any] = json.loads(STORED.read_text("utf-8"))
ROWS = np.array(simulated())


def given(step: int = 1) -> Histories:
    return histories(*(ROWS[::step, i] for i in range(3)))


@pytest.fixture(scope="module")
def bought() -> PurchaseModel:
    found = fit_purchases(given(), TimeUnit.WEEK)
    assert isinstance(found, PurchaseModel)
    return found


@pytest.fixture(scope="module")
def spent() -> SpendModel:
    found = fit_spend(ROWS[:, 0], ROWS[:, 3], "USD")
    assert isinstance(found, SpendModel)
    return found


def test_the_figures_belong_to_these_customers() -> None:
    assert FIGURES["sha256"] == digest(simulated())
    assert FIGURES["customers"] == len(ROWS)


def test_parameters_agree(bought: PurchaseModel, spent: SpendModel) -> None:
    for name, value in FIGURES["purchases"].items():
        assert getattr(bought, name) == pytest.approx(value, rel=1e-5), name
    for name, value in FIGURES["spend"].items():
        assert getattr(spent, name) == pytest.approx(value, rel=1e-5), name
    assert bought.log_likelihood == pytest.approx(FIGURES["log_likelihood"], abs=1e-4)


def test_expectations_of_each_customer_agree(bought: PurchaseModel, spent: SpendModel) -> None:
    step = FIGURES["shown_every"]
    shown, horizon = given(step), Horizon(FIGURES["weeks"], TimeUnit.WEEK)
    assert len(shown.repeats) == 100
    found = expected_purchases(bought, shown, horizon)
    assert found == pytest.approx(FIGURES["expected_purchases"], rel=1e-5)
    assert alive_prob(bought, shown) == pytest.approx(FIGURES["alive_prob"], rel=1e-5)
    spend = expected_spend_amount(spent, ROWS[::step, 0], ROWS[::step, 3])
    assert spend == pytest.approx(FIGURES["expected_spend"], rel=1e-5)
