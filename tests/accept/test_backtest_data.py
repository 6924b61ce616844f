"""Outside data replayed: outcomes equal a plain count by pandas, and every row is known then."""

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from accept.backtest_projects import data, orders_of, project_of
from e2e.company import done
from keepwell.proof import EvaluationFrame
from keepwell.runs.backtest_store import read_frame

pytestmark = pytest.mark.accept


def frame_of(project: Path, *words: str) -> tuple[dict[str, object], EvaluationFrame]:
    """Replay a project and return what was told and its one frame."""
    told = done("backtest", "-C", project, *words)
    (count,) = told["frames"]
    folder = Path(told["folder"])
    return told, read_frame(folder, count["scorecard"], count["horizon_days"])


@pytest.mark.parametrize(("name", "origins"), [("cdnow", 15), ("uci_online_retail", 3)])
def test_customers_without_a_purchase_in_the_horizon_are_those_that_pandas_counts(
    name: str, origins: int, tmp_path: Path
) -> None:
    told, frame = frame_of(project_of(name, tmp_path))
    assert "no row of transactions within 90 days" in str(told["manifest"])
    days = np.unique(frame.origin)
    assert len(days) == origins
    select = f"SELECT id, day FROM ({orders_of(name)}) WHERE amount > 0"
    bought = duckdb.execute(select).df()
    for origin in days:
        day = pd.Timestamp(origin)
        before = set(bought[(bought.day <= day) & (bought.day > day - pd.Timedelta(days=365))].id)
        after = bought[(bought.day > day) & (bought.day <= day + pd.Timedelta(days=90))]
        mine = frame.rows(frame.origin == origin)
        assert set(mine.account) == before
        assert set(mine.account[mine.outcome]) == before - set(after.id)
    assert not np.isnan(frame.score).all()


@pytest.mark.parametrize(
    ("name", "origins"), [("churnsim_crm5", 20), ("churnsim_socialnet7", 4), ("ravenstack", 19)]
)
def test_accounts_without_a_following_term_are_those_that_pandas_counts(
    name: str, origins: int, tmp_path: Path
) -> None:
    _, frame = frame_of(project_of(name, tmp_path))
    files = list(data(name).glob("*subscription*.csv"))
    terms = pd.read_csv(files[0], parse_dates=["start_date", "end_date"])
    if "is_trial" in terms:
        terms = terms[~terms["is_trial"]]
    terms["end_date"] = terms["end_date"].fillna(pd.Timestamp(date(2100, 1, 1)))
    terms["account_id"] = terms["account_id"].astype(str)
    days = np.unique(frame.origin)
    assert len(days) == origins
    for origin in days:
        day = pd.Timestamp(origin)
        held = terms[(terms.start_date <= day) & (terms.end_date >= day)]
        mine = frame.rows(frame.origin == origin)
        assert set(mine.account) == set(held.account_id)
        lost = {
            str(account)
            for account in set(held.account_id)
            if _runs_out(terms[terms.account_id == account], day)
        }
        assert set(mine.account[mine.outcome]) == lost


def _runs_out(terms: pd.DataFrame, origin: pd.Timestamp) -> bool:
    """Say whether an account has a gap of more than 30 days that begins within 90 days."""
    covered = terms[(terms.start_date <= origin)].end_date.max()
    for start, end in sorted(zip(terms.start_date, terms.end_date, strict=True)):
        if start > origin and start <= covered + pd.Timedelta(days=31):
            covered = max(covered, end)
    return bool(covered + pd.Timedelta(days=1) <= origin + pd.Timedelta(days=90))
