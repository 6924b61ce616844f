"""The record of the forecast from deals: which months, which customers, what is stored."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.measures import CATALOG, months_from, plan_measures
from keepwell.runs.forecast_record import (
    INTERVALS,
    NO_DATED_WINS,
    RECORD,
    SUMMARY,
    record_forecast,
    won_months_select,
)

AS_OF = date(2026, 8, 31)
MAPPED = frozenset(
    f"opportunities.{c}"
    for c in ("account_id", "amount", "close_date", "is_won", "is_closed", "created_at")
)


@pytest.fixture
def engine() -> Iterator[DuckDbEngine]:
    with closing(DuckDbEngine(threads=1)) as opened:
        yield opened


def accounts(engine: DuckDbEngine, count: int, churned: dict[int, date] | None = None) -> None:
    gone = churned or {}
    began = [date(2020, 1, 1)] * count
    engine.read_arrow(
        "accounts_imported",
        pa.table(
            {
                "account_id": [f"A{n:03}" for n in range(count)],
                "customer_since": pa.array(began, pa.date32()),
                "created_at": pa.array([None] * count, pa.date32()),
                "churned_at": pa.array([gone.get(n) for n in range(count)], pa.date32()),
            }
        ),
    )


def deals(engine: DuckDbEngine, rows: list[tuple[int, date, float | None, bool | None]]) -> None:
    days = np.array([d for _, d, _, _ in rows], dtype="datetime64[us]") + np.timedelta64(13, "h")
    table: dict[str, Any] = {
        "account_id": [f"A{n:03}" for n, *_ in rows],
        "close_date": pa.array(days, pa.timestamp("us")),
        "amount": pa.array([a for *_, a, _ in rows], pa.float64()),
        "is_won": pa.array([w for *_, w in rows], pa.bool_()),
    }
    engine.read_arrow("opportunities", pa.table(table))


def test_wins_fall_into_the_months_that_the_measures_count(engine: DuckDbEngine) -> None:
    accounts(engine, 2)
    edge = months_from(AS_OF, -6)
    deals(
        engine,
        [
            (0, AS_OF, 1.0, True),
            (0, AS_OF + timedelta(days=1), 2.0, True),
            (0, edge + timedelta(days=1), 4.0, True),
            (0, edge, 8.0, True),
            (0, AS_OF, 16.0, False),
            (0, AS_OF, None, True),
            (0, AS_OF, 32.0, None),
        ],
    )
    first, second = engine.rows(won_months_select("opportunities", AS_OF))
    assert (first[3], sum(first[3:9]), first[9]) == (1.0, 5.0, 8.0)
    assert sum(second[3:]) == 0.0


def test_a_long_record_is_stored_with_intervals_that_sum_to_its_total(
    engine: DuckDbEngine,
) -> None:
    accounts(engine, 40, {3: date(2026, 5, 1)})
    days = [months_from(AS_OF, -m) for m in range(36)]
    deals(
        engine,
        [
            (n, d, 100.0 + n, True)
            for n in range(40)
            for m, d in enumerate(days)
            if m % 12 == n % 12
        ],
    )
    plan = plan_measures(MAPPED, None, CATALOG)
    assert record_forecast(engine, plan, AS_OF, 1.0) == "beats_keep_last"
    chosen = engine.rows(f"SELECT wape, cases FROM {RECORD} WHERE method = 'chosen' AND tier = 0")
    assert chosen[0][0] == 0.0
    ((total, low, high, method),) = engine.rows(
        f"SELECT total_amount, total_low, total_high, chosen FROM {SUMMARY}"
    )
    assert method == "seasonal"
    assert low <= total <= high
    rows = engine.rows(
        f"SELECT count(*), sum(amount), bool_or(account_id = 'A003') FROM {INTERVALS}"
    )
    assert rows == [(39, pytest.approx(total), False)]


def test_without_dated_wins_the_record_says_so(engine: DuckDbEngine) -> None:
    accounts(engine, 2)
    assert record_forecast(engine, plan_measures(frozenset()), AS_OF, 1.0) == NO_DATED_WINS
    assert engine.rows(f"SELECT verdict, total_amount FROM {SUMMARY}") == [(NO_DATED_WINS, None)]
    assert engine.rows(f"SELECT count(*) FROM {RECORD}") == [(0,)]
