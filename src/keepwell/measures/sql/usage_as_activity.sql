-- One row per account with any use of the product up to the as-of date.
-- The 90-day parts are grouped by day and by channel first: cheaper than distinct counts.
SELECT
  a.account_id,
  CAST(a.since_last AS DOUBLE) AS days_since_last_activity,
  CAST(a.count_30d AS DOUBLE) AS total_activities_30d,
  CAST(a.count_90d AS DOUBLE) AS total_activities_90d,
  CAST(3 * a.count_30d AS DOUBLE) / nullif(a.count_90d, 0) AS activity_trend,
  CAST(coalesce(d.weeks, 0) AS DOUBLE) AS active_weeks_90d,
  CAST(
    CASE
      WHEN a.since_last >= coalesce(d.inner_gap, 0)
        AND a.since_last >= coalesce(a.since_before - d.first_days_ago, 0) THEN a.since_last
      WHEN coalesce(d.inner_gap, 0) >= coalesce(a.since_before - d.first_days_ago, 0)
        THEN d.inner_gap
      ELSE a.since_before - d.first_days_ago
    END AS DOUBLE
  ) AS longest_gap_days
FROM (
  SELECT
    account_id,
    date_diff('day', CAST(MAX(occurred_at) AS DATE), $as_of) AS since_last,
    date_diff(
      'day', CAST(MAX(occurred_at) FILTER (WHERE occurred_at < $since_90d) AS DATE), $as_of
    ) AS since_before,
    COUNT(*) FILTER (WHERE occurred_at >= $since_30d) AS count_30d,
    COUNT(*) FILTER (WHERE occurred_at >= $since_90d) AS count_90d
  FROM usage
  WHERE occurred_at < $next_day AND (value IS NULL OR value <> 0)
  GROUP BY account_id
) AS a
LEFT JOIN (
  SELECT
    account_id,
    MAX(gap) AS inner_gap,
    MAX(days_ago) AS first_days_ago,
    COUNT(*) FILTER (WHERE is_new_week) AS weeks
  FROM (
    SELECT
      account_id,
      days_ago,
      LAG(days_ago) OVER (PARTITION BY account_id ORDER BY days_ago DESC) - days_ago AS gap,
      coalesce(
        LAG(week) OVER (PARTITION BY account_id ORDER BY days_ago DESC) <> week, TRUE
      ) AS is_new_week
    FROM (
      SELECT account_id, days_ago, floor(CAST(days_ago AS DOUBLE) / 7) AS week
      FROM (
        SELECT account_id, date_diff('day', CAST(occurred_at AS DATE), $as_of) AS days_ago
        FROM usage
        WHERE occurred_at >= $since_90d AND occurred_at < $next_day AND (value IS NULL OR value <> 0)
      ) AS recent
      GROUP BY account_id, days_ago
    ) AS days
  ) AS gaps
  GROUP BY account_id
) AS d ON d.account_id = a.account_id
