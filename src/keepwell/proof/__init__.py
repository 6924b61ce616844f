"""Proof: turns scores as they stood on past days, and what came after, into report cards.

Arithmetic only: metrics with intervals, verdicts, models, effects; it reads no table itself.
"""

from keepwell.proof.calibration import Calibration, CalibrationBin, calibrate, past_probability
from keepwell.proof.difference import Difference, one_mean, two_means
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
from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import EvaluationFrame
from keepwell.proof.holdout import Arms, HoldoutEffect, holdout_effect
from keepwell.proof.intervals import Influenced, clustered
from keepwell.proof.leak_search import find_leaks
from keepwell.proof.leaks import FeatureTable, Leak, LeakFound
from keepwell.proof.matching import Balance, Candidates, MatchedEffect, matched_effect
from keepwell.proof.metrics import auc, auc_difference, average_precision, brier, roc_auc
from keepwell.proof.metrics_sample import Sample, effective_clusters, numbered, sample_of
from keepwell.proof.metrics_tiers import GroupLine, ListLine, TierLine
from keepwell.proof.near_duplicates import groups_by_events, groups_by_profile, joined_clusters
from keepwell.proof.report_card import Extent, RankedLine, ReportCard, Subject, report_card
from keepwell.proof.sequential import always_radius
from keepwell.proof.verdict import Conclusion, Judgement, RuleCompared, VerdictReason, judge_score

__all__ = [
    "FEWEST_ACCOUNTS",
    "FEWEST_LEAVERS",
    "Arms",
    "Balance",
    "Calibration",
    "CalibrationBin",
    "Candidates",
    "Conclusion",
    "Difference",
    "Effect",
    "EffectMeasure",
    "EffectVerdict",
    "Estimate",
    "EvaluationFrame",
    "Extent",
    "FeatureTable",
    "GroupLine",
    "HoldoutEffect",
    "Influenced",
    "Judgement",
    "Leak",
    "LeakFound",
    "ListLine",
    "MatchedEffect",
    "Naive",
    "Outlay",
    "RankedLine",
    "ReportCard",
    "RuleCompared",
    "Sample",
    "Subject",
    "TierLine",
    "VerdictReason",
    "always_radius",
    "auc",
    "auc_difference",
    "average_precision",
    "brier",
    "calibrate",
    "clustered",
    "effective_clusters",
    "find_leaks",
    "groups_by_events",
    "groups_by_profile",
    "holdout_effect",
    "joined_clusters",
    "judge",
    "judge_score",
    "matched_effect",
    "matters_of",
    "naive_view",
    "numbered",
    "one_mean",
    "past_probability",
    "report_card",
    "roc_auc",
    "sample_of",
    "two_means",
]
