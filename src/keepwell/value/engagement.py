"""Engagement across stages (marketing, sales, service) and its declared proxies, as portable SQL.

Consistency is the share of stage-periods with at least one event: up to six periods of 30 days
times the stages that the data know. Without activities by channel in two stages or more,
1 / (1 + variance of R, F, M) stands in, then the declared number of a given segment label.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from keepwell.outlook import text_literal
from keepwell.value.scores import variance
from keepwell.value.segments import SegmentMap

PERIODS = 6
PERIOD_DAYS = 30
STAGES = ("marketing", "sales", "service")
ConsistencyBasis = Literal["stages", "rfm_variance", "segment_label", "missing"]
TimeBasis = Literal["stages", "value_velocity", "missing"]
DAYS_PER_MONTH = "30.4375"
# Canonical channels first; then what exports in either language write.
STAGE_CHANNELS: dict[str, tuple[str, ...]] = {
    "marketing": ("marketing", "市场", "营销"),
    "sales": ("sales", "销售"),
    "service": ("support", "success", "service", "customer success", "服务", "客户成功", "客服"),
}


@dataclass(frozen=True, slots=True)
class EngagementBasis:
    """What consistency and time efficiency rest on in this run; anything but stages is a proxy.

    `stages`: the stages of which the data hold at least one event.
    `counts_purchases`: the amount that ranks accounts sums the purchases that F counts.
    `shares_history`:   it was fitted to the very purchases that R and F come from.
    `health_tells`:     the health score rests on more than amounts and size.
    """

    consistency: ConsistencyBasis
    time: TimeBasis
    stages: tuple[str, ...]
    counts_purchases: bool = False
    shares_history: bool = False
    health_tells: bool = True

    @property
    def is_independent(self) -> bool:
        """Say whether engagement has no part in the amount that tells the groups apart."""
        return self.consistency == "stages" or not self.shares_history

    @property
    def index_tells(self) -> bool:
        """Say whether the composite index holds more than R, F, M and what is made of them."""
        return self.health_tells or self.consistency == "stages"


def _stage_case() -> str:
    whens = []
    for stage, channels in STAGE_CHANNELS.items():
        words = dict.fromkeys(
            w for c in channels for w in (c, c.title(), c.upper(), c.capitalize())
        )
        listed = ", ".join(text_literal(w) for w in words)
        whens.append(f"WHEN channel IN ({listed}) THEN {STAGES.index(stage)}")
    return f"CASE {' '.join(whens)} END"


def stage_events_select(as_of: date, *, has_tickets: bool) -> str:
    """Return SQL giving account_id, stage (0 marketing, 1 sales, 2 service), day of each event."""
    after = f"CAST('{(as_of + timedelta(days=1)).isoformat()} 00:00:00' AS TIMESTAMP)"
    select = (
        f"SELECT account_id, {_stage_case()} AS stage, CAST(occurred_at AS DATE) AS day "
        f"FROM activities WHERE occurred_at < {after}"
    )
    if has_tickets:
        select += (
            " UNION ALL SELECT account_id, 2 AS stage, CAST(occurred_at AS DATE) AS day "
            f"FROM tickets WHERE occurred_at < {after}"
        )
    return f"SELECT account_id, stage, day FROM ({select}) AS events WHERE stage IS NOT NULL"


def stages_select(as_of: date, *, has_tickets: bool) -> str:
    """Return SQL giving `value_stages`: one row per account with an event of a stage.

    Shape: account_id, stage_periods (0-18), the first day of each stage, and the days between
           first marketing and sales, first sales and service; NULL where they ran backwards.
    """
    day = f"CAST('{as_of.isoformat()}' AS DATE)"
    ago = f"date_diff('day', CAST(day AS DATE), {day})"
    period = f"CAST(floor(CAST({ago} AS DOUBLE) / {PERIOD_DAYS}) AS BIGINT)"
    firsts = ", ".join(
        f"MIN(CASE WHEN stage = {i} THEN day END) AS first_{name}" for i, name in enumerate(STAGES)
    )
    code = f"CASE WHEN {ago} < {PERIODS * PERIOD_DAYS} THEN stage * {PERIODS} + {period} END"
    return f"""
