"""Plays with a known effect: estimates cover it, the naive view does not, looking often is safe."""

import math
import os
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from keepwell.proof import (
    Arms,
    HoldoutEffect,
    MatchedEffect,
    holdout_effect,
    judge,
    matched_effect,
    naive_view,
)
from proof.effect_worlds import candidates, confounded_world, drawn_arms, scores_alone

SOAK = bool(os.environ.get("KEEPWELL_SOAK"))
TIMES = 1_000 if SOAK else 40
LOOKS = 20
EFFECTS = (0.0, 2.0, 8.0)


def is_nominal(hits: int, times: int, chance: float = 0.95) -> bool:
    """Say whether a count is what a chance gives, within three binomial standard errors."""
    return abs(hits / times - chance) <= 3.0 * math.sqrt(chance * (1.0 - chance) / times)


@cache
def matched(seed: int, effect: float) -> tuple[MatchedEffect, float]:
    """Return the estimate of a world, and its truth: late enrolment of controls takes part away."""
    found = matched_effect(candidates(confounded_world(seed, effect)))
    assert found is not None
    return found, effect * (1.0 - found.crossed)


@pytest.mark.parametrize("effect", EFFECTS)
def test_matched_estimates_cover_the_truth_at_the_nominal_rate(effect: float) -> None:
    found = [matched(seed, effect) for seed in range(TIMES)]
    assert is_nominal(sum(m.adjusted.interval().holds(t) for m, t in found), TIMES)
    error = np.array([m.adjusted.value - t for m, t in found])
    assert abs(error.mean()) < 0.25 + 3.0 * error.std() / math.sqrt(TIMES)


@pytest.mark.parametrize("effect", EFFECTS)
def test_before_and_after_alone_misses_the_truth(effect: float) -> None:
    missed, closer = 0, 0
    for seed in range(TIMES):
        rows = candidates(confounded_world(seed, effect))
        found, truth = matched(seed, effect)
        got = np.flatnonzero(rows.is_enrolled)
        naive = naive_view(rows.before, rows.after, rows.cluster, got, found.regression)
        missed += not naive.change.interval().holds(truth)
        corrected = naive.change.value - naive.regression.value
        closer += abs(corrected - truth) < abs(naive.change.value - truth)
    assert missed > 0.8 * TIMES
    assert closer > 0.8 * TIMES


def test_placebo_and_pre_trend_alarm_at_their_level_where_nothing_is_hidden() -> None:
    found = [matched(seed, 0.0)[0] for seed in range(TIMES)]
    for checks in ([m.placebo for m in found], [m.pre_trend for m in found]):
        alarms = sum(c is not None and not c.interval(0.99).holds(0.0) for c in checks)
        assert alarms <= 0.05 * TIMES + 3.0 * math.sqrt(0.05 * 0.95 * TIMES)


def test_a_hidden_cause_is_found_by_the_pre_trend() -> None:
    world = confounded_world(3, 0.0)
    rows = candidates(world)
    falling = rows.earlier.copy()
    falling[rows.is_enrolled, 1:] += 8.0
    found = matched_effect(replace(rows, earlier=falling))
    assert found is not None
    assert found.pre_trend is not None
    assert not found.pre_trend.interval(0.99).holds(0.0)
    assert judge("score", found, 3.0) == ("cannot_tell", ("pre_trend",))


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("dropping", [0.0, 0.3])
def test_holdout_estimates_cover_the_truth_at_the_nominal_rate(
    effect: float, dropping: float
) -> None:
    times = 1_000 if SOAK else 100
    hits = 0
    for seed in range(times):
        found = holdout_effect(drawn_arms(seed, effect, dropping=dropping))
        hits += found.adjusted.interval().holds(effect * (1.0 - dropping))
    assert is_nominal(hits, times)


def test_what_was_known_before_makes_the_interval_of_a_lot_narrower() -> None:
    found = [holdout_effect(drawn_arms(seed, 2.0)) for seed in range(20)]
    assert all(f.adjusted.standard_error < f.plain.standard_error for f in found)
    assert np.mean([f.explained for f in found]) > 0.2


def part(arms: Arms, rows: int) -> Arms:
    """Return the accounts whose horizon was over first."""
    return Arms(**{n: getattr(arms, n)[:rows] for n in Arms.__dataclass_fields__})


def test_twenty_looks_find_an_effect_of_nothing_in_one_of_twenty_at_most() -> None:
    times = 1_000 if SOAK else 150
    guarded, unguarded = 0, 0
    for seed in range(times):
        order = np.random.default_rng(seed).permutation(400)
        whole = drawn_arms(seed, 0.0)
        mixed = Arms(**{n: getattr(whole, n)[order] for n in Arms.__dataclass_fields__})
        looks = [holdout_effect(part(mixed, 20 * k)).adjusted for k in range(1, LOOKS + 1)]
        looks = [d for d in looks if min(d.treated, d.controls) >= 5]
        guarded += any(not d.always(3.0).holds(0.0) for d in looks)
        unguarded += any(not d.interval().holds(0.0) for d in looks)
    assert guarded <= 0.05 * times + 2.0 * math.sqrt(0.05 * 0.95 * times)
    assert unguarded > 0.12 * times


