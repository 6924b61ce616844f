"""Value: purchases, scores and activities become R, F, M, segments, value tiers and groups.

Gives SQL text in the portable vocabulary and pure statistics: engagement, the paradox of
valuable accounts that are not engaged, struggle, candidates. Runs nothing, writes no sentence.
"""

from keepwell.value.amounts import (
    PURCHASES,
    Amount,
    amount_candidates,
    choose_amount,
    held_select,
)
from keepwell.value.basis import (
    FREQUENCIES,
    STAND_INS,
    PassedOver,
    RfmBasis,
    basis_select,
    choose_basis,
    given_rows_select,
    given_select,
)
from keepwell.value.candidates import (
    BREADTH,
    GROWTH,
    LARGER,
    PEER_SHARES,
    SMALL_SIZE,
    CandidateBasis,
    PeerCuts,
    candidate_basis,
    candidates_select,
    peers_select,
    struggle_select,
)
from keepwell.value.carried import carried_columns, published_select, wanted_columns
from keepwell.value.cells import cells_select, lifecycle_select
from keepwell.value.engagement import (
    EngagementBasis,
    basis_of_engagement,
    stage_counts_select,
    stages_select,
)
from keepwell.value.fitted import FITTED, MISSED_BY, NOT_FITTED, FittedValue, judge_purchases
from keepwell.value.paradox import (
    Compared,
    CorrelationRow,
    RatioRow,
    Verdict,
    VerdictRow,
    judge,
    ratio_row,
    weigh_paradox,
)
from keepwell.value.purchases import BOUGHT_ON, DATED, bought_select, purchases_select
from keepwell.value.ratios import Correlation, Ratio, rank_correlation, ratio_of_means
from keepwell.value.scores import (
    CUT_SHARES,
    CUTS_CARD,
    SCORED,
    Breakpoints,
    score_of,
    score_select,
    worth_select,
)
from keepwell.value.segment_edits import Cell, repainted
from keepwell.value.segments import (
    CELLS,
    UNKNOWN_SEGMENT,
    Segment,
    SegmentMap,
    SegmentRule,
)
from keepwell.value.settings import TIERS, GroupRule, GroupSettings, RfmSettings, ValueSettings
from keepwell.value.sources import ValueSource
from keepwell.value.struggle import EVIDENCE, NEEDED, failed_payments_select
from keepwell.value.table import segmented_select, value_select
from keepwell.value.tiers import (
    TIER_ENDS,
    amounts_select,
    given_label_select,
    ranked_select,
    rule_text,
)

__all__ = [
    "BOUGHT_ON",
    "BREADTH",
    "CELLS",
    "CUTS_CARD",
    "CUT_SHARES",
    "DATED",
    "EVIDENCE",
    "FITTED",
    "FREQUENCIES",
    "GROWTH",
    "LARGER",
    "MISSED_BY",
    "NEEDED",
    "NOT_FITTED",
    "PEER_SHARES",
    "PURCHASES",
    "SCORED",
    "SMALL_SIZE",
    "STAND_INS",
    "TIERS",
    "TIER_ENDS",
    "UNKNOWN_SEGMENT",
    "Amount",
    "Breakpoints",
    "CandidateBasis",
    "Cell",
    "Compared",
    "Correlation",
    "CorrelationRow",
    "EngagementBasis",
    "FittedValue",
    "GroupRule",
    "GroupSettings",
    "PassedOver",
    "PeerCuts",
    "Ratio",
    "RatioRow",
    "RfmBasis",
    "RfmSettings",
    "Segment",
    "SegmentMap",
    "SegmentRule",
    "ValueSettings",
    "ValueSource",
    "Verdict",
    "VerdictRow",
    "amount_candidates",
    "amounts_select",
    "basis_of_engagement",
    "basis_select",
    "bought_select",
    "candidate_basis",
    "candidates_select",
    "carried_columns",
    "cells_select",
    "choose_amount",
    "choose_basis",
    "failed_payments_select",
    "given_label_select",
    "given_rows_select",
    "given_select",
    "held_select",
    "judge",
    "judge_purchases",
    "lifecycle_select",
    "peers_select",
    "published_select",
    "purchases_select",
    "rank_correlation",
    "ranked_select",
    "ratio_of_means",
    "ratio_row",
    "repainted",
    "rule_text",
    "score_of",
    "score_select",
    "segmented_select",
    "stage_counts_select",
    "stages_select",
    "struggle_select",
    "value_select",
    "wanted_columns",
    "weigh_paradox",
    "worth_select",
]
