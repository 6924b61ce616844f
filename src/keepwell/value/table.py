"""The snapshot table `value`: one row per account, everything known of its value and engagement."""

from collections.abc import Collection

from keepwell.value.carried import KEPT
from keepwell.value.engagement import (
    AGE,
    DAYS_PER_MONTH,
    IMBALANCE,
    INACTIVE,
    EngagementBasis,
    bucket_case,
)
from keepwell.value.engagement import consistency as consistency_of
from keepwell.value.scores import composite, variance
from keepwell.value.segments import SegmentMap
from keepwell.value.settings import IndexWeights, RfmSettings, ValueSettings
from keepwell.value.struggle import struggle_columns
from keepwell.value.tiers import (
    PORTFOLIO_SHARE,
    group_case,
    model_case,
    tier_case,
    totals_select,
)

ZERO, ONE, NULL = "CAST(0 AS DOUBLE)", "CAST(1 AS DOUBLE)", "CAST(NULL AS DOUBLE)"

STAGES = "t.stage_periods, t.marketing_to_sales_days, t.sales_to_support_days"
NO_STAGES = (
    f"CAST(NULL AS BIGINT) AS stage_periods, {NULL} AS marketing_to_sales_days, "
    f"{NULL} AS sales_to_support_days"
)


def segmented_select(segments: SegmentMap, columns: Collection[str], *, has_label: bool) -> str:
    """Return SQL giving `value_scored`: scores with segment; F stands in for an unknown M.

    And M for an unknown F, each flagged; an account whose source names its segment and states
    no scores keeps that name. `has_label`: `value_given_segment` is there.
    `columns`: of value_marked.
    """
    filled = (
        "coalesce(m_score, f_score) AS m_score, coalesce(f_score, m_score) AS f_score, "
        "m_score IS NULL AND f_score IS NOT NULL AS is_m_stand_in, "
        "f_score IS NULL AND m_score IS NOT NULL AS is_f_stand_in"
    )
    kept = [c for c in columns if c not in ("f_score", "m_score")]
    case = segments.case()
    label, join = case, ""
    if has_label:
        label = f"coalesce(g.given_segment, {case})"
        join = " LEFT JOIN value_given_segment AS g ON g.account_id = f.account_id"
    inner = f"SELECT {', '.join(kept)}, {filled} FROM value_marked"
    return f"SELECT f.*, {label} AS segment FROM ({inner}) AS f{join}"


def _weighted(rfm: RfmSettings) -> str:
    """Return SQL of the weighted composite; the groups may have weights of their own."""
    named = (("high_value", rfm.high_value_weights), ("mass_value", rfm.mass_value_weights))
    whens = " ".join(
        f"WHEN value_group = '{name}' THEN {composite(weights)}"
        for name, weights in named
        if weights
    )
    plain = composite(rfm.weights)
    return f"CASE {whens} ELSE {plain} END" if whens else plain


def _index(weights: IndexWeights, *, health_tells: bool) -> str:
    """Return SQL of the composite index 0-100 and of the share of its weight that is known.

    A health score of amounts and size alone is left out like one that is unknown.
    """
    parts = (
        ("score / 100" if health_tells else NULL, weights.health),
        ("engagement_consistency", weights.consistency),
        (f"{ONE} - inactivity_ratio", weights.presence),
        ("CAST(r_score + f_score - 2 AS DOUBLE) / 8", weights.recency_frequency),
    )
    used = [(sql, f"CAST('{float(w)!r}' AS DOUBLE)") for sql, w in parts if w > 0]
    top = " + ".join(f"coalesce({w} * ({sql}), {ZERO})" for sql, w in used)
    known = " + ".join(f"CASE WHEN {sql} IS NULL THEN {ZERO} ELSE {w} END" for sql, w in used)
    whole = " + ".join(w for _, w in used)
    return (
        f"100 * ({top}) / nullif({known}, {ZERO}) AS composite_index, "
        f"({known}) / nullif({whole}, {ZERO}) AS index_coverage"
    )


