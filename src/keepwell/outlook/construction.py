"""Which measures share an input with the score, so that a difference in them is no evidence."""

from collections.abc import Collection

from keepwell.vocabulary import Scorecard

# Measures of one family are counted from the same rows or columns of the source.
_FAMILIES: tuple[frozenset[str], ...] = (
    frozenset(
        {
            "days_since_last_activity",
            "total_activities_30d",
            "total_activities_90d",
            "activity_trend",
            "active_channels",
            "active_weeks_90d",
            "longest_gap_days",
        }
    ),
    frozenset({"contact_email_coverage", "contacts_with_email", "total_contacts"}),
    frozenset({"total_won_amount", "won_amount_12m", "won_amount_6m"}),
    frozenset({"current_arr_amount", "current_mrr_amount"}),
    frozenset({"number_of_employees", "account_size_segment"}),
    frozenset({"annual_revenue", "account_size_segment"}),
    frozenset({"days_since_last_login", "usage_trend", "feature_adoption_depth"}),
    frozenset({"open_tickets", "reopened_tickets_90d"}),
)
# Another score is computed from inputs of its own that nobody has declared.
OPAQUE = frozenset(
    {
        "customer_health_score",
        "churn_probability",
        "churn_risk_level",
        "recency_score",
        "frequency_score",
        "monetary_score",
        "estimated_customer_ltv",
    }
)


def scored_measures(cards: Collection[Scorecard]) -> frozenset[str]:
    """Return the measures that enter any of the scores."""
    return frozenset(m.measure for c in cards for m in c.measures)


def is_by_construction(measure: str, scored: Collection[str]) -> bool:
    """Say whether the measure enters the score, shares an input with it, or hides its inputs.

    >>> is_by_construction("total_activities_90d", {"total_activities_30d"})
    True
    >>> is_by_construction("win_rate", {"total_won_amount"})
    False
    """
    if measure in scored or measure in OPAQUE:
        return True
    return any(measure in f and bool(f.intersection(scored)) for f in _FAMILIES)
