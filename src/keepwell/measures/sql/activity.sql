-- One row per account with any activity up to the as-of date.
-- event_days counts the rows of 90 days by day and channel; event_before holds the day before them.
SELECT
  coalesce(r.account_id, b.account_id) AS account_id,
  CAST(coalesce(r.since_last, b.since_before) AS DOUBLE) AS days_since_last_activity,
  CAST(coalesce(r.count_30d, 0) AS DOUBLE) AS total_activities_30d,
  CAST(coalesce(r.count_90d, 0) AS DOUBLE) AS total_activities_90d,
  CAST(3 * coalesce(r.count_30d, 0) AS DOUBLE) / nullif(r.count_90d, 0) AS activity_trend,
  CAST(coalesce(d.weeks, 0) AS DOUBLE) AS active_weeks_90d,
  CAST(
    CASE
      WHEN r.account_id IS NULL THEN b.since_before
      WHEN r.since_last >= coalesce(d.inner_gap, 0)
        AND r.since_last >= coalesce(b.since_before - r.first_days_ago, 0) THEN r.since_last
      WHEN coalesce(d.inner_gap, 0) >= coalesce(b.since_before - r.first_days_ago, 0)
        THEN d.inner_gap
      ELSE b.since_before - r.first_days_ago
    END AS DOUBLE
  ) AS longest_gap_days,
  CASE
    WHEN r.account_id IS NULL THEN CAST(0 AS DOUBLE)
    WHEN r.with_channel_90d > 0 THEN CAST(r.channels AS DOUBLE)
  END AS active_channels,
  CAST(coalesce(r.self_served_90d, 0) AS DOUBLE) / nullif(r.with_channel_90d, 0)
    AS self_service_share,
  r.account_id IS NULL AS self_service_share__never
FROM (
  SELECT account_id, date_diff('day', CAST(last_day AS DATE), $as_of) AS since_before
  FROM event_before
) AS b
FULL JOIN (
  SELECT
    account_id,
    MIN(since_last) AS since_last,
    MAX(first_days_ago) AS first_days_ago,
    SUM(count_30d) AS count_30d,
    SUM(count_90d) AS count_90d,
    SUM(count_90d) FILTER (WHERE channel IS NOT NULL) AS with_channel_90d,
    SUM(count_90d) FILTER (WHERE channel IN ('product', 'self_service')) AS self_served_90d,
    COUNT(channel) AS channels
  FROM (
    SELECT
      account_id,
      channel,
      MIN(days_ago) AS since_last,
      MAX(days_ago) AS first_days_ago,
      CAST(SUM(row_count) FILTER (WHERE days_ago < 30) AS BIGINT) AS count_30d,
      CAST(SUM(row_count) AS BIGINT) AS count_90d
    FROM (
      SELECT account_id, channel, row_count, date_diff('day', CAST(day AS DATE), $as_of) AS days_ago
      FROM event_days
    ) AS counted
    GROUP BY account_id, channel
  ) AS pairs
  GROUP BY account_id
) AS r ON r.account_id = b.account_id
LEFT JOIN (
  SELECT
    account_id,
    MAX(before_ago - days_ago) AS inner_gap,
    COUNT(*) FILTER (
      WHERE coalesce(
        floor(CAST(before_ago AS DOUBLE) / 7) <> floor(CAST(days_ago AS DOUBLE) / 7), TRUE
      )
    ) AS weeks
  FROM (
    SELECT
      account_id,
      days_ago,
      LAG(days_ago) OVER (PARTITION BY account_id ORDER BY days_ago DESC) AS before_ago
    FROM (
      SELECT account_id, date_diff('day', CAST(day AS DATE), $as_of) AS days_ago
      FROM event_days
    ) AS dated
  ) AS gaps
  GROUP BY account_id
) AS d ON d.account_id = r.account_id
