"""The value model as a run computes it: given labels, frozen cuts, tiers, groups, empty tables."""

from datetime import date, timedelta
from typing import Any

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.state import SqlStateStore
from keepwell.measures import parse_portable
from keepwell.ports import NewFit
from keepwell.value import ValueSettings
from keepwell.vocabulary import InputProblem
from value.world import compute, mapped_of, open_world, put_table, values

Rows = list[dict[str, Any]]


def purchases(amounts: dict[str, float], day: date = date(2026, 6, 1)) -> Rows:
    return [
        {"transaction_id": f"t{i}", "account_id": a, "amount": x, "kind": "order"}
        | {"occurred_at": day - timedelta(days=i)}
        for i, (a, x) in enumerate(amounts.items())
    ]


def hundred() -> dict[str, float]:
    return {f"A{i:03d}": float(1000 - i) for i in range(100)}


class Recorder(DuckDbEngine):
    """An engine that refuses any SELECT outside the portable vocabulary."""

    def create_table(self, name: str, select: str) -> None:
        """Check, then store."""
        parse_portable(select, types=TYPES)
        super().create_table(name, select)

    def create_view(self, name: str, select: str) -> None:
        """Check, then name."""
        parse_portable(select, types=TYPES)
        super().create_view(name, select)

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Check, then ask."""
        parse_portable(select, types=TYPES)
        return super().rows(select)

    def distinct_days(self, day: str, *, table: str, column: str, last: date) -> str:  # noqa: ARG002
        """Return the text of engines that have none of their own."""
        return f"COUNT(DISTINCT {day})"


TYPES = {
    "recency_days": "DOUBLE",
    "frequency": "DOUBLE",
    "monetary_amount": "DOUBLE",
    "first_purchase_age_days": "DOUBLE",
    "recency_worth": "DOUBLE",
    "score": "DOUBLE",
    "account_age_days": "DOUBLE",
    "days_since_last_activity": "DOUBLE",
    "value_cents": "BIGINT",
    "total_cents": "BIGINT",
    "valued_accounts": "BIGINT",
    "value_rank": "BIGINT",
    "place": "BIGINT",
    "value_amount": "DOUBLE",
    "r_score": "BIGINT",
    "f_score": "BIGINT",
    "m_score": "BIGINT",
    "stage_periods": "BIGINT",
    "day": "DATE",
    "stage": "BIGINT",
    "has_never": "BOOLEAN",
}


def test_every_query_of_the_model_is_portable() -> None:
    tables = {
        "transactions": purchases(hundred()),
        "opportunities": [
            {"opportunity_id": "1", "account_id": "A000", "amount": 5, "is_won": True}
            | {"close_date": date(2026, 6, 1)}
        ],
        "activities": [
            {"activity_id": str(i), "account_id": "A001", "channel": c}
            | {"occurred_at": date(2026, 6, i + 1)}
            for i, c in enumerate(("marketing", "sales", "support"))
        ],
        "account_view": [
            {"account_id": "A000", "value_tier": "Gold", "value_segment": "Champion"}
            | {"recency_score": 5, "frequency_score": 5, "monetary_score": 5}
        ],
    }
    portfolio = [
        {"account_id": a, "score": 50, "account_age_days": 100, "days_since_last_activity": 3}
        | {"base_amount": 7, "reopened_tickets_90d": 1, "usage_trend": 1, "activity_trend": 2}
        | {"churn_probability": 0.2, "nps": 3, "total_activities_90d": 4}
        for a in hundred()
    ]
    for source in ("auto", "transactions", "opportunities", "activity"):
        settings = ValueSettings.model_validate(
            {"rfm": {"source": source, "high_value_weights": {"recency": 50}}}
        )
        with open_world(tables, portfolio) as made:
            engine = Recorder(memory_limit_mb=512, threads=1)
            for name in made.rows("SELECT table_name FROM information_schema.tables"):
                engine.read_arrow(name[0], made.arrow(f"SELECT * FROM {name[0]}"))
            with engine:
                done = compute(engine, tables, settings)
                assert len(values(engine)) == 100
                assert done.basis.source == ("given" if source == "auto" else source)


def test_tiers_cut_the_value_order_at_5_20_50_and_80_per_cent() -> None:
    tables = {"transactions": purchases(hundred())}
    with open_world(tables, [{"account_id": a} for a in hundred()]) as engine:
        compute(engine, tables)
        counts = dict(engine.rows("SELECT value_tier, count(*) FROM value GROUP BY 1"))
    assert counts == {"platinum": 5, "gold": 15, "silver": 30, "bronze": 30, "basic": 20}


def test_given_tiers_scores_and_segments_are_taken_as_they_are() -> None:
    view = [
        {"account_id": "a", "value_tier": "GOLD", "recency_score": 5, "frequency_score": 4},
        {"account_id": "b", "value_tier": "wood", "recency_score": 9, "frequency_score": 1},
    ]
    view = [{**r, "monetary_score": 2, "value_segment": "Can't Lose"} for r in view]
    tables = {"account_view": view}
    with open_world(tables, [{"account_id": a} for a in "ab"]) as engine:
        done = compute(engine, tables)
        found = values(engine)
    assert done.basis.source == "given"
    assert [found[a]["value_tier"] for a in "ab"] == ["gold", "unknown"]
    assert (found["a"]["r_score"], found["a"]["f_score"], found["a"]["m_score"]) == (5, 4, 2)
    assert found["b"]["r_score"] is None  # 9 is no score
    assert {r["segment"] for r in found.values()} == {"cant_lose"}


def test_frozen_cuts_outlive_their_run_until_a_refit() -> None:
    tables = {"transactions": purchases(hundred())}
    settings = ValueSettings.model_validate({"rfm": {"method": "frozen"}})
    accounts = [{"account_id": a} for a in (*hundred(), "giant")]
    with SqlStateStore("sqlite://") as state:
        with open_world(tables, accounts) as engine:
            first = compute(engine, tables, settings, state=state)
        assert first.cuts.version == 1
        made = first.new_fits[0]
        assert isinstance(made, NewFit)
    with SqlStateStore("sqlite://") as state:
        state.add_scorecard(made.card, made.definition_hash, _moment())
        tables["transactions"] = [*tables["transactions"], *purchases({"giant": 1e9})]
        with open_world(tables, accounts) as engine:
            put_table(engine, "transactions", tables["transactions"])
            again = compute(engine, tables, settings, state=_Open(state))
            assert (again.cuts.version, again.new_fits) == (1, ())
            assert again.cuts.breakpoints == first.cuts.breakpoints
            assert values(engine)["giant"]["m_score"] == 5
            refit = compute(engine, tables, settings, state=_Open(state), refit=True)
        assert refit.cuts.version == 2
        assert refit.cuts.breakpoints != first.cuts.breakpoints


class _Open(SqlStateStore):
    """A store that stays open when a computation is done with it."""

    def __init__(self, store: SqlStateStore) -> None:
        vars(self).update(vars(store))

    def close(self) -> None:
        """Leave it open."""


def _moment() -> Any:
    from datetime import UTC, datetime

    return datetime(2026, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "high"),
    [
        ({"tiers": ["platinum"]}, 5),
        ({"top": 0.1}, 10),
        ({"share_over": 0.05}, 0),
        ({"share_over": 0.0105}, 11),
    ],
)
def test_group_rules_select_by_tier_place_or_share(rule: dict[str, Any], high: int) -> None:
    tables = {"transactions": purchases(hundred())}
    settings = ValueSettings.model_validate(
        {"groups": {"high_value": rule, "mass_value": {"bottom": 0.95}}}
    )
    with open_world(tables, [{"account_id": a} for a in hundred()]) as engine:
        compute(engine, tables, settings)
        rows = dict(engine.rows("SELECT value_group, count(*) FROM value GROUP BY 1"))
        share = engine.rows("SELECT max(portfolio_share), count(*) FROM value")[0]
    assert sum(rows.values()) == 100
    assert share[0] == pytest.approx(1000 / sum(hundred().values()))
    over = sum(x / sum(hundred().values()) > 0.0105 for x in hundred().values())
    expected = over if rule.get("share_over") == 0.0105 else high
    assert rows.get("high_value", 0) + rows.get("overlap", 0) == expected
    # Mass value is everyone but the five first, so a top ten overlaps in five.
    assert rows.get("overlap", 0) == max(0, expected - 5)


def test_subscriptions_make_transactions_invoices_and_activities_serve() -> None:
    tables = {
        "transactions": purchases(hundred()),
        "subscriptions": [
            {"subscription_id": "s", "account_id": "A000", "period_start": date(2026, 1, 1)}
        ],
    }
    accounts = [{"account_id": a, "days_since_last_activity": 5} for a in hundred()]
    with open_world(tables, accounts) as engine:
        done = compute(engine, tables)
        assert (done.basis.source, done.basis.is_proxy) == ("activity", False)
        asked = ValueSettings.model_validate({"rfm": {"source": "transactions"}})
        assert compute(engine, tables, asked).basis.source == "transactions"


@pytest.mark.parametrize("mapped", [True, False])
def test_empty_tables_and_null_columns_still_give_a_row_for_every_account(mapped: bool) -> None:
    tables: dict[str, Rows] = {}
    columns = mapped_of(
        {
            "transactions": purchases({"a": 1}),
            "activities": [{"channel": 1, "occurred_at": 1}],
            "tickets": [{"occurred_at": 1}],
        }
    )
    with open_world(tables, [{"account_id": a, "score": 10} for a in "abc"]) as engine:
        done = compute(engine, tables, mapped=columns if mapped else frozenset())
        found = values(engine)
    assert sorted(found) == ["a", "b", "c"]
    assert {r["segment"] for r in found.values()} == {"unknown"}
    assert {r["value_tier"] for r in found.values()} == {"unknown"}
    assert {r["composite_index"] for r in found.values()} == {10.0}
    assert done.amount is None
    reasons = {s.item: s.reason for s in done.sources}["rfm"]
    assert ("transactions:no_rows" if mapped else "transactions:unmapped") in reasons


def test_amount_that_the_portfolio_lacks_is_refused_with_what_there_is() -> None:
    with open_world({}, [{"account_id": "a", "base_amount": 1}]) as engine:
        settings = ValueSettings(amount="base_amuont")
        with pytest.raises(InputProblem, match="base_amount"):
            compute(engine, {}, settings)
