"""Contender: hand-written DuckDB SQL for the value tables of a run.

Written as an analyst would who knows DuckDB and these tables: no stand-in that they do not need,
one join of the accounts, one pass over the purchases. `benchmarks.compare` checks that it writes
what keepwell writes.
"""

import sys
from pathlib import Path

import duckdb

SOURCES = ("accounts", "scores", "measures", "transactions")

BOUGHT = """
CREATE TABLE bought AS
SELECT account_id, (DATE '2026-10-31' - max(day))::DOUBLE AS recency_days,
  (DATE '2026-10-31' - min(day))::DOUBLE AS first_purchase_age_days,
  count(DISTINCT day)::DOUBLE AS frequency,
  CASE WHEN count(*) = count(amount) THEN sum(amount)::DOUBLE END AS monetary_amount
FROM (
  SELECT account_id, amount, CASE WHEN amount > 0 OR amount IS NULL THEN occurred_at::DATE END
    AS day
  FROM transactions WHERE occurred_at < TIMESTAMP '2026-11-01' AND kind <> 'failed_payment')
GROUP BY account_id HAVING count(day) > 0
"""
FAILED = """
CREATE TABLE failed AS
SELECT account_id, count(*) AS failures FROM transactions
WHERE kind = 'failed_payment' AND occurred_at >= TIMESTAMP '2026-08-03'
  AND occurred_at < TIMESTAMP '2026-11-01'
GROUP BY account_id
"""
JOINED = """
CREATE TABLE joined AS
SELECT account_id, recency_days, frequency, monetary_amount, bought.account_id IS NULL AS has_never,
  CASE WHEN bought.account_id IS NULL THEN 0 ELSE monetary_amount END AS value_amount,
  coalesce(account_age_days, first_purchase_age_days) AS age_days,
  coalesce(days_since_last_activity, recency_days) AS days_inactive,
  coalesce(failures, 0) > 0 AS has_failed_payments, activity_trend,
  measures.account_size_segment AS size, score_micro::DOUBLE / 1000000 AS score, effective_tier,
  lifecycle_stage
FROM scores JOIN accounts USING (account_id) JOIN measures USING (account_id)
  LEFT JOIN bought USING (account_id) LEFT JOIN failed USING (account_id)
"""
CUTS = """
CREATE TABLE cuts AS
SELECT quantile_disc(-recency_days, [0.2, 0.4, 0.6, 0.8]) AS r,
  quantile_disc(frequency, [0.2, 0.4, 0.6, 0.8]) AS f,
  quantile_disc(monetary_amount, [0.2, 0.4, 0.6, 0.8]) AS m
FROM joined
"""
RANKED = """
CREATE TABLE ranked AS
SELECT account_id, row_number() OVER (ORDER BY floor(value_amount * 100 + 0.5) DESC, account_id)
  AS value_rank
FROM joined WHERE value_amount IS NOT NULL
"""
VALUE = """
CREATE TABLE wide AS
WITH total AS (
  SELECT count(value_amount) AS valued, sum(floor(value_amount * 100 + 0.5)::BIGINT)
    FILTER (value_amount > 0) AS total FROM joined
), scored AS (
  SELECT *,
    CASE WHEN has_never THEN 1 ELSE 1 + (-recency_days > r[1])::BIGINT
      + (-recency_days > r[2])::BIGINT + (-recency_days > r[3])::BIGINT
      + (-recency_days > r[4])::BIGINT END AS r_score,
    CASE WHEN has_never THEN 1 ELSE 1 + (frequency > f[1])::BIGINT + (frequency > f[2])::BIGINT
      + (frequency > f[3])::BIGINT + (frequency > f[4])::BIGINT END AS f_score,
    CASE WHEN has_never THEN 1 WHEN monetary_amount IS NULL THEN f_score
      ELSE 1 + (monetary_amount > m[1])::BIGINT + (monetary_amount > m[2])::BIGINT
        + (monetary_amount > m[3])::BIGINT + (monetary_amount > m[4])::BIGINT END AS m_score,
    monetary_amount IS NULL AND NOT has_never AS is_m_stand_in,
    r_score + f_score + m_score AS scores, f_score + m_score AS fm
  FROM joined, cuts
), measured AS (
  SELECT *, ((r_score - scores / 3) ** 2 + (f_score - scores / 3) ** 2
      + (m_score - scores / 3) ** 2) / 3 AS rfm_variance,
    1 / (1 + rfm_variance) AS engagement_consistency,
    CASE WHEN has_never AND days_inactive IS NULL THEN 1
      ELSE least(days_inactive / greatest(age_days, 1), 1) END AS inactivity_ratio,
    m_score - (r_score + f_score) / 2 AS monetary_imbalance,
    CASE WHEN value_amount > 0 THEN floor(value_amount * 100 + 0.5) / total
      WHEN value_amount IS NOT NULL THEN 0 END AS portfolio_share,
    CASE WHEN value_amount IS NULL THEN 'unknown' WHEN floor(value_amount * 100 + 0.5) <= 0
      THEN 'basic' WHEN (value_rank - 1) * 100 < 5 * valued THEN 'platinum'
      WHEN (value_rank - 1) * 100 < 20 * valued THEN 'gold'
      WHEN (value_rank - 1) * 100 < 50 * valued THEN 'silver'
      WHEN (value_rank - 1) * 100 < 80 * valued THEN 'bronze' ELSE 'basic' END AS value_tier,
    CASE WHEN r_score >= 4 AND f_score >= 4 AND m_score >= 4 THEN 'champion'
      WHEN r_score <= 2 AND f_score >= 4 AND m_score >= 4 THEN 'cant_lose'
      WHEN r_score >= 3 AND fm >= 7 THEN 'loyal_customer'
      WHEN r_score <= 2 AND fm >= 6 THEN 'at_risk'
      WHEN r_score >= 4 AND f_score >= 2 AND fm >= 4 THEN 'potential_loyalist'
      WHEN r_score = 5 THEN 'new_customer' WHEN r_score = 4 THEN 'promising'
      WHEN r_score = 3 AND fm >= 5 THEN 'need_attention' WHEN r_score = 3 THEN 'about_to_sleep'
      WHEN r_score = 2 THEN 'hibernating' ELSE 'lost' END AS segment
  FROM scored LEFT JOIN ranked USING (account_id), total
), indexed AS (
  SELECT *, (40 * (score / 100) + 20 * engagement_consistency
      + coalesce(20 * (1 - inactivity_ratio), 0) + 20 * ((r_score + f_score - 2) / 8)) * 100
      / (80 + CASE WHEN inactivity_ratio IS NULL THEN 0 ELSE 20 END) AS composite_index,
    CASE WHEN inactivity_ratio IS NULL THEN 0.8 ELSE 1 END::DOUBLE AS index_coverage,
    CASE WHEN value_tier IN ('platinum', 'gold') THEN 'high_value'
      WHEN value_tier = 'unknown' THEN 'rest' ELSE 'mass_value' END AS value_group,
    coalesce(days_inactive <= 30, false) AS is_recently_active,
    effective_tier = 'low' OR composite_index < 50 AS is_unhealthy
  FROM measured
)
SELECT account_id, recency_days, frequency, monetary_amount, r_score, f_score, m_score,
  is_m_stand_in, scores / 3 AS rfm_score,
  (40 * r_score + 30 * f_score + 30 * m_score) / 100 AS rfm_weighted_score, rfm_variance, segment,
  value_amount, value_rank, portfolio_share, value_tier, value_group,
  CASE WHEN value_group = 'high_value' THEN 'high_touch' WHEN value_tier = 'silver'
    THEN 'value_deepening' WHEN value_tier IN ('bronze', 'basic') THEN 'automated'
    ELSE 'unassigned' END AS engagement_model,
  age_days, days_inactive, engagement_consistency,
  value_amount * 30.4375::DOUBLE / greatest(age_days, 30.4375::DOUBLE) AS value_velocity_amount,
  inactivity_ratio, m_score / f_score AS activity_efficiency, monetary_imbalance,
  CASE WHEN monetary_imbalance >= 1.5 THEN 'value_far_ahead'
    WHEN monetary_imbalance >= 0.5 THEN 'value_ahead'
    WHEN monetary_imbalance <= -1.5 THEN 'engagement_far_ahead'
    WHEN monetary_imbalance <= -0.5 THEN 'engagement_ahead' ELSE 'balanced' END AS imbalance_bucket,
  composite_index, index_coverage, (r_score - 1) / 4 AS engagement, has_failed_payments,
  has_failed_payments::INTEGER AS evidence_count, is_recently_active, is_unhealthy,
  is_recently_active AND is_unhealthy AS is_struggling,
  score, effective_tier, activity_trend, size, lifecycle_stage
FROM indexed
"""
TABLES = {
    "value": """
SELECT * EXCLUDE (score, effective_tier, activity_trend, size, lifecycle_stage),
  false AS is_f_stand_in, NULL::BIGINT AS stage_periods, NULL::DOUBLE AS marketing_to_sales_days,
  NULL::DOUBLE AS sales_to_support_days, NULL::BOOLEAN AS has_reopened_tickets,
  NULL::BOOLEAN AS has_falling_use, NULL::BOOLEAN AS has_negative_survey,
  false AS is_likely_to_leave
FROM wide
ORDER BY account_id""",
    "struggle": """
SELECT row_number() OVER (ORDER BY value_amount DESC NULLS LAST, evidence_count DESC, account_id)
    AS struggle_rank, account_id, value_amount AS value_at_stake_amount, value_tier, value_group,
  segment, evidence_count, has_failed_payments, is_unhealthy, days_inactive, composite_index,
  NULL::BOOLEAN AS has_reopened_tickets, NULL::BOOLEAN AS has_falling_use,
  NULL::BOOLEAN AS has_negative_survey, false AS is_likely_to_leave
FROM wide WHERE is_struggling ORDER BY account_id""",
    "candidates": """
WITH peers AS (SELECT size, quantile_disc(value_amount, 0.75) AS upper FROM wide GROUP BY size),
judged AS (
  SELECT account_id, size, segment, value_amount, coalesce(activity_trend >= 1.2, false)
      AS is_growing, coalesce(value_amount >= upper, false) AS is_high_value,
    is_growing::INTEGER + is_high_value::INTEGER AS reason_count,
    CASE WHEN size = 'Small Business' AND reason_count = 2 THEN 'upgrade'
      WHEN size <> 'Small Business' AND segment IN ('champion', 'loyal_customer') AND is_growing
      THEN 'upsell' END AS kind
  FROM wide JOIN peers USING (size) WHERE NOT is_struggling AND effective_tier <> 'low')
SELECT kind, row_number() OVER (PARTITION BY kind ORDER BY reason_count DESC,
    value_amount DESC NULLS LAST, account_id) AS kind_rank, * EXCLUDE (kind),
  false AS is_broad, false AS is_narrow
FROM judged WHERE kind IS NOT NULL ORDER BY account_id""",
    "value_cells": """
SELECT * EXCLUDE (held), held[(len(held) - 1) // 4 + 1] AS value_p25,
  held[(len(held) - 1) // 2 + 1] AS value_p50, held[(len(held) - 1) * 3 // 4 + 1] AS value_p75
FROM (SELECT segment, value_group, count(*) AS accounts,
  count(*) FILTER (is_struggling) AS struggling, count(r_score) AS n_r_score,
  count(f_score) AS n_f_score, count(m_score) AS n_m_score, count(score) AS n_score,
  NULL::DOUBLE AS mean_churn_probability, 0::BIGINT AS n_churn_probability,
  count(engagement) AS n_engagement, count(composite_index) AS n_composite_index,
  avg(r_score) AS mean_r_score, avg(f_score) AS mean_f_score, avg(m_score) AS mean_m_score,
  avg(score) AS mean_score, avg(days_inactive) AS mean_days_inactive,
  count(days_inactive) AS n_days_inactive, avg(age_days) AS mean_age_days,
  count(age_days) AS n_age_days, avg(engagement) AS mean_engagement,
  avg(composite_index) AS mean_composite_index, count(value_amount) AS value_accounts,
  sum(value_amount) AS value_total, min(value_amount) AS value_low,
  list_sort(list(value_amount) FILTER (value_amount IS NOT NULL)) AS held,
  max(value_amount) AS value_high
FROM wide GROUP BY segment, value_group)""",
    "value_lifecycle": """
SELECT CASE WHEN age_days < 90 THEN 'age_under_90' WHEN age_days < 365 THEN 'age_under_365'
    WHEN age_days < 1095 THEN 'age_under_1095' ELSE 'age_from_1095' END AS lifecycle,
  engagement_model AS model, count(*) AS accounts, count(*) FILTER (is_struggling) AS struggling,
  sum(value_amount) AS value_total, avg(engagement) AS mean_engagement,
  count(engagement) AS n_engagement, avg(composite_index) AS mean_composite_index,
  count(composite_index) AS n_composite_index
FROM wide GROUP BY 1, 2""",
}


def main(folder: Path, out: Path, memory_mb: int) -> None:
    """Read the tables in `folder` and write the value tables to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    base = duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": f"{memory_mb}MB",
            "temp_directory": str(out / "spill"),
        }
    )
    for table in SOURCES:
        base.execute(f"CREATE VIEW {table} AS FROM '{folder / table}.parquet'")
    for sql in (BOUGHT, FAILED, JOINED, CUTS, RANKED, VALUE):
        base.execute(sql)
    for table, select in TABLES.items():
        base.execute(
            f"COPY ({select}) TO '{out}/{table}.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )
    base.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
