"""Engagement across stages, its proxies, ratios, the index, struggle and candidates, by hand."""

from datetime import date, timedelta
from typing import Any

import pytest

from keepwell.value import ValueSettings
from value.world import AS_OF, compute, open_world, values

Rows = list[dict[str, Any]]


def events(plan: dict[str, list[tuple[str, int]]]) -> Rows:
    """Return activities: per account (channel, days before as_of)."""
    return [
        {"activity_id": f"{a}{i}", "account_id": a, "channel": c}
        | {"occurred_at": AS_OF - timedelta(days=d)}
        for a, given in plan.items()
        for i, (c, d) in enumerate(given)
    ]


def model(
    tables: dict[str, Rows], portfolio: Rows, **settings: Any
) -> tuple[dict[str, dict[str, Any]], dict[str, tuple[Any, ...]]]:
    """Return the value rows and, per item, basis, is_proxy and known of value_sources."""
    with open_world(tables, portfolio) as engine:
        compute(engine, tables, ValueSettings.model_validate(settings))
        sources = engine.rows("SELECT item, basis, is_proxy, known FROM value_sources")
        return values(engine), {s[0]: s[1:] for s in sources}


def test_consistency_is_the_share_of_stage_periods_with_an_event() -> None:
    every = [(c, d) for c in ("marketing", "sales", "support") for d in range(5, 180, 30)]
    plan = {"a": every, "b": [("sales", 1), ("sales", 2), ("marketing", 40)], "c": [("sales", 400)]}
    tables = {"activities": events(plan)}
    accounts: Rows = [{"account_id": a, "account_age_days": 1000} for a in "abcd"]
    found, sources = model(tables, accounts)
    shares = {a: found[a]["engagement_consistency"] for a in "abcd"}
    assert shares == {"a": 1.0, "b": pytest.approx(2 / 18), "c": 0.0, "d": 0.0}
    assert sources["consistency"] == ("stages", False, 4)
    assert found["a"]["engagement"] == 1.0


def test_young_accounts_are_measured_by_the_periods_they_lived() -> None:
    plan = {"a": [("sales", 5), ("marketing", 5)], "b": [("sales", 5)]}
    found, _ = model(
        {"activities": events(plan)},
        [{"account_id": a, "account_age_days": 20} for a in "ab"],
    )
    # One period lived, two stages that the data know.
    assert [found[a]["engagement_consistency"] for a in "ab"] == [1.0, 0.5]


def test_tickets_are_the_service_stage() -> None:
    tables = {
        "activities": events({"a": [("sales", 50)]}),
        "tickets": [
            {"ticket_id": "1", "account_id": "a", "occurred_at": AS_OF - timedelta(days=20)}
        ],
    }
    found, sources = model(tables, [{"account_id": "a", "account_age_days": 500}])
    assert found["a"]["stage_periods"] == 2
    assert found["a"]["sales_to_support_days"] == 30
    assert sources["time"][:2] == ("stages", False)


def test_days_between_stages_count_forwards_only() -> None:
    plan = {"a": [("marketing", 90), ("sales", 60), ("success", 70)]}
    found, _ = model({"activities": events(plan)}, [{"account_id": "a", "account_age_days": 500}])
    assert found["a"]["marketing_to_sales_days"] == 30
    assert found["a"]["sales_to_support_days"] is None  # service came first


def test_without_stages_the_variance_of_the_scores_stands_in_and_is_called_a_proxy() -> None:
    view = [
        {"account_id": "a", "recency_score": 5, "frequency_score": 5, "monetary_score": 5},
        {"account_id": "b", "recency_score": 1, "frequency_score": 3, "monetary_score": 5},
    ]
    portfolio = [{"account_id": a, "base_amount": 60.875, "account_age_days": 61} for a in "ab"]
    found, sources = model({"account_view": view}, portfolio)
    assert found["a"]["engagement_consistency"] == 1.0
    # Scores 1, 3, 5: mean 3, squares 4 + 0 + 4, over 3.
    assert found["b"]["engagement_consistency"] == pytest.approx(1 / (1 + 8 / 3))
    assert sources["consistency"][:2] == ("rfm_variance", True)
    assert sources["time"][:2] == ("value_velocity", True)
    assert found["a"]["value_velocity_amount"] == pytest.approx(60.875 * 30.4375 / 61)
    assert found["b"]["monetary_imbalance"] == 3.0
    assert found["b"]["imbalance_bucket"] == "value_far_ahead"
    assert found["b"]["activity_efficiency"] == pytest.approx(5 / 3)
    # The verdict's engagement holds no money: R and F alone.
    assert found["b"]["engagement"] == pytest.approx((1 + 3 - 2) / 8)


