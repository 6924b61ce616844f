-- Every answer, whatever its survey: a stand-in where surveys carry no kind.
SELECT
  account_id,
  CAST(SUM(micro_answer) FILTER (WHERE occurred_at >= $since_365d) AS DOUBLE)
    / nullif(1000000 * COUNT(micro_answer) FILTER (WHERE occurred_at >= $since_365d), 0) AS nps
FROM (
  SELECT
    account_id,
    occurred_at,
    CASE
      WHEN abs(value) < 1000000000
        THEN CAST(floor(value * 1000000 + CAST('0.5' AS DOUBLE)) AS BIGINT)
    END AS micro_answer
  FROM surveys
  WHERE occurred_at < $next_day
) AS answers
GROUP BY account_id
