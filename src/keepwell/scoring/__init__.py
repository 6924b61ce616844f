"""Scoring: a scorecard and statistics become a fitted scorecard, scoring SQL and explanations.

Does not compute measures, run SQL or store anything.
"""

from keepwell.scoring.fit import (
    QUANTILE_SHARES,
    Statistic,
    StatisticRequest,
    definition_hash,
    fit,
    fit_requests,
)
from keepwell.scoring.row import MeasureScore, RowScore, score_row, tier_of
from keepwell.scoring.scales import Value, scale_value
from keepwell.scoring.soundness import check_card, check_together
from keepwell.scoring.sql import (
    Layout,
    layout_of,
    pattern_select,
    score_select,
    union_select,
    unmatched_select,
)

__all__ = [
    "QUANTILE_SHARES",
    "Layout",
    "MeasureScore",
    "RowScore",
    "Statistic",
    "StatisticRequest",
    "Value",
    "check_card",
    "check_together",
    "definition_hash",
    "fit",
    "fit_requests",
    "layout_of",
    "pattern_select",
    "scale_value",
    "score_row",
    "score_select",
    "tier_of",
    "union_select",
    "unmatched_select",
]