SELECT account_id, stage_periods, {", ".join(_FIRSTS)},
  {_between("first_marketing", "first_sales")} AS marketing_to_sales_days,
  {_between("first_sales", "first_service")} AS sales_to_support_days
FROM (
  SELECT account_id, COUNT(DISTINCT {code}) AS stage_periods, {firsts}
  FROM ({stage_events_select(as_of, has_tickets=has_tickets)}) AS staged GROUP BY account_id
) AS firsts"""


_FIRSTS = tuple(f"first_{name}" for name in STAGES)


def _between(first: str, second: str) -> str:
    days = f"date_diff('day', CAST({first} AS DATE), CAST({second} AS DATE))"
    return f"CASE WHEN {days} >= 0 THEN CAST({days} AS DOUBLE) END"


def stage_counts_select() -> str:
    """Return SQL counting the accounts with an event of each stage, one row."""
    return f"SELECT {', '.join(f'count({first})' for first in _FIRSTS)} FROM value_stages"


def basis_of_engagement(
    counts: Sequence[int], *, has_scores: bool, has_label: bool, has_value: bool
) -> EngagementBasis:
    """Return what engagement rests on; two stages with events are needed to compare stages."""
    stages = tuple(s for s, n in zip(STAGES, counts, strict=True) if n)
    consistency: ConsistencyBasis = "missing"
    if len(stages) > 1:
        consistency = "stages"
    elif has_scores:
        consistency = "rfm_variance"
    elif has_label:
        consistency = "segment_label"
    ordered = {"marketing", "sales"} <= set(stages) or {"sales", "service"} <= set(stages)
    time: TimeBasis = "stages" if ordered else "value_velocity" if has_value else "missing"
    return EngagementBasis(consistency, time, stages)


def consistency(basis: EngagementBasis, segments: SegmentMap) -> str:
    """Return SQL of engagement consistency, 0-1, over value_scored AS v and value_stages AS t."""
    match basis.consistency:
        case "stages":
            lived = f"""CASE WHEN age_days < {PERIODS * PERIOD_DAYS}
    THEN floor(age_days / {PERIOD_DAYS}) + 1 ELSE CAST({PERIODS} AS DOUBLE) END"""
            share = (
                f"CAST(coalesce(stage_periods, 0) AS DOUBLE) "
                f"/ nullif({len(basis.stages)} * ({lived}), 0)"
            )
            return f"CASE WHEN {share} > 1 THEN CAST(1 AS DOUBLE) ELSE {share} END"
        case "rfm_variance":
            return f"CAST(1 AS DOUBLE) / nullif(1 + {variance()}, 0)"
        case "segment_label":
            return segments.engagement_case("segment")
    return "CAST(NULL AS DOUBLE)"


# Without dated activities the last purchase stands in; without an age, the first purchase.
AGE = "coalesce(v.account_age_days, v.first_purchase_age_days)"
INACTIVE = "coalesce(v.days_since_last_activity, v.recency_days)"
IMBALANCE = "CAST(m_score AS DOUBLE) - CAST(r_score + f_score AS DOUBLE) / 2"
BUCKETS = (
    ("value_far_ahead", ">= CAST('1.5' AS DOUBLE)"),
    ("value_ahead", ">= CAST('0.5' AS DOUBLE)"),
    ("engagement_far_ahead", "<= CAST('-1.5' AS DOUBLE)"),
    ("engagement_ahead", "<= CAST('-0.5' AS DOUBLE)"),
)


def bucket_case(column: str) -> str:
    """Return SQL naming the bucket of a monetary imbalance, M - (R + F) / 2."""
    whens = " ".join(f"WHEN {column} {test} THEN '{name}'" for name, test in BUCKETS)
    return f"CASE {whens} WHEN {column} IS NOT NULL THEN 'balanced' END"
