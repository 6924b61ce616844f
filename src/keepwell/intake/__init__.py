"""Intake: turns headers and text cells into SQL that types and checks them, and into findings.

Decides what a column means and what a broken cell leads to; runs no SQL and reads no file.
"""

from keepwell.intake.account_states import (
    STATE_COLUMNS,
    lead_words,
    left_words,
    state_condition,
)
from keepwell.intake.amending import Choices, amended
from keepwell.intake.cells import (
    Cell,
    Reading,
    column_stats,
    decide_reading,
    odd_cells,
    profile_select,
)
from keepwell.intake.cleaning import clean_text, literal, name_pattern, word_list
from keepwell.intake.dates import MACROS as _DATE_MACROS
from keepwell.intake.decisions import currency_decision, percent_findings, reads_as
from keepwell.intake.derived import derived_columns
from keepwell.intake.file_findings import FILE_FINDINGS, quarantine_findings
from keepwell.intake.finding_kinds import KINDS, cell_finding, finding, worded
from keepwell.intake.headers import find_column, nearest_names, row_change
from keepwell.intake.key_sql import (
    KEEPS_ONE,
    account_fates_select,
    duplicates_select,
    live,
    lookup_select,
    lost_zeros_select,
    profile_columns,
    repeated_profiles_select,
    test_account_condition,
)
from keepwell.intake.money import MoneyRules, rates_in_force
from keepwell.intake.numbers import MACROS as _NUMBER_MACROS
from keepwell.intake.numbers import number_scale
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
from keepwell.intake.row_rules import quarantine_rules, warning_rules
from keepwell.intake.spellings import similar_words
from keepwell.intake.typed import ROWS_PER_FEED, quoted, typed_select
from keepwell.intake.words import MACROS as _WORD_MACROS

MACROS = (*_NUMBER_MACROS, *_DATE_MACROS, *_WORD_MACROS)

__all__ = [
    "FILE_FINDINGS",
    "KEEPS_ONE",
    "KINDS",
    "MACROS",
    "ROWS_PER_FEED",
    "STATE_COLUMNS",
    "Cell",
    "Choices",
    "ColumnProposal",
    "ConfigText",
    "FeedProposal",
    "Fill",
    "MoneyRules",
    "ProjectHead",
    "Proposal",
    "Reading",
    "Reason",
    "SampledTable",
    "ScorecardText",
    "SkippedTable",
    "account_fates_select",
    "amended",
    "cell_finding",
    "clean_text",
    "column_stats",
    "config_text",
    "currency_decision",
    "decide_reading",
    "derived_columns",
    "detect_preset",
    "duplicates_select",
    "find_column",
    "finding",
    "lead_words",
    "left_words",
    "literal",
    "live",
    "lookup_select",
    "lost_zeros_select",
    "name_pattern",
    "nearest_names",
    "number_scale",
    "odd_cells",
    "percent_findings",
    "profile_columns",
    "profile_select",
    "quarantine_findings",
    "quarantine_rules",
    "quoted",
    "rates_in_force",
    "reads_as",
    "recognise",
    "repeated_profiles_select",
    "row_change",
    "scorecard_text",
    "similar_words",
    "state_condition",
    "test_account_condition",
    "typed_select",
    "warning_rules",
    "word_list",
    "worded",
]
