-- In force: started by the as-of date and not ended before it; trials bring no money.
SELECT
  account_id,
  CASE
    WHEN COUNT(*) FILTER (WHERE in_force AND amount IS NULL) = 0
      THEN coalesce(CAST(SUM(amount) FILTER (WHERE in_force) AS DOUBLE), CAST(0 AS DOUBLE))
  END AS current_mrr_amount,
  CASE
    WHEN COUNT(*) FILTER (WHERE in_force AND amount IS NULL) = 0
      THEN coalesce(CAST(SUM(amount) FILTER (WHERE in_force) AS DOUBLE) * 12, CAST(0 AS DOUBLE))
  END AS current_arr_amount,
  CASE
    WHEN COUNT(*) FILTER (WHERE in_force AND seats IS NULL) = 0
      THEN coalesce(CAST(SUM(seats) FILTER (WHERE in_force) AS DOUBLE), CAST(0 AS DOUBLE))
  END AS seats
FROM (
  SELECT
    account_id,
    amount,
    seats,
    NOT coalesce(is_trial, FALSE) AND (period_end IS NULL OR period_end >= $as_of) AS in_force
  FROM subscriptions
  WHERE period_start <= $as_of
) AS started
GROUP BY account_id
