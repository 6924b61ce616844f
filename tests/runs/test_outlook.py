"""The outlook end to end on small portfolios: against plain Python, and never NaN or lost rows."""

import random
from collections.abc import Iterator
from datetime import date
from math import isfinite
from typing import Any

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.config import ForecastSettings, MatrixSettings
from keepwell.runs.outlook import (
    OUTLOOK_TABLES,
    OutlookResult,
    OutlookSettings,
    build_outlook,
)
from keepwell.vocabulary import FORECAST_COLUMNS, SNAPSHOT_TABLES
from outlook.scored import CLASSIC, load_portfolio, open_engine

AS_OF = date(2026, 6, 30)
SETTINGS = OutlookSettings(ForecastSettings(retention_factor=0.9, save_rate=0.5), MatrixSettings())
MEASURES = (
    "days_since_last_activity",
    "total_activities_30d",
    "contact_email_coverage",
    "annual_revenue",
    "number_of_employees",
    "account_size_segment",
    "account_age_days",
    "total_won_amount",
    "current_pipeline_amount",
    "win_rate",
    "active_weeks_90d",
    "longest_gap_days",
)
DATED = (*MEASURES, "won_amount_12m", "won_amount_6m", "open_pipeline_6m_amount")
Row = dict[str, Any]


@pytest.fixture
def engine() -> Iterator[DuckDbEngine]:
    """Give an engine of its own to each test."""
    with open_engine() as opened:
        yield opened


def random_rows(seed: int, count: int) -> list[Row]:
    """Return a portfolio with ties, unknowns, unmapped categories and giants."""
    dice = random.Random(seed)  # noqa: S311 - made-up data, no secret

    def maybe(value: float, share: float = 0.1) -> float | str | None:
        drawn = dice.random()
        return None if drawn < share else "never" if drawn < share * 1.5 else value

    sizes = ["Enterprise", "Large", "Mid-Market", "Small Business", "Huge", None]
    return [
        {
            "account_id": f"A{i:04d}",
            "name": f"Firm {i % 7}",
            "industry": dice.choice(["Technology", "Retail", "O'Neil & Co", None]),
            "account_size_segment": dice.choice(sizes),
            "days_since_last_activity": maybe(dice.choice([0, 3, 29, 30, 200])),
            "total_activities_30d": maybe(dice.choice([0, 0, 1, 5, 900])),
            "contact_email_coverage": maybe(dice.choice([0.0, 0.5, 1.0])),
            "annual_revenue": maybe(dice.lognormvariate(12, 3)),
            "number_of_employees": maybe(dice.choice([0, 10, 100, 90_000])),
            "account_age_days": maybe(dice.choice([0, 5, 400, 2_000])),
            "total_won_amount": maybe(dice.choice([0, 0, 1e5, 1e9])),
            "won_amount_12m": maybe(dice.choice([0, 0, 5e4])),
            "won_amount_6m": maybe(dice.choice([0, 0, 2e4])),
            "current_pipeline_amount": maybe(dice.choice([0, 1e4, 1e7])),
            "open_pipeline_6m_amount": maybe(dice.choice([0, 1e4])),
            "win_rate": maybe(dice.random(), 0.3),
            "active_weeks_90d": maybe(dice.choice([0, 2, 6, 12])),
            "longest_gap_days": maybe(dice.choice([5, 29, 60])),
        }
        for i in range(count)
    ]


def build(engine: DuckDbEngine, rows: list[Row], measures: tuple[str, ...]) -> OutlookResult:
    """Load the rows, score them with the classic card and build the outlook."""
    card = load_portfolio(engine, rows, measures)
    return build_outlook(engine, [card], SETTINGS, AS_OF, 7)


def table(engine: DuckDbEngine, name: str) -> list[Row]:
    """Return a table's rows as dictionaries."""
    rows: list[Row] = engine.arrow(f"SELECT * FROM {name}").to_pylist()
    return rows


def plain(value: Any) -> float | None:
    """Return a measure as the forecast reads it: never is zero."""
    return 0.0 if value == "never" else value


