-- 截止日当天的客户：不含已流失和之后才建立的客户。
-- The customers of the as-of date: not those that had left or came later.
CREATE OR REPLACE VIEW keepwell_customers AS
SELECT
  account_id,
  name,
  industry,
  account_size_segment,
  number_of_employees,
  annual_revenue,
  currency,
  region,
  owner_id,
  csm_id,
  created_at,
  customer_since,
  lifecycle_stage,
  status,
  churned_at,
  parent_account_id,
  csm_pulse,
  is_test
FROM accounts
CROSS JOIN keepwell_calendar AS calendar
WHERE
  NOT (
    NOT churned_at IS NULL AND churned_at <= calendar.as_of
  )
  AND NOT (
    (
      churned_at IS NULL OR churned_at > calendar.as_of
    )
    AND NOT COALESCE(customer_since, created_at) IS NULL
    AND COALESCE(customer_since, created_at) > calendar.as_of
  );
