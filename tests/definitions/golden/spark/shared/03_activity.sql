-- 计算这些指标的中间结果：距上次活动天数、近 30 天活动次数、近 90
-- 天活动次数、活动趋势、活跃渠道数、近 90 天活跃周数、最长沉默天数、自助活动占比。
-- The groundwork of: Days since last activity, Activities in 30 days, Activities in 90 days,
-- Activity trend, Active channels, Active weeks in 90 days, Longest gap in days, Self-service
-- share.
CREATE OR REPLACE VIEW keepwell_activity AS
/* One row per account with any activity up to the as-of date. */
/* The 90-day parts are grouped by day and by channel first: cheaper than distinct counts. */
SELECT
  a.account_id,
  CAST(a.since_last AS DOUBLE) AS days_since_last_activity,
  CAST(a.count_30d AS DOUBLE) AS total_activities_30d,
  CAST(a.count_90d AS DOUBLE) AS total_activities_90d,
  CAST(3 * a.count_30d AS DOUBLE) / NULLIF(a.count_90d, 0) AS activity_trend,
  CAST(COALESCE(d.weeks, 0) AS DOUBLE) AS active_weeks_90d,
  CAST(CASE
    WHEN a.since_last >= COALESCE(d.inner_gap, 0)
    AND a.since_last >= COALESCE(a.since_before - d.first_days_ago, 0)
    THEN a.since_last
    WHEN COALESCE(d.inner_gap, 0) >= COALESCE(a.since_before - d.first_days_ago, 0)
    THEN d.inner_gap
    ELSE a.since_before - d.first_days_ago
  END AS DOUBLE) AS longest_gap_days,
  CASE
    WHEN a.count_90d = 0
    THEN CAST(0 AS DOUBLE)
    WHEN a.with_channel_90d > 0
    THEN CAST(c.channels AS DOUBLE)
  END AS active_channels,
  CAST(a.self_served_90d AS DOUBLE) / NULLIF(a.with_channel_90d, 0) AS self_service_share,
  a.count_90d = 0 AS self_service_share__never
FROM (
  SELECT
    account_id,
    CAST(DATEDIFF(DAY, CAST(MAX(occurred_at) AS DATE), CAST(MIN(CAST(calendar.as_of AS DATE)) AS DATE)) AS BIGINT) AS since_last,
    CAST(DATEDIFF(
      DAY,
      CAST(MAX(occurred_at) FILTER(WHERE
        occurred_at < calendar.since_90d) AS DATE),
      CAST(MIN(CAST(calendar.as_of AS DATE)) AS DATE)
    ) AS BIGINT) AS since_before,
    COUNT(*) FILTER(WHERE
      occurred_at >= calendar.since_30d) AS count_30d,
    COUNT(*) FILTER(WHERE
      occurred_at >= calendar.since_90d) AS count_90d,
    COUNT(channel) FILTER(WHERE
      occurred_at >= calendar.since_90d) AS with_channel_90d,
    COUNT(*) FILTER(WHERE
      occurred_at >= calendar.since_90d AND channel IN ('product', 'self_service')) AS self_served_90d
  FROM activities
  CROSS JOIN keepwell_calendar AS calendar
  WHERE
    occurred_at < calendar.next_day
  GROUP BY
    account_id
) AS a
LEFT JOIN (
  SELECT
    account_id,
    MAX(gap) AS inner_gap,
    MAX(days_ago) AS first_days_ago,
    COUNT(*) FILTER(WHERE
      is_new_week) AS weeks
  FROM (
    SELECT
      account_id,
      days_ago,
      LAG(days_ago) OVER (PARTITION BY account_id ORDER BY days_ago DESC) - days_ago AS gap,
      COALESCE(LAG(week) OVER (PARTITION BY account_id ORDER BY days_ago DESC) <> week, TRUE) AS is_new_week
    FROM (
      SELECT
        account_id,
        days_ago,
        FLOOR(CAST(days_ago AS DOUBLE) / 7) AS week
      FROM (
        SELECT
          account_id,
          CAST(DATEDIFF(DAY, CAST(occurred_at AS DATE), CAST(calendar.as_of AS DATE)) AS BIGINT) AS days_ago
        FROM activities
        CROSS JOIN keepwell_calendar AS calendar
        WHERE
          occurred_at >= calendar.since_90d AND occurred_at < calendar.next_day
      ) AS recent
      GROUP BY
        account_id,
        days_ago
    ) AS days
  ) AS gaps
  GROUP BY
    account_id
) AS d
  ON d.account_id = a.account_id
LEFT JOIN (
  SELECT
    account_id,
    COUNT(*) AS channels
  FROM (
    SELECT
      account_id,
      channel
    FROM activities
    CROSS JOIN keepwell_calendar AS calendar
    WHERE
      occurred_at >= calendar.since_90d
      AND occurred_at < calendar.next_day
      AND NOT channel IS NULL
    GROUP BY
      account_id,
      channel
  ) AS pairs
  GROUP BY
    account_id
) AS c
  ON c.account_id = a.account_id;
