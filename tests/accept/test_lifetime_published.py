"""Purchase and spend models on the CDNOW sample against the published estimates.

Fader, Hardie and Lee (2005), table 2, and Fader and Hardie (2013), on purchases of 39 weeks.
"""

import os
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.outlook.lifetime import (
    Horizon,
    PurchaseModel,
    SpendModel,
    TimeUnit,
    expected_purchases,
    first_days_select,
    fit_purchases,
    fit_spend,
    grouped_histories_select,
    grouped_spend_select,
    histories,
    histories_select,
    holdout_select,
    repeat_days_select,
    track,
)
from outlook.scored import open_engine

pytestmark = pytest.mark.accept
START, FITTED, UNTIL = date(1997, 1, 1), date(1997, 9, 30), date(1998, 6, 30)


@cache
def loaded() -> DuckDbEngine:
    """Return an engine with the raw log as `transactions` and the 39-week `histories`."""
    path = Path(os.environ.get("KEEPWELL_ACCEPT_DATA", "")) / "cdnow" / "CDNOW_sample.txt"
    if not path.is_file():
        pytest.skip(f"set KEEPWELL_ACCEPT_DATA to a folder with {path.parent.name}/{path.name}")
    rows = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
    moments = [datetime.combine(date.fromisoformat(r[2]), time()) for r in rows]
    table = pa.table(
        {
            "account_id": [r[1] for r in rows],
            "occurred_at": pa.array(moments, pa.timestamp("us")),
            "amount": pa.array([Decimal(r[4]) for r in rows], pa.decimal128(24, 6)),
        }
    )
    engine = open_engine()
    engine.read_arrow("transactions", table)
    engine.create_table("histories", histories_select(FITTED))
    return engine


def columns(select: str) -> list[np.ndarray]:
    """Return a query's columns as numbers."""
    return [c.to_numpy().astype(np.float64) for c in loaded().arrow(select).columns]


@cache
def purchases() -> PurchaseModel:
    """Return the purchase model of the first 39 weeks."""
    repeats, last, observed, customers = columns(grouped_histories_select("histories"))
    found = fit_purchases(histories(repeats, last, observed, customers), TimeUnit.WEEK)
    assert isinstance(found, PurchaseModel)
    return found


def test_purchase_model_is_the_published_one() -> None:
    model = purchases()
    assert (model.customers, model.repeaters) == (2357, 946)
    estimates = (model.r, model.alpha, model.a, model.b)
    assert estimates == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=0.01)
    assert model.log_likelihood == pytest.approx(-9582.4, abs=0.1)
    assert model.starts_agreeing == model.starts


def test_spend_model_is_the_published_one() -> None:
    known, mean, customers = columns(grouped_spend_select("histories"))
    model = fit_spend(known, mean, "USD", customers)
    assert isinstance(model, SpendModel)
    assert (model.p, model.q, model.v) == pytest.approx((6.25, 3.74, 15.44), abs=0.01)
    assert model.spenders == 946
    assert model.mean_spend_amount == pytest.approx(35.2, abs=0.2)
    assert model.independence.correlation == pytest.approx(0.11, abs=0.005)
    assert not model.independence.is_doubtful


def test_a_customer_with_two_repeats_is_expected_to_buy_as_published() -> None:
    # Fader, Hardie, Lee, Implementing the BG/NBD Model in Excel (2005): x 2, t_x 30.43, T 38.86
    given = histories(np.array([2.0]), np.array([213.0]), np.array([272.0]))
    found = expected_purchases(purchases(), given, Horizon(39, TimeUnit.WEEK))
    assert found[0] == pytest.approx(1.226, abs=5e-4)


def test_holdout_is_tracked_within_a_few_per_cent() -> None:
    firsts = columns(first_days_select(START, FITTED))
    repeats = columns(repeat_days_select(START, FITTED, UNTIL))
    fitted_day, last_day = (FITTED - START).days, (UNTIL - START).days
    found = track(
        purchases(), (firsts[0], firsts[1]), (repeats[0], repeats[1]), fitted_day, last_day
    )
    bought = loaded().rows(f"SELECT sum(holdout_purchases) FROM ({holdout_select(FITTED, UNTIL)})")
    assert found.holdout_actual == int(bought[0][0])
    at_fit = float(np.interp(fitted_day, found.days, found.expected / found.actual.clip(1)))
    assert at_fit == pytest.approx(1, abs=0.05)
    assert found.expected[-1] == pytest.approx(found.actual[-1], rel=0.05)
