"""What the product stored against what was recomputed: counts exactly, the rest to 1e-9."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from e2e.company import exported
from reference import (
    choices_oracle,
    forecast_oracle,
    groups_oracle,
    pandas_oracle,
    priority_oracle,
)
from reference.forecast_oracle import Assumed
from reference.groups_oracle import Cuts
from reference.stages import Workshop

Rows = Mapping[str, Mapping[str, Any]]
SCORED = (
    "SELECT s.*, c.* EXCLUDE (account_id) FROM scores s "
    "JOIN contributions c ON c.account_id = s.account_id"
)
PLACED = ("account_id", "industry", "account_size_segment", "tier")
AMOUNTS = ("base", "weighted", "run_rate", "naive", "contribution")
# What a person is told of a measure; differences may cancel, hence also an absolute bound.
POINTS = ("ratio_rest", "ratio_all", "difference_rest", "difference_all", "delta", "within_delta")


def near(value: Any, absolute: float = 0.0) -> Any:
    """Return what equals a number to 1e-9 relative; None equals None alone."""
    return None if value is None else pytest.approx(value, rel=1e-9, abs=absolute)


def compare_scores(found: Rows, wanted: pd.DataFrame) -> None:
    """Scores and contributions to the micro-point, tier and coverage."""
    assert set(found) == set(wanted["account_id"])
    for row in wanted.to_dict("records"):
        mine = found[row["account_id"]]
        score = None if pandas_oracle.is_missing(row["score_micro"]) else int(row["score_micro"])
        assert mine["score_micro"] == score
        assert mine["tier"] == row["tier"]
        assert mine["coverage"] == pytest.approx(row["coverage"], rel=1e-12)
        for name in pandas_oracle.MEASURES:
            assert mine[f"{name}__micro"] == row[f"{name}__micro"], (row["account_id"], name)


def compare_forecast(found: Rows, told: pd.DataFrame) -> None:
    """The three methods, the headline, its ranks and quarters, and the loss of the low tier."""
    for row in told.to_dict("records"):
        mine = found[row["account_id"]]
        for name in AMOUNTS:
            assert mine[f"{name}_amount"] == near(row[name]), (name, row, mine)
        assert mine["contribution_rank"] == row["rank"]
        assert mine["contribution_tier"] == row["quarter"]
        loss = row["contribution"] if row["tier"] == "low" else 0.0
        expected = None if row["contribution"] is None else loss
        assert mine["expected_loss_amount"] == near(expected)


def compare_matrix(
    rows: list[dict[str, Any]], wanted: dict[tuple[str, str], groups_oracle.Cell], cuts: Cuts
) -> None:
    """Counts, money, Wilson interval, shrunken share and grade of every existing cell."""
    assert {(r["industry"], r["size"]) for r in rows} == set(wanted)
    prior = groups_oracle.prior([(c.low, c.scored) for c in wanted.values()])
    for row in rows:
        cell = wanted[row["industry"], row["size"]]
        k, n = cell.low, cell.scored
        assert (row["low_count"], row["scored"]) == (k, n)
        ends = groups_oracle.wilson(k, n) if n else (None, None)
        assert row["wilson_low"] == near(ends[0], 1e-15)
        assert row["wilson_high"] == near(ends[1], 1e-15)
        assert row["low_share"] == near(k / n if n else None)
        assert row["grade"] == groups_oracle.grade(k, n, cuts)
        assert row["contribution_amount"] == near(cell.total(cell.amounts))
        assert row["at_risk_amount"] == near(cell.total(cell.risks))
        pulled = (k + prior[0] * prior[1]) / (n + prior[1]) if prior and n else None
        assert row["shrunken_share"] == near(pulled), (row, prior)


def compare_profile(rows: list[dict[str, Any]], frame: pd.DataFrame) -> None:
    """Means, medians, ratios, standardised differences and Cliff's deltas of every measure."""
    names = [str(c) for c in frame if c not in (*PLACED, "score_micro")]
    told = {n: groups_oracle.profile(frame, n) for n in names}
    wanted = {n: p for n, p in told.items() if p is not None}
    assert {r["measure"] for r in rows} == set(wanted)
    for row in rows:
        for name, value in wanted[row["measure"]].items():
            absolute = 1e-9 if name in POINTS else 0.0
            assert row[name] == near(value, absolute), (row["measure"], name)


