-- An account that began after the as-of date has no age then.
SELECT
  account_id,
  CASE
    WHEN began <= $as_of THEN CAST(date_diff('day', CAST(began AS DATE), $as_of) AS DOUBLE)
  END AS account_age_days
FROM (
  SELECT account_id, coalesce(customer_since, created_at) AS began
  FROM accounts
) AS beginnings
