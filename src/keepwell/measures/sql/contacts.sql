SELECT
  account_id,
  CAST(COUNT(*) AS DOUBLE) AS total_contacts,
  CAST(COUNT(email) AS DOUBLE) AS contacts_with_email,
  CAST(COUNT(email) AS DOUBLE) / nullif(COUNT(*), 0) AS contact_email_coverage
FROM contacts
WHERE created_at IS NULL OR created_at < $next_day
GROUP BY account_id
