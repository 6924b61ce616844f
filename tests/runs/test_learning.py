"""From back-test frames to a churn scorecard and to a proposal for a scorecard."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from keepwell.adapters.configuration import load_scorecard
from keepwell.adapters.proposal_file import write_proposal
from keepwell.proof import EvaluationFrame
from keepwell.proof.model import FeatureSpec, FeatureTable, FitSettings, TooFewEvents
from keepwell.runs.churn_model import ChurnFit, fit_churn_model, specs_of, watch_churn
from keepwell.runs.churn_sample import PastRows, feature_specs, past_rows
from keepwell.runs.preview_backtest import backtest_difference
from keepwell.runs.tune import Tuned, tune_card
from keepwell.vocabulary import InputProblem, Scorecard

ACCOUNTS, DAYS = 400, 9
FIRST = np.datetime64("2025-01-31")
CARD = Scorecard.model_validate(
    {
        "scorecard": "expert",
        "dimensions": [
            {
                "dimension": "use",
                "weight": 70,
                "measures": [
                    {"measure": "touches", "weight": 70, "scale": {"kind": "minmax"}},
                    {
                        "measure": "idle_days",
                        "weight": 30,
                        "scale": {"kind": "minmax", "direction": "lower_is_better"},
                    },
                ],
            },
            {
                "dimension": "firm",
                "weight": 30,
                "measures": [
                    {"measure": "plan", "scale": {"kind": "map", "values": {"pro": 1, "free": 0}}},
                    {"measure": "nps", "scale": {"kind": "identity"}, "never": "neutral"},
                ],
            },
        ],
    }
)


def measures_on(number: int) -> pa.Table:
    """Return the measures of a day; days of silence tell who leaves, the rest does not."""
    chance = np.random.default_rng([7, number])
    idle = chance.uniform(0, 90, ACCOUNTS)
    never = chance.random(ACCOUNTS) < 0.1
    return pa.table(
        {
            "account_id": [f"a{i:04d}" for i in range(ACCOUNTS)],
            "idle_days": pa.array(idle, mask=never),
            "idle_days__never": never,
            "touches": chance.poisson(5, ACCOUNTS).astype(np.float64),
            "touches__never": np.zeros(ACCOUNTS, np.bool_),
            "plan": chance.choice(["pro", "free"], ACCOUNTS),
            "plan__never": np.zeros(ACCOUNTS, np.bool_),
        }
    )


def frame() -> EvaluationFrame:
    """Return all rows in another order than the measures have."""
    rows = ACCOUNTS * DAYS
    left = np.empty(rows, np.bool_)
    for number in range(DAYS):
        table = measures_on(number)
        idle = np.nan_to_num(np.array(table["idle_days"].to_numpy(), np.float64), nan=60.0)
        odds = -2.5 + (idle - 45) / 15
        chance = np.random.default_rng([8, number])
        here = slice(number * ACCOUNTS, (number + 1) * ACCOUNTS)
        left[here] = chance.random(ACCOUNTS) < 1 / (1 + np.exp(-odds))
    empty = np.full(rows, np.nan)
    whole = EvaluationFrame(
        account=np.tile(np.array([f"a{i:04d}" for i in range(ACCOUNTS)]), DAYS),
        origin=FIRST + np.repeat(np.arange(DAYS), ACCOUNTS) * np.timedelta64(30, "D"),
        score=empty,
        tier=np.full(rows, "low"),
        outcome=left,
        event_day=np.full(rows, np.datetime64("NaT"), "datetime64[D]"),
        cluster=np.tile(np.arange(ACCOUNTS), DAYS),
        value=empty,
        horizon_days=30,
    )
    return whole.rows(np.random.default_rng(9).permutation(rows))


def measures(day: date) -> pa.Table:
    number = int((np.datetime64(day) - FIRST) / np.timedelta64(30, "D"))
    return measures_on(number)


@pytest.fixture(scope="module")
def rows() -> PastRows:
    known = ["idle_days", "touches", "plan"]
    return past_rows([frame()], feature_specs([CARD], known), measures)


def test_features_meet_their_outcomes_whatever_the_order(rows: PastRows) -> None:
    idle, left = rows.features.numbers["idle_days"], rows.left
    assert float(np.nanmean(idle[left])) > 60 > 45 > float(np.nanmean(idle[~left]))
    assert rows.never["idle_days"].sum() == np.isnan(idle).sum()


def test_an_account_without_measures_is_named(rows: PastRows) -> None:
    def fewer(day: date) -> pa.Table:
        return measures(day).slice(1)

    with pytest.raises(InputProblem, match="a0000"):
        past_rows([frame()], [FeatureSpec("touches")], fewer)
    with pytest.raises(InputProblem, match="none was known"):
        feature_specs([CARD], ["nothing"])


def test_a_scorecard_of_a_back_test_is_validated_and_watched(rows: PastRows) -> None:
    specs = feature_specs([CARD], ["idle_days", "touches", "plan"])
    assert {s.name: s.risk for s in specs} == {
        "touches": "falls",
        "idle_days": "rises",
        "plan": "free",
    }
    found = fit_churn_model(
        rows.sample(),
        specs,
        FitSettings(ridges=(3.0,), folds=3),
        fitted_on=date(2025, 12, 31),
        backtest_id="b",
    )
    assert isinstance(found, ChurnFit)
    assert found.published.is_validated
    assert found.published.auc > 0.75
    assert {s.name for s in specs_of(found.published)} == {s.name for s in specs}
    watch = watch_churn(found.published, rows.features)
    assert {d.state for d in watch.drift} == {"same"}
    assert watch.mean_now == pytest.approx(watch.mean_then, abs=0.03)
    newest = watch_churn(found.published, rows.features.rows(rows.origin == rows.origin.max()))
    assert newest.mean_now == watch.mean_then == found.published.said


def test_a_proposal_is_written_beside_and_reads_back_as_a_scorecard(
    rows: PastRows, tmp_path: Path
) -> None:
    tuned = tune_card(CARD, rows, 20.0)
    assert isinstance(tuned, Tuned)
    assert tuned.proposal.is_better
    assert tuned.untouched == ("nps",)
    before, after = CARD.micro_weights(), tuned.card.micro_weights()
    assert after["idle_days"] > before["idle_days"] + 10_000_000
    assert after["nps"] == pytest.approx(before["nps"], abs=100_000)
    file = write_proposal(tmp_path, tuned.card, "expert-b", ["AUC 0.6 -> 0.7"])
    assert file.parent.name == "proposed"
    assert file.read_text("utf-8").startswith("# AUC 0.6 -> 0.7\n")
    assert load_scorecard(file) == tuned.card


def test_a_preview_ranks_past_rows_by_the_edited_card(rows: PastRows) -> None:
    idle = np.nan_to_num(rows.features.numbers["idle_days"], nan=60.0)
    replayed = replace(rows, score=100.0 - idle)
    found = backtest_difference(CARD, replayed, "b")
    assert found is not None
    assert found.before.value > found.after.value > 0.5
    assert found.gain.high < 0
    stranger = CARD.model_copy(update={"dimensions": (CARD.dimensions[1],)})
    bare = replace(rows, features=FeatureTable({"touches": idle}, {}))
    assert backtest_difference(stranger, bare, "b") is None


def test_one_known_measure_cannot_be_weighed(rows: PastRows) -> None:
    alone = past_rows([frame()], [FeatureSpec("touches")], measures)
    with pytest.raises(InputProblem, match="nothing to weigh"):
        tune_card(CARD, alone, 20.0)


def test_a_model_of_too_few_accounts_is_refused(rows: PastRows) -> None:
    few = rows.sample().rows(np.arange(200))
    settings = FitSettings(ridges=(3.0,), folds=3)
    refused = fit_churn_model(
        few, [FeatureSpec("touches")], settings, fitted_on=date(2025, 12, 31), backtest_id="b"
    )
    assert isinstance(refused, TooFewEvents)
