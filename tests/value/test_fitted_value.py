"""A fitted lifetime value ranks accounts only when accepted or asked for, and is never evidence."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.runs.value import ValueResult
from keepwell.value import FittedValue, ValueSettings, judge_purchases
from value.world import AS_OF, compute, open_world, values

Rows = list[dict[str, Any]]
COLUMN = "lifetime_value_amount_12_months_at_10_pct"
IDS = [f"A{i:02d}" for i in range(60)]
ACCEPTED = FittedValue(COLUMN, "accepted", of_purchases=True)


def bought() -> dict[str, Rows]:
    """Return one to six purchases per account; the later accounts bought more."""
    rows: Rows = [
        {"transaction_id": f"{a}-{k}", "account_id": a, "amount": 10.0 + i}
        | {"occurred_at": AS_OF - timedelta(days=20 * k + i)}
        for i, a in enumerate(IDS)
        for k in range(1 + i // 10)
    ]
    return {"transactions": rows}


@pytest.fixture
def engine() -> Iterator[DuckDbEngine]:
    """Give a world with a fitted value that falls where purchases to date rise."""
    portfolio: Rows = [{"account_id": a, "score": 60.0} for a in IDS]
    with open_world(bought(), portfolio) as opened:
        fitted = [float(1000 - i) for i in range(len(IDS))]
        opened.read_arrow("lifetime", pa.table({"account_id": IDS, COLUMN: fitted}))
        yield opened


def done(engine: DuckDbEngine, fitted: FittedValue, **changed: Any) -> ValueResult:
    """Compute the value model of the world with a fitted value."""
    given = changed.pop("health_tells", True)
    settings = ValueSettings.model_validate(changed)
    return compute(engine, bought(), settings, fitted=fitted, health_tells=given)


def amount_row(engine: DuckDbEngine) -> tuple[Any, ...]:
    found: tuple[Any, ...] = engine.rows(
        "SELECT basis, known, reason FROM value_sources WHERE item = 'amount'"
    )[0]
    return found


@pytest.mark.parametrize(
    ("is_fitted", "is_doubtful", "holdout", "state"),
    [
        (True, False, (100.0, 104.0), "accepted"),
        (True, False, (100.0, 126.0), "missed"),
        (True, False, (100.0, 74.0), "missed"),
        (True, True, (100.0, 100.0), "doubtful"),
        (True, False, None, "untracked"),
        (True, False, (0.0, 3.0), "untracked"),
        (False, False, (100.0, 100.0), "refused"),
    ],
)
def test_only_a_sure_fit_that_stood_its_holdout_is_accepted(
    is_fitted: bool, is_doubtful: bool, holdout: tuple[float, float] | None, state: str
) -> None:
    found = judge_purchases("v", is_fitted=is_fitted, is_doubtful=is_doubtful, holdout=holdout)
    assert found.state == state
    assert found.ranks("auto") == (state == "accepted")
    assert found.ranks("fitted") == is_fitted
    assert not found.ranks("purchases_to_date")


def test_an_accepted_value_ranks_and_cannot_prove_the_paradox(engine: DuckDbEngine) -> None:
    made = done(engine, ACCEPTED)
    found = values(engine)
    assert found["A00"]["value_rank"] == 1
    assert found["A00"]["value_amount"] == 1000.0
    assert amount_row(engine) == (COLUMN, 60, "")
    assert (made.verdict.answer, made.verdict.reason) == ("not_enough_data", "shared_history")
    flags = dict(
        engine.rows("SELECT measure, is_by_construction FROM value_ratios WHERE scope = 'all'")
    )
    assert flags["engagement"]
    assert flags["r_score"]
    assert flags["days_inactive"]
    assert not engine.rows(
        "SELECT 1 FROM value_ratios WHERE NOT is_by_construction AND scope = 'top'"
    )


@pytest.mark.parametrize("state", ["refused", "doubtful", "untracked", "missed"])
def test_a_value_that_is_not_accepted_gives_way_to_purchases_and_says_why(
    engine: DuckDbEngine, state: Any
) -> None:
    column = None if state == "refused" else COLUMN
    made = done(engine, FittedValue(column, state, of_purchases=True))
    assert amount_row(engine) == ("purchases_to_date", 60, f"fitted:{state}")
    assert values(engine)["A59"]["value_rank"] == 1
    assert made.verdict.reason != "shared_history"


def test_a_doubtful_value_ranks_when_it_is_asked_for(engine: DuckDbEngine) -> None:
    done(engine, FittedValue(COLUMN, "doubtful", of_purchases=True), amount="fitted")
    assert amount_row(engine)[0] == COLUMN


def test_asking_for_a_refused_value_falls_back_and_says_so(engine: DuckDbEngine) -> None:
    done(engine, FittedValue(None, "refused", of_purchases=True), amount="fitted")
    assert amount_row(engine) == ("purchases_to_date", 60, "fitted:refused")


def test_a_score_of_amounts_alone_calls_nobody_unhealthy_and_stays_out_of_the_index(
    engine: DuckDbEngine,
) -> None:
    engine.create_table("p2", "SELECT * REPLACE ('low' AS effective_tier) FROM portfolio")
    engine.create_table("portfolio", "SELECT * FROM p2")
    done(engine, ACCEPTED)
    with_health = values(engine)
    assert any(r["is_unhealthy"] for r in with_health.values())
    done(engine, ACCEPTED, health_tells=False)
    without = values(engine)
    assert not any(r["is_unhealthy"] for r in without.values())
    assert {r["is_struggling"] for r in without.values()} == {None}
    assert without["A30"]["index_coverage"] == pytest.approx(0.6)
    assert with_health["A30"]["index_coverage"] == pytest.approx(1.0)
    rows = engine.rows("SELECT basis FROM value_sources WHERE item = 'index'")
    assert rows == [("weights_without_health",)]
