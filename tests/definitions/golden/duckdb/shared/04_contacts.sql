-- 计算这些指标的中间结果：联系人数、有邮箱的联系人数、联系人邮箱覆盖率。
-- The groundwork of: Contacts, Contacts with e-mail, Contact e-mail coverage.
CREATE OR REPLACE VIEW keepwell_contacts AS
SELECT
  account_id,
  CAST(COUNT(*) AS DOUBLE) AS total_contacts,
  CAST(COUNT(email) AS DOUBLE) AS contacts_with_email,
  CAST(COUNT(email) AS DOUBLE) / NULLIF(COUNT(*), 0) AS contact_email_coverage
FROM contacts
CROSS JOIN keepwell_calendar AS calendar
WHERE
  created_at IS NULL OR created_at < calendar.next_day
GROUP BY
  account_id;
