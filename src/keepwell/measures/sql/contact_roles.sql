-- $key_roles_held adds one for every configured role that a contact holds.
SELECT
  account_id,
  CASE
    WHEN COUNT(role) > 0 THEN CAST($key_roles_held AS DOUBLE) / nullif($key_roles_count, 0)
  END AS key_role_coverage
FROM contacts
WHERE (created_at IS NULL OR created_at < $next_day) AND coalesce(is_active, TRUE)
GROUP BY account_id
