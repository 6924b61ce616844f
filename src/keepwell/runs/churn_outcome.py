"""Which back-tests a churn scorecard may learn from: those whose outcome means leaving."""

from collections.abc import Collection, Mapping
from typing import Any

from keepwell.vocabulary import InputProblem

# Silence stands for leaving where nothing else in the data says who left.
SAYS_WHO_LEFT = {"accounts.churned_at": "churn", "subscriptions.period_end": "non_renewal"}
STILL_A_CUSTOMER = {
    "contraction": "pays less and stays",
    "downgrade": "has fewer seats and stays",
}


def require_leaving(manifest: Mapping[str, Any], mapped: Collection[str]) -> None:
    """Refuse a back-test whose outcome is not leaving; its probability would be called churn.

    `mapped`: columns of the project, as "accounts.churned_at".
    Errors:   InputProblem for contraction and downgrade, and for inactivity where a column says
              who left.
    """
    kinds = {str(o["kind"]) for o in manifest["outcomes"].values()}
    better = [kind for column, kind in SAYS_WHO_LEFT.items() if column in mapped]
    for kind in sorted(kinds):
        if kind in STILL_A_CUSTOMER:
            raise InputProblem(
                f"Back-test {manifest['backtest_id']} looks for {kind}: who meets it "
                f"{STILL_A_CUSTOMER[kind]}, so that a model of it gives no probability of leaving.",
                cure=_cure(better[0] if better else "inactivity"),
            )
        if kind == "inactivity" and better:
            column = next(c for c in SAYS_WHO_LEFT if c in mapped)
            raise InputProblem(
                f"Back-test {manifest['backtest_id']} looks for inactivity, which is not leaving "
                f"where `{column}` says who left.",
                cure=_cure(better[0]),
            )


def _cure(kind: str) -> str:
    return f"`keepwell backtest --outcome {kind}`, then `keepwell churn fit`."
