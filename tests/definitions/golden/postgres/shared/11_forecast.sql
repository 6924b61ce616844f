-- 未来 6 个月的贡献预测，主方法 run_rate；没有自身赢单率时用平均值 0.9212。
-- Contribution of the next 6 months, headline run_rate; mean win rate where an account has none of
-- its own: 0.9212.
CREATE OR REPLACE VIEW keepwell_forecast AS
WITH parts AS MATERIALIZED (
  SELECT
    account_id,
    score_micro,
    tier,
    CASE
      WHEN total_won_amount IS NULL AND total_won_amount__never
      THEN CAST(0 AS DOUBLE PRECISION)
      ELSE total_won_amount
    END AS total_won_amount_part,
    CASE
      WHEN won_amount_12m IS NULL AND won_amount_12m__never
      THEN CAST(0 AS DOUBLE PRECISION)
      ELSE won_amount_12m
    END AS won_amount_12m_part,
    CASE
      WHEN won_amount_6m IS NULL AND won_amount_6m__never
      THEN CAST(0 AS DOUBLE PRECISION)
      ELSE won_amount_6m
    END AS won_amount_6m_part,
    CASE
      WHEN current_pipeline_amount IS NULL AND current_pipeline_amount__never
      THEN CAST(0 AS DOUBLE PRECISION)
      ELSE current_pipeline_amount
    END AS current_pipeline_amount_part,
    CASE
      WHEN open_pipeline_6m_amount IS NULL AND open_pipeline_6m_amount__never
      THEN CAST(0 AS DOUBLE PRECISION)
      ELSE open_pipeline_6m_amount
    END AS open_pipeline_6m_amount_part,
    CASE
      WHEN pipeline_6m_amount IS NULL AND pipeline_6m_amount__never
      THEN CAST(0 AS DOUBLE PRECISION)
      ELSE pipeline_6m_amount
    END AS pipeline_6m_amount_part,
    CAST(account_age_days AS DOUBLE PRECISION) AS age_days,
    COALESCE(CAST(win_rate AS DOUBLE PRECISION), CAST('0.9212319302723214' AS DOUBLE PRECISION)) AS odds
  FROM keepwell_scores AS scores
  JOIN keepwell_measures AS measures
    USING (account_id)
), paced AS MATERIALIZED (
  SELECT
    account_id,
    score_micro,
    tier,
    won_amount_6m_part AS naive_amount,
    total_won_amount_part * CAST('0.4' AS DOUBLE PRECISION) + current_pipeline_amount_part * CAST('0.6' AS DOUBLE PRECISION) AS base_amount,
    won_amount_12m_part / CAST(12 AS DOUBLE PRECISION) * CAST('6.0' AS DOUBLE PRECISION) AS pace_amount,
    COALESCE(
      CASE WHEN current_pipeline_amount_part = 0 THEN CAST(0 AS DOUBLE PRECISION) END,
      pipeline_6m_amount_part,
      CASE
        WHEN open_pipeline_6m_amount_part = 0
        THEN CAST(0 AS DOUBLE PRECISION)
        ELSE open_pipeline_6m_amount_part * odds
      END,
      current_pipeline_amount_part * odds
    ) AS due_pipeline_amount
  FROM parts
), methods AS MATERIALIZED (
  SELECT
    account_id,
    tier,
    base_amount,
    pace_amount,
    due_pipeline_amount,
    naive_amount,
    base_amount * CAST(score_micro AS DOUBLE PRECISION) / CAST(100000000 AS DOUBLE PRECISION) AS weighted_amount,
    pace_amount + due_pipeline_amount AS run_rate_amount
  FROM paced
), headed AS MATERIALIZED (
  SELECT
    *,
    run_rate_amount AS contribution_amount
  FROM methods
), ranked AS MATERIALIZED (
  SELECT
    *,
    COUNT(contribution_amount) OVER () AS ranked_accounts,
    ROW_NUMBER() OVER (
      ORDER BY CASE WHEN contribution_amount IS NULL THEN 1 ELSE 0 END, contribution_amount DESC NULLS LAST, account_id COLLATE "C"
    ) AS place
  FROM headed
)
SELECT
  account_id,
  base_amount,
  weighted_amount,
  run_rate_amount,
  naive_amount,
  contribution_amount,
  CASE WHEN NOT contribution_amount IS NULL THEN place END AS contribution_rank,
  CASE
    WHEN NOT contribution_amount IS NULL
    THEN CAST(FLOOR(CAST((
      place - 1
    ) * 4 AS DOUBLE PRECISION) / NULLIF(ranked_accounts, 0)) AS BIGINT) + 1
  END AS contribution_tier,
  pace_amount,
  due_pipeline_amount,
  CASE
    WHEN contribution_amount IS NULL
    THEN CAST(NULL AS DOUBLE PRECISION)
    WHEN tier = 'low'
    THEN contribution_amount
    ELSE CAST(0 AS DOUBLE PRECISION)
  END AS expected_loss_amount
FROM ranked;
