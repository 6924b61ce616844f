SELECT
  account_id,
  CASE
    WHEN COUNT(*) FILTER (WHERE amount IS NULL) = 0
      THEN coalesce(CAST(SUM(amount) AS DOUBLE), CAST(0 AS DOUBLE))
  END AS total_won_amount,
  CASE
    WHEN COUNT(*) FILTER (WHERE occurred_at >= $since_12m AND amount IS NULL) = 0
      THEN coalesce(CAST(SUM(amount) FILTER (WHERE occurred_at >= $since_12m) AS DOUBLE), CAST(0 AS DOUBLE))
  END AS won_amount_12m,
  CASE
    WHEN COUNT(*) FILTER (WHERE occurred_at >= $since_6m AND amount IS NULL) = 0
      THEN coalesce(CAST(SUM(amount) FILTER (WHERE occurred_at >= $since_6m) AS DOUBLE), CAST(0 AS DOUBLE))
  END AS won_amount_6m
FROM transactions
WHERE occurred_at < $next_day
GROUP BY account_id
