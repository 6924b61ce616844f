"""A churn scorecard learns from outcomes that mean leaving, and from no other."""

import pytest

from keepwell.runs.churn_outcome import require_leaving
from keepwell.vocabulary import InputProblem


def manifest(kind: str) -> dict[str, object]:
    return {"backtest_id": "2026-01-31-abcd", "outcomes": {"90": {"kind": kind}}}


@pytest.mark.parametrize("kind", ["churn", "non_renewal", "label"])
def test_outcomes_that_mean_leaving_are_learned(kind: str) -> None:
    require_leaving(manifest(kind), {"accounts.churned_at", "subscriptions.period_end"})


@pytest.mark.parametrize("kind", ["contraction", "downgrade"])
@pytest.mark.parametrize(
    ("mapped", "cure"),
    [
        ({"accounts.churned_at"}, "--outcome churn"),
        ({"subscriptions.period_end"}, "--outcome non_renewal"),
        (set(), "--outcome inactivity"),
    ],
)
def test_a_customer_who_stays_teaches_no_leaving(kind: str, mapped: set[str], cure: str) -> None:
    with pytest.raises(InputProblem, match=f"looks for {kind}") as refused:
        require_leaving(manifest(kind), mapped)
    assert cure in refused.value.cure


def test_silence_stands_for_leaving_only_where_nothing_says_who_left() -> None:
    require_leaving(manifest("inactivity"), {"transactions.occurred_at"})
    with pytest.raises(InputProblem, match="period_end` says who left"):
        require_leaving(manifest("inactivity"), {"subscriptions.period_end"})
