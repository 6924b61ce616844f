-- 指标：每家客户一行，每个指标一列。指标为空时，同名 __never 列为真表示从未发生，为假表示未知。
-- Measures: one row per customer, one column per measure. Where it is NULL, its __never column says
-- TRUE for never happened, FALSE for unknown.
CREATE OR REPLACE VIEW keepwell_measures AS
SELECT
  -- 客户编号，与数据源一致
  -- key, as in the source
  accounts.account_id,
  -- 距上次活动天数（天）。截至基准日，距最近一次活动的天数；当天有活动为 0。
  -- Days since last activity (days). Days from the latest activity to the as-of date; 0 when it was
  -- that day.
  -- 空值：有数据源而客户没有记录：从未发生；没有数据源：未知。
  -- NULL: Never when the source is there and the account has no row; unknown without the source.
  CAST(activity_family.days_since_last_activity AS DOUBLE) AS days_since_last_activity,
  CASE WHEN activity_family.account_id IS NULL THEN TRUE ELSE FALSE END AS days_since_last_activity__never,
  -- 近 30 天活动次数（个数）。截至基准日的 30 天内（含当天）的活动次数。
  -- Activities in 30 days (count). Number of activities in the 30 days that end on the as-of date.
  -- 空值：有数据源而客户没有记录时为 0；没有数据源时未知。
  -- NULL: Zero when the source is there and the account has no row; unknown without the source.
  CASE
    WHEN activity_family.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    ELSE CAST(activity_family.total_activities_30d AS DOUBLE)
  END AS total_activities_30d,
  FALSE AS total_activities_30d__never,
  -- 近 90 天活动次数（个数）。截至基准日的 90 天内（含当天）的活动次数。
  -- Activities in 90 days (count). Number of activities in the 90 days that end on the as-of date.
  -- 空值：有数据源而客户没有记录时为 0；没有数据源时未知。
  -- NULL: Zero when the source is there and the account has no row; unknown without the source.
  CASE
    WHEN activity_family.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    ELSE CAST(activity_family.total_activities_90d AS DOUBLE)
  END AS total_activities_90d,
  FALSE AS total_activities_90d__never,
  -- 活动趋势（比值）。近 30 天的日均活动与近 90 天的日均活动之比；1 为持平，3 为全部集中在近
  -- 30 天。
  -- Activity trend (ratio). Daily rate of the last 30 days over that of the last 90: 1 is steady, 3
  -- all recent.
  -- 空值：近 90 天没有记录：从未；没有数据源：未知。
  -- NULL: Never when nothing was recorded in 90 days; unknown without the source.
  CAST(activity_family.activity_trend AS DOUBLE) AS activity_trend,
  CASE
    WHEN activity_family.account_id IS NULL
    THEN TRUE
    ELSE activity_family.activity_trend IS NULL
  END AS activity_trend__never,
  -- 活跃渠道数（个数）。近 90 天有活动的不同渠道数量。
  -- Active channels (count). Number of different channels with activity in the last 90 days.
  -- 空值：近 90 天没有活动时为 0；有活动但渠道全部缺失时未知。
  -- NULL: Zero without activity in 90 days; unknown when no activity names a channel.
  CASE
    WHEN activity_family.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    ELSE CAST(activity_family.active_channels AS DOUBLE)
  END AS active_channels,
  FALSE AS active_channels__never,
  -- 近 90 天活跃周数（个数）。近 90 天内有活动的周数（从基准日向前每 7 天为一周，0 到
  -- 13），用于区分持续使用与零星爆发。
  -- Active weeks in 90 days (count). Weeks with activity in 90 days, counted back from the as-of date
  -- in sevens (0 to 13); tells lasting use from sporadic bursts.
  -- 空值：有数据源而客户没有记录时为 0；没有数据源时未知。
  -- NULL: Zero when the source is there and the account has no row; unknown without the source.
  CASE
    WHEN activity_family.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    ELSE CAST(activity_family.active_weeks_90d AS DOUBLE)
  END AS active_weeks_90d,
  FALSE AS active_weeks_90d__never,
  -- 最长沉默天数（天）。延伸到近 90 天内的最长活动间隔，包含最近一次活动至基准日的间隔。
  -- Longest gap in days (days). Longest stretch between neighbouring days of activity that reaches
  -- into the last 90 days; the open one up to the as-of date counts.
  -- 空值：有数据源而客户没有记录：从未发生；没有数据源：未知。
  -- NULL: Never when the source is there and the account has no row; unknown without the source.
  CAST(activity_family.longest_gap_days AS DOUBLE) AS longest_gap_days,
  CASE WHEN activity_family.account_id IS NULL THEN TRUE ELSE FALSE END AS longest_gap_days__never,
  -- 自助活动占比（占比 0-1）。近 90 天注明渠道的活动中，客户在产品内自助完成（product 或
  -- self_service）的占比。
  -- Self-service share (share 0-1). Share of the activities of the last 90 days with a known channel
  -- that the customer did alone (channel product or self_service).
  -- 空值：近 90 天没有活动：从未；有活动但渠道全部缺失，或没有数据源：未知。
  -- NULL: Never when nothing happened in 90 days; unknown when no activity names a channel, or
  -- without the source.
  CAST(activity_family.self_service_share AS DOUBLE) AS self_service_share,
  CASE
    WHEN activity_family.account_id IS NULL
    THEN TRUE
    ELSE activity_family.self_service_share__never
  END AS self_service_share__never,
  -- 联系人数（个数）。截至基准日已建立的联系人数量；没有建立日期的联系人计入。
  -- Contacts (count). Contacts created up to the as-of date; those without a date of creation count.
  -- 空值：有数据源而客户没有记录时为 0；没有数据源时未知。
  -- NULL: Zero when the source is there and the account has no row; unknown without the source.
  CASE
    WHEN contacts_family.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    ELSE CAST(contacts_family.total_contacts AS DOUBLE)
  END AS total_contacts,
  FALSE AS total_contacts__never,
  -- 有邮箱的联系人数（个数）。联系人中有有效邮箱的数量。
  -- Contacts with e-mail (count). Number of contacts with a valid e-mail address.
  -- 空值：有数据源而客户没有记录时为 0；没有数据源时未知。
  -- NULL: Zero when the source is there and the account has no row; unknown without the source.
  CASE
    WHEN contacts_family.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    ELSE CAST(contacts_family.contacts_with_email AS DOUBLE)
  END AS contacts_with_email,
  FALSE AS contacts_with_email__never,
  -- 联系人邮箱覆盖率（占比 0-1）。有邮箱的联系人占全部联系人的比例。
  -- Contact e-mail coverage (share 0-1). Share of contacts that have an e-mail address.
  -- 空值：没有任何联系人：从未；没有数据源：未知。
  -- NULL: Never when the account has no contact; unknown without the source.
  CAST(contacts_family.contact_email_coverage AS DOUBLE) AS contact_email_coverage,
  CASE WHEN contacts_family.account_id IS NULL THEN TRUE ELSE FALSE END AS contact_email_coverage__never,
  -- 客户年营收（金额（项目币种））。客户公司自身的年营收，不是我方从客户获得的收入（后者见
  -- ARR），两者不互相替代。
  -- Annual revenue (amount in the project's currency). The customer's own yearly revenue. It is not
  -- what they pay us (see ARR), and neither stands in for the other.
  -- 空值：未知：来源没有该字段，或该客户的值缺失。
  -- NULL: Unknown: the source has no such column, or no value for the account.
  CAST(accounts.annual_revenue AS DOUBLE) AS annual_revenue,
  FALSE AS annual_revenue__never,
  -- 累计赢单金额（金额（项目币种））。关闭日期不晚于基准日的赢单金额合计；没有关闭日期的赢单计入。
  -- Total won amount (amount in the project's currency). Sum of won opportunities closed up to the
  -- as-of date; won ones without a close date count.
  -- 空值：没有记录时为 0；计入的任何一笔金额未知，则合计未知，不做部分求和。
  -- NULL: Zero without rows; unknown as soon as one counted amount is unknown, never a partial sum.
  CASE
    WHEN opportunities_family.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    ELSE CAST(opportunities_family.total_won_amount AS DOUBLE)
  END AS total_won_amount,
  FALSE AS total_won_amount__never,
  -- 近 12 个月赢单金额（金额（项目币种））。近 12 个月关闭的赢单金额合计；有赢单缺少关闭日期时未知。
  -- Won amount in 12 months (amount in the project's currency). Sum of opportunities won in the last
  -- 12 months; unknown when a won one has no close date.
  -- 空值：没有记录时为 0；计入的任何一笔金额未知，则合计未知，不做部分求和。
  -- NULL: Zero without rows; unknown as soon as one counted amount is unknown, never a partial sum.
  CASE
    WHEN opportunities_family.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    ELSE CAST(opportunities_family.won_amount_12m AS DOUBLE)
  END AS won_amount_12m,
  FALSE AS won_amount_12m__never,
  -- 近 6 个月赢单金额（金额（项目币种））。近 6 个月关闭的赢单金额合计；有赢单缺少关闭日期时未知。
  -- Won amount in 6 months (amount in the project's currency). Sum of opportunities won in the last 6
  -- months; unknown when a won one has no close date.
  -- 空值：没有记录时为 0；计入的任何一笔金额未知，则合计未知，不做部分求和。
  -- NULL: Zero without rows; unknown as soon as one counted amount is unknown, never a partial sum.
  CASE
    WHEN opportunities_family.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    ELSE CAST(opportunities_family.won_amount_6m AS DOUBLE)
  END AS won_amount_6m,
  FALSE AS won_amount_6m__never,
  -- 当前商机金额（金额（项目币种））。基准日仍未关闭的商机金额合计：已创建，且未关闭或在基准日之后才关闭。
  -- Current pipeline amount (amount in the project's currency). Sum of opportunities open on the as-
  -- of date: created by then, and not closed or closed later.
  -- 空值：没有记录时为 0；计入的任何一笔金额未知，则合计未知，不做部分求和。
  -- NULL: Zero without rows; unknown as soon as one counted amount is unknown, never a partial sum.
  CASE
    WHEN opportunities_family.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    ELSE CAST(opportunities_family.current_pipeline_amount AS DOUBLE)
  END AS current_pipeline_amount,
  FALSE AS current_pipeline_amount__never,
  -- 6 个月内预计关闭的商机金额（金额（项目币种））。预计在基准日后 6
  -- 个月内关闭的未关闭商机金额；已逾期的不计入。
  -- Pipeline due in 6 months (amount in the project's currency). Open opportunities due in the 6
  -- months after the as-of date; overdue ones are left out.
  -- 空值：没有记录时为 0；计入的任何一笔金额未知，则合计未知，不做部分求和。
  -- NULL: Zero without rows; unknown as soon as one counted amount is unknown, never a partial sum.
  CASE
    WHEN opportunities_family.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    ELSE CAST(opportunities_family.open_pipeline_6m_amount AS DOUBLE)
  END AS open_pipeline_6m_amount,
  FALSE AS open_pipeline_6m_amount__never,
  -- 6 个月内期望商机金额（金额（项目币种））。预计在基准日后 6
  -- 个月内关闭的未关闭商机，金额乘以赢率后合计（精确到分）；已逾期的不计入。
  -- Expected pipeline in 6 months (amount in the project's currency). Open opportunities due in the 6
  -- months after the as-of date, each amount times its probability, to the cent; overdue ones are
  -- left out.
  -- 空值：没有记录时为 0；计入的任何一笔金额未知，则合计未知，不做部分求和。
  -- NULL: Zero without rows; unknown as soon as one counted amount is unknown, never a partial sum.
  CASE
    WHEN opportunities_family.account_id IS NULL
    THEN CAST(0 AS DOUBLE)
    ELSE CAST(opportunities_family.pipeline_6m_amount AS DOUBLE)
  END AS pipeline_6m_amount,
  FALSE AS pipeline_6m_amount__never,
  -- 赢单率（占比 0-1）。截至基准日已关闭的商机中赢单的比例。
  -- Win rate (share 0-1). Share of the opportunities closed up to the as-of date that were won.
  -- 空值：没有关闭过商机：从未；有已关闭商机不知输赢，或没有数据源：未知。
  -- NULL: Never when none was closed; unknown when a closed one does not say whether it was won, or
  -- without the source.
  CAST(opportunities_family.win_rate AS DOUBLE) AS win_rate,
  CASE
    WHEN opportunities_family.account_id IS NULL
    THEN TRUE
    ELSE opportunities_family.win_rate__never
  END AS win_rate__never,
  -- 平均销售周期天数（天）。赢单从创建到关闭的平均天数；缺少日期或关闭早于创建的赢单不计入。
  -- Average sales cycle (days). Mean days from creation to close of won opportunities; those without
  -- both dates or closed before they were created are left out.
  -- 空值：从未赢单：从未；赢单都缺少可用日期，或没有数据源：未知。
  -- NULL: Never when nothing was won; unknown when no won one has usable dates, or without the
  -- source.
  CAST(opportunities_family.average_sales_cycle_days AS DOUBLE) AS average_sales_cycle_days,
  CASE
    WHEN opportunities_family.account_id IS NULL
    THEN TRUE
    ELSE opportunities_family.average_sales_cycle_days__never
  END AS average_sales_cycle_days__never,
  -- 员工人数（个数）。客户公司的员工人数。
  -- Employees (count). Headcount of the customer company.
  -- 空值：未知：来源没有该字段，或该客户的值缺失。
  -- NULL: Unknown: the source has no such column, or no value for the account.
  CAST(accounts.number_of_employees AS DOUBLE) AS number_of_employees,
  FALSE AS number_of_employees__never,
  -- 客户规模（类别）。客户规模：来源给出，或按 sizing 设置由员工人数或年营收划分。
  -- Account size (category). Size of the account: as given, else from headcount or yearly revenue by
  -- `sizing`.
  -- 空值：未知：来源没有该字段，或该客户的值缺失。
  -- NULL: Unknown: the source has no such column, or no value for the account.
  CAST(accounts.account_size_segment AS VARCHAR) AS account_size_segment,
  FALSE AS account_size_segment__never,
  -- 客户关系天数（天）。从成为客户（否则从建档）到基准日的天数。
  -- Account age (days). Days from becoming a customer (else from creation) to the as-of date.
  -- 空值：未知：来源没有该字段，或该客户的值缺失。
  -- NULL: Unknown: the source has no such column, or no value for the account.
  CAST(account_age_family.account_age_days AS DOUBLE) AS account_age_days,
  FALSE AS account_age_days__never,
  -- CSM 主观评分（分）。客户成功经理对客户的主观评分，尺度由来源决定。
  -- CSM pulse (points). The CSM's own rating of the account, on the scale of the source.
  -- 空值：未知：来源没有该字段，或该客户的值缺失。
  -- NULL: Unknown: the source has no such column, or no value for the account.
  CAST(accounts.csm_pulse AS DOUBLE) AS csm_pulse,
  FALSE AS csm_pulse__never
FROM keepwell_customers AS accounts
LEFT JOIN keepwell_activity AS activity_family
  ON activity_family.account_id = accounts.account_id
LEFT JOIN keepwell_contacts AS contacts_family
  ON contacts_family.account_id = accounts.account_id
LEFT JOIN keepwell_opportunities AS opportunities_family
  ON opportunities_family.account_id = accounts.account_id
LEFT JOIN keepwell_account_age AS account_age_family
  ON account_age_family.account_id = accounts.account_id;
