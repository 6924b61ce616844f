"""The verdict: right on companies whose truth is known, and refused where nothing can be told."""

import os
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom

from keepwell.proof.metrics import auc
from keepwell.proof.metrics_sample import sample_of
from keepwell.proof.verdict import Conclusion, Judgement, VerdictReason, judge_score
from proof.worlds import World, frame_of

DRAWN = 1000 if os.environ.get("KEEPWELL_SOAK") else 60
# Several origins per account, a tenth of the accounts are near-duplicates of others.
NULL = World(skill=0.0, recency=0.0)
NULL_BESIDE_A_GOOD_RULE = World(skill=0.0, recency=0.5)
AS_GOOD_AS_RECENCY = World(accounts=600, skill=0.6, recency=0.6)
SIGNAL = World(accounts=600, origins=12, skill=0.9, recency=0.3)
FEW = World(accounts=60, origins=3)


def judged(world: World, seed: int) -> Judgement:
    frame = frame_of(world, seed)
    return judge_score(sample_of(frame), frame.score, frame.baselines)


@pytest.fixture(scope="module")
def judgements() -> Callable[[World], list[Judgement]]:
    known: dict[World, list[Judgement]] = {}

    def of(world: World) -> list[Judgement]:
        if world not in known:
            known[world] = [judged(world, seed) for seed in range(DRAWN)]
        return known[world]

    return of


def truth(world: World) -> tuple[float, float]:
    """Return the AUC of score and rule in a company a hundred times the size."""
    frame = frame_of(replace(world, accounts=60_000, duplicates=0.0), 77)
    sample = sample_of(frame)
    return auc(sample, frame.score).value, auc(sample, frame.baselines["recency"]).value


@pytest.mark.parametrize("world", [NULL, NULL_BESIDE_A_GOOD_RULE, AS_GOOD_AS_RECENCY])
def test_a_score_without_skill_of_its_own_is_hardly_ever_called_useful(
    world: World, judgements: Callable[[World], list[Judgement]]
) -> None:
    false = sum(j.conclusion is Conclusion.USEFUL for j in judgements(world))
    assert false <= binom.ppf(0.999, DRAWN, 0.05)


def test_a_real_score_is_called_useful_nine_times_in_ten(
    judgements: Callable[[World], list[Judgement]],
) -> None:
    right = sum(j.conclusion is Conclusion.USEFUL for j in judgements(SIGNAL))
    assert right >= binom.ppf(0.001, DRAWN, 0.90)
    own, rule = truth(SIGNAL)
    assert (round(own, 2), round(rule, 2)) == (0.72, 0.58)
    leavers = np.mean([j.units for j in judgements(SIGNAL)])
    assert 105 < leavers < 125


@pytest.mark.parametrize("world", [NULL, AS_GOOD_AS_RECENCY, SIGNAL])
def test_intervals_hold_the_truth_as_often_as_they_say(
    world: World, judgements: Callable[[World], list[Judgement]]
) -> None:
    own, rule = truth(world)
    pairs = [(j.auc, j.rules[0].difference) for j in judgements(world)]
    of_auc = sum(a.low <= own <= a.high for a, _ in pairs)
    of_difference = sum(d.low <= own - rule <= d.high for _, d in pairs)
    least, most = binom.ppf(0.0005, DRAWN, 0.95), binom.ppf(0.9995, DRAWN, 0.95)
    assert least <= of_auc <= most
    assert least <= of_difference <= most


def test_intervals_over_rows_instead_of_clusters_would_hold_it_too_seldom() -> None:
    own, _ = truth(SIGNAL)
    held = 0
    for seed in range(40):
        frame = frame_of(SIGNAL, seed)
        rows = replace(frame, cluster=np.arange(len(frame)))
        estimate = judge_score(sample_of(rows), frame.score, {}).auc
        held += estimate.low <= own <= estimate.high
    assert held < binom.ppf(0.01, 40, 0.95)


def test_a_score_that_is_recency_with_noise_is_told_so_or_waits_for_data(
    judgements: Callable[[World], list[Judgement]],
) -> None:
    told = {(j.conclusion, j.rule) for j in judgements(AS_GOOD_AS_RECENCY)}
    assert (Conclusion.NO_BETTER_THAN_RECENCY, "recency") in told


def test_the_recency_itself_is_no_better_than_recency() -> None:
    frame = frame_of(World(accounts=800, recency=0.8), 1)
    judgement = judge_score(sample_of(frame), frame.baselines["recency"], frame.baselines)
    assert judgement.conclusion is Conclusion.NO_BETTER_THAN_RECENCY
    assert judgement.rule == "recency"


def test_few_departures_are_refused_with_their_count() -> None:
    judgement = judged(FEW, 1)
    assert judgement.conclusion is Conclusion.NOT_ENOUGH_DATA
    assert judgement.reason is VerdictReason.TOO_FEW_EVENTS
    assert judgement.units < judgement.needed == 20


def test_copies_of_departures_do_not_make_enough_of_them() -> None:
    frame = frame_of(World(accounts=120, duplicates=0.0), 1)
    alone = judge_score(sample_of(frame), frame.score, {})
    merged = replace(frame, cluster=frame.cluster % 25)
    assert judge_score(sample_of(merged), frame.score, {}).units < alone.units


def test_nobody_staying_or_leaving_is_refused() -> None:
    frame = frame_of(World(), 1)
    for outcome, reason in (
        (True, VerdictReason.TOO_FEW_OTHERS),
        (False, VerdictReason.TOO_FEW_EVENTS),
    ):
        one_sided = replace(frame, outcome=np.full(len(frame), outcome))
        judgement = judge_score(sample_of(one_sided), frame.score, frame.baselines)
        assert (judgement.conclusion, judgement.reason) == (Conclusion.NOT_ENOUGH_DATA, reason)


def test_a_score_that_is_mostly_unknown_is_refused() -> None:
    judgement = judged(replace(SIGNAL, unknown=0.6), 1)
    assert judgement.reason is VerdictReason.SCORE_MOSTLY_UNKNOWN
    assert judgement.known_share == pytest.approx(0.4, abs=0.02)


def test_a_score_upside_down_has_no_skill() -> None:
    frame = frame_of(SIGNAL, 1)
    judgement = judge_score(sample_of(frame), -frame.score, frame.baselines)
    assert judgement.conclusion is Conclusion.NO_SKILL


def test_the_own_score_of_a_month_ago_need_not_be_beaten() -> None:
    frame = frame_of(SIGNAL, 1)
    judgement = judge_score(sample_of(frame), frame.score, {"last_score": frame.score})
    assert judgement.conclusion is Conclusion.USEFUL
