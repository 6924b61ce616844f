"""Proof: turns scores as they stood on past days, and what came after, into report cards.

Arithmetic only: metrics with intervals, verdicts, models, effects; it reads no table itself.
"""

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
from keepwell.proof.matching import Balance, Candidates, MatchedEffect, matched_effect
from keepwell.proof.sequential import always_radius

__all__ = [
    "FEWEST_ACCOUNTS",
    "FEWEST_LEAVERS",
    "Arms",
    "Balance",
    "Candidates",
    "Difference",
    "Effect",
    "EffectMeasure",
    "EffectVerdict",
    "Estimate",
    "EvaluationFrame",
    "HoldoutEffect",
    "MatchedEffect",
    "Naive",
    "Outlay",
    "always_radius",
    "holdout_effect",
    "judge",
    "matched_effect",
    "matters_of",
    "naive_view",
    "one_mean",
    "two_means",
]
