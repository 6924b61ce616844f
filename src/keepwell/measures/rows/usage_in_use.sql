-- A row whose value is 0 is no use.
SELECT account_id, occurred_at, CAST(NULL AS VARCHAR) AS channel
FROM usage
WHERE value IS NULL OR value <> 0
