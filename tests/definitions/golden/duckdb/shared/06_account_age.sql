-- 计算这些指标的中间结果：客户关系天数。
-- The groundwork of: Account age.
CREATE OR REPLACE VIEW keepwell_account_age AS
/* An account that began after the as-of date has no age then. */
SELECT
  account_id,
  CASE
    WHEN began <= calendar.as_of
    THEN CAST(DATE_DIFF('DAY', CAST(began AS DATE), CAST(calendar.as_of AS DATE)) AS DOUBLE)
  END AS account_age_days
FROM (
  SELECT
    account_id,
    COALESCE(customer_since, created_at) AS began
  FROM keepwell_customers AS accounts
) AS beginnings
CROSS JOIN keepwell_calendar AS calendar;