@pytest.mark.parametrize(
    ("effect", "accounts", "verdict"),
    [
        (8.0, 400, "works"),
        (-8.0, 400, "harmful"),
        (0.0, 6_000, "no_effect_seen"),
        (1.0, 120, "cannot_tell"),
        (8.0, 40, "cannot_tell"),
    ],
)
def test_verdicts_follow_effect_and_size(effect: float, accounts: int, verdict: str) -> None:
    found = holdout_effect(drawn_arms(11, effect, accounts))
    assert judge("score", found, 3.0)[0] == verdict


def test_fewer_leavers_are_good_and_few_leavers_are_no_evidence() -> None:
    found = holdout_effect(drawn_arms(11, -8.0))
    assert judge("left", found, 3.0, leavers=60)[0] == "works"
    assert judge("left", found, 3.0, leavers=9) == ("cannot_tell", ("too_few_leavers",))


def test_outcomes_that_are_lost_in_one_group_only_are_doubted() -> None:
    arms = drawn_arms(5, 8.0)
    after = np.where(arms.is_treated & (arms.before < np.median(arms.before)), np.nan, arms.after)
    found = holdout_effect(replace(arms, after=after))
    assert found.is_lopsided
    assert found.lost_held == 0
    assert judge("score", found, 3.0) == ("cannot_tell", ("lopsided_loss",))


def test_cuped_equals_a_plain_recomputation() -> None:
    arms = drawn_arms(2, 2.0)
    frame = pd.DataFrame({"y": arms.after, "x": arms.before, "t": arms.is_treated})
    frame["b"], frame["s"] = arms.covariates.T
    inside = frame[["y", "x", "b", "s"]] - frame.groupby("t")[["y", "x", "b", "s"]].transform(
        "mean"
    )
    cross = inside[["x", "b", "s"]].T @ inside[["x", "b", "s"]]
    slopes = np.linalg.inv(cross.to_numpy()) @ (inside[["x", "b", "s"]].T @ inside["y"])
    left = frame["y"] - (frame[["x", "b", "s"]] - frame[["x", "b", "s"]].mean()) @ slopes
    groups = left.groupby(frame["t"])
    value = groups.mean()[True] - groups.mean()[False]
    error = math.sqrt((groups.var() / groups.size()).sum())
    found: HoldoutEffect = holdout_effect(arms)
    assert found.adjusted.value == pytest.approx(value)
    assert found.adjusted.standard_error == pytest.approx(error)


def nearest_by_hand(logit: pd.Series, ours: pd.Series) -> dict[int, list[int]]:
    """Return greedy neighbours: the likeliest first, everybody one before anybody two."""
    caliper, free = 0.2 * logit.std(ddof=0), set(logit.index[~ours])
    found: dict[int, list[int]] = {row: [] for row in logit[ours].sort_values().index[::-1]}
    for turn in range(2):
        for row, taken in found.items():
            gaps = (logit[sorted(free)] - logit[row]).abs()
            if len(taken) == turn and len(gaps) and gaps.min() <= caliper:
                taken.append(int(gaps.idxmin()))
                free.discard(taken[-1])
    return {row: taken for row, taken in found.items() if taken}


def test_difference_in_differences_equals_a_plain_recomputation() -> None:
    rows = candidates(confounded_world(4, 8.0))
    first = rows.rows(rows.day == rows.day.min())
    found = matched_effect(first, with_placebo=False)
    x = pd.DataFrame(
        {"now": first.before, "was": first.earlier[:, 0], "size": first.features[:, 0]}
    )
    x = (x - x.mean()) / x.std(ddof=0)
    ours, change = pd.Series(first.is_enrolled), pd.Series(first.after - first.before)
    fitted = LogisticRegression(C=100.0, tol=1e-10, max_iter=1_000).fit(x, ours)
    sets = nearest_by_hand(pd.Series(fitted.decision_function(x)), ours)
    inside_x, inside_y = x[~ours] - x[~ours].mean(), change[~ours] - change[~ours].mean()
    slopes = np.linalg.solve(inside_x.T @ inside_x, inside_x.T @ inside_y)
    left = change - x.to_numpy() @ slopes
    gaps = pd.Series({row: left[row] - left[taken].mean() for row, taken in sets.items()})
    assert found is not None
    assert found.adjusted.treated == len(sets) > 30
    assert found.adjusted.value == pytest.approx(gaps.mean(), abs=1e-4)
    assert found.adjusted.standard_error == pytest.approx(gaps.sem(), abs=1e-4)
    assert found.unmatched == ours.sum() - len(sets)


def test_accounts_that_swing_around_their_own_level_come_back_by_themselves() -> None:
    _, alone = scores_alone(np.random.default_rng(1), 900)
    low = np.argsort(alone[:, 3])[:200]
    assert alone[low, 6].mean() - alone[low, 3].mean() > 3.0
