-- 计算这些指标的中间结果：距上次活动天数、近 30 天活动次数、近 90
-- 天活动次数、活动趋势、活跃渠道数、近 90 天活跃周数、最长沉默天数、自助活动占比。
-- The groundwork of: Days since last activity, Activities in 30 days, Activities in 90 days,
-- Activity trend, Active channels, Active weeks in 90 days, Longest gap in days, Self-service
-- share.
CREATE OR REPLACE VIEW keepwell_activity AS
/* One row per account with any activity up to the as-of date. */
/* event_days counts the rows of 90 days by day and channel; event_before holds the day before them. */
SELECT
  COALESCE(r.account_id, b.account_id) AS account_id,
  CAST(COALESCE(r.since_last, b.since_before) AS DOUBLE) AS days_since_last_activity,
  CAST(COALESCE(r.count_30d, 0) AS DOUBLE) AS total_activities_30d,
  CAST(COALESCE(r.count_90d, 0) AS DOUBLE) AS total_activities_90d,
  CAST(3 * COALESCE(r.count_30d, 0) AS DOUBLE) / NULLIF(r.count_90d, 0) AS activity_trend,
  CAST(COALESCE(d.weeks, 0) AS DOUBLE) AS active_weeks_90d,
  CAST(CASE
    WHEN r.account_id IS NULL
    THEN b.since_before
    WHEN r.since_last >= COALESCE(d.inner_gap, 0)
    AND r.since_last >= COALESCE(b.since_before - r.first_days_ago, 0)
    THEN r.since_last
    WHEN COALESCE(d.inner_gap, 0) >= COALESCE(b.since_before - r.first_days_ago, 0)
    THEN d.inner_gap
    ELSE b.since_before - r.first_days_ago
  END AS DOUBLE) AS longest_gap_days,
  CASE
    WHEN r.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    WHEN r.with_channel_90d > 0
    THEN CAST(r.channels AS DOUBLE)
  END AS active_channels,
  CAST(COALESCE(r.self_served_90d, 0) AS DOUBLE) / NULLIF(r.with_channel_90d, 0) AS self_service_share,
  r.account_id IS NULL AS self_service_share__never
FROM (
  SELECT
    account_id,
    DATE_DIFF(
      'DAY',
      DATE_TRUNC('DAY', CAST(last_day AS DATE)),
      DATE_TRUNC('DAY', CAST(calendar.as_of AS DATE))
    ) AS since_before
  FROM (
    /* One row per account with a row before those 90 days: the last day of one. */
    SELECT
      account_id,
      CAST(MAX(occurred_at) AS DATE) AS last_day
    FROM activities
    CROSS JOIN keepwell_calendar AS calendar
    WHERE
      occurred_at < calendar.since_90d
    GROUP BY
      account_id
  ) AS event_before
  CROSS JOIN keepwell_calendar AS calendar
) AS b
FULL JOIN (
  SELECT
    account_id,
    MIN(since_last) AS since_last,
    MAX(first_days_ago) AS first_days_ago,
    SUM(count_30d) AS count_30d,
    SUM(count_90d) AS count_90d,
    SUM(count_90d) FILTER(WHERE
      NOT channel IS NULL) AS with_channel_90d,
    SUM(count_90d) FILTER(WHERE
      channel IN ('product', 'self_service')) AS self_served_90d,
    COUNT(channel) AS channels
  FROM (
    SELECT
      account_id,
      channel,
      MIN(days_ago) AS since_last,
      MAX(days_ago) AS first_days_ago,
      CAST(SUM(row_count) FILTER(WHERE
        days_ago < 30) AS BIGINT) AS count_30d,
      CAST(SUM(row_count) AS BIGINT) AS count_90d
    FROM (
      SELECT
        account_id,
        channel,
        row_count,
        DATE_DIFF(
          'DAY',
          DATE_TRUNC('DAY', CAST(day AS DATE)),
          DATE_TRUNC('DAY', CAST(calendar.as_of AS DATE))
        ) AS days_ago
      FROM (
        /* One row per account, day and channel of the 90 days that end on the as-of date. */
        SELECT
          account_id,
          day,
          channel,
          COUNT(*) AS row_count
        FROM (
          SELECT
            account_id,
            CAST(occurred_at AS DATE) AS day,
            channel
          FROM activities
          CROSS JOIN keepwell_calendar AS calendar
          WHERE
            occurred_at >= calendar.since_90d AND occurred_at < calendar.next_day
        ) AS recent
        GROUP BY
          account_id,
          day,
          channel
      ) AS event_days
      CROSS JOIN keepwell_calendar AS calendar
    ) AS counted
    GROUP BY
      account_id,
      channel
  ) AS pairs
  GROUP BY
    account_id
) AS r
  ON r.account_id = b.account_id
LEFT JOIN (
  SELECT
    account_id,
    MAX(before_ago - days_ago) AS inner_gap,
    COUNT(*) FILTER(WHERE
      COALESCE(FLOOR(CAST(before_ago AS DOUBLE) / 7) <> FLOOR(CAST(days_ago AS DOUBLE) / 7), TRUE)) AS weeks
  FROM (
    SELECT
      account_id,
      days_ago,
      LAG(days_ago) OVER (PARTITION BY account_id ORDER BY days_ago DESC) AS before_ago
    FROM (
      SELECT
        account_id,
        DATE_DIFF(
          'DAY',
          DATE_TRUNC('DAY', CAST(day AS DATE)),
          DATE_TRUNC('DAY', CAST(calendar.as_of AS DATE))
        ) AS days_ago
      FROM (
        /* One row per account, day and channel of the 90 days that end on the as-of date. */
        SELECT
          account_id,
          day,
          channel,
          COUNT(*) AS row_count
        FROM (
          SELECT
            account_id,
            CAST(occurred_at AS DATE) AS day,
            channel
          FROM activities
          CROSS JOIN keepwell_calendar AS calendar
          WHERE
            occurred_at >= calendar.since_90d AND occurred_at < calendar.next_day
        ) AS recent
        GROUP BY
          account_id,
          day,
          channel
      ) AS event_days
      CROSS JOIN keepwell_calendar AS calendar
    ) AS dated
  ) AS gaps
  GROUP BY
    account_id
) AS d
  ON d.account_id = r.account_id;
