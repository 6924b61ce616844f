"""The report card adds up: tiers, lists, groups, extent; unknowns are counted, ties are shared."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import precision_score, recall_score

from keepwell.proof.metrics_sample import numbered, sample_of
from keepwell.proof.metrics_tiers import group_lines, list_line, on_list, tier_lines, tier_order
from keepwell.proof.report_card import Subject, first_seen_concordance, report_card
from keepwell.proof.verdict import Conclusion
from proof.worlds import World, frame_of

FRAME = frame_of(World(accounts=800, origins=12), 3)
SUBJECT = Subject("account_health", 3, "churn")


def test_tiers_hold_all_rows_and_outcomes_and_go_from_worst_to_best() -> None:
    lines = tier_lines(FRAME)
    assert [line.tier for line in lines] == ["low", "medium", "high", "unknown"]
    assert sum(line.rows for line in lines) == len(FRAME)
    assert sum(line.events for line in lines) == FRAME.outcome.sum()
    assert sum(line.recall.value for line in lines) == pytest.approx(1)
    assert lines[0].rate.value > lines[1].rate.value > lines[2].rate.value
    assert lines[0].lift.value == pytest.approx(lines[0].rate.value / FRAME.outcome.mean())
    assert lines[0].lift.low > 1 > lines[2].lift.high


def test_precision_and_recall_of_the_low_tier_equal_scikit_learn() -> None:
    low = tier_lines(FRAME)[0]
    said = FRAME.tier == "low"
    assert low.rate.value == pytest.approx(precision_score(FRAME.outcome, said))
    assert low.recall.value == pytest.approx(recall_score(FRAME.outcome, said))


def test_tiers_of_ones_own_are_ordered_by_their_scores() -> None:
    tiers = np.array(["red", "green", "unknown", "red"])
    assert tier_order(tiers, np.array([5.0, 80.0, np.nan, 9.0])) == ("red", "green", "unknown")


def test_ties_share_the_last_places_of_a_list_and_unknowns_come_last() -> None:
    sample = numbered(np.array([True, False, False, True]), np.zeros(4), np.arange(4))
    score = np.array([10.0, 20.0, 20.0, np.nan])
    assert list(on_list(sample, score, 2)) == [1, 0.5, 0.5, 0]
    assert list(on_list(sample, score, 0.5)) == [1, 0.5, 0.5, 0]
    assert on_list(sample, score, 9).sum() == 4
    line = list_line(sample, score, 2)
    assert (line.precision.value, line.recall.value, line.a_day) == (0.5, 0.5, 2)


def test_a_list_holds_the_worst_of_each_day_not_of_all_days() -> None:
    sample = sample_of(FRAME)
    on = on_list(sample, FRAME.score, 20)
    assert np.bincount(sample.day, weights=on) == pytest.approx(np.full(12, 20.0))


def test_a_list_without_an_outcome_has_no_lift_and_no_interval() -> None:
    sample = numbered(np.arange(50) > 40, np.zeros(50), np.arange(50))
    lift = list_line(sample, np.arange(50.0), 5).lift
    assert lift.value == 0
    assert not lift.has_interval


def test_small_groups_get_their_counts_and_no_number() -> None:
    lines = group_lines(FRAME, "size")
    assert [line.name for line in lines] == ["Small", "Enterprise", "Mid-Market"]
    assert lines[0].auc.is_known
    few = group_lines(FRAME.rows(FRAME.account < "A00200"), "size")
    small = next(line for line in few if line.name == "Enterprise")
    assert small.is_small
    assert small.accounts == 10


def test_the_card_of_a_real_score_says_useful_and_counts_what_it_saw() -> None:
    card = report_card(FRAME, SUBJECT, capacities=(0.1, 20))
    assert card.judgement.conclusion is Conclusion.USEFUL
    assert card.extent.rows == len(FRAME)
    assert card.extent.origins == 12
    assert card.extent.unknown == np.isnan(FRAME.score).sum()
    assert card.extent.clusters < card.extent.accounts
    assert card.extent.effective_events < card.extent.event_accounts
    assert [line.name for line in card.ranked] == [
        "account_health",
        "recency",
        "tenure",
        "constant",
    ]
    assert card.ranked[0].lead_days.is_known
    assert not card.ranked[-1].lead_days.is_known
    assert card.ranked[-1].lift.value == pytest.approx(1)
    assert len(card.lists) == 2
    assert card.calibration is not None
    assert {g.group for g in card.groups} == {"size"}
    assert card.models == ()


def test_a_fitted_model_stands_beside_the_score_and_changes_no_verdict() -> None:
    strong = FRAME.score - 30 * FRAME.outcome
    card = report_card(FRAME, SUBJECT, models={"strong": strong, "itself": FRAME.score})
    assert [m.rule for m in card.models] == ["strong", "itself"]
    assert card.models[0].difference.high < 0
    assert card.models[1].difference.value == 0
    assert card.judgement == report_card(FRAME, SUBJECT).judgement
    assert [r.name for r in card.ranked[1:3]] == ["strong", "itself"]


def test_concordance_of_first_scores_sees_the_same_order() -> None:
    assert 0.6 < first_seen_concordance(FRAME) < 0.9
    upside_down = replace(FRAME, score=-FRAME.score)
    assert first_seen_concordance(upside_down) == pytest.approx(1 - first_seen_concordance(FRAME))


def test_row_order_changes_no_number() -> None:
    order = np.random.default_rng(1).permutation(len(FRAME))
    one, two = report_card(FRAME, SUBJECT), report_card(FRAME.rows(order), SUBJECT)
    assert one.judgement.auc.value == pytest.approx(two.judgement.auc.value)
    assert one.judgement.auc.low == pytest.approx(two.judgement.auc.low)
    assert one.lead.median == two.lead.median
    assert one.false_alarms == two.false_alarms


def test_one_row_makes_a_card_that_refuses() -> None:
    card = report_card(FRAME.rows(np.array([0])), SUBJECT)
    assert card.judgement.conclusion is Conclusion.NOT_ENOUGH_DATA
    assert card.calibration is None
