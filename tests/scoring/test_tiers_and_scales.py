"""Single facts about tiers, null policies, scales, fitting and faulty scorecards."""

from typing import Any

import pytest

from keepwell.scoring import (
    Statistic,
    check_card,
    check_together,
    definition_hash,
    drift_between,
    fit,
    fit_requests,
    scale_value,
    score_row,
    tier_of,
)
from keepwell.vocabulary import (
    MAX_MICRO,
    ConfigInvalid,
    LinearScale,
    LogisticScale,
    MapScale,
    MinMaxScale,
    PercentileScale,
    Scorecard,
    StepsScale,
    Unit,
)
from scoring.scored_table import catalog_of, measure

SHARE = {"kind": "identity"}


def card_of(*measures: dict[str, Any], **more: Any) -> Scorecard:
    return Scorecard.model_validate(
        {
            "scorecard": "small",
            "dimensions": [{"dimension": "all", "weight": 100, "measures": list(measures)}],
            **more,
        }
    )


@pytest.mark.parametrize(
    ("micro", "tier"),
    [
        (80_000_000, "high"),
        (79_999_999, "medium"),
        (50_000_000, "medium"),
        (49_999_999, "low"),
        (0, "low"),
        (None, "unknown"),
    ],
)
def test_tiers_compare_micro_points_and_never_round(micro: int | None, tier: str) -> None:
    assert tier_of(card_of({"measure": "m", "scale": SHARE}), micro, MAX_MICRO) == tier


def test_a_tier_may_start_at_half_a_point() -> None:
    tiers = [{"tier": "good", "min": 79.5}, {"tier": "bad", "min": 0}]
    card = card_of({"measure": "m", "scale": SHARE}, tiers=tiers)
    assert tier_of(card, 79_500_000, MAX_MICRO) == "good"
    assert tier_of(card, 79_499_999, MAX_MICRO) == "bad"


def test_coverage_exactly_at_the_floor_has_a_tier() -> None:
    card = card_of({"measure": "m", "scale": SHARE}, min_coverage=0.5)
    assert tier_of(card, 60_000_000, 50_000_000) == "medium"
    assert tier_of(card, 60_000_000, 49_999_999) == "unknown"


@pytest.mark.parametrize(
    ("policy", "micro"), [("worst", 0), ("neutral", 50_000_000), (0.25, 25_000_000)]
)
def test_never_follows_its_policy_and_counts_as_covered(policy: str | float, micro: int) -> None:
    card = card_of({"measure": "m", "scale": SHARE, "never": policy})
    scored = score_row(card, {"m": None}, {"m"})
    assert (scored.score_micro, scored.coverage) == (micro, 1.0)


@pytest.mark.parametrize(
    ("policy", "micro"), [("share", 100_000_000), ("neutral", 75_000_000), ("worst", 50_000_000)]
)
def test_unknown_follows_its_policy_and_is_not_covered(policy: str, micro: int) -> None:
    card = card_of(
        {"measure": "a", "weight": 50, "scale": SHARE},
        {"measure": "b", "weight": 50, "scale": SHARE, "unknown": policy},
    )
    scored = score_row(card, {"a": 1.0}, frozenset())
    assert (scored.score_micro, scored.coverage) == (micro, 0.5)


def test_an_account_of_which_nothing_is_known_has_no_score_whatever_the_policy() -> None:
    card = card_of({"measure": "m", "scale": SHARE, "unknown": "neutral"}, min_coverage=0)
    scored = score_row(card, {}, frozenset())
    assert (scored.score_micro, scored.tier) == (None, "unknown")


@pytest.mark.parametrize(
    ("scale", "value", "share"),
    [
        (MinMaxScale(min=0, max=10), 2.5, 0.25),
        (MinMaxScale(min=0, max=10, direction="lower_is_better"), 2.5, 0.75),
        (MinMaxScale(min=0, max=10), 99.0, 1.0),
        (MinMaxScale(min=4, max=4), 4.0, 0.5),
        (MinMaxScale(kind="sqrt_minmax", min=0, max=100), 25.0, 0.5),
        (MinMaxScale(kind="log_minmax", min=-5, max=-1), -3.0, 0.5),
        (MinMaxScale(), 3.0, None),
        (LinearScale(zero_at=60, full_at=0), 45.0, 0.25),
        (StepsScale(steps=((1, 0.5), (10, 1))), 9.99, 0.5),
        (StepsScale(below=0.1, steps=((1, 0.5), (10, 1))), 0.0, 0.1),
        (PercentileScale(breakpoints=((0, 0), (10, 0.8), (20, 1))), 5.0, 0.4),
        (PercentileScale(breakpoints=((3, 0.5),)), 99.0, 0.5),
        (PercentileScale(), 1.0, None),
        (MapScale(values={"A": 0.3}), "A", 0.3),
        (MapScale(values={"A": 0.3}), "a", None),
        (LogisticScale(midpoint=3, slope=2), 3.0, 0.5),
        (LogisticScale(midpoint=0, slope=1), -1e300, 0.0),
        (LogisticScale(midpoint=0, slope=1, direction="lower_is_better"), 1e300, 0.0),
    ],
)
def test_a_scale_gives_the_share(scale: Any, value: float | str, share: float | None) -> None:
    assert scale_value(scale, value) == share