def test_where_only_segment_names_are_known_their_declared_number_stands_in() -> None:
    view = [
        {"account_id": "a", "value_segment": "Champion"},
        {"account_id": "b", "value_segment": "休眠客户"},
    ]
    found, sources = model({"account_view": view}, [{"account_id": a} for a in "ab"])
    assert [found[a]["engagement_consistency"] for a in "ab"] == [1.0, 0.2]
    assert sources["consistency"][:2] == ("segment_label", True)


@pytest.mark.parametrize(
    ("imbalance", "bucket"),
    [
        ((5, 1, 3), "balanced"),
        ((1, 2, 2), "value_ahead"),
        ((1, 1, 3), "value_far_ahead"),
        ((3, 3, 2), "engagement_ahead"),
        ((5, 5, 1), "engagement_far_ahead"),
    ],
)
def test_imbalance_buckets(imbalance: tuple[int, int, int], bucket: str) -> None:
    names = ("recency_score", "frequency_score", "monetary_score")
    view = [{"account_id": "a"} | dict(zip(names, imbalance, strict=True))]
    found, _ = model({"account_view": view}, [{"account_id": "a"}])
    assert found["a"]["imbalance_bucket"] == bucket


def test_inactivity_is_a_share_of_the_age_and_never_leaves_0_to_1() -> None:
    accounts: Rows = [
        {"account_id": "a", "account_age_days": 100, "days_since_last_activity": 25},
        {"account_id": "b", "account_age_days": 10, "days_since_last_activity": 25},
        {"account_id": "c", "account_age_days": 0, "days_since_last_activity": 0},
        {"account_id": "d"},
    ]
    found, sources = model({}, accounts)
    assert [found[a]["inactivity_ratio"] for a in "abcd"] == [0.25, 1.0, 0.0, None]
    assert sources["inactivity"] == ("activities", False, 3)


def test_index_shares_out_the_weight_of_what_is_unknown_and_says_how_much_was_known() -> None:
    accounts: Rows = [
        {"account_id": "a", "score": 80, "account_age_days": 100, "days_since_last_activity": 50},
        {"account_id": "b", "score": 80},
        {"account_id": "c"},
    ]
    weights = {"health": 30, "consistency": 20, "presence": 10, "recency_frequency": 0}
    found, _ = model({}, accounts, index=weights)
    assert found["a"]["composite_index"] == pytest.approx((30 * 80 + 10 * 50) / 40)
    assert found["a"]["index_coverage"] == pytest.approx(40 / 60)
    assert found["b"]["composite_index"] == 80.0
    assert found["c"]["composite_index"] is None


def test_struggle_needs_recent_activity_and_trouble_and_is_ranked_by_value() -> None:
    accounts: Rows = [
        {"account_id": "a", "score": 20, "days_since_last_activity": 3, "base_amount": 10},
        {"account_id": "b", "score": 20, "days_since_last_activity": 3, "base_amount": 99},
        {"account_id": "c", "score": 20, "days_since_last_activity": 90, "base_amount": 999},
        {"account_id": "d", "score": 90, "days_since_last_activity": 3, "base_amount": 999},
        {"account_id": "e", "score": 90, "days_since_last_activity": 3, "base_amount": 5}
        | {"churn_probability": 0.7, "reopened_tickets_90d": 2},
    ]
    health = {"consistency": 0, "presence": 0, "recency_frequency": 0}
    settings = ValueSettings.model_validate({"index": health})
    with open_world({}, accounts) as engine:
        compute(engine, {}, settings)
        listed = engine.rows(
            "SELECT account_id, value_at_stake_amount, evidence_count, has_reopened_tickets, "
            "has_failed_payments FROM struggle ORDER BY struggle_rank"
        )
    assert [r[0] for r in listed] == ["b", "a", "e"]
    assert listed[-1] == ("e", 5.0, 1, True, None)  # no table tells of payments


def test_failed_payments_of_the_last_90_days_are_evidence() -> None:
    tables = {
        "transactions": [
            {"transaction_id": "1", "account_id": "a", "kind": "failed_payment", "amount": 5}
            | {"occurred_at": AS_OF - timedelta(days=89)},
            {"transaction_id": "2", "account_id": "b", "kind": "failed_payment", "amount": 5}
            | {"occurred_at": AS_OF - timedelta(days=90)},
        ]
    }
    found, _ = model(tables, [{"account_id": a, "score": 1} for a in "ab"])
    assert [found[a]["has_failed_payments"] for a in "ab"] == [True, False]


