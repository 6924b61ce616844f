"""Proof: turns scores as they stood on past days, and what came after, into report cards.

Arithmetic only: metrics with intervals, verdicts, models, effects; it reads no table itself.
"""

from keepwell.proof.calibration import (
    Calibration,
    CalibrationBin,
    calibrate,
)
from keepwell.proof.difference import (
    Difference,
    one_mean,
    two_means,
)
from keepwell.proof.effects import (
    FEWEST_ACCOUNTS,
    FEWEST_LEAVERS,
    Effect,
    EffectMeasure,
    EffectVerdict,
    Naive,
    Outlay,
    judge,
    matters_of,
    naive_view,
)
from keepwell.proof.estimate import (
    Estimate,
)
from keepwell.proof.frame import Days, EvaluationFrame, Flags, Floats, Ints, Texts
from keepwell.proof.holdout import (
    Arms,
    HoldoutEffect,
    holdout_effect,
)
from keepwell.proof.intervals import (
    Influenced,
    clustered,
)
from keepwell.proof.label_checks import (
    CONDITION_OF_TODAY,
    DATED_BUT_STATUS_STAYS,
    LABEL_UNDATED,
    LEFT_BUT_ACTIVE,
    LEFT_BUT_TERM_RUNS,
    STATUS_LEFT_UNDATED,
    TERMS_OVER_UNDATED,
)
from keepwell.proof.leak_search import (
    find_leaks,
)
from keepwell.proof.leaks import (
    FeatureTable,
    Leak,
    LeakFound,
)
from keepwell.proof.leaks_columns import (
    REASONS,
    KnownThen,
    LeftOut,
    Reason,
    known_then,
    label_aside,
    left_out,
    without_measures,
)
from keepwell.proof.matching import (
    Balance,
    Candidates,
    MatchedEffect,
    matched_effect,
)
from keepwell.proof.metrics import (
    auc,
    auc_difference,
    average_precision,
    brier,
    roc_auc,
)
from keepwell.proof.metrics_sample import (
    Sample,
    effective_clusters,
    numbered,
    sample_of,
)
from keepwell.proof.metrics_tiers import (
    GroupLine,
    ListLine,
    TierLine,
)
from keepwell.proof.model import SCORECARD, BinLine, LabelledCard, TooFewEvents
from keepwell.proof.near_duplicates import (
    event_tokens,
    groups_by_events,
    groups_by_profile,
    groups_by_tokens,
    joined_clusters,
)
from keepwell.proof.origins import (
    Origins,
    month_ends,
)
from keepwell.proof.outcome_choice import (
    Offered,
    Outcome,
    choose_outcome,
)
from keepwell.proof.outcomes import (
    NO_DAY,
    SPAN,
    Departures,
    History,
    Labels,
    Levels,
    Seen,
    Silence,
    Terms,
    levels,
    silence,
    terms,
)
from keepwell.proof.report_card import (
    Extent,
    RankedLine,
    ReportCard,
    Subject,
    report_card,
)
from keepwell.proof.score_probability import past_probability
from keepwell.proof.sequential import (
    always_radius,
)
from keepwell.proof.trigger_card import (
    TriggerCard,
    trigger_card,
    whole_frame,
)
from keepwell.proof.verdict import (
    Conclusion,
    Judgement,
    RuleCompared,
    VerdictReason,
    judge_score,
)

__all__ = [
    "CONDITION_OF_TODAY",
    "DATED_BUT_STATUS_STAYS",
    "FEWEST_ACCOUNTS",
    "FEWEST_LEAVERS",
    "LABEL_UNDATED",
    "LEFT_BUT_ACTIVE",
    "LEFT_BUT_TERM_RUNS",
    "NO_DAY",
    "REASONS",
    "SCORECARD",
    "SPAN",
    "STATUS_LEFT_UNDATED",
    "TERMS_OVER_UNDATED",
    "Arms",
    "Balance",
    "BinLine",
    "Calibration",
    "CalibrationBin",
    "Candidates",
    "Conclusion",
    "Days",
    "Departures",
    "Difference",
    "Effect",
    "EffectMeasure",
    "EffectVerdict",
    "Estimate",
    "EvaluationFrame",
    "Extent",
    "FeatureTable",
    "Flags",
    "Floats",
    "GroupLine",
    "History",
    "HoldoutEffect",
    "Influenced",
    "Ints",
    "Judgement",
    "KnownThen",
    "LabelledCard",
    "Labels",
    "Leak",
    "LeakFound",
    "LeftOut",
    "Levels",
    "ListLine",
    "MatchedEffect",
    "Naive",
    "Offered",
    "Origins",
    "Outcome",
    "Outlay",
    "RankedLine",
    "Reason",
    "ReportCard",
    "RuleCompared",
    "Sample",
    "Seen",
    "Silence",
    "Subject",
    "Terms",
    "Texts",
    "TierLine",
    "TooFewEvents",
    "TriggerCard",
    "VerdictReason",
    "always_radius",
    "auc",
    "auc_difference",
    "average_precision",
    "brier",
    "calibrate",
    "choose_outcome",
    "clustered",
    "effective_clusters",
    "event_tokens",
    "find_leaks",
    "groups_by_events",
    "groups_by_profile",
    "groups_by_tokens",
    "holdout_effect",
    "joined_clusters",
    "judge",
    "judge_score",
    "known_then",
    "label_aside",
    "left_out",
    "levels",
    "matched_effect",
    "matters_of",
    "month_ends",
    "naive_view",
    "numbered",
    "one_mean",
    "past_probability",
    "report_card",
    "roc_auc",
    "sample_of",
    "silence",
    "terms",
    "trigger_card",
    "two_means",
    "whole_frame",
    "without_measures",
]
