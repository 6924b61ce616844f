"""Scorecards of the parity worlds: every kind of scale, with and without ln and exp."""

from collections.abc import Sequence
from typing import Any

from keepwell.vocabulary import Scorecard

LOWER = {"direction": "lower_is_better"}
SIZES = {"Enterprise": 1.0, "Large": 0.8, "Mid-Market": 0.6, "Small Business": 0.4}
EXACT: list[tuple[str, dict[str, Any]]] = [
    ("days_since_last_activity", {"kind": "linear", "zero_at": 90, "full_at": 0}),
    ("total_activities_30d", {"kind": "percentile"}),
    ("contact_email_coverage", {"kind": "identity"}),
    ("total_contacts", {"kind": "sqrt_minmax"}),
    ("annual_revenue", {"kind": "minmax"}),
    ("total_won_amount", {"kind": "percentile"}),
    ("account_size_segment", {"kind": "map", "values": SIZES}),
    ("number_of_employees", {"kind": "sqrt_minmax"}),
    ("win_rate", {"kind": "identity"}),
    ("nps", {"kind": "steps", "below": 0.1, "steps": [(0.0, 0.4), (7.0, 0.9)]}),
    ("longest_gap_days", {"kind": "percentile", **LOWER}),
    ("csm_pulse", {"kind": "minmax"}),
    ("usage_trend", {"kind": "minmax", "min": 0.0}),
    ("seats", {"kind": "percentile"}),
]
CURVED: list[tuple[str, dict[str, Any]]] = [
    ("annual_revenue", {"kind": "log_minmax"}),
    ("number_of_employees", {"kind": "log_minmax"}),
    ("days_since_last_activity", {"kind": "logistic", "midpoint": 45, "slope": 0.1, **LOWER}),
    ("total_activities_90d", {"kind": "logistic", "midpoint": 3, "slope": 50.0}),
    ("total_won_amount", {"kind": "log_minmax"}),
    ("csm_pulse", {"kind": "logistic", "midpoint": 3, "slope": 0.7}),
]


def exact_card(name: str = "exact") -> Scorecard:
    """A card whose scores are equal on every engine to the micro-point."""
    return card(name, EXACT)


def curved_card(name: str = "curved") -> Scorecard:
    """A card with ln and exp: one micro-point a measure may differ."""
    return card(name, CURVED)


def card(name: str, scales: Sequence[tuple[str, dict[str, Any]]]) -> Scorecard:
    """Return a scorecard over measures, two to a dimension, with policies that vary."""
    policies = [("worst", "share"), ("neutral", "share"), (0.25, "neutral"), ("worst", "worst")]
    dimensions = [
        {
            "dimension": f"part_{start}",
            "weight": 10 + start,
            "measures": [
                {
                    "measure": measure,
                    "weight": 30 + 7.7 * i,
                    "scale": scale,
                    "never": policies[(start + i) % 4][0],
                    "unknown": policies[(start + i) % 4][1],
                }
                for i, (measure, scale) in enumerate(scales[start : start + 2])
            ],
        }
        for start in range(0, len(scales), 2)
    ]
    tiers = [
        {"tier": "high", "min": 66.5},
        {"tier": "medium", "min": 40},
        {"tier": "low", "min": 0},
    ]
    given = {"scorecard": name, "tiers": tiers, "min_coverage": 0.4, "dimensions": dimensions}
    return Scorecard.model_validate(given)
