"""The evaluation frame keeps its columns together."""

import numpy as np
import pytest

from keepwell.proof import EvaluationFrame
from keepwell.vocabulary import InternalProblem


def frame_of(rows: int, baseline_rows: int | None = None) -> EvaluationFrame:
    return EvaluationFrame(
        account=np.array([f"A{n}" for n in range(rows)]),
        origin=np.full(rows, np.datetime64("2026-01-31")),
        score=np.arange(rows, dtype=np.float64),
        tier=np.full(rows, "low"),
        outcome=np.arange(rows) % 2 == 0,
        event_day=np.full(rows, np.datetime64("NaT", "D")),
        cluster=np.arange(rows),
        value=np.full(rows, np.nan),
        horizon_days=90,
        baselines={"recency": np.zeros(rows if baseline_rows is None else baseline_rows)},
        groups={"industry": np.full(rows, "Retail")},
    )


def test_some_rows_are_taken_from_every_column() -> None:
    some = frame_of(5).rows(np.array([1, 3]))
    assert list(some.account) == ["A1", "A3"]
    assert list(some.score) == [1.0, 3.0]
    assert len(some.baselines["recency"]) == len(some.groups["industry"]) == len(some) == 2
    assert some.horizon_days == 90


def test_columns_of_different_lengths_are_refused_by_name() -> None:
    with pytest.raises(InternalProblem, match=r"baselines\.recency has 4 rows, account 5"):
        frame_of(5, baseline_rows=4)