def test_forecast_by_hand_without_dates(engine: DuckDbEngine) -> None:
    rows: list[Row] = [
        {"account_id": "a", "total_won_amount": 3044.0, "current_pipeline_amount": 1000.0}
        | {"account_age_days": 304.4, "win_rate": 0.5},
        {"account_id": "b", "total_won_amount": "never", "current_pipeline_amount": 1000.0}
        | {"account_age_days": 10.0},
        {"account_id": "c", "current_pipeline_amount": 1000.0, "account_age_days": 304.4},
        {"account_id": "d", "total_won_amount": 100.0, "current_pipeline_amount": 0.0}
        | {"account_age_days": 3.0, "win_rate": 0.1},
    ]
    known = {"contact_email_coverage": 0.6, "total_activities_30d": 1.0}
    outlook = build(engine, [r | known for r in rows], MEASURES)
    found = {r["account_id"]: r for r in table(engine, "forecast")}
    assert outlook.basis.method == "weighted"
    assert outlook.basis.mean_win_rate == pytest.approx(0.3)
    assert outlook.basis.mean_odds_count == 2
    assert found["a"]["base_amount"] == pytest.approx(0.4 * 3044 + 600)
    assert found["a"]["pace_amount"] == pytest.approx(304.4 * 6 * 0.9)
    assert found["a"]["due_pipeline_amount"] == pytest.approx(500)
    assert found["b"]["run_rate_amount"] == pytest.approx(300)  # never won, the mean odds
    assert found["c"]["base_amount"] is None  # won unknown, so the amount is
    assert found["c"]["contribution_rank"] is None
    assert found["d"]["pace_amount"] == pytest.approx(100 * 6 * 0.9)  # a month old at least
    assert [found[k]["contribution_rank"] for k in "abd"] == [1, 2, 3]
    assert outlook.figure("contribution_unknown").value == 1
    assert {r["naive_amount"] for r in found.values()} == {None}


def test_forecast_by_hand_with_dates(engine: DuckDbEngine) -> None:
    known = {"contact_email_coverage": 0.6, "win_rate": 0.25, "total_won_amount": 1e6}
    known |= {"won_amount_12m": 1200.0, "won_amount_6m": 700.0, "account_age_days": 900.0}
    rows: list[Row] = [
        known
        | {"account_id": "a", "current_pipeline_amount": 800.0, "open_pipeline_6m_amount": 400.0},
        known | {"account_id": "b", "current_pipeline_amount": 800.0},
        known | {"account_id": "c", "current_pipeline_amount": 0.0, "won_amount_12m": None},
    ]
    outlook = build(engine, rows, (*DATED, "contact_email_coverage"))
    found = {r["account_id"]: r for r in table(engine, "forecast")}
    assert outlook.basis.method == "run_rate"
    assert found["a"]["pace_amount"] == pytest.approx(1200 / 12 * 6 * 0.9)
    # only one of three accounts dates its pipeline: the part is left out, all closes in time
    assert dict(outlook.basis.assumptions)["pipeline_timing"] == "all_closes_in_horizon"
    assert found["a"]["due_pipeline_amount"] == pytest.approx(200)
    assert found["a"]["contribution_amount"] == found["a"]["run_rate_amount"]
    assert found["a"]["naive_amount"] == pytest.approx(700)
    assert found["c"]["contribution_amount"] is None
    assert found["c"]["base_amount"] is not None


def test_no_money_at_all_leaves_every_amount_unknown_and_the_rest_standing(
    engine: DuckDbEngine,
) -> None:
    rows: list[Row] = [
        {"account_id": f"a{i}", "contact_email_coverage": i / 30, "days_since_last_activity": i}
        for i in range(30)
    ]
    outlook = build(engine, rows, MEASURES)
    assert outlook.basis.held == frozenset()
    assert {r["contribution_amount"] for r in table(engine, "forecast")} == {None}
    assert outlook.figure("contribution_total").value is None
    assert table(engine, "lorenz") == []
    assert len(table(engine, "risk_matrix")) == 1
    assert table(engine, "risk_matrix")[0]["industry"] == "unknown"
    assert {r["priority_group"] for r in table(engine, "priority")} <= {"C", "D"}


