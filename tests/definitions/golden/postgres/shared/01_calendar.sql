-- 截止日与各窗口的边界。只改这里的截止日，其余边界随之而变。
-- The as-of date and the edges of all windows. Change the date here; all edges follow.
CREATE OR REPLACE VIEW keepwell_calendar AS
SELECT
  -- 截止日（含当天）
  -- the last included day
  as_of,
  -- 截止日之后 6 个月的终点（不含）
  -- end, excluded, of the 6 months after as_of
  CAST(as_of + INTERVAL '6 MONTH' + INTERVAL '1 DAY' AS TIMESTAMP) AS after_6m,
  -- 截止日次日零点
  -- midnight after the as-of date
  CAST(as_of + INTERVAL '1 DAY' AS TIMESTAMP) AS next_day,
  -- 以截止日结束的 12 个月窗口的起点
  -- start of the 12 months that end on as_of
  CAST(as_of + INTERVAL '-12 MONTH' + INTERVAL '1 DAY' AS TIMESTAMP) AS since_12m,
  -- 以截止日结束的 6 个月窗口的起点
  -- start of the 6 months that end on as_of
  CAST(as_of + INTERVAL '-6 MONTH' + INTERVAL '1 DAY' AS TIMESTAMP) AS since_6m,
  -- 以截止日结束的 90 天窗口的起点
  -- start of the 90 days that end on as_of
  CAST(as_of + INTERVAL '-89 DAY' AS TIMESTAMP) AS since_90d
FROM (
  SELECT
    CAST('2026-10-31' AS DATE) AS as_of
) AS given;