def small(n: int) -> Rows:
    """Return eight plain small accounts with rising value and breadth."""
    return [
        {"account_id": f"S{i}", "account_size_segment": "Small Business", "base_amount": i}
        | {"usage_trend": 1.0, "feature_adoption_depth": i, "score": 90}
        for i in range(n)
    ]


def test_upgrade_candidates_show_two_reasons_against_peers_of_their_size() -> None:
    accounts = small(8)
    accounts[3] |= {"usage_trend": 1.5}  # one reason only
    accounts[6] |= {"usage_trend": 1.5}  # growing, broad, valuable
    accounts[7] |= {"effective_tier": "low"}
    with open_world({}, accounts) as engine:
        compute(engine, {})
        rows = engine.rows(
            "SELECT account_id, is_growing, is_broad, is_high_value, reason_count FROM candidates "
            "WHERE kind = 'upgrade' ORDER BY kind_rank"
        )
    assert rows == [("S6", True, True, True, 3), ("S5", False, True, True, 2)]


def test_expansion_candidates_are_loyal_and_larger() -> None:
    view = [
        {"account_id": a, "recency_score": 5, "frequency_score": 5, "monetary_score": m}
        for a, m in (("u", 5), ("x", 5), ("n", 1))
    ]
    base = {"account_size_segment": "Large", "score": 90, "base_amount": 5}
    accounts: Rows = [
        {"account_id": "u", **base, "usage_trend": 1.4, "feature_adoption_depth": 5},
        {"account_id": "x", **base, "usage_trend": 1.0, "feature_adoption_depth": 1},
        {"account_id": "n", **base, "usage_trend": 1.4, "feature_adoption_depth": 5},
    ]
    with open_world({"account_view": view}, accounts) as engine:
        compute(engine, {"account_view": view})
        rows = dict(engine.rows("SELECT account_id, kind FROM candidates"))
        sources = {
            r[0]: r[1:] for r in engine.rows("SELECT item, basis, is_proxy FROM value_sources")
        }
    assert rows == {"u": "upsell", "x": "cross_sell"}  # n is no loyal customer: R5 F5 M1
    assert sources["growth"] == ("usage_trend", False)


def test_cells_give_quartiles_means_and_n_of_every_segment_and_group() -> None:
    view = [
        {"account_id": f"A{i}", "recency_score": 5, "frequency_score": 5, "monetary_score": 5}
        for i in range(9)
    ]
    accounts = [{"account_id": f"A{i}", "base_amount": 10 * (i + 1), "score": i} for i in range(9)]
    settings = ValueSettings.model_validate(
        {"groups": {"high_value": {"top": 1}, "mass_value": {"tiers": ["basic"]}}}
    )
    with open_world({"account_view": view}, accounts) as engine:
        compute(engine, {"account_view": view}, settings)
        cell = engine.arrow(
            "SELECT * FROM value_cells WHERE value_group = 'high_value'"
        ).to_pylist()
        verdict = engine.arrow("SELECT * FROM value_verdict").to_pylist()[0]
    assert len(cell) == 1
    assert (cell[0]["segment"], cell[0]["accounts"]) == ("champion", 8)
    quartiles = [cell[0][f"value_{q}"] for q in ("low", "p25", "p50", "p75", "high")]
    assert quartiles == [20, 30, 50, 70, 90]
    assert (cell[0]["mean_score"], cell[0]["n_score"]) == (4.5, 8)
    assert verdict["accounts_overlap"] == 1
    assert verdict["answer"] == "not_enough_data"
    assert verdict["reason"] == "nobody_selected"
    assert date(2026, 6, 30) == AS_OF


def test_where_money_stands_in_for_frequency_engagement_is_recency_alone() -> None:
    accounts: Rows = [
        {"account_id": a, "days_since_last_activity": d, "base_amount": x}
        for a, d, x in zip("abcde", (1, 2, 3, 4, 5), (1, 9, 2, 8, 3), strict=True)
    ]
    found, _ = model({}, accounts)
    assert [found[a]["engagement"] for a in "abcde"] == [1.0, 0.75, 0.5, 0.25, 0.0]
    assert all(found[a]["is_f_stand_in"] for a in "abcde")


def test_frequency_comes_from_the_window_that_has_data() -> None:
    accounts: Rows = [
        {"account_id": a, "days_since_last_activity": 3, "total_activities_90d": None}
        | {"total_activities_30d": n}
        for n, a in enumerate("abcde")
    ]
    found, _ = model({}, accounts)
    assert [found[a]["f_score"] for a in "abcde"] == [1, 2, 3, 4, 5]
    assert not any(found[a]["is_f_stand_in"] for a in "abcde")
