"""What must never change a measure: later rows, row order, and other accounts."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.measures import MeasureSettings, measures_select, plan_measures
from keepwell.vocabulary import TABLES
from measures.random_tables import AS_OF_DATES, KEY_ROLES, Maker, Row, Tables, arrow_table, merged
from measures.test_measures_against_oracle import EVENTS, PROXIES

SETTINGS = MeasureSettings(KEY_ROLES)

DATES = pytest.mark.parametrize("turn", range(len(AS_OF_DATES)), ids=lambda i: str(AS_OF_DATES[i]))


def companies(turn: int) -> list[Maker]:
    return [Maker(seed) for seed in range(600 + turn, 660, len(AS_OF_DATES))]


def computed(
    engine: DuckDbEngine, tables: Tables, as_of: date, mapped: frozenset[str] = EVENTS
) -> list[dict[str, Any]]:
    for name in TABLES:
        engine.read_arrow(name, arrow_table(name, tables.get(name, [])))
    select = measures_select(plan_measures(mapped, SETTINGS), as_of, SETTINGS)
    found: list[dict[str, Any]] = engine.arrow(select).to_pylist()
    return found


def later_rows(accounts: list[str], as_of: date) -> Tables:
    """Rows of every event table that are dated after the as-of date."""
    after = as_of + timedelta(days=1)
    moment = datetime.combine(after, time())
    money = Decimal("5000.5")

    def row(table: str, **values: Any) -> list[Row]:
        key = TABLES[table].key
        return [{"account_id": a, key: f"later-{a}", **values} for a in accounts]

    return {
        "activities": row("activities", occurred_at=moment, channel="sales"),
        "contacts": row("contacts", created_at=moment, email="y@example.com", role="champion"),
        "opportunities": row(
            "opportunities",
            created_at=moment,
            close_date=moment,
            amount=money,
            is_won=True,
            is_closed=True,
            probability=0.5,
        ),
        "transactions": row("transactions", occurred_at=moment, amount=money),
        "subscriptions": row("subscriptions", period_start=after, amount=money, seats=9),
        "tickets": row("tickets", occurred_at=moment),
        "usage": row("usage", occurred_at=moment, kind="later", value=3.0),
        "surveys": row("surveys", occurred_at=moment, kind="nps", value=1.0),
    }


@DATES
def test_rows_dated_after_as_of_change_nothing(engine: DuckDbEngine, turn: int) -> None:
    as_of, tables = AS_OF_DATES[turn], merged(companies(turn))
    extra = later_rows([row["account_id"] for row in tables["accounts"]], as_of)
    assert set(extra) == set(TABLES) - {"accounts", "account_view"}
    grown = {name: rows + extra.get(name, []) for name, rows in tables.items()}
    for mapped in (EVENTS, PROXIES):
        assert computed(engine, grown, as_of, mapped) == computed(engine, tables, as_of, mapped)


@DATES
def test_the_order_of_rows_changes_nothing(engine: DuckDbEngine, turn: int) -> None:
    as_of, makers = AS_OF_DATES[turn], companies(turn)
    tables = merged(makers)
    mixed = {n: makers[0].rng.sample(rows, len(rows)) for n, rows in tables.items()}
    assert computed(engine, mixed, as_of) == computed(engine, tables, as_of)


@DATES
def test_an_account_is_measured_by_its_own_rows_alone(engine: DuckDbEngine, turn: int) -> None:
    as_of, tables = AS_OF_DATES[turn], merged(companies(turn))
    kept = min(row["account_id"] for row in tables["accounts"])
    alone = {n: [r for r in rows if r["account_id"] == kept] for n, rows in tables.items()}
    assert computed(engine, alone, as_of) == computed(engine, tables, as_of)[:1]


@DATES
def test_never_is_said_of_missing_values_only(engine: DuckDbEngine, turn: int) -> None:
    for row in computed(engine, merged(companies(turn)), AS_OF_DATES[turn]):
        flags = [name for name in row if name.endswith("__never")]
        assert all(row[f] is not None for f in flags)
        assert [f for f in flags if row[f] and row[f.removesuffix("__never")] is not None] == []


def test_an_opportunity_won_later_was_open_at_the_earlier_date(engine: DuckDbEngine) -> None:
    deal = {
        "opportunity_id": "o1",
        "account_id": "a",
        "amount": Decimal(100),
        "probability": 0.5,
        "created_at": datetime.fromisoformat("2026-01-01"),
        "close_date": datetime.fromisoformat("2026-03-01"),
        "is_won": True,
        "is_closed": True,
    }
    tables: Tables = {"accounts": [{"account_id": "a"}], "opportunities": [deal]}
    before, after = (computed(engine, tables, d)[0] for d in (date(2026, 2, 28), date(2026, 3, 1)))
    assert (before["total_won_amount"], before["current_pipeline_amount"]) == (0.0, 100.0)
    assert before["pipeline_6m_amount"] == 50.0
    assert (after["total_won_amount"], after["current_pipeline_amount"]) == (100.0, 0.0)


def test_a_window_starts_at_midnight_of_its_first_day(
    engine: DuckDbEngine,
) -> None:
    as_of = date(2024, 3, 1)
    first = datetime.fromisoformat("2024-02-01")
    evening = datetime.fromisoformat("2024-03-01T23:59:00")
    tables: Tables = {
        "accounts": [{"account_id": "a"}],
        "activities": [
            {"activity_id": "in", "account_id": "a", "occurred_at": first},
            {"activity_id": "out", "account_id": "a", "occurred_at": first - timedelta(seconds=1)},
            {"activity_id": "last", "account_id": "a", "occurred_at": evening},
        ],
    }
    row = computed(engine, tables, as_of)[0]
    assert row["total_activities_30d"] == 2
    assert row["total_activities_90d"] == 3
    assert row["days_since_last_activity"] == 0


def test_no_row_is_never_while_no_source_is_unknown(engine: DuckDbEngine) -> None:
    tables: Tables = {"accounts": [{"account_id": "a"}]}
    as_of = date(2026, 1, 31)
    there = computed(engine, tables, as_of)[0]
    absent = computed(engine, tables, as_of, frozenset({"accounts.account_id"}))[0]
    name = "days_since_last_activity"
    assert (there[name], there[f"{name}__never"]) == (None, True)
    assert (absent[name], absent[f"{name}__never"]) == (None, False)
    assert there["total_activities_30d"] == 0
    assert absent["total_activities_30d"] is None
