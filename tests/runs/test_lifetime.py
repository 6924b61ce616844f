"""The lifetime tables of a run: both models, refusals as rows, given columns, empty sources."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.outlook.lifetime import LifetimeSettings, TimeUnit, draw_lost_periods
from keepwell.ports import Engine
from keepwell.runs.lifetime import LIFETIME_TABLES, LifetimeInputs, build_lifetime
from keepwell.value import RfmSettings
from outlook.scored import open_engine

AS_OF = date(2025, 12, 31)
CUSTOMERS = 1_500
VALUE = "lifetime_value_amount_12_months_at_10_pct"
Row = dict[str, Any]
TRANSACTIONS = pa.schema(
    [
        ("account_id", pa.string()),
        ("occurred_at", pa.timestamp("us")),
        ("amount", pa.decimal128(24, 6)),
        ("kind", pa.string()),
    ]
)
SUBSCRIPTIONS = pa.schema(
    [
        ("account_id", pa.string()),
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),
        ("is_trial", pa.bool_()),
    ]
)
DEALS = pa.schema(
    [
        ("account_id", pa.string()),
        ("close_date", pa.timestamp("us")),
        ("amount", pa.decimal128(24, 6)),
        ("is_won", pa.bool_()),
    ]
)


def ids() -> list[str]:
    return [f"A{i:05d}" for i in range(CUSTOMERS)]


def purchases(seed: int = 1) -> list[Row]:
    """Return purchases of customers who came in 2025, some of whom have left."""
    rng = np.random.default_rng(seed)
    found: list[Row] = []
    for account in ids():
        now, rate, leaves = rng.uniform(0, 240), rng.gamma(0.6, 1 / 25), rng.beta(0.8, 2.5)
        level = 15 / rng.gamma(4.0)
        while now < 364:
            day = datetime.combine(date(2025, 1, 1), time(9)) + timedelta(days=int(now))
            amount = Decimal(str(round(rng.gamma(6.0, level) + 0.01, 2)))
            kind = "failed" if rng.random() < 0.01 else "order"
            found.append(
                {"account_id": account, "occurred_at": day, "amount": amount, "kind": kind}
            )
            now += rng.exponential(1 / rate)
            if rng.random() < leaves:
                break
    return found


def contracts(seed: int = 2) -> list[Row]:
    """Return monthly contracts of customers who differ in how likely they are to leave."""
    rng = np.random.default_rng(seed)
    found: list[Row] = []
    lost = draw_lost_periods(0.8, 4.0, CUSTOMERS, rng)
    for account, last in zip(ids(), lost, strict=True):
        start = date(2023, 1, 1) + timedelta(days=int(rng.integers(0, 1000)))
        end = start + timedelta(days=int(min(last, 600) * 30.4375))
        found.append(
            {
                "account_id": account,
                "period_start": start,
                "period_end": None if end > AS_OF else end,
                "is_trial": False,
            }
        )
    return found


@pytest.fixture
def engine() -> Iterator[DuckDbEngine]:
    with open_engine() as opened:
        yield opened


def fill(
    engine: Engine,
    transactions: list[Row],
    subscriptions: list[Row],
    deals: list[Row] | None = None,
) -> None:
    engine.read_arrow("transactions", pa.Table.from_pylist(transactions, schema=TRANSACTIONS))
    engine.read_arrow("subscriptions", pa.Table.from_pylist(subscriptions, schema=SUBSCRIPTIONS))
    engine.read_arrow("opportunities", pa.Table.from_pylist(deals or [], schema=DEALS))
    current = ids()[: CUSTOMERS - 100]
    engine.read_arrow("accounts", pa.table({"account_id": current}))
    rng = np.random.default_rng(3)
    given = {
        "account_id": current,
        "current_mrr_amount": np.full(len(current), 50.0),
        "estimated_customer_ltv": rng.uniform(10, 500, len(current)),
        "churn_probability": pa.array([None, *rng.uniform(0, 1, len(current) - 1)]),
    }
    engine.read_arrow("portfolio", pa.table(given))


def inputs(**changed: Any) -> LifetimeInputs:
    settings = LifetimeSettings(**changed)
    mapped = frozenset({"account_view.estimated_customer_ltv", "account_view.churn_probability"})
    return LifetimeInputs(settings, RfmSettings(), mapped, "EUR", AS_OF)


def table(engine: Engine, name: str) -> list[Row]:
    rows: list[Row] = engine.arrow(f"SELECT * FROM {name}").to_pylist()
    return rows


def test_purchases_become_value_per_account_with_units_in_every_name(engine: DuckDbEngine) -> None:
    fill(engine, purchases(), [])
    found = build_lifetime(engine, inputs())
    assert [(m.model, m.state) for m in found.models] == [
        ("purchases", "fitted"),
        ("spend", "fitted"),
        ("value", "fitted"),
    ]
    rows = table(engine, "lifetime")
    assert [r["account_id"] for r in rows] == ids()[: CUSTOMERS - 100]
    known = [r for r in rows if r["repeat_purchases"] is not None]
    assert len(known) > 1_300
    for row in known:
        assert 0 <= row["alive_prob"] <= 1
        assert row[f"{VALUE}_low"] <= row[VALUE] <= row[f"{VALUE}_high"]
        assert row[VALUE] <= row["expected_purchases_12_months"] * row["expected_spend_amount"]
    assert (found.fitted.column, found.fitted.state) == (VALUE, "accepted")
    value = found.models[2]
    assert value.total == pytest.approx(sum(r[VALUE] for r in known))
    assert (value.currency, value.horizon, value.horizon_unit) == ("EUR", 12, "month")
    assert value.customers > value.accounts  # those who left are in the fit, not in the total


def test_parameters_carry_their_unit_and_interval(engine: DuckDbEngine) -> None:
    fill(engine, purchases(), [])
    build_lifetime(engine, inputs(unit=TimeUnit.DAY))
    rows = {(r["model"], r["parameter"]): r for r in table(engine, "lifetime_parameters")}
    assert rows[("purchases", "alpha")]["unit"] == "day"
    assert rows[("spend", "v")]["unit"] == "EUR"
    assert all(r["low"] < r["value"] < r["high"] for r in rows.values())
    assert len(rows) == 7


def test_track_holds_out_the_last_third_of_the_time(engine: DuckDbEngine) -> None:
    fill(engine, purchases(), [])
    build_lifetime(engine, inputs())
    rows = table(engine, "lifetime_tracking")
    seen = [r["day_number"] for r in rows if not r["is_holdout"]]
    assert rows[-1]["day_number"] == pytest.approx(364, abs=1)
    assert max(seen) == pytest.approx(364 * 2 / 3, abs=1.5)
    assert rows[-1]["actual"] == pytest.approx(rows[-1]["expected"], rel=0.1)


def test_contracts_become_survival_by_cohort_and_chance_to_leave(engine: DuckDbEngine) -> None:
    fill(engine, [], contracts())
    found = build_lifetime(engine, inputs())
    assert [(m.model, m.state, m.unit) for m in found.models] == [("contracts", "fitted", "month")]
    alpha = next(r for r in table(engine, "lifetime_parameters") if r["parameter"] == "alpha")
    assert alpha["low"] < 0.8 < alpha["high"]
    cohorts = {r["cohort"] for r in table(engine, "lifetime_survival")}
    assert cohorts == {"all", "2023", "2024", "2025"}
    running = [r for r in table(engine, "lifetime") if r["leave_prob_12_months"] is not None]
    assert len(running) > 300
    for row in running:
        low, high = row["leave_prob_12_months_low"], row["leave_prob_12_months_high"]
        assert 0 <= low <= row["leave_prob_12_months"] <= high <= 1
        assert 0 < row["contract_value_amount_12_months_at_10_pct"] < 12 * 50
    longest = max(running, key=lambda r: float(r["tenure_days"]))
    newest = min(running, key=lambda r: float(r["tenure_days"]))
    assert longest["leave_prob_12_months"] < newest["leave_prob_12_months"]


def test_years_before_the_first_loss_on_record_are_marked_as_perhaps_too_high(
    engine: DuckDbEngine,
) -> None:
    """Who left before records began is not in them: the early years look immortal."""
    kept = [r for r in contracts() if not r["period_end"] or r["period_end"] >= date(2024, 3, 1)]
    fill(engine, [], kept)
    build_lifetime(engine, inputs())
    marks = {r["cohort"]: r["is_before_losses"] for r in table(engine, "lifetime_survival")}
    assert marks == {"all": True, "2023": True, "2024": False, "2025": False}
    fill(engine, [], contracts())
    build_lifetime(engine, inputs())
    assert not any(r["is_before_losses"] for r in table(engine, "lifetime_survival"))


def test_where_renewals_are_refused_the_curve_as_seen_stands_in_and_says_so(
    engine: Engine,
) -> None:
    rng = np.random.default_rng(4)
    rows = contracts()
    for row, months in zip(rows, rng.geometric(0.04, CUSTOMERS), strict=True):
        end = row["period_start"] + timedelta(days=int(min(months, 300) * 30.4375))
        row["period_end"] = None if end > AS_OF else end
    fill(engine, [], rows)
    found = build_lifetime(engine, inputs())
    assert [m.reason for m in found.models] == ["same_dropout"]
    told = [r for r in table(engine, "lifetime") if r["leave_basis"] is not None]
    assert {r["leave_basis"] for r in told} == {"survival"}
    expected = 1 - 0.96**12
    near = [r["leave_prob_12_months"] for r in told if r["tenure_days"] < 365]
    assert np.mean(near) == pytest.approx(expected, abs=0.05)
    unseen = [r for r in table(engine, "lifetime") if (r["tenure_days"] or 0) > 800]
    assert unseen
    assert all(r["leave_prob_12_months"] is None for r in unseen)


def test_without_a_loss_no_chance_to_leave_is_claimed(engine: DuckDbEngine) -> None:
    fill(engine, [], [row | {"period_end": None} for row in contracts()])
    found = build_lifetime(engine, inputs())
    assert [m.reason for m in found.models] == ["no_losses"]
    rows = table(engine, "lifetime")
    assert all(r["leave_prob_12_months"] is None and r["leave_basis"] is None for r in rows)
    assert all(r["contract_value_amount_12_months_at_10_pct"] is None for r in rows)


def test_given_columns_are_compared_and_validate_nothing(engine: DuckDbEngine) -> None:
    fill(engine, purchases(), [])
    found = {g.column: g for g in build_lifetime(engine, inputs()).given}
    lasting = found["estimated_customer_ltv"]
    assert lasting.n > 1_300
    assert lasting.rank_correlation is not None
    assert abs(lasting.rank_correlation) < 0.1  # drawn at random
    assert found["churn_probability"].n + found["churn_probability"].only_ours == lasting.n
    assert [r["column"] for r in table(engine, "lifetime_given")] == list(found)


def test_won_opportunities_stand_for_purchases_where_there_are_no_transactions(
    engine: Engine,
) -> None:
    deals = [
        {
            "account_id": r["account_id"],
            "close_date": r["occurred_at"],
            "amount": r["amount"],
            "is_won": True,
        }
        for r in purchases()
    ]
    fill(engine, [], [], deals)
    found = build_lifetime(engine, inputs())
    assert [m.state for m in found.models] == ["fitted"] * 3


def test_refusals_are_rows_with_words_and_leave_the_numbers_empty(engine: DuckDbEngine) -> None:
    once = [r for i, r in enumerate(purchases()) if i < 40]
    single = list({r["account_id"]: r for r in once}.values())
    fill(engine, single, [])
    found = build_lifetime(engine, inputs())
    reasons = {m.model: m.reason for m in found.models}
    assert reasons["purchases"] in ("no_repeats", "too_few_customers")
    assert reasons["spend"] == "no_spend"
    assert (found.fitted.column, found.fitted.state) == (None, "refused")
    for row in table(engine, "lifetime_models"):
        assert row["state"] == "refused"
        assert row["reason_zh"]
        assert row["reason_en"]
        assert row["cure_zh"]
        assert row["total"] is None
    assert all(r["alive_prob"] is None and r[VALUE] is None for r in table(engine, "lifetime"))


def test_without_any_source_every_table_is_there_and_empty_but_one(engine: DuckDbEngine) -> None:
    fill(engine, [], [])
    found = build_lifetime(engine, inputs())
    assert found.models == ()
    assert all(g.n == 0 for g in found.given)
    for name in LIFETIME_TABLES[1:-1]:
        assert engine.columns(name)
        assert table(engine, name) == []
    assert len(table(engine, "lifetime")) == CUSTOMERS - 100


def test_running_again_gives_the_same_numbers_to_the_last_digit(engine: DuckDbEngine) -> None:
    fill(engine, purchases(), contracts())
    found = build_lifetime(engine, inputs())
    # Beside contracts, purchases are their invoices; a contract's value has no holdout.
    assert found.fitted.column == "contract_value_amount_12_months_at_10_pct"
    assert found.fitted.state == "untracked"
    first = {name: table(engine, name) for name in LIFETIME_TABLES}
    build_lifetime(engine, inputs())
    assert {name: table(engine, name) for name in LIFETIME_TABLES} == first
    assert not engine.columns("lifetime_bought")
