-- One row per account, day and channel of the 90 days that end on the as-of date.
SELECT account_id, day, channel, COUNT(*) AS row_count
FROM (
  SELECT account_id, CAST(occurred_at AS DATE) AS day, channel
  FROM events
  WHERE occurred_at >= $since_90d AND occurred_at < $next_day
) AS recent
GROUP BY account_id, day, channel
