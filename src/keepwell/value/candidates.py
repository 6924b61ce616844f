"""Struggling accounts by value at stake, and accounts to sell to, each with its reasons.

Upgrade candidates are Small Business accounts that show at least two of: growing use, broad use,
high value, against peers of their size. Expansion candidates are Champions and Loyal Customers of
Mid-Market and up: upsell where use grows, cross-sell where breadth is below their peers' median.
Neither list takes an account that struggles or whose health tier is low.
"""

from collections.abc import Collection
from dataclasses import dataclass

from keepwell.outlook import text_literal
from keepwell.value.struggle import EVIDENCE

SMALL_SIZE = "Small Business"
LARGER = ("Mid-Market", "Large", "Enterprise")
LOYAL = ("champion", "loyal_customer")
GROWTH = ("usage_trend", "activity_trend")
BREADTH = ("feature_adoption_depth", "active_channels")
GROWING_FROM = 1.2
PEER_SHARES = (0.5, 0.75)


@dataclass(frozen=True, slots=True)
class PeerCuts:
    """Median and upper quartile of breadth and value among accounts of one size."""

    size: str
    breadth_median: float | None
    breadth_upper: float | None
    value_upper: float | None


@dataclass(frozen=True, slots=True)
class CandidateBasis:
    """What growth and breadth are measured by; activities stand in for use where they must."""

    growth: str | None
    breadth: str | None


def candidate_basis(held: Collection[str]) -> CandidateBasis:
    """Return the first measure of each kind among those that any account has."""
    return CandidateBasis(
        next((c for c in GROWTH if c in held), None),
        next((c for c in BREADTH if c in held), None),
    )


def struggle_select() -> str:
    """Return SQL giving `struggle`: struggling accounts, most value at stake first.

    Shape: struggle_rank, account_id, value_at_stake_amount, its tier, segment and group, the
           evidence, days_inactive and composite_index. Without an amount an account comes last.
    """
    evidence = ", ".join(f"v.{name}" for name in EVIDENCE)
    return f"""
SELECT row_number() OVER (ORDER BY CASE WHEN v.value_amount IS NULL THEN 1 ELSE 0 END,
    v.value_amount DESC, v.evidence_count DESC, v.account_id) AS struggle_rank,
  v.account_id, v.value_amount AS value_at_stake_amount, v.value_tier, v.value_group, v.segment,
  v.evidence_count, {evidence}, v.is_unhealthy, v.is_likely_to_leave, v.days_inactive,
  v.composite_index
FROM value_wide AS v WHERE v.is_struggling"""


def peers_select(size: str, basis: CandidateBasis) -> str:
    """Return SQL giving breadth and value of the accounts of one size, to cut quantiles from."""
    breadth = basis.breadth or "CAST(NULL AS DOUBLE)"
    return (
        f"SELECT {breadth} AS breadth, value_amount AS amount FROM value_wide "
        f"WHERE account_size_segment = {text_literal(size)}"
    )


def _double(value: float) -> str:
    return f"CAST('{float(value)!r}' AS DOUBLE)"


def _per_size(cuts: Collection[PeerCuts], column: str, compared: str, sign: str) -> str:
    tests = [
        f"(account_size_segment = {text_literal(c.size)} "
        f"AND {compared} {sign} {_double(getattr(c, column))})"
        for c in cuts
        if getattr(c, column) is not None
    ]
    return f"coalesce({' OR '.join(tests)}, FALSE)" if tests else "FALSE"


def candidates_select(basis: CandidateBasis, cuts: Collection[PeerCuts]) -> str:
    """Return SQL giving `candidates`: whom to sell to, in order, with the reasons as flags.

    Shape: kind (upgrade, upsell, cross_sell), kind_rank, account_id, size, segment, value_amount,
           is_growing, is_broad, is_narrow, is_high_value, reason_count.
    """
    grows = (
        f"coalesce({basis.growth} >= {_double(GROWING_FROM)}, FALSE)" if basis.growth else "FALSE"
    )
    breadth = basis.breadth
    broad = _per_size(cuts, "breadth_upper", breadth, ">=") if breadth else "FALSE"
    narrow = _per_size(cuts, "breadth_median", breadth, "<") if breadth else "FALSE"
    rich = _per_size(cuts, "value_upper", "value_amount", ">=")
    sizes = ", ".join(text_literal(s) for s in LARGER)
    loyal = ", ".join(text_literal(s) for s in LOYAL)
    return f"""
WITH judged AS (
  SELECT account_id, account_size_segment AS size, segment, value_amount,
    {grows} AS is_growing, {broad} AS is_broad, {narrow} AS is_narrow, {rich} AS is_high_value
  FROM value_wide
  WHERE NOT coalesce(is_struggling, FALSE) AND coalesce(effective_tier <> 'low', TRUE)
), counted AS (
  SELECT *, CASE WHEN is_growing THEN 1 ELSE 0 END + CASE WHEN is_broad THEN 1 ELSE 0 END
    + CASE WHEN is_high_value THEN 1 ELSE 0 END AS reason_count FROM judged
), named AS (
  SELECT *, CASE WHEN size = {text_literal(SMALL_SIZE)} AND reason_count >= 2 THEN 'upgrade'
    WHEN size IN ({sizes}) AND segment IN ({loyal}) AND is_growing THEN 'upsell'
    WHEN size IN ({sizes}) AND segment IN ({loyal}) AND is_narrow THEN 'cross_sell' END AS kind
  FROM counted
)
SELECT kind, row_number() OVER (PARTITION BY kind ORDER BY reason_count DESC,
    CASE WHEN value_amount IS NULL THEN 1 ELSE 0 END, value_amount DESC, account_id) AS kind_rank,
  account_id, size, segment, value_amount, is_growing, is_broad, is_narrow, is_high_value,
  reason_count
FROM named WHERE kind IS NOT NULL"""
