"""RFM of two outside order logs, from init to snapshot, equals a computation in pandas."""

import os
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from e2e.company import done
from value.pandas_oracle import rfm

pytestmark = pytest.mark.accept


def data(name: str) -> Path:
    given = os.environ.get("KEEPWELL_ACCEPT_DATA")
    if not given:
        pytest.skip("KEEPWELL_ACCEPT_DATA names no folder of outside data")
    return Path(given) / name


def computed(project: Path, source: Path) -> pd.DataFrame:
    """Run a new project over the source and return its value table by account."""
    done("init", project, "--from", source, "--lang", "en")
    done("run", "-C", project)
    file = project / "value.parquet"
    done("export", "value", "-o", file, "-C", project)
    return pd.read_parquet(file).set_index("account_id")


def agree(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    assert sorted(found.index) == sorted(expected.index)
    held = found.loc[expected.index]
    for name in ("recency_days", "frequency"):
        assert (held[name] == expected[name]).all()
    money = (held["monetary_amount"] - expected["monetary_amount"]).abs()
    assert money.max() < 1e-6
    for name in ("r_score", "f_score", "m_score"):
        assert (held[name].astype("int64") == expected[name].astype("int64")).all(), name
        assert {1, 5} <= set(held[name]) <= {1, 2, 3, 4, 5}


def test_rfm_of_the_order_log_equals_pandas(tmp_path: Path) -> None:
    file = data("rfm_orders") / "rfm_data_orders.csv"
    found = computed(tmp_path / "p", file.parent)
    orders = pd.read_csv(file)
    orders = orders.rename(columns={"customer_id": "account_id", "revenue": "amount"})
    orders["day"] = pd.to_datetime(orders["order_date"])
    expected = rfm(orders, orders["day"].max().date())
    assert len(expected) == 995
    agree(found, expected)


def test_rfm_of_the_retail_log_equals_pandas(tmp_path: Path) -> None:
    """Price times quantity is put into the source first, as `init` asks."""
    given = data("uci_online_retail") / "online_retail.parquet"
    source = tmp_path / "source"
    source.mkdir()
    made = (
        "SELECT CustomerID, InvoiceDate, CAST(Quantity * UnitPrice AS DECIMAL(18, 4)) AS amount "
        f"FROM '{given}' WHERE CustomerID IS NOT NULL"
    )
    duckdb.execute(f"COPY ({made}) TO '{source / 'orders.parquet'}'")
    found = computed(tmp_path / "p", source)
    orders = pd.read_parquet(source / "orders.parquet")
    orders["account_id"] = orders["CustomerID"].astype("int64").astype(str)
    orders["day"] = orders["InvoiceDate"].dt.normalize()
    orders["amount"] = orders["amount"].astype("float64")
    expected = rfm(orders, orders["day"].max().date())
    bought = found[found["frequency"].notna()]
    agree(bought, expected)
    only_refunds = found[found["frequency"].isna()]
    assert (only_refunds["r_score"] == 1).all()
