"""Intake: turns headers, samples and text cells into mapping proposals, SQL and findings.

It reads no file and runs no SQL; adapters and runs do.
"""

from keepwell.intake.presets import detect_preset
from keepwell.intake.proposals import (
    ColumnProposal,
    FeedProposal,
    Fill,
    Proposal,
    Reason,
    SampledTable,
    SkippedTable,
)
from keepwell.intake.proposals_scorecard import ScorecardText, scorecard_text
from keepwell.intake.proposals_text import ConfigText, ProjectHead, config_text
from keepwell.intake.recognise import recognise

__all__ = [
    "ColumnProposal",
    "ConfigText",
    "FeedProposal",
    "Fill",
    "ProjectHead",
    "Proposal",
    "Reason",
    "SampledTable",
    "ScorecardText",
    "SkippedTable",
    "config_text",
    "detect_preset",
    "recognise",
    "scorecard_text",
]
