"""RFM of random purchases equals a computation in pandas that shares nothing with it."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from value.pandas_oracle import rfm
from value.world import AS_OF, compute, open_world, values

SEEDS = range(12)


def random_orders(seed: int) -> list[dict[str, Any]]:
    """Return orders with ties, same-day repeats, refunds, free orders, unknown amounts, futures."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(30, 400))
    people = int(rng.integers(3, 80))
    amounts = rng.choice([0, 5, 5, 10, 20, 99.99, -5, 1234.56], count)
    return [
        {
            "transaction_id": str(i),
            "account_id": f"A{int(rng.integers(people)):03d}",
            "occurred_at": AS_OF + timedelta(days=int(rng.integers(-400, 15))),
            "amount": None if rng.random() < 0.01 else float(amounts[i]),
            "kind": "order",
        }
        for i in range(count)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_rfm_of_random_purchases_equals_pandas(seed: int) -> None:
    rows = random_orders(seed)
    orders = pd.DataFrame(rows)
    orders["day"] = pd.to_datetime(orders["occurred_at"])
    orders["amount"] = orders["amount"].astype("float64")
    expected = rfm(orders, AS_OF)
    accounts = sorted({r["account_id"] for r in rows})
    tables = {"transactions": rows}
    with open_world(tables, [{"account_id": a} for a in accounts]) as engine:
        compute(engine, tables)
        found = values(engine)
    assert len(found) == len(accounts)
    for account in accounts:
        if account not in expected.index:
            assert found[account]["r_score"] == 1
            continue
        row = expected.loc[account]
        got = found[account]
        assert got["recency_days"] == row["recency_days"]
        assert got["frequency"] == row["frequency"]
        if pd.isna(row["monetary_amount"]):
            assert got["monetary_amount"] is None
        else:
            assert got["monetary_amount"] == pytest.approx(row["monetary_amount"], abs=1e-9)
            assert got["m_score"] == row["m_score"]
        assert (got["r_score"], got["f_score"]) == (row["r_score"], row["f_score"])


def test_oracle_itself_scores_five_different_values_one_to_five() -> None:
    orders = pd.DataFrame(
        {"account_id": list("abcde"), "day": pd.to_datetime([date(2026, 6, 1)] * 5)}
        | {"amount": [1.0, 2.0, 3.0, 4.0, 5.0]}
    )
    assert list(rfm(orders, AS_OF)["m_score"]) == [1, 2, 3, 4, 5]


def test_row_order_and_later_rows_change_nothing() -> None:
    rows = random_orders(3)
    accounts = [{"account_id": a} for a in sorted({r["account_id"] for r in rows})]
    later = {**rows[0], "transaction_id": "x", "occurred_at": AS_OF + timedelta(days=3)}
    seen = []
    for given in (rows, rows[::-1], [*rows, later]):
        tables = {"transactions": given}
        with open_world(tables, accounts) as engine:
            compute(engine, tables)
            seen.append(values(engine))
    assert seen[0] == seen[1] == seen[2]
