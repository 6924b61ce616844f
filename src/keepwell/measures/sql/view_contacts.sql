-- Coverage from the counts of an account view; without contacts there is nothing to cover.
SELECT
  account_id,
  CAST(contacts_with_email AS DOUBLE) / nullif(total_contacts, 0) AS contact_email_coverage,
  coalesce(total_contacts = 0, FALSE) AS contact_email_coverage__never
FROM account_view
