"""Proof: turns scores as they stood on past days, and what came after, into report cards.

Arithmetic only: metrics with intervals, verdicts, models, effects; it reads no table itself.
"""

from keepwell.proof.estimate import Estimate
from keepwell.proof.frame import EvaluationFrame

__all__ = ["Estimate", "EvaluationFrame"]