def compare_whole(shop: Workshop, told: pd.DataFrame, assumed: Assumed) -> None:
    """Concentration, cross table, revenue at risk and methods' totals."""
    figures = {r["figure"]: r["value"] for r in shop.rows("SELECT * FROM figures")}
    known = [c for c in told["contribution"] if c is not None]
    quarter = -(-len(known) // 4)
    assert figures["gini"] == near(forecast_oracle.gini(known), 1e-12)
    for name, count in (("quarter", quarter), ("3", 3), ("10", 10)):
        assert figures[f"top_{name}_share"] == near(forecast_oracle.top_share(known, count))
    for row in shop.rows("SELECT * FROM lorenz"):
        count = row["accounts_share"] * len(known)
        assert count == pytest.approx(round(count), abs=1e-9)
        share = forecast_oracle.top_share(known, round(count))
        assert row["amount_share"] == near(share, 1e-12)
    risk = forecast_oracle.at_risk(told)
    assert figures["expected_loss_amount_total"] == near(risk)
    saved = None if risk is None else risk * assumed.save_rate
    assert figures["avoidable_loss_total"] == near(saved)
    for name in ("weighted", "run_rate", "naive"):
        amounts = [a for a in told[name] if a is not None]
        assert figures[f"{name}_amount_total"] == near(sum(amounts) if amounts else None)
    crossed = {
        (r["tier"], r["contribution_tier"]): (r["accounts"], r["amount"])
        for r in shop.rows("SELECT * FROM tier_cross")
    }
    wanted = forecast_oracle.cross(told)
    assert set(crossed) == set(wanted)
    for key, (accounts, amount) in wanted.items():
        assert crossed[key] == (accounts, near(amount))


def compare_priority(shop: Workshop, frame: pd.DataFrame, told: pd.DataFrame, card: str) -> None:
    """Who is low under every choice, where they were scored; groups and ranks of the list."""
    firm: dict[str, bool] = {}
    if "is_firm_low" in shop.engine.columns("portfolio"):
        firm = choices_oracle.firmly_low(frame, card)
        rows = shop.rows("SELECT account_id, is_firm_low FROM portfolio")
        assert {r["account_id"]: r["is_firm_low"] for r in rows} == firm
    listed = shop.rows("SELECT * FROM priority ORDER BY priority_rank")
    assert [r["priority_rank"] for r in listed] == list(range(1, len(listed) + 1))
    found = [(r["account_id"], r["priority_group"], r["group_rank"]) for r in listed]
    assert found == priority_oracle.priority(frame, told, firm, shop.state.tiers)


def compare_exports(project: Path, place: Path, frame: pd.DataFrame, card: str) -> None:
    """Scores, contributions, forecast, matrix and profile as `export` writes them."""
    wanted = pandas_oracle.score(frame, card)
    rows = {r["account_id"]: r for r in wanted.to_dict("records")}
    for row in exported(project, "scores", place):
        mine = rows[row["account_id"]]
        assert (int(row["score_micro"]), row["tier"]) == (mine["score_micro"], mine["tier"])
    for row in exported(project, "contributions", place):
        assert int(row["points_micro"]) == rows[row["account_id"]][f"{row['measure']}__micro"]
    scored = pandas_oracle.with_coverage(frame)
    scored = scored.merge(wanted[["account_id", "score_micro", "tier"]], on="account_id")
    told = forecast_oracle.forecast(scored, Assumed())
    forecasts = {r["account_id"]: numbers(r) for r in exported(project, "forecast", place)}
    compare_forecast(forecasts, told)
    matrix = [numbers(r) for r in exported(project, "risk_matrix", place)]
    compare_matrix(matrix, groups_oracle.matrix(scored, told), Cuts())
    known = set(map(str, scored)) - {*PLACED, "score_micro"}
    for row in map(numbers, exported(project, "profile", place)):
        if row["measure"] in known:
            compare_profile([row], scored[[*PLACED, row["measure"]]])


def numbers(row: dict[str, str]) -> dict[str, Any]:
    """Return the cells of an exported row as numbers where they are numbers."""
    return {k: number(v) for k, v in row.items()}


def number(cell: str) -> float | str | None:
    """Return a cell's number, its text, or None where it is empty."""
    try:
        return float(cell) if cell else None
    except ValueError:
        return cell
