"""Outside data from init to value report: RFM equals pandas, every report is written and true."""

import csv
import os
import re
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


def cdnow(folder: Path) -> Path:
    """Write the raw log, columns parted by blanks, with a header and dates as dates."""
    folder.mkdir()
    with (folder / "orders.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["customer_id", "order_date", "quantity", "amount"])
        for line in (data("cdnow") / "CDNOW_sample.txt").read_text("utf-8").splitlines():
            _, customer, day, count, amount = line.split()
            out.writerow([customer, f"{day[:4]}-{day[4:6]}-{day[6:]}", count, amount])
    return folder


def reported(folder: Path, source: Path) -> dict[str, str]:
    """Run a project over the source and return its value report in both languages."""
    project = folder / "p"
    done("init", project, "--from", source, "--lang", "en")
    done("run", "-C", project)
    texts = {}
    for lang in ("zh", "en"):
        out = folder / "out"
        words = ("--kind", "value", "--lang", lang, "--format", "md,html", "-o", out)
        done("report", *words, "-C", project)
        texts[lang] = (out / f"value_report.{lang}.md").read_text("utf-8")
        assert (out / f"value_report.{lang}.html").stat().st_size > 10_000
    return texts


def test_value_report_of_the_raw_cdnow_log_ranks_by_a_value_that_stood_its_holdout(
    tmp_path: Path,
) -> None:
    texts = reported(tmp_path, cdnow(tmp_path / "source"))
    text = texts["en"]
    assert "value = lifetime value fitted to the purchases, 12 months" in text
    found = re.search(
        r"expected ([\d,]+) repeat purchases of the rest \[F\d+\]; ([\d,]+) came", text
    )
    assert found is not None
    expected, came = (int(n.replace(",", "")) for n in found.groups())
    assert came == 1151
    assert abs(expected / came - 1) < 0.1
    assert "**Not enough data**: the value amount and R and F come from the same purchases" in text
    assert "Nobody can be told to struggle" in text
    assert (tmp_path / "out" / "pictures" / "lifetime_track.zh.png").exists()
    assert "留出检验" in texts["zh"]


def test_value_report_of_the_account_view_says_what_stands_in(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "accounts.csv").write_bytes((data("crm_account_view") / "accounts.csv").read_bytes())
    texts = reported(tmp_path, source)
    assert "contribution base: won and pipeline amounts, without the score" in texts["en"]
    assert "stand-ins serve recency R, frequency F, money M" in texts["en"]
    assert "there is no history to fit" in texts["en"]
    assert "没有可拟合的历史" in texts["zh"]


def test_value_report_of_subscriptions_says_that_usage_stands_in_for_activities(
    tmp_path: Path,
) -> None:
    texts = reported(tmp_path, data("ravenstack"))
    assert "value = current ARR" in texts["en"]
    assert "R counts the days since the last activity" in texts["en"]
    assert "product usage stands in for them" in texts["en"]
    assert "Not given: renewals" in texts["en"]
    assert "以产品使用记录代替" in texts["zh"]
