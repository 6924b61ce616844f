"""A trigger's report card: alerts that follow the truth are useful, drawn ones are not."""

from dataclasses import replace

import numpy as np
import pytest

from keepwell.proof import Subject, trigger_card, whole_frame
from keepwell.proof.verdict import Conclusion, VerdictReason
from proof.worlds import World, frame_of

FRAME = frame_of(World(accounts=800, origins=12), 3)
SUBJECT = Subject("health_low", 0, "churn")


def test_alerts_on_low_scores_are_useful_with_their_rate_lift_and_lead() -> None:
    on = FRAME.tier == "low"
    card = trigger_card(FRAME, on, SUBJECT)
    assert (card.conclusion, card.reason) == (Conclusion.USEFUL, VerdictReason.BEATS_ALL_RULES)
    assert card.on_alert == on.sum()
    assert card.accounts == len(np.unique(FRAME.account[on]))
    assert card.precision.value == pytest.approx(FRAME.outcome[on].mean())
    assert card.recall.value == pytest.approx(FRAME.outcome[on].sum() / FRAME.outcome.sum())
    assert card.lift.value == pytest.approx(card.precision.value / FRAME.outcome.mean())
    assert card.lead.median.value > 0
    assert 0 < card.false_alarms.false < card.false_alarms.warnings


def test_alerts_by_lot_show_no_skill() -> None:
    on = np.random.default_rng(5).random(len(FRAME)) < 0.2
    card = trigger_card(FRAME, on, SUBJECT)
    assert (card.conclusion, card.reason) == (Conclusion.NO_SKILL, VerdictReason.SKILL_RULED_OUT)
    assert card.list_gain is not None


def test_alerts_that_are_a_list_by_silence_are_no_better_than_recency() -> None:
    world = World(accounts=1500, origins=12, skill=0.3, recency=0.9)
    frame = frame_of(world, 4)
    on = frame.baselines["recency"] < np.quantile(frame.baselines["recency"], 0.15)
    card = trigger_card(frame, on, SUBJECT)
    assert card.conclusion is Conclusion.NO_BETTER_THAN_RECENCY
    assert card.list_gain is not None
    assert card.list_gain.value == pytest.approx(0, abs=0.02)
    bare = trigger_card(replace(frame, baselines={}), on, SUBJECT)
    assert (bare.conclusion, bare.list_gain) == (Conclusion.USEFUL, None)


def test_too_few_alerts_or_outcomes_are_refused() -> None:
    few = np.zeros(len(FRAME), np.bool_)
    few[:10] = True
    assert trigger_card(FRAME, few, SUBJECT).reason is VerdictReason.TOO_FEW_ALARMS
    calm = replace(FRAME, outcome=np.zeros(len(FRAME), np.bool_))
    assert trigger_card(calm, FRAME.tier == "low", SUBJECT).reason is VerdictReason.TOO_FEW_EVENTS
    nobody = trigger_card(FRAME, np.zeros(len(FRAME), np.bool_), SUBJECT)
    assert (nobody.reason, nobody.list_gain) == (VerdictReason.TOO_FEW_ALARMS, None)


def test_alerts_that_never_came_true_show_no_skill_only_where_they_are_many() -> None:
    spared = np.flatnonzero(~np.isin(FRAME.account, FRAME.account[FRAME.outcome]))
    few, many = np.zeros(len(FRAME), np.bool_), np.zeros(len(FRAME), np.bool_)
    few[[spared[FRAME.account[spared] == a][0] for a in np.unique(FRAME.account[spared])[:25]]] = (
        True
    )
    many[spared] = True
    found = [trigger_card(FRAME, on, SUBJECT) for on in (few, many)]
    assert [card.lift.value for card in found] == [0, 0]
    assert [card.reason for card in found] == [
        VerdictReason.CHANCE_NOT_EXCLUDED,
        VerdictReason.SKILL_RULED_OUT,
    ]


def test_frames_of_several_scorecards_are_one_for_a_trigger() -> None:
    half = len(FRAME) // 2
    first = FRAME.rows(np.arange(half))
    second = replace(FRAME.rows(np.arange(half, len(FRAME))), groups={})
    whole = whole_frame([first, second])
    assert len(whole) == len(FRAME)
    assert np.array_equal(whole.account, FRAME.account)
    assert whole.groups == {}
    assert whole.baselines.keys() == FRAME.baselines.keys()