def value_select(
    settings: ValueSettings,
    segments: SegmentMap,
    basis: EngagementBasis,
    columns: Collection[str],
    *,
    has_given_tier: bool,
) -> str:
    """Return SQL giving `value_wide`: the columns of `value`, and those of KEPT beside them.

    Needs:   value_amounts, value_ranked; value_stages where consistency or time rest on stages,
             value_given_tier with `has_given_tier`.
    `columns`: of `portfolio`, and `failed_payments_90d` where payments have kinds.
    """
    staged = "stages" in (basis.consistency, basis.time)
    join = " LEFT JOIN value_stages AS t ON t.account_id = v.account_id" if staged else ""
    if has_given_tier:
        join += " LEFT JOIN value_given_tier AS g ON g.account_id = v.account_id"
    given_tier = ", g.given_tier" if has_given_tier else ""
    told = struggle_columns(settings.struggle, columns, basis)
    return f"""
WITH joined AS (
  SELECT v.*, k.value_rank, n.valued_accounts, n.total_cents{given_tier},
    {AGE} AS age_days, {INACTIVE} AS days_inactive, {STAGES if staged else NO_STAGES}
  FROM value_amounts AS v LEFT JOIN value_ranked AS k ON k.account_id = v.account_id{join}
  CROSS JOIN ({totals_select()}) AS n
), tiered AS (
  SELECT *, {PORTFOLIO_SHARE} AS portfolio_share,
    {tier_case(has_given_tier=has_given_tier)} AS value_tier
  FROM joined
), measured AS (
  SELECT *, {group_case(settings.groups)} AS value_group,
    {consistency_of(basis, segments)} AS engagement_consistency,
    {_ratio()} AS inactivity_ratio, {IMBALANCE} AS monetary_imbalance
  FROM tiered
), indexed AS (
  SELECT *, {_index(settings.index, health_tells=basis.health_tells)} FROM measured
)
SELECT account_id, recency_days, frequency, monetary_amount, r_score, f_score, m_score,
  is_f_stand_in, is_m_stand_in, {composite(None)} AS rfm_score,
  {_weighted(settings.rfm)} AS rfm_weighted_score, {variance()} AS rfm_variance, segment,
  value_amount, value_rank, portfolio_share, value_tier, value_group,
  {model_case()} AS engagement_model, age_days, days_inactive,
  stage_periods, engagement_consistency, marketing_to_sales_days, sales_to_support_days,
  {_velocity()} AS value_velocity_amount, inactivity_ratio,
  CAST(m_score AS DOUBLE) / nullif(CAST(f_score AS DOUBLE), 0) AS activity_efficiency,
  monetary_imbalance, {bucket_case("monetary_imbalance")} AS imbalance_bucket,
  composite_index, index_coverage, {_independent(basis)} AS engagement,
  {told}, {", ".join(KEPT)}
FROM indexed"""


def _ratio() -> str:
    ratio = (
        "days_inactive / nullif(CASE WHEN age_days < 1 THEN CAST(1 AS DOUBLE) ELSE age_days END, 0)"
    )
    return (
        f"CASE WHEN has_never AND days_inactive IS NULL THEN {ONE} "
        f"WHEN {ratio} > 1 THEN {ONE} WHEN {ratio} < 0 THEN {ZERO} ELSE {ratio} END"
    )


def _velocity() -> str:
    """Value per month of age; the first month counts as a whole one."""
    months = f"CAST('{DAYS_PER_MONTH}' AS DOUBLE)"
    age = f"CASE WHEN age_days < {months} THEN {months} ELSE age_days END"
    return f"value_amount * {months} / nullif({age}, 0)"


def _independent(basis: EngagementBasis) -> str:
    """Engagement that no amount enters, 0-1: stages where known, else R and F.

    Where the amount is the sum of the purchases that F counts, R alone.
    """
    if basis.consistency == "stages":
        return "engagement_consistency"
    if basis.counts_purchases:
        return "CAST(r_score - 1 AS DOUBLE) / 4"
    alone = "CAST(r_score - 1 AS DOUBLE) / 4"
    # Where M stands in for F, F is money too.
    return (
        f"CASE WHEN is_f_stand_in THEN {alone} ELSE CAST(r_score + f_score - 2 AS DOUBLE) / 8 END"
    )
