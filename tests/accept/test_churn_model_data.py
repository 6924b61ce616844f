"""The churn scorecard on two open data sets without dates, cross-validated."""

import os
from functools import cache
from pathlib import Path

import pytest

from keepwell.proof.model import (
    Doubt,
    FitSettings,
    FittedChurn,
    Risk,
    Validation,
    doubts,
    fit_churn,
    validate_churn,
)
from keepwell.runs.labelled import Labelled, read_labelled

pytestmark = pytest.mark.accept
LARGEST_ECE = 0.03
LARGEST_GAP = 0.01


@cache
def labelled(name: str) -> Labelled:
    given = os.environ.get("KEEPWELL_ACCEPT_DATA")
    if not given:
        pytest.skip("KEEPWELL_ACCEPT_DATA names no folder of outside data")
    folder = Path(given)
    if name == "telco_ibm":
        file = folder / name / "Telco-Customer-Churn.csv"
        risks: dict[str, Risk] = {"tenure": "falls"}
        return read_labelled(file, "Churn", {"Yes"}, leave_out={"customerID"}, risks=risks)
    file = folder / name / "Churn_Modelling.csv"
    names = {"RowNumber", "CustomerId", "Surname"}
    return read_labelled(file, "Exited", {"1"}, leave_out=names)


@cache
def validated(name: str) -> Validation:
    found = validate_churn(labelled(name).sample, labelled(name).specs, FitSettings())
    assert isinstance(found, Validation)
    return found


@pytest.mark.parametrize("name", ["telco_ibm", "bank_churn"])
def test_the_probability_holds_what_it_says(name: str) -> None:
    found = validated(name)
    assert found.scorecard.calibration is not None
    assert found.scorecard.calibration.ece.value <= LARGEST_ECE
    assert doubts(found) == (Doubt.NOT_BY_TIME,)


def test_on_telco_the_readable_scorecard_ranks_as_well_as_boosted_trees() -> None:
    found = validated("telco_ibm")
    assert found.gap.value >= -LARGEST_GAP
    assert found.scorecard.auc.value > 0.84


def test_on_bank_churn_the_gap_to_boosted_trees_is_told_with_its_interval() -> None:
    gap = validated("bank_churn").gap
    assert gap.has_interval
    assert -0.03 < gap.value < 0


@pytest.mark.parametrize("name", ["telco_ibm", "bank_churn"])
def test_every_account_of_the_data_has_reasons_that_sum(name: str) -> None:
    sample = labelled(name).sample
    fitted = fit_churn(sample, labelled(name).specs, FitSettings())
    assert isinstance(fitted, FittedChurn)
    whole = fitted.model.log_odds_micro(sample.features)
    for row in range(0, len(sample), 500):
        assert fitted.model.reasons(sample.features, row).log_odds_micro == whole[row]