def test_fit_asks_only_for_open_bounds() -> None:
    card = card_of(
        {"measure": "open", "scale": {"kind": "minmax", "min": 0}},
        {"measure": "given", "scale": {"kind": "minmax", "min": 0, "max": 5}},
        {"measure": "ranks", "scale": {"kind": "percentile"}},
    )
    asked = {r.measure: r.kind for r in fit_requests(card, catalog_of(card))}
    assert asked == {"open": "range", "ranks": "quantiles"}


def test_a_given_bound_wins_over_the_observed_one() -> None:
    card = card_of({"measure": "m", "scale": {"kind": "minmax", "min": 0}})
    scale = fit(card, [Statistic("m", low=-4, high=8)], "").measures[0].scale
    assert scale == MinMaxScale(min=0, max=8)


def test_a_measure_without_data_stays_open_and_counts_as_unknown() -> None:
    card = card_of({"measure": "m", "scale": {"kind": "minmax"}})
    fitted = fit(card, [Statistic("m")], "")
    assert score_row(fitted, {"m": 3.0}, frozenset()).score_micro is None


def test_the_hash_of_a_definition_ignores_notes_only() -> None:
    card = card_of({"measure": "m", "scale": SHARE})
    assert definition_hash(card) == definition_hash(card.model_copy(update={"note": "x"}))
    assert definition_hash(card) != definition_hash(card.model_copy(update={"version": 2}))


def test_drift_names_the_measures_whose_bounds_moved() -> None:
    card = card_of({"measure": "m", "scale": {"kind": "minmax"}}, {"measure": "n", "scale": SHARE})
    old = fit(card, [Statistic("m", low=0, high=5)], "")
    new = fit(card, [Statistic("m", low=0, high=9)], "")
    assert [d.text() for d in drift_between(old, new)] == ["m 0..5 → 0..9"]


@pytest.mark.parametrize(
    ("scale", "fault"),
    [
        ({"kind": "minmax", "min": 6, "max": 5}, "min 6 must not be above max 5"),
        ({"kind": "steps", "steps": [[5, 1], [5, 0.5]]}, "steps must rise"),
        ({"kind": "percentile", "breakpoints": [[1, 0.9], [2, 0.1]]}, "breakpoints must rise"),
        ({"kind": "linear", "zero_at": 1, "full_at": 1}, "zero_at and full_at are both 1"),
        (
            {"kind": "linear", "zero_at": 0, "full_at": 9, "direction": "lower_is_better"},
            "full_at 9 is above zero_at 0",
        ),
        (
            {"kind": "steps", "steps": [[1, 1]], "direction": "lower_is_better"},
            "the last step is better",
        ),
        ({"kind": "map", "values": {"A": 1}}, "is a number and cannot use"),
    ],
)
def test_a_scale_that_contradicts_itself_is_refused(scale: dict[str, Any], fault: str) -> None:
    with pytest.raises(ConfigInvalid, match=fault):
        check_card(card_of({"measure": "m", "scale": scale}), {"m": measure("m")})


def test_an_unknown_measure_is_refused_with_a_proposal() -> None:
    card = card_of({"measure": "total_contact", "scale": SHARE})
    with pytest.raises(ConfigInvalid, match="did you mean `total_contacts`"):
        check_card(card, {"total_contacts": measure("total_contacts")})


def test_a_category_needs_a_map() -> None:
    card = card_of({"measure": "size", "scale": SHARE})
    with pytest.raises(ConfigInvalid, match="needs `kind: map`"):
        check_card(card, {"size": measure("size", Unit.CATEGORY)})


def test_a_dimension_named_like_a_measure_is_refused() -> None:
    card = card_of({"measure": "all", "scale": SHARE})
    with pytest.raises(ConfigInvalid, match="names a dimension and a measure"):
        check_card(card, {"all": measure("all")})


def test_a_dimension_named_like_a_measure_of_another_card_is_refused() -> None:
    other = card_of({"measure": "all", "scale": SHARE}).model_copy(update={"scorecard": "other"})
    own = other.dimensions[0].model_copy(update={"dimension": "else"})
    other = other.model_copy(update={"dimensions": (own,)})
    with pytest.raises(ConfigInvalid, match="`all` is a measure of scorecard `other`"):
        check_together([card_of({"measure": "m", "scale": SHARE}), other])


def test_a_dimension_name_must_be_a_plain_word() -> None:
    card = Scorecard.model_validate(
        {
            "scorecard": "odd",
            "dimensions": [
                {"dimension": "a b", "weight": 1, "measures": [{"measure": "m", "scale": SHARE}]}
            ],
        }
    )
    with pytest.raises(ConfigInvalid, match="dimension `a b` must be letters"):
        check_card(card, {"m": measure("m")})
