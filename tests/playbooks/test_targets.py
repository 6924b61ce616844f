"""Baselines and targets, checked by hand."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keepwell.playbooks import STATE_WORDS, Kpi, Statistic, read_kpi, state_words

MEASURED_IN = {
    "count": "total_contacts",
    "days": "days_since_last_activity",
    "share": "win_rate",
    "amount": "won_amount_12m",
}
LABEL = {"zh": "指标", "en": "measure"}


def kpi(statistic: str, target: dict[str, Any], **given: Any) -> Kpi:
    unit = given.get("unit") or ("share" if statistic == "share_where" else "count")
    is_where = statistic.endswith("_where")
    return Kpi.model_validate(
        {
            "label": LABEL,
            "statistic": statistic,
            "expression": "total_contacts > 0" if is_where else MEASURED_IN[unit],
            "unit": unit,
            "better": "lower",
            "target": target,
            **given,
        }
    )


HALVE = {"kind": "halve"}
PEER_DOWN = {"kind": "peer", "otherwise": -0.5}


def test_half_of_six_in_seven_is_three_in_seven() -> None:
    reading = read_kpi(kpi("share_where", HALVE), Statistic(None, 6, 7), None, 7)
    assert (reading.state, reading.hits, reading.known, reading.target_hits) == ("reach", 6, 7, 3)
    assert reading.baseline == pytest.approx(6 / 7)
    assert reading.is_small


def test_odd_half_is_rounded_to_the_demanding_side() -> None:
    reading = read_kpi(kpi("share_where", HALVE), Statistic(None, 13, 23), None, 23)
    assert reading.target_hits == 6
    up = kpi("share_where", {"kind": "relative", "change": 0.1}, better="higher")
    assert read_kpi(up, Statistic(None, 10, 30), None, 30).target_hits == 11
    assert not reading.is_small


def test_share_of_zero_contradictions_is_none_of_all() -> None:
    rule = kpi("share_where", {"kind": "absolute", "value": 0})
    reading = read_kpi(rule, Statistic(None, 6, 14), None, 14)
    assert (reading.target, reading.target_hits, reading.state) == (0.0, 0, "reach")


def test_baseline_that_is_there_already_is_held() -> None:
    rule = kpi("median", {"kind": "absolute", "value": 14}, unit="days")
    reading = read_kpi(rule, Statistic(9.0, None, 12), None, 12)
    assert (reading.state, reading.baseline, reading.target) == ("hold", 9.0, 9.0)


def test_days_are_set_in_whole_numbers_on_the_demanding_side() -> None:
    rule = kpi("median", {"kind": "relative", "change": -0.4}, unit="days")
    assert read_kpi(rule, Statistic(24.0, None, 14), None, 14).target == 14.0
    amount = kpi("sum", {"kind": "relative", "change": 0.1}, unit="amount", better="higher")
    assert read_kpi(amount, Statistic(1230.0, None, 14), None, 14).target == pytest.approx(1353.0)


def test_peer_level_counts_only_from_ten_accounts_on() -> None:
    rule = kpi("median", {"kind": "peer", "otherwise": 0.5}, better="higher")
    own = Statistic(2.5, None, 14)
    reading = read_kpi(rule, own, Statistic(4.0, None, 23), 14)
    assert (reading.basis, reading.target) == ("peer", 4.0)
    few = read_kpi(rule, own, Statistic(9.0, None, 9), 14)
    assert (few.basis, few.target) == ("otherwise", 4.0)
    none = read_kpi(rule, own, None, 14)
    assert (none.basis, none.target) == ("otherwise", 4.0)


def test_peer_that_is_worse_means_hold() -> None:
    reading = read_kpi(
        kpi("median", PEER_DOWN, unit="days"),
        Statistic(8.0, None, 12),
        Statistic(11.0, None, 30),
        12,
    )
    assert (reading.state, reading.target) == ("hold", 8.0)


def test_zero_cannot_grow_by_a_share() -> None:
    rule = kpi("median", {"kind": "relative", "change": 0.5}, better="higher")
    reading = read_kpi(rule, Statistic(0.0, None, 12), None, 12)
    assert (reading.state, reading.baseline, reading.target) == ("no_base", 0.0, None)


def test_negative_sum_moves_towards_better() -> None:
    rule = kpi("sum", {"kind": "relative", "change": 0.1}, unit="amount", better="higher")
    reading = read_kpi(rule, Statistic(-100.0, None, 12), None, 12)
    assert reading.state == "reach"
    assert reading.target == pytest.approx(-90.0)


def test_no_expression_or_no_known_account_is_no_field() -> None:
    goal = {"kind": "absolute", "value": 0.8}
    without = kpi("share_where", goal, expression=None, better="higher")
    reading = read_kpi(without, None, None, 7)
    assert (reading.state, reading.baseline, reading.target_hits) == ("no_field", None, 6)
    unknown = read_kpi(kpi("share_where", HALVE), Statistic(None, None, 0), None, 7)
    assert (unknown.state, unknown.target, unknown.target_hits) == ("no_field", None, None)
    assert read_kpi(kpi("median", PEER_DOWN), None, None, 7).state == "no_field"


def test_a_field_that_is_there_without_any_event_is_never_not_no_field() -> None:
    rule = kpi("median", {"kind": "relative", "change": -0.3}, unit="days")
    reading = read_kpi(rule, Statistic(None, None, 0, never=1), None, 1)
    assert (reading.state, reading.baseline, reading.target) == ("never", None, None)
    assert "never any activity" in state_words(reading).en
    assert "从未有过活动" in state_words(reading).zh
    deals = kpi("mean", HALVE, unit="share")
    assert "activity" not in state_words(read_kpi(deals, Statistic(None, None, 0, 2), None, 2)).en
    some = read_kpi(rule, Statistic(20.0, None, 12, never=3), None, 15)
    assert (some.state, some.known) == ("reach", 12)
    nothing = read_kpi(rule, Statistic(None, None, 0), None, 1)
    assert state_words(nothing) == STATE_WORDS["no_field"]


def test_count_of_accounts_is_a_count() -> None:
    rule = kpi("count_where", {"kind": "absolute", "value": 0})
    reading = read_kpi(rule, Statistic(None, 4, 9), None, 9)
    assert (reading.baseline, reading.target, reading.target_hits) == (4.0, 0.0, 0)


def test_a_share_is_held_where_its_target_would_pass_one_hundred_per_cent() -> None:
    rule = kpi("mean", {"kind": "relative", "change": 0.1}, unit="share", better="higher")
    for value in (0.94, 0.911, 0.909, 1.0):
        reading = read_kpi(rule, Statistic(value, None, 20), None, 20)
        assert reading.state == "hold"
        assert reading.target == pytest.approx(value)
    below = read_kpi(rule, Statistic(0.5, None, 20), None, 20)
    assert below.state == "reach"
    assert below.target == pytest.approx(0.55)
    where = kpi("share_where", {"kind": "relative", "change": 0.1}, better="higher")
    held = read_kpi(where, Statistic(None, 29, 30), None, 30)
    assert (held.state, held.target_hits) == ("hold", 29)
    full = kpi("mean", {"kind": "absolute", "value": 1}, unit="share", better="higher")
    all_of_it = read_kpi(full, Statistic(0.94, None, 20), None, 20)
    assert (all_of_it.state, all_of_it.target) == ("reach", 1.0)


def test_a_grown_share_asks_for_no_more_than_half_of_what_is_missing() -> None:
    rule = kpi("mean", {"kind": "relative", "change": 0.1}, unit="share", better="higher")
    reading = read_kpi(rule, Statistic(0.9, None, 20), None, 20)
    assert reading.state == "reach"
    assert reading.target == pytest.approx(0.95)


def test_mean_of_a_count_is_set_in_tenths_on_the_demanding_side() -> None:
    rule = kpi("mean", {"kind": "relative", "change": 0.15}, better="higher")
    reading = read_kpi(rule, Statistic(2.416, None, 30), None, 30)
    assert reading.target == pytest.approx(2.8)


def test_target_that_rounds_to_no_account_is_zero_not_at_most_zero() -> None:
    reading = read_kpi(kpi("share_where", HALVE), Statistic(None, 1, 3), None, 3)
    assert (reading.state, reading.target, reading.target_hits) == ("reach", 0.0, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"expression": None},
        {"unit": "days"},
        {"target": {"kind": "absolute", "value": 80}},
        {"target": {"kind": "relative", "change": float("nan")}},
        {"target": {"kind": "relative", "change": -1.5}},
    ],
)
def test_kpi_that_makes_no_sense_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        kpi("share_where", **{"target": HALVE, **changes})


@given(
    value=st.floats(-1e9, 1e9),
    peer=st.floats(-1e9, 1e9),
    known=st.integers(1, 50),
    better=st.sampled_from(["higher", "lower"]),
    target=st.sampled_from(
        [HALVE, PEER_DOWN, {"kind": "absolute", "value": 3}, {"kind": "relative", "change": 0.2}]
    ),
)
def test_target_is_never_worse_than_the_baseline_nor_nan(
    value: float, peer: float, known: int, better: str, target: dict[str, Any]
) -> None:
    rule = kpi("mean", target, unit="amount", better=better)
    reading = read_kpi(rule, Statistic(value, None, known), Statistic(peer, None, 20), known)
    assert reading.baseline == value
    if reading.target is None:
        assert reading.state == "no_base"
        return
    assert math.isfinite(reading.target)
    assert reading.target >= value if better == "higher" else reading.target <= value
