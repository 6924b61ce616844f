"""Scores, matrix and contribution index equal a recomputation in plain pandas on random views."""

import os
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from e2e.company import declare_currency, done, exported
from keepwell.config import ForecastSettings, MatrixSettings
from keepwell.outlook import (
    MATRIX_SELECT,
    basis_of,
    basis_select,
    cells_of,
    forecast_select,
    matrix_prior,
    matrix_rows,
)
from keepwell.ports import Engine
from reference import pandas_oracle as oracle
from reference.views import random_view, rows_by_account, workshop, write_view

IS_SOAK = bool(os.environ.get("KEEPWELL_SOAK"))
VIEWS = 2000 if IS_SOAK else 200
WITH_OUTLOOK = 200 if IS_SOAK else 4
THROUGH_FILES = 20 if IS_SOAK else 1
MEASURES = [m for _, _, measures in oracle.CLASSIC for m, *_ in measures]


def compare_scores(found: dict[str, dict[str, Any]], wanted: pd.DataFrame) -> None:
    """Scores and contributions to the micro-point, tier and coverage."""
    assert set(found) == set(wanted["account_id"])
    for row in wanted.to_dict("records"):
        mine = found[row["account_id"]]
        score = None if oracle.is_missing(row["score_micro"]) else int(row["score_micro"])
        assert mine["score_micro"] == score
        assert mine["tier"] == row["tier"]
        assert mine["coverage"] == pytest.approx(row["coverage"], rel=1e-12)
        for name in MEASURES:
            assert mine[f"{name}__micro"] == row[f"{name}__micro"], (row["account_id"], name)


def compare_matrix(
    rows: list[tuple[str, str, int, int, float | None, float | None]],
    frame: pd.DataFrame,
    scored: pd.DataFrame,
) -> None:
    """Counts exactly, Wilson intervals to 1e-9 relative."""
    wanted = oracle.matrix(frame, scored)
    assert {(i, s): (low, n) for i, s, low, n, *_ in rows} == wanted
    for _, _, k, n, low, high in rows:
        if n:
            assert (low, high) == pytest.approx(oracle.wilson(k, n), rel=1e-9, abs=1e-15)
        else:
            assert low is high is None


def compare_forecast(
    found: dict[str, dict[str, Any]], frame: pd.DataFrame, scored: pd.DataFrame
) -> None:
    """The contribution index to 1e-9 relative, its ranks and quarters exactly."""
    wanted = oracle.contribution_index(frame, scored)
    places = oracle.quarters(wanted)
    for account, value in wanted.items():
        mine = found[account]
        if value is None:
            assert mine["weighted_amount"] is None
            continue
        assert mine["weighted_amount"] == pytest.approx(value, rel=1e-9)
        if mine["contribution_amount"] == mine["weighted_amount"]:
            assert (mine["contribution_rank"], mine["contribution_tier"]) == places[account]


SCORED = (
    "SELECT s.*, c.* EXCLUDE (account_id) FROM scores s "
    "JOIN contributions c ON c.account_id = s.account_id"
)


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, VIEWS, 50))
def test_random_views_equal_the_recomputation(start: int) -> None:
    with workshop() as lead:
        for seed in range(start, start + 50):
            frame = random_view(seed)
            wanted = oracle.score(frame)
            engine = lead(frame)
            compare_scores(rows_by_account(engine, SCORED), wanted)
            make_forecast(engine)
            compare_forecast(rows_by_account(engine, "SELECT * FROM forecast"), frame, wanted)
            cells = cells_of(engine.rows(MATRIX_SELECT))
            rows = matrix_rows("cell", cells, matrix_prior(cells), MatrixSettings())
            found = [
                (r.industry, r.size, r.low_count, r.scored, r.wilson_low, r.wilson_high)
                for r in rows
            ]
            compare_matrix(found, frame, wanted)


def make_forecast(engine: Engine) -> None:
    """Store `forecast` by the outlook's own SQL, and what the matrix reads of `portfolio`."""
    columns = tuple(engine.columns("measures"))
    basis = basis_of(engine.rows(basis_select(columns))[0])
    engine.create_table("forecast", forecast_select(basis, ForecastSettings(), columns))
    engine.create_table(
        "portfolio",
        "SELECT a.industry, m.account_size_segment, s.tier, f.* FROM accounts a "
        "JOIN measures m ON m.account_id = a.account_id "
        "JOIN scores s ON s.account_id = a.account_id "
        "JOIN forecast f ON f.account_id = a.account_id",
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1000, 1000 + WITH_OUTLOOK))
def test_the_whole_outlook_equals_the_recomputation(seed: int) -> None:
    frame = random_view(seed)
    wanted = oracle.score(frame)
    with workshop() as lead:
        engine = lead(frame, with_outlook=True)
        compare_scores(rows_by_account(engine, SCORED), wanted)
        compare_forecast(rows_by_account(engine, "SELECT * FROM forecast"), frame, wanted)
        found = engine.rows(
            "SELECT industry, size, low_count, scored, wilson_low, wilson_high FROM risk_matrix"
        )
        compare_matrix(found, frame, wanted)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2000, 2000 + THROUGH_FILES))
def test_the_way_through_files_equals_the_recomputation(seed: int, tmp_path: Path) -> None:
    frame = random_view(seed)
    while len(frame) < 20 or frame.isna().all().any():
        seed += 100
        frame = random_view(seed)
    write_view(frame, tmp_path / "exports" / "accounts.csv")
    project = tmp_path / "p"
    done("init", project, "--from", tmp_path / "exports", "--scorecard", "classic")
    declare_currency(project, "en")
    done("run", "-C", project, "--as-of", "2026-06-30")
    wanted = oracle.score(frame).set_index("account_id")
    for row in exported(project, "scores", tmp_path):
        assert int(row["score_micro"]) == wanted.loc[row["account_id"], "score_micro"]
        assert row["tier"] == wanted.loc[row["account_id"], "tier"]
    for row in exported(project, "contributions", tmp_path):
        name = f"{row['measure']}__micro"
        assert int(row["points_micro"]) == wanted.loc[row["account_id"], name]
    rows = [
        (r["industry"], r["size"], int(r["low_count"]), int(r["scored"]),
         float(r["wilson_low"]) if r["wilson_low"] else None,
         float(r["wilson_high"]) if r["wilson_high"] else None)
        for r in exported(project, "risk_matrix", tmp_path)
    ]  # fmt: skip
    compare_matrix(rows, frame, wanted.reset_index())
