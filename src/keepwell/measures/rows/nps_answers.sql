SELECT account_id, occurred_at, value
FROM surveys
WHERE kind IN ('nps', 'NPS', 'Nps')
