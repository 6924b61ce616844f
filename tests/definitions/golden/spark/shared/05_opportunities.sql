-- 计算这些指标的中间结果：累计赢单金额、近 12 个月赢单金额、近 6 个月赢单金额、当前商机金额、6
-- 个月内预计关闭的商机金额、6 个月内期望商机金额、赢单率、平均销售周期天数。
-- The groundwork of: Total won amount, Won amount in 12 months, Won amount in 6 months, Current
-- pipeline amount, Pipeline due in 6 months, Expected pipeline in 6 months, Win rate, Average sales
-- cycle.
CREATE OR REPLACE VIEW keepwell_opportunities AS
/* State as of the date: closed later means open then; closed or won without a date counts as */
/* closed; rows created later are left out. A sum with an unknown part is unknown. */
SELECT
  account_id,
  CASE
    WHEN COUNT(*) FILTER(WHERE
      was_won IS NULL OR (
        was_won AND amount IS NULL
      )) = 0
    THEN COALESCE(CAST(SUM(amount) FILTER(WHERE
      was_won) AS DOUBLE), CAST(0 AS DOUBLE))
  END AS total_won_amount,
  CASE
    WHEN COUNT(*) FILTER(WHERE
      COALESCE(was_won, TRUE)
      AND (
        close_date IS NULL OR close_date >= calendar.since_12m
      )
      AND (
        was_won IS NULL OR close_date IS NULL OR amount IS NULL
      )) = 0
    THEN COALESCE(
      CAST(SUM(amount) FILTER(WHERE
        was_won AND close_date >= calendar.since_12m) AS DOUBLE),
      CAST(0 AS DOUBLE)
    )
  END AS won_amount_12m,
  CASE
    WHEN COUNT(*) FILTER(WHERE
      COALESCE(was_won, TRUE)
      AND (
        close_date IS NULL OR close_date >= calendar.since_6m
      )
      AND (
        was_won IS NULL OR close_date IS NULL OR amount IS NULL
      )) = 0
    THEN COALESCE(
      CAST(SUM(amount) FILTER(WHERE
        was_won AND close_date >= calendar.since_6m) AS DOUBLE),
      CAST(0 AS DOUBLE)
    )
  END AS won_amount_6m,
  CASE
    WHEN COUNT(*) FILTER(WHERE
      was_closed IS NULL OR (
        NOT was_closed AND amount IS NULL
      )) = 0
    THEN COALESCE(CAST(SUM(amount) FILTER(WHERE
      NOT was_closed) AS DOUBLE), CAST(0 AS DOUBLE))
  END AS current_pipeline_amount,
  CASE
    WHEN COUNT(*) FILTER(WHERE
      may_be_due AND (
        NOT is_due OR amount IS NULL
      )) = 0
    THEN COALESCE(CAST(SUM(amount) FILTER(WHERE
      is_due) AS DOUBLE), CAST(0 AS DOUBLE))
  END AS open_pipeline_6m_amount,
  CASE
    WHEN COUNT(*) FILTER(WHERE
      may_be_due AND (
        NOT is_due OR expected_cents IS NULL
      )) = 0
    THEN COALESCE(
      CAST(SUM(expected_cents) FILTER(WHERE
        is_due) AS DOUBLE) / 100,
      CAST(0 AS DOUBLE)
    )
  END AS pipeline_6m_amount,
  CASE
    WHEN COUNT(*) FILTER(WHERE
      was_closed IS NULL OR (
        was_closed AND was_won IS NULL
      )) = 0
    THEN CAST(COUNT(*) FILTER(WHERE
      was_won) AS DOUBLE) / NULLIF(COUNT(*) FILTER(WHERE
      was_closed), 0)
  END AS win_rate,
  COUNT(*) FILTER(WHERE
    COALESCE(was_closed, TRUE)) = 0 AS win_rate__never,
  CAST(SUM(cycle_days) FILTER(WHERE
    was_won AND cycle_days >= 0) AS DOUBLE) / NULLIF(COUNT(*) FILTER(WHERE
    was_won AND cycle_days >= 0), 0) AS average_sales_cycle_days,
  COUNT(*) FILTER(WHERE
    COALESCE(was_won, TRUE)) = 0 AS average_sales_cycle_days__never
FROM (
  SELECT
    account_id,
    amount,
    close_date,
    was_closed,
    was_won,
    expected_cents,
    cycle_days,
    COALESCE(NOT was_closed, TRUE)
    AND COALESCE(close_date >= calendar.next_day AND close_date < calendar.after_6m, TRUE) AS may_be_due,
    COALESCE(NOT was_closed, FALSE)
    AND COALESCE(close_date >= calendar.next_day AND close_date < calendar.after_6m, FALSE) AS is_due
  FROM (
    SELECT
      account_id,
      amount,
      close_date,
      CASE
        WHEN close_date >= calendar.next_day
        THEN FALSE
        WHEN COALESCE(is_won, FALSE)
        THEN TRUE
        ELSE is_closed
      END AS was_closed,
      CASE
        WHEN close_date >= calendar.next_day
        THEN FALSE
        WHEN is_won IS NULL AND NOT is_closed
        THEN FALSE
        ELSE is_won
      END AS was_won,
      CASE
        WHEN amount < 9000000000000000
        THEN CAST(FLOOR(CAST(amount AS DOUBLE) * probability * 100 + CAST('0.5' AS DOUBLE)) AS BIGINT)
      END AS expected_cents,
      CAST(DATEDIFF(DAY, CAST(created_at AS DATE), CAST(close_date AS DATE)) AS BIGINT) AS cycle_days
    FROM opportunities
    CROSS JOIN keepwell_calendar AS calendar
    WHERE
      created_at IS NULL OR created_at < calendar.next_day
  ) AS states
  CROSS JOIN keepwell_calendar AS calendar
) AS dated
CROSS JOIN keepwell_calendar AS calendar
GROUP BY
  account_id;
