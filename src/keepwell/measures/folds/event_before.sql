-- One row per account with a row before those 90 days: the last day of one.
SELECT account_id, CAST(MAX(occurred_at) AS DATE) AS last_day
FROM events
WHERE occurred_at < $since_90d
GROUP BY account_id