@pytest.mark.parametrize("seed", [1, 3])
@pytest.mark.parametrize("measures", [MEASURES, DATED], ids=["undated", "dated"])
def test_random_portfolio_holds_no_nan_and_sums_match(
    engine: DuckDbEngine, seed: int, measures: tuple[str, ...]
) -> None:
    rows = random_rows(seed, 15 + 40 * seed)
    build(engine, rows, measures)
    for name in (*OUTLOOK_TABLES, "portfolio"):
        for row in table(engine, name):
            broken = [k for k, v in row.items() if isinstance(v, float) and not isfinite(v)]
            assert broken == [], (name, row)
    _check_matrix(engine, len(rows))
    _check_forecast(engine, rows, measures)
    _check_scenarios(engine, len(rows))


def _check_matrix(engine: DuckDbEngine, accounts: int) -> None:
    people = table(engine, "portfolio")
    cells = table(engine, "risk_matrix")
    assert sum(c["accounts"] for c in cells) == accounts == len(people)
    for cell in cells:
        here = [
            p
            for p in people
            if (p["industry"] or "unknown") == cell["industry"]
            and (p["account_size_segment"] or "unknown") == cell["size"]
        ]
        low = [p for p in here if p["tier"] == "low"]
        scored = [p for p in here if p["tier"] != "unknown"]
        counts = (cell["accounts"], cell["low_count"], cell["scored"])
        assert counts == (len(here), len(low), len(scored))
        amounts = [p["contribution_amount"] for p in low if p["contribution_amount"] is not None]
        assert (cell["at_risk_amount"] or 0) == pytest.approx(sum(amounts), rel=1e-12)
        if scored:
            share = len(low) / len(scored)
            assert cell["low_share"] == share
            assert 0 <= cell["wilson_low"] <= share <= cell["wilson_high"] <= 1
        assert (cell["grade"] == "too_small") == (len(scored) < 10)
    margins = table(engine, "matrix_margins")
    for kind in ("industry", "size", "total"):
        assert sum(m["low_count"] for m in margins if m["kind"] == kind) == sum(
            c["low_count"] for c in cells
        )


def _check_forecast(engine: DuckDbEngine, rows: list[Row], measures: tuple[str, ...]) -> None:
    found = {r["account_id"]: r for r in table(engine, "portfolio")}
    ranked: list[tuple[float, str]] = []
    for row in rows:
        told = found[row["account_id"]]
        won, pipeline = plain(row["total_won_amount"]), plain(row["current_pipeline_amount"])
        expected = None if won is None or pipeline is None else 0.4 * won + 0.6 * pipeline
        assert told["base_amount"] == (None if expected is None else pytest.approx(expected))
        if expected is not None and told["score"] is not None:
            weighted = expected * told["score_micro"] / 1e8
            assert told["weighted_amount"] == pytest.approx(weighted, rel=1e-12)
        amount = told["contribution_amount"]
        method = "run_rate_amount" if "won_amount_12m" in measures else "weighted_amount"
        assert amount == told[method]
        if amount is not None:
            ranked.append((-amount, row["account_id"]))
            assert told["expected_loss_amount"] == (amount if told["tier"] == "low" else 0)
    for place, (_, account_id) in enumerate(sorted(ranked)):
        assert found[account_id]["contribution_rank"] == place + 1
        assert found[account_id]["contribution_tier"] == place * 4 // len(ranked) + 1


