"""R, F and M worked by hand: same-day orders, first purchases, refunds, ties, never, unknown."""

from datetime import date
from typing import Any

import pytest

from keepwell.value import ValueSettings
from value.world import AS_OF, compute, open_world, values

Bought = list[tuple[str, str | None, float | None]]


def run(
    bought: Bought,
    accounts: str = "abcde",
    kinds: dict[int, str] | None = None,
    **rfm: Any,
) -> dict[str, dict[str, Any]]:
    """Compute the value table of accounts with (account, day, amount) purchases."""
    rows: list[dict[str, Any]] = [
        {
            "transaction_id": str(i),
            "account_id": a,
            "occurred_at": date.fromisoformat(str(d)),
            "amount": x,
            "kind": (kinds or {}).get(i, "order"),
        }
        for i, (a, d, x) in enumerate(bought)
    ]
    tables = {"transactions": rows}
    settings = ValueSettings.model_validate({"rfm": rfm})
    with open_world(tables, [{"account_id": a} for a in accounts]) as engine:
        compute(engine, tables, settings)
        return values(engine)


def raw(row: dict[str, Any]) -> tuple[Any, Any, Any]:
    return row["recency_days"], row["frequency"], row["monetary_amount"]


def scores(rows: dict[str, dict[str, Any]], letter: str) -> dict[str, int]:
    return {a: r[f"{letter}_score"] for a, r in rows.items()}


def test_1_several_orders_of_one_day_are_one_purchase_day_and_their_money_adds_up() -> None:
    found = run([("a", "2026-06-20", 10), ("a", "2026-06-20", 5), ("a", "2026-06-20", 5)])
    assert raw(found["a"]) == (10, 1, 20)


def test_2_orders_of_one_day_count_apart_when_the_settings_say_orders() -> None:
    found = run([("a", "2026-06-20", 10), ("a", "2026-06-20", 5)], frequency="orders")
    assert raw(found["a"]) == (10, 2, 15)


def test_3_a_purchase_on_the_day_itself_is_zero_days_ago_and_one_after_it_does_not_exist() -> None:
    found = run([("a", "2026-06-30", 1), ("b", "2026-06-29", 1), ("b", "2026-07-01", 99)])
    assert raw(found["a"]) == (0, 1, 1)
    assert raw(found["b"]) == (1, 1, 1)


def test_4_the_first_purchase_counts_as_one() -> None:
    found = run([("a", "2026-01-01", 7)])
    assert raw(found["a"]) == (180, 1, 7)


def test_5_five_different_values_take_the_five_scores() -> None:
    bought: Bought = [(a, f"2026-06-{10 + i}", 10 * (i + 1)) for i, a in enumerate("abcde")]
    found = run(bought)
    assert scores(found, "m") == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
    assert scores(found, "r") == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}


def test_6_equal_values_share_a_score_whatever_the_order_of_the_rows() -> None:
    bought: Bought = [(a, "2026-06-10", 10) for a in "abcde"]
    assert run(bought) == run(bought[::-1])
    assert set(scores(run(bought), "m").values()) == {1}
    assert set(scores(run(bought), "f").values()) == {1}


def test_7_ties_take_the_score_of_the_first_place_they_fill() -> None:
    # Sorted 5 5 5 9 9: nothing lies below 5; three of five lie below 9, so 1 + floor(5 * 3 / 5).
    found = run([(a, "2026-06-10", x) for a, x in zip("abcde", (5, 5, 5, 9, 9), strict=True)])
    assert scores(found, "m") == {"a": 1, "b": 1, "c": 1, "d": 4, "e": 4}


def test_8_a_refund_lowers_the_money_and_is_no_purchase() -> None:
    found = run([("a", "2026-06-01", 100), ("a", "2026-06-25", -30), ("b", "2026-06-25", -5)])
    assert raw(found["a"]) == (29, 1, 70)
    assert found["b"]["frequency"] is None  # a refund alone: never bought anything
    assert (found["b"]["r_score"], found["b"]["f_score"], found["b"]["m_score"]) == (1, 1, 1)


def test_9_an_account_without_any_purchase_has_the_worst_scores_and_moves_no_cut() -> None:
    bought: Bought = [(a, f"2026-06-{10 + i}", 10 * (i + 1)) for i, a in enumerate("abcde")]
    with_nobody = run(bought, accounts="abcdexyz")
    assert with_nobody["x"]["segment"] == "lost"
    assert {a: with_nobody[a]["m_score"] for a in "abcde"} == scores(run(bought), "m")


def test_10_an_unknown_amount_makes_the_sum_unknown_and_frequency_stands_in_for_money() -> None:
    bought: Bought = [("a", "2026-06-01", 100), ("a", "2026-06-20", None)]
    found = run([*bought, ("b", "2026-06-05", 5), ("c", "2026-05-05", 9)])
    assert raw(found["a"]) == (10, 2, None)
    assert found["a"]["is_m_stand_in"]
    assert found["a"]["m_score"] == found["a"]["f_score"]
    assert not found["b"]["is_m_stand_in"]


def test_11_a_failed_payment_counts_nowhere() -> None:
    found = run([("a", "2026-06-01", 100), ("a", "2026-06-20", 50)], kinds={1: "Failed payment"})
    assert raw(found["a"]) == (29, 1, 100)


def test_12_money_can_be_the_mean_of_a_purchase_day() -> None:
    bought: Bought = [("a", "2026-06-01", 10), ("a", "2026-06-01", 20), ("a", "2026-06-20", 30)]
    assert run(bought, monetary="mean")["a"]["monetary_amount"] == pytest.approx(30)


def test_a_free_order_is_no_purchase() -> None:
    found = run([("a", "2026-06-01", 100), ("a", "2026-06-20", 0)])
    assert raw(found["a"]) == (29, 1, 100)


def test_won_opportunities_serve_where_there_are_no_transactions() -> None:
    tables = {
        "opportunities": [
            {"opportunity_id": "1", "account_id": "a", "amount": 10, "is_won": True}
            | {"close_date": date(2026, 6, 10)},
            {"opportunity_id": "2", "account_id": "a", "amount": 10, "is_won": True}
            | {"close_date": date(2026, 7, 10)},
            {"opportunity_id": "3", "account_id": "a", "amount": 90, "is_won": False}
            | {"close_date": date(2026, 6, 20)},
        ]
    }
    with open_world(tables, [{"account_id": a} for a in "ab"]) as engine:
        done = compute(engine, tables)
        assert done.basis.source == "opportunities"
        assert raw(values(engine)["a"]) == (20, 1, 10)


def test_value_share_and_rank_follow_the_money() -> None:
    found = run([("a", "2026-06-01", 75), ("b", "2026-06-02", 25)], accounts="abc")
    assert [found[a]["portfolio_share"] for a in "abc"] == [0.75, 0.25, 0.0]
    assert [found[a]["value_rank"] for a in "abc"] == [1, 2, 3]
    assert [found[a]["value_tier"] for a in "abc"] == ["platinum", "silver", "basic"]
    assert date(2026, 6, 30) == AS_OF
