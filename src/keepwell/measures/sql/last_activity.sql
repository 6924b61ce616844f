-- The account view's date of last activity as a distance; a later date is not used.
SELECT
  account_id,
  CAST(date_diff('day', CAST(last_activity_at AS DATE), $as_of) AS DOUBLE)
    AS days_since_last_activity
FROM account_view
WHERE last_activity_at IS NULL OR last_activity_at <= $as_of
