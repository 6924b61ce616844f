"""The low tier in two groups: silent accounts, and small ones that lose points elsewhere."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MINIMUM_ACCOUNTS = 10
SMALLEST_PART = 0.2
SMALLEST_GAP_DAYS = 7
DECLARED_CUT_DAYS = 45
SPORADIC_WEEKS, LASTING_WEEKS = 4, 8
SPORADIC_GAP_DAYS, LASTING_GAP_DAYS = 45, 30


@dataclass(frozen=True, slots=True)
class SilenceCut:
    """Days since the last activity from which a low account counts as silent.

    `is_after_looking`: the cut is the widest gap in these data; it may route work, no more.
    `below_days` is the longest silence of the other low accounts.
    """

    cut_days: float
    below_days: float
    is_after_looking: bool


@dataclass(frozen=True, slots=True)
class LowGroupRow:
    """One part of the low tier in `low_groups`: `silent`, `other` or `unknown` (no recency)."""

    low_group: str
    accounts: int
    cut_days: float | None
    below_days: float | None
    is_after_looking: bool
    contradiction_count: int
    contribution_amount: float | None


@dataclass(frozen=True, slots=True)
class LostRow:
    """Mean points that a group of low accounts loses on one measure or dimension."""

    low_group: str
    level: str
    name: str
    accounts: int
    mean_weight: float
    mean_lost: float


@dataclass(frozen=True, slots=True)
class UsePatternRow:
    """Accounts of a tier active in 90 days, by how their activity is spread (see `use_pattern`)."""

    tier: str
    pattern: str
    accounts: int


def silence_cut(days: Floats) -> SilenceCut | None:
    """Return where the low tier's recency splits.

    Method:  the widest gap between neighbouring values that leaves a fifth of the accounts on
             either side, the longer silence on ties; under seven days wide, 45 days as declared.
    Missing: None under ten accounts, or when the declared cut leaves one side empty.
    """
    if len(days) < MINIMUM_ACCOUNTS:
        return None
    ordered = np.sort(days)
    least = int(np.ceil(len(ordered) * SMALLEST_PART))
    gaps = np.diff(ordered)[least - 1 : len(ordered) - least]
    if len(gaps) and float(gaps.max()) >= SMALLEST_GAP_DAYS:
        at = least - 1 + (len(gaps) - 1 - int(np.argmax(gaps[::-1])))
        return SilenceCut(float(ordered[at + 1]), float(ordered[at]), is_after_looking=True)
    below = ordered[ordered < DECLARED_CUT_DAYS]
    if len(below) in (0, len(ordered)):
        return None
    return SilenceCut(float(DECLARED_CUT_DAYS), float(below[-1]), is_after_looking=False)


def group_case(cut: SilenceCut) -> str:
    """Return SQL for the low group of an account."""
    days = "days_since_last_activity"
    return (
        f"CASE WHEN {days} >= CAST({cut.cut_days!r} AS DOUBLE) OR {days}__never THEN 'silent' "
        f"WHEN {days} IS NULL THEN 'unknown' ELSE 'other' END"
    )


def use_pattern_case() -> str:
    """Return SQL naming how the last 90 days' activity is spread: sporadic, mixed or lasting.

    Sporadic: at most 4 active weeks of 13 or a gap of 45 days; lasting: at least 8 weeks and no
    gap of 30 days. Declared, not fitted; accounts without activity in 90 days are `idle`.
    """
    weeks, gap = "active_weeks_90d", "longest_gap_days"
    return (
        f"CASE WHEN {weeks} IS NULL OR {gap} IS NULL THEN 'unknown' "
        f"WHEN {weeks} = 0 THEN 'idle' "
        f"WHEN {weeks} <= {SPORADIC_WEEKS} OR {gap} >= {SPORADIC_GAP_DAYS} THEN 'sporadic' "
        f"WHEN {weeks} >= {LASTING_WEEKS} AND {gap} < {LASTING_GAP_DAYS} THEN 'lasting' "
        f"ELSE 'mixed' END"
    )
