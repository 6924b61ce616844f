-- Closed and reopened since means open again.
SELECT
  account_id,
  CAST(
    COUNT(*) FILTER (
      WHERE closed_at IS NULL
        OR closed_at >= $next_day
        OR (reopened_at > closed_at AND reopened_at < $next_day)
    ) AS DOUBLE
  ) AS open_tickets,
  CAST(
    COUNT(*) FILTER (WHERE reopened_at >= $since_90d AND reopened_at < $next_day) AS DOUBLE
  ) AS reopened_tickets_90d,
  CAST(COUNT(*) FILTER (WHERE occurred_at >= $since_90d) AS DOUBLE) AS total_tickets_90d
FROM tickets
WHERE occurred_at < $next_day
GROUP BY account_id
