"""The churn scorecard on two open data sets without dates, by the command that a user runs."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from e2e.company import done
from keepwell.adapters.sources import open_source
from keepwell.config import Source
from keepwell.proof.model import Doubt, FitSettings, FittedChurn, doubts, fit_churn, validate_churn
from keepwell.proof.model.validation import Validation
from keepwell.runs.labelled import Labelled, read_labelled
from keepwell.vocabulary import LabelledTable

pytestmark = pytest.mark.accept
LARGEST_ECE = 0.03
LARGEST_GAP = 0.01
TABLES = {
    "telco_ibm": LabelledTable(
        table="Telco-Customer-Churn.csv",
        label="Churn",
        means_left=("Yes",),
        leave_out=("customerID",),
        directions={"tenure": "higher_is_better"},
    ),
    "bank_churn": LabelledTable(
        table="Churn_Modelling.csv",
        label="Exited",
        means_left=("1",),
        leave_out=("RowNumber", "CustomerId", "Surname"),
    ),
}


def folder_of(name: str) -> Path:
    given = os.environ.get("KEEPWELL_ACCEPT_DATA")
    if not given:
        pytest.skip("KEEPWELL_ACCEPT_DATA names no folder of outside data")
    return Path(given) / name


@cache
def labelled(name: str) -> Labelled:
    folder = folder_of(name)
    raw = open_source(Source(kind="folder", path=str(folder)), folder).open(TABLES[name].table)
    return read_labelled(raw, TABLES[name])


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Return what `keepwell proof` says of each table, its report written in both languages."""
    told = {}
    for name, declared in TABLES.items():
        project = tmp_path_factory.mktemp(name) / "project"
        done("init", project, "--from", folder_of(name), "--lang", "en")
        config = project / "keepwell.yml"
        proof = {"labelled": declared.model_dump(mode="json")}
        config.write_text(f"{config.read_text('utf-8')}\nproof: {proof}\n", "utf-8")
        for lang in ("zh", "en"):
            told[name] = done("proof", "-C", project, "--lang", lang)["labelled"]
        written = {p.name for p in (project / "reports" / "proof" / "labelled").iterdir()}
        kinds = ("md", "html", "pdf", "xlsx")
        assert {f"proof.{lang}.{kind}" for lang in ("zh", "en") for kind in kinds} <= written
    return told


@pytest.mark.parametrize("name", list(TABLES))
def test_the_report_card_calls_the_scorecard_useful_and_its_level_true(
    name: str, cards: dict[str, dict[str, Any]]
) -> None:
    card = cards[name]
    assert card["conclusion"] == "useful"
    assert card["ece"]["value"] <= LARGEST_ECE
    assert card["minus"]["strongest_column"]["low"] > 0.05
    assert card["leaks"] == []


def test_on_telco_the_readable_scorecard_ranks_as_well_as_boosted_trees(
    cards: dict[str, dict[str, Any]],
) -> None:
    card = cards["telco_ibm"]
    assert (card["accounts"], card["left"]) == (7043, 1869)
    assert card["minus_boosted_trees"]["value"] >= -LARGEST_GAP
    assert card["auc"]["value"] > 0.84


def test_on_bank_churn_the_gap_to_boosted_trees_is_told_with_its_interval(
    cards: dict[str, dict[str, Any]],
) -> None:
    gap = cards["bank_churn"]["minus_boosted_trees"]
    assert -0.03 < gap["low"] < gap["value"] < gap["high"] < 0


@pytest.mark.parametrize("name", list(TABLES))
def test_a_table_without_dates_is_never_validated_for_ranking(name: str) -> None:
    rows = labelled(name).sample
    some = rows.rows(rows.cluster % 4 == 0)
    found = validate_churn(some, labelled(name).specs, FitSettings())
    assert isinstance(found, Validation)
    assert Doubt.NOT_BY_TIME in doubts(found)


@pytest.mark.parametrize("name", list(TABLES))
def test_every_account_of_the_data_has_reasons_that_sum(name: str) -> None:
    sample = labelled(name).sample
    fitted = fit_churn(sample, labelled(name).specs, FitSettings())
    assert isinstance(fitted, FittedChurn)
    whole = fitted.model.log_odds_micro(sample.features)
    for row in range(0, len(sample), 500):
        assert fitted.model.reasons(sample.features, row).log_odds_micro == whole[row]
