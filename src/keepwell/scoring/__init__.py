"""Scoring: a scorecard and statistics become a fitted scorecard, scoring SQL and explanations.

Does not compute measures, run SQL or store anything.
"""

from keepwell.scoring.change import Change, MeasureChange, StoredScore, split_change
from keepwell.scoring.drift import Drift, drift_between
from keepwell.scoring.explain import (
    DimensionExplanation,
    Explanation,
    MeasureExplanation,
    Peer,
    explain_account,
)
from keepwell.scoring.finding_kinds import (
    COVERAGE_LOW,
    NO_SCORECARD,
    OVERRIDE_WITHOUT_ACCOUNT,
    SCORECARD_REFITTED,
    SCORECARD_UNUSED,
)
from keepwell.scoring.findings import (
    MeasureCounts,
    Unmapped,
    counts_select,
    nearest_category,
    read_counts,
    scoring_findings,
    unmapped_select,
)
from keepwell.scoring.fit import (
    QUANTILE_SHARES,
    Statistic,
    StatisticRequest,
    definition_hash,
    fit,
    fit_requests,
)
from keepwell.scoring.kept_columns import KeptColumns, kept_columns
from keepwell.scoring.lift import ATTRIBUTES, Lift, LiftPlan, plan_lift
from keepwell.scoring.reach import Effort, least_effort
from keepwell.scoring.row import MeasureScore, RowScore, RowScorer, score_row, tier_of
from keepwell.scoring.scales import Value, is_fitted, policy_share, scale_value
from keepwell.scoring.soundness import check_card, check_together
from keepwell.scoring.sql import (
    Layout,
    layout_of,
    pattern_select,
    range_select,
    score_select,
    union_select,
    unmatched_select,
)
from keepwell.scoring.stages import shared_measures, weight_rows
from keepwell.scoring.uses import CardUse, use_condition, use_select

__all__ = [
    "ATTRIBUTES",
    "COVERAGE_LOW",
    "NO_SCORECARD",
    "OVERRIDE_WITHOUT_ACCOUNT",
    "QUANTILE_SHARES",
    "SCORECARD_REFITTED",
    "SCORECARD_UNUSED",
    "CardUse",
    "Change",
    "DimensionExplanation",
    "Drift",
    "Effort",
    "Explanation",
    "KeptColumns",
    "Layout",
    "Lift",
    "LiftPlan",
    "MeasureChange",
    "MeasureCounts",
    "MeasureExplanation",
    "MeasureScore",
    "Peer",
    "RowScore",
    "RowScorer",
    "Statistic",
    "StatisticRequest",
    "StoredScore",
    "Unmapped",
    "Value",
    "check_card",
    "check_together",
    "counts_select",
    "definition_hash",
    "drift_between",
    "explain_account",
    "fit",
    "fit_requests",
    "is_fitted",
    "kept_columns",
    "layout_of",
    "least_effort",
    "nearest_category",
    "pattern_select",
    "plan_lift",
    "policy_share",
    "range_select",
    "read_counts",
    "scale_value",
    "score_row",
    "score_select",
    "scoring_findings",
    "shared_measures",
    "split_change",
    "tier_of",
    "union_select",
    "unmapped_select",
    "unmatched_select",
    "use_condition",
    "use_select",
    "weight_rows",
]
