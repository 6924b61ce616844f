-- A row whose value is 0 is no use. Volumes are summed as thousandths, so that sums are exact.
SELECT
  u.account_id,
  CAST(date_diff('day', CAST(u.last_at AS DATE), $as_of) AS DOUBLE) AS days_since_last_login,
  CASE
    WHEN u.count_90d = 0 THEN CAST(0 AS DOUBLE)
    ELSE CAST(k.kinds AS DOUBLE)
  END AS feature_adoption_depth,
  CAST(3 * u.volume_30d AS DOUBLE) / nullif(u.volume_90d, 0) AS usage_trend
FROM (
  SELECT
    account_id,
    MAX(occurred_at) FILTER (WHERE volume <> 0) AS last_at,
    COUNT(*) FILTER (WHERE volume <> 0 AND occurred_at >= $since_90d) AS count_90d,
    coalesce(SUM(volume) FILTER (WHERE occurred_at >= $since_30d), 0) AS volume_30d,
    coalesce(SUM(volume) FILTER (WHERE occurred_at >= $since_90d), 0) AS volume_90d
  FROM (
    SELECT
      account_id,
      occurred_at,
      CASE
        WHEN value IS NULL THEN 1000
        WHEN value > 1000000000000 THEN 1000000000000000
        WHEN value > 0 AND value < CAST('0.001' AS DOUBLE) THEN 1
        ELSE CAST(floor(value * 1000 + CAST('0.5' AS DOUBLE)) AS BIGINT)
      END AS volume
    FROM usage
    WHERE occurred_at < $next_day
  ) AS volumes
  GROUP BY account_id
) AS u
LEFT JOIN (
  SELECT account_id, COUNT(*) AS kinds
  FROM (
    SELECT account_id, kind
    FROM usage
    WHERE occurred_at >= $since_90d
      AND occurred_at < $next_day
      AND kind IS NOT NULL
      AND (value IS NULL OR value <> 0)
    GROUP BY account_id, kind
  ) AS pairs
  GROUP BY account_id
) AS k ON k.account_id = u.account_id