def _check_scenarios(engine: DuckDbEngine, accounts: int) -> None:
    people = table(engine, "portfolio")
    summary = {r["scenario"]: r for r in table(engine, "sensitivity")}
    assert all(r["accounts"] == accounts for r in summary.values())
    assert summary["base"]["low_count"] == sum(p["tier"] == "low" for p in people)
    for row in summary.values():
        assert row["low_count"] == row["both_low"] + row["joined_low"]
        assert summary["base"]["low_count"] == row["both_low"] + row["left_low"]
        assert row["spearman"] is None or -1 <= row["spearman"] <= 1
    for person in people:
        scores = [v for k, v in person.items() if k.startswith("score_") and k.endswith("_micro")]
        assert all(s is None or 0 <= s <= 100_000_000 for s in scores)
        gap, count = person["days_since_last_activity"], person["total_activities_30d"]
        pair = gap is not None and count is not None
        never = gap is None and person["days_since_last_activity__never"]
        broken = pair and ((gap >= 30) == (count > 0))
        age, won = person["account_age_days"], person["total_won_amount"]
        broken |= gap is not None and age is not None and gap > age
        recent = person.get("won_amount_12m")
        broken |= recent is not None and won is not None and recent > won
        assert person["has_contradiction"] == bool(broken or (never and (count or 0) > 0))
        if person["is_firm_low"]:
            assert person["tier"] == "low"
            assert person["score_percentile_scales_micro"] < 50_000_000


def test_row_order_changes_nothing(engine: DuckDbEngine) -> None:
    rows = random_rows(9, 40)
    build(engine, rows, MEASURES)
    names = [n for n in OUTLOOK_TABLES if n != "figures"]
    before = {n: sorted(map(_rounded, table(engine, n))) for n in names}
    build(engine, rows[::-1], MEASURES)
    assert {n: sorted(map(_rounded, table(engine, n))) for n in names} == before


def _rounded(row: Row) -> str:
    """Return a row as text with floats to twelve digits: sums may differ in the last ones."""
    parts = (f"{v:.12g}" if isinstance(v, float) else repr(v) for v in row.values())
    return "|".join(parts)


def test_tables_are_those_of_the_snapshot_and_scenarios_leave_nothing_behind(
    engine: DuckDbEngine,
) -> None:
    build(engine, random_rows(4, 20), MEASURES)
    assert set(OUTLOOK_TABLES) <= set(SNAPSHOT_TABLES)
    assert [c.name for c in FORECAST_COLUMNS] == list(engine.columns("forecast"))
    left = engine.rows("SELECT table_name FROM information_schema.tables")
    assert not [n for (n,) in left if n.startswith("scenario_") and n not in OUTLOOK_TABLES]


def test_two_scorecards_are_rescored_each_with_its_own_lines(engine: DuckDbEngine) -> None:
    rows = random_rows(5, 30)
    first = load_portfolio(engine, rows, MEASURES)
    engine.run("UPDATE scores SET scorecard = 'o''ther' WHERE account_id < 'A0015'")
    other = first.model_copy(update={"scorecard": "o'ther"})
    build_outlook(engine, [first, other], SETTINGS, AS_OF, 7)
    people = table(engine, "portfolio")
    assert len(people) == 30
    assert all(
        p["score_activity_up_micro"] is not None for p in people if p["score_micro"] is not None
    )


def test_priority_names_groups_in_order_with_reason_and_step(engine: DuckDbEngine) -> None:
    build(engine, random_rows(3, 120), MEASURES)
    listed = sorted(table(engine, "priority"), key=lambda r: r["priority_rank"])
    people = {p["account_id"]: p for p in table(engine, "portfolio")}
    assert [r["priority_rank"] for r in listed] == list(range(1, len(listed) + 1))
    assert [r["priority_group"] for r in listed] == sorted(r["priority_group"] for r in listed)
    for row in listed:
        person = people[row["account_id"]]
        is_low = person["tier"] == "low"
        assert is_low == (row["priority_group"] in "BC")
        if row["priority_group"] in "AB":
            assert person["contribution_tier"] == 1
        if row["priority_group"] == "D":
            assert 0 <= row["points_above_line"] < 2
        assert row["reason"]
        assert row["first_step"]


def test_override_to_low_enters_the_priority_list_and_says_so(engine: DuckDbEngine) -> None:
    card = load_portfolio(engine, random_rows(6, 40), MEASURES, CLASSIC)
    engine.run(
        "UPDATE scores SET effective_tier = 'low', has_override = TRUE WHERE tier = 'medium'"
    )
    build_outlook(engine, [card], SETTINGS, AS_OF, 7)
    listed = table(engine, "priority")
    assert {r["reason"] for r in listed if r["tier"] == "medium"} == {"low_by_override"}
    assert [r for r in listed if r["tier"] == "medium"]
