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
  END AS seats,
  CAST(
    date_diff('day', $as_of, CAST(MIN(period_end) FILTER (WHERE in_force AND is_long) AS DATE))
    AS DOUBLE
  ) AS days_to_renewal
FROM (
  SELECT
    account_id,
    amount,
    seats,
    period_end,
    -- Shorter terms renew all the time; their end is no renewal to prepare.
    date_diff('day', CAST(period_start AS DATE), CAST(period_end AS DATE)) >= 180 AS is_long,
    NOT coalesce(is_trial, FALSE) AND (period_end IS NULL OR period_end >= $as_of) AS in_force
  FROM subscriptions
  WHERE period_start <= $as_of
) AS started
GROUP BY account_id
