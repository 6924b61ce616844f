"""Report cards of labelled tables without dates: verdict, gap, near-duplicates, refusal."""

from functools import cache

import numpy as np
import pytest

from keepwell.proof import Conclusion
from keepwell.proof.model import (
    ChurnSample,
    FeatureSpec,
    FeatureTable,
    FitSettings,
    LabelledCard,
    TooFewEvents,
    labelled_card,
    probability,
)
from proof.churn_worlds import SPECS, sample, true_log_odds

QUICK = FitSettings(folds=3, ridges=(1.0, 10.0))
ROWS = 800


@cache
def card_of_signal() -> LabelledCard:
    found = labelled_card(sample(ROWS, 3), SPECS, QUICK, (0.1, 20))
    assert isinstance(found, LabelledCard)
    return found


def test_a_table_with_signal_is_useful_and_close_to_boosted_trees() -> None:
    card = card_of_signal().card
    assert card.judgement.conclusion is Conclusion.USEFUL
    (model,) = card.models
    assert model.difference.low > -0.05
    assert card.calibration is not None
    assert card.calibration.ece.value < 0.06


def test_the_strongest_column_is_the_one_that_matters_most_and_is_beaten() -> None:
    found = card_of_signal()
    assert set(found.columns) <= {"silence", "usage"}
    (column, stays) = found.card.judgement.rules
    assert (column.rule, stays.rule) == ("strongest_column", "always_renew")
    assert 0.55 < column.auc.value < found.card.judgement.auc.value
    assert stays.auc.value == 0.5


def test_bins_of_the_scorecard_count_every_account_and_centre_on_the_average() -> None:
    found = card_of_signal()
    for name in ("silence", "usage", "noise", "plan"):
        bins = [b for b in found.bins if b.column == name]
        assert sum(b.rows for b in bins) == ROWS
        assert sum(b.left for b in bins) == found.card.extent.events
    silence = [b.micro for b in found.bins if b.column == "silence" and b.name != "missing"]
    assert silence == sorted(silence)


def test_too_few_leavers_are_refused_with_numbers() -> None:
    table = sample(300, 2).features
    left = np.arange(300) < 12
    found = labelled_card(ChurnSample(table, left, np.arange(300)), SPECS, QUICK, (0.1,))
    assert isinstance(found, TooFewEvents)
    assert "12 accounts left" in found.text("en")


def test_twins_share_a_cluster_and_chance_is_never_called_useful() -> None:
    # Judged on rows of the fit, or with a twin in another part, noise would look skilled.
    chance = np.random.default_rng(8)
    once = {f"n{i}": np.repeat(chance.normal(size=250), 2) for i in range(8)}
    left = np.repeat(chance.random(250) < 0.35, 2)
    specs = tuple(FeatureSpec(name) for name in once)
    twins = ChurnSample(FeatureTable(once, {}), left, np.arange(500))
    found = labelled_card(twins, specs, QUICK, (0.1,))
    assert isinstance(found, LabelledCard)
    assert found.card.extent.clusters <= 250
    assert found.card.judgement.auc.low < 0.5
    assert found.card.judgement.conclusion in (Conclusion.NO_SKILL, Conclusion.NOT_ENOUGH_DATA)


def test_probabilities_follow_the_truth_of_the_world() -> None:
    rows = sample(ROWS, 3)
    truth = probability(true_log_odds(rows.features))
    assert np.average(truth) == pytest.approx(card_of_signal().card.base_rate.value, abs=0.05)
