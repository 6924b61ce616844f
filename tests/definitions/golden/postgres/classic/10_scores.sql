-- 评分卡 account_health 第 1 版：折算、缺失组合、权重、贡献、合计。分段：high >=
-- 80, medium >= 50, low >= 0；覆盖率低于 50% 为
-- unknown。fitted on the example company, 227 accounts
-- as of 2026-10-31
-- Scorecard account_health version 1: scales, what is missing, weights, contributions, total.
-- Tiers: high >= 80, medium >= 50, low >= 0; unknown below a coverage of 50%. fitted on the example
-- company, 227 accounts as of 2026-10-31
CREATE OR REPLACE VIEW keepwell_scores AS
WITH scaled AS MATERIALIZED (
  SELECT
    account_id,
    CASE
      WHEN NOT days_since_last_activity IS NULL
      THEN CAST('1.0' AS DOUBLE PRECISION) - (
        CASE
          WHEN days_since_last_activity <= CAST('0.0' AS DOUBLE PRECISION)
          THEN CAST('0.0' AS DOUBLE PRECISION)
          WHEN days_since_last_activity >= CAST('227.0' AS DOUBLE PRECISION)
          THEN CAST('1.0' AS DOUBLE PRECISION)
          ELSE (
            days_since_last_activity - CAST('0.0' AS DOUBLE PRECISION)
          ) / CAST('227.0' AS DOUBLE PRECISION)
        END
      )
      WHEN days_since_last_activity IS NULL AND days_since_last_activity__never
      THEN CAST('0.0' AS DOUBLE PRECISION)
      ELSE CAST(NULL AS DOUBLE PRECISION)
    END AS days_since_last_activity__scaled,
    CASE
      WHEN NOT total_activities_30d IS NULL
      THEN CASE
        WHEN total_activities_30d <= CAST('0.0' AS DOUBLE PRECISION)
        THEN CAST('0.0' AS DOUBLE PRECISION)
        WHEN total_activities_30d >= CAST('91.0' AS DOUBLE PRECISION)
        THEN CAST('1.0' AS DOUBLE PRECISION)
        ELSE (
          total_activities_30d - CAST('0.0' AS DOUBLE PRECISION)
        ) / CAST('91.0' AS DOUBLE PRECISION)
      END
      WHEN total_activities_30d IS NULL AND total_activities_30d__never
      THEN CAST('0.0' AS DOUBLE PRECISION)
      ELSE CAST(NULL AS DOUBLE PRECISION)
    END AS total_activities_30d__scaled,
    CASE
      WHEN NOT contact_email_coverage IS NULL
      THEN CASE
        WHEN contact_email_coverage < CAST('0.0' AS DOUBLE PRECISION)
        THEN CAST('0.0' AS DOUBLE PRECISION)
        WHEN contact_email_coverage > CAST('1.0' AS DOUBLE PRECISION)
        THEN CAST('1.0' AS DOUBLE PRECISION)
        ELSE contact_email_coverage
      END
      WHEN contact_email_coverage IS NULL AND contact_email_coverage__never
      THEN CAST('0.0' AS DOUBLE PRECISION)
      ELSE CAST(NULL AS DOUBLE PRECISION)
    END AS contact_email_coverage__scaled,
    CASE
      WHEN NOT annual_revenue IS NULL
      THEN CASE
        WHEN annual_revenue <= CAST('506518.64' AS DOUBLE PRECISION)
        THEN CAST('0.0' AS DOUBLE PRECISION)
        WHEN annual_revenue >= CAST('3070454268.11' AS DOUBLE PRECISION)
        THEN CAST('1.0' AS DOUBLE PRECISION)
        ELSE (
          annual_revenue - CAST('506518.64' AS DOUBLE PRECISION)
        ) / CAST('3069947749.4700003' AS DOUBLE PRECISION)
      END
      WHEN annual_revenue IS NULL AND annual_revenue__never
      THEN CAST('0.0' AS DOUBLE PRECISION)
      ELSE CAST(NULL AS DOUBLE PRECISION)
    END AS annual_revenue__scaled,
    CASE
      WHEN NOT total_won_amount IS NULL
      THEN CASE
        WHEN total_won_amount <= CAST('0.0' AS DOUBLE PRECISION)
        THEN CAST('0.0' AS DOUBLE PRECISION)
        WHEN total_won_amount >= CAST('2085268.01' AS DOUBLE PRECISION)
        THEN CAST('1.0' AS DOUBLE PRECISION)
        ELSE (
          total_won_amount - CAST('0.0' AS DOUBLE PRECISION)
        ) / CAST('2085268.01' AS DOUBLE PRECISION)
      END
      WHEN total_won_amount IS NULL AND total_won_amount__never
      THEN CAST('0.0' AS DOUBLE PRECISION)
      ELSE CAST(NULL AS DOUBLE PRECISION)
    END AS total_won_amount__scaled,
    CASE
      WHEN account_size_segment IN ('Enterprise', 'Large', 'Mid-Market', 'Small Business')
      THEN CASE
        WHEN account_size_segment = 'Enterprise'
        THEN CAST('1.0' AS DOUBLE PRECISION)
        WHEN account_size_segment = 'Large'
        THEN CAST('0.8' AS DOUBLE PRECISION)
        WHEN account_size_segment = 'Mid-Market'
        THEN CAST('0.6' AS DOUBLE PRECISION)
        WHEN account_size_segment = 'Small Business'
        THEN CAST('0.4' AS DOUBLE PRECISION)
      END
      WHEN account_size_segment IS NULL AND account_size_segment__never
      THEN CAST('0.4' AS DOUBLE PRECISION)
      ELSE CAST(NULL AS DOUBLE PRECISION)
    END AS account_size_segment__scaled,
    CASE
      WHEN NOT number_of_employees IS NULL
      THEN CASE
        WHEN number_of_employees <= CAST('19.0' AS DOUBLE PRECISION)
        THEN CAST('0.0' AS DOUBLE PRECISION)
        WHEN number_of_employees >= CAST('33845.0' AS DOUBLE PRECISION)
        THEN CAST('1.0' AS DOUBLE PRECISION)
        ELSE SQRT(
          (
            number_of_employees - CAST('19.0' AS DOUBLE PRECISION)
          ) / CAST('33826.0' AS DOUBLE PRECISION)
        )
      END
      WHEN number_of_employees IS NULL AND number_of_employees__never
      THEN CAST('0.0' AS DOUBLE PRECISION)
      ELSE CAST(NULL AS DOUBLE PRECISION)
    END AS number_of_employees__scaled,
    CASE
      WHEN NOT days_since_last_activity IS NULL
      THEN CAST(20000000 AS BIGINT)
      WHEN days_since_last_activity IS NULL AND days_since_last_activity__never
      THEN CAST(20000000 AS BIGINT)
      ELSE CAST(0 AS BIGINT)
    END + CASE
      WHEN NOT total_activities_30d IS NULL
      THEN CAST(20000000 AS BIGINT)
      WHEN total_activities_30d IS NULL AND total_activities_30d__never
      THEN CAST(20000000 AS BIGINT)
      ELSE CAST(0 AS BIGINT)
    END + CASE
      WHEN NOT contact_email_coverage IS NULL
      THEN CAST(30000000 AS BIGINT)
      WHEN contact_email_coverage IS NULL AND contact_email_coverage__never
      THEN CAST(30000000 AS BIGINT)
      ELSE CAST(0 AS BIGINT)
    END + CASE
      WHEN NOT annual_revenue IS NULL
      THEN CAST(10000000 AS BIGINT)
      WHEN annual_revenue IS NULL AND annual_revenue__never
      THEN CAST(10000000 AS BIGINT)
      ELSE CAST(0 AS BIGINT)
    END + CASE
      WHEN NOT total_won_amount IS NULL
      THEN CAST(10000000 AS BIGINT)
      WHEN total_won_amount IS NULL AND total_won_amount__never
      THEN CAST(10000000 AS BIGINT)
      ELSE CAST(0 AS BIGINT)
    END + CASE
      WHEN account_size_segment IN ('Enterprise', 'Large', 'Mid-Market', 'Small Business')
      THEN CAST(7000000 AS BIGINT)
      WHEN account_size_segment IS NULL AND account_size_segment__never
      THEN CAST(7000000 AS BIGINT)
      ELSE CAST(0 AS BIGINT)
    END + CASE
      WHEN NOT number_of_employees IS NULL
      THEN CAST(3000000 AS BIGINT)
      WHEN number_of_employees IS NULL AND number_of_employees__never
      THEN CAST(3000000 AS BIGINT)
      ELSE CAST(0 AS BIGINT)
    END AS coverage_micro
  FROM keepwell_measures
), patterned AS MATERIALIZED (
  SELECT
    account_id,
    coverage_micro,
    days_since_last_activity__scaled,
    total_activities_30d__scaled,
    contact_email_coverage__scaled,
    annual_revenue__scaled,
    total_won_amount__scaled,
    account_size_segment__scaled,
    number_of_employees__scaled,
    CASE
      WHEN coverage_micro = CAST(0 AS BIGINT)
      THEN CAST(-1 AS BIGINT)
      ELSE CASE
        WHEN days_since_last_activity__scaled IS NULL
        THEN CAST(1 AS BIGINT)
        ELSE CAST(0 AS BIGINT)
      END + CASE
        WHEN total_activities_30d__scaled IS NULL
        THEN CAST(2 AS BIGINT)
        ELSE CAST(0 AS BIGINT)
      END + CASE
        WHEN contact_email_coverage__scaled IS NULL
        THEN CAST(4 AS BIGINT)
        ELSE CAST(0 AS BIGINT)
      END + CASE
        WHEN annual_revenue__scaled IS NULL
        THEN CAST(8 AS BIGINT)
        ELSE CAST(0 AS BIGINT)
      END + CASE
        WHEN total_won_amount__scaled IS NULL
        THEN CAST(16 AS BIGINT)
        ELSE CAST(0 AS BIGINT)
      END + CASE
        WHEN account_size_segment__scaled IS NULL
        THEN CAST(32 AS BIGINT)
        ELSE CAST(0 AS BIGINT)
      END + CASE
        WHEN number_of_employees__scaled IS NULL
        THEN CAST(64 AS BIGINT)
        ELSE CAST(0 AS BIGINT)
      END
    END AS pattern
  FROM scaled
), weighted AS MATERIALIZED (
  SELECT
    account_id,
    coverage_micro,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(NULL AS DOUBLE PRECISION)
      ELSE days_since_last_activity__scaled
    END AS days_since_last_activity__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(0 AS BIGINT)
      ELSE CAST(weights.days_since_last_activity__weight AS BIGINT)
    END AS days_since_last_activity__weight,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(NULL AS DOUBLE PRECISION)
      ELSE total_activities_30d__scaled
    END AS total_activities_30d__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(0 AS BIGINT)
      ELSE CAST(weights.total_activities_30d__weight AS BIGINT)
    END AS total_activities_30d__weight,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(NULL AS DOUBLE PRECISION)
      ELSE contact_email_coverage__scaled
    END AS contact_email_coverage__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(0 AS BIGINT)
      ELSE CAST(weights.contact_email_coverage__weight AS BIGINT)
    END AS contact_email_coverage__weight,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(NULL AS DOUBLE PRECISION)
      ELSE annual_revenue__scaled
    END AS annual_revenue__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(0 AS BIGINT)
      ELSE CAST(weights.annual_revenue__weight AS BIGINT)
    END AS annual_revenue__weight,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(NULL AS DOUBLE PRECISION)
      ELSE total_won_amount__scaled
    END AS total_won_amount__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(0 AS BIGINT)
      ELSE CAST(weights.total_won_amount__weight AS BIGINT)
    END AS total_won_amount__weight,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(NULL AS DOUBLE PRECISION)
      ELSE account_size_segment__scaled
    END AS account_size_segment__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(0 AS BIGINT)
      ELSE CAST(weights.account_size_segment__weight AS BIGINT)
    END AS account_size_segment__weight,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(NULL AS DOUBLE PRECISION)
      ELSE number_of_employees__scaled
    END AS number_of_employees__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS BIGINT)
      THEN CAST(0 AS BIGINT)
      ELSE CAST(weights.number_of_employees__weight AS BIGINT)
    END AS number_of_employees__weight
  FROM patterned
  LEFT JOIN keepwell_weights_account_health AS weights
    ON weights.pattern = patterned.pattern
), micro AS MATERIALIZED (
  SELECT
    account_id,
    coverage_micro,
    days_since_last_activity__scaled,
    total_activities_30d__scaled,
    contact_email_coverage__scaled,
    annual_revenue__scaled,
    total_won_amount__scaled,
    account_size_segment__scaled,
    number_of_employees__scaled,
    days_since_last_activity__weight,
    total_activities_30d__weight,
    contact_email_coverage__weight,
    annual_revenue__weight,
    total_won_amount__weight,
    account_size_segment__weight,
    number_of_employees__weight,
    CASE
      WHEN days_since_last_activity__scaled IS NULL
      THEN CAST(0 AS BIGINT)
      ELSE CAST(FLOOR(
        days_since_last_activity__scaled * CAST(days_since_last_activity__weight AS DOUBLE PRECISION) + CAST('0.5' AS DOUBLE PRECISION)
      ) AS BIGINT)
    END AS days_since_last_activity__micro,
    CASE
      WHEN total_activities_30d__scaled IS NULL
      THEN CAST(0 AS BIGINT)
      ELSE CAST(FLOOR(
        total_activities_30d__scaled * CAST(total_activities_30d__weight AS DOUBLE PRECISION) + CAST('0.5' AS DOUBLE PRECISION)
      ) AS BIGINT)
    END AS total_activities_30d__micro,
    CASE
      WHEN contact_email_coverage__scaled IS NULL
      THEN CAST(0 AS BIGINT)
      ELSE CAST(FLOOR(
        contact_email_coverage__scaled * CAST(contact_email_coverage__weight AS DOUBLE PRECISION) + CAST('0.5' AS DOUBLE PRECISION)
      ) AS BIGINT)
    END AS contact_email_coverage__micro,
    CASE
      WHEN annual_revenue__scaled IS NULL
      THEN CAST(0 AS BIGINT)
      ELSE CAST(FLOOR(
        annual_revenue__scaled * CAST(annual_revenue__weight AS DOUBLE PRECISION) + CAST('0.5' AS DOUBLE PRECISION)
      ) AS BIGINT)
    END AS annual_revenue__micro,
    CASE
      WHEN total_won_amount__scaled IS NULL
      THEN CAST(0 AS BIGINT)
      ELSE CAST(FLOOR(
        total_won_amount__scaled * CAST(total_won_amount__weight AS DOUBLE PRECISION) + CAST('0.5' AS DOUBLE PRECISION)
      ) AS BIGINT)
    END AS total_won_amount__micro,
    CASE
      WHEN account_size_segment__scaled IS NULL
      THEN CAST(0 AS BIGINT)
      ELSE CAST(FLOOR(
        account_size_segment__scaled * CAST(account_size_segment__weight AS DOUBLE PRECISION) + CAST('0.5' AS DOUBLE PRECISION)
      ) AS BIGINT)
    END AS account_size_segment__micro,
    CASE
      WHEN number_of_employees__scaled IS NULL
      THEN CAST(0 AS BIGINT)
      ELSE CAST(FLOOR(
        number_of_employees__scaled * CAST(number_of_employees__weight AS DOUBLE PRECISION) + CAST('0.5' AS DOUBLE PRECISION)
      ) AS BIGINT)
    END AS number_of_employees__micro
  FROM weighted
), totals AS MATERIALIZED (
  SELECT
    account_id,
    coverage_micro,
    days_since_last_activity__scaled,
    total_activities_30d__scaled,
    contact_email_coverage__scaled,
    annual_revenue__scaled,
    total_won_amount__scaled,
    account_size_segment__scaled,
    number_of_employees__scaled,
    days_since_last_activity__weight,
    total_activities_30d__weight,
    contact_email_coverage__weight,
    annual_revenue__weight,
    total_won_amount__weight,
    account_size_segment__weight,
    number_of_employees__weight,
    days_since_last_activity__micro,
    total_activities_30d__micro,
    contact_email_coverage__micro,
    annual_revenue__micro,
    total_won_amount__micro,
    account_size_segment__micro,
    number_of_employees__micro,
    days_since_last_activity__micro + total_activities_30d__micro AS activity__micro,
    contact_email_coverage__micro AS contact_quality__micro,
    annual_revenue__micro + total_won_amount__micro AS business_value__micro,
    account_size_segment__micro + number_of_employees__micro AS company_scale__micro,
    CASE
      WHEN coverage_micro = CAST(0 AS BIGINT)
      THEN CAST(NULL AS BIGINT)
      ELSE days_since_last_activity__micro + total_activities_30d__micro + contact_email_coverage__micro + annual_revenue__micro + total_won_amount__micro + account_size_segment__micro + number_of_employees__micro
    END AS score_micro
  FROM micro
)
SELECT
  -- 客户编号，与数据源一致
  -- key, as in the source
  totals.account_id AS account_id,
  -- 适用的评分卡
  -- scorecard that applied to the account
  'account_health' AS scorecard,
  -- 拟合后的版本
  -- its fitted version
  CAST(1 AS BIGINT) AS scorecard_version,
  -- 健康分，单位为百万分之一分；全部未知时为空
  -- health score in micro-points; NULL when nothing is known
  totals.score_micro AS score_micro,
  -- 设计权重中建立在已知指标上的比例 0-1
  -- share 0-1 of the design weight that rests on known measures
  CAST(totals.coverage_micro AS DOUBLE PRECISION) / CAST('100000000.0' AS DOUBLE PRECISION) AS coverage,
  -- 仅由分数决定的分段：high、medium、low 或 unknown
  -- high, medium, low or unknown, from the score alone
  CASE
    WHEN totals.score_micro IS NULL
    THEN 'unknown'
    WHEN totals.coverage_micro < CAST(50000000 AS BIGINT)
    THEN 'unknown'
    WHEN totals.score_micro >= CAST(80000000 AS BIGINT)
    THEN 'high'
    WHEN totals.score_micro >= CAST(50000000 AS BIGINT)
    THEN 'medium'
    WHEN totals.score_micro >= CAST(0 AS BIGINT)
    THEN 'low'
  END AS tier,
  -- 计入生效中的人工覆盖之后的分段
  -- tier after a person's override that is in force
  COALESCE(
    overridden.tier,
    CASE
      WHEN totals.score_micro IS NULL
      THEN 'unknown'
      WHEN totals.coverage_micro < CAST(50000000 AS BIGINT)
      THEN 'unknown'
      WHEN totals.score_micro >= CAST(80000000 AS BIGINT)
      THEN 'high'
      WHEN totals.score_micro >= CAST(50000000 AS BIGINT)
      THEN 'medium'
      WHEN totals.score_micro >= CAST(0 AS BIGINT)
      THEN 'low'
    END
  ) AS effective_tier,
  -- 有生效中的人工覆盖
  -- an override is in force
  NOT overridden.tier IS NULL AS has_override,
  totals.days_since_last_activity__scaled,
  totals.days_since_last_activity__weight,
  totals.days_since_last_activity__micro,
  totals.total_activities_30d__scaled,
  totals.total_activities_30d__weight,
  totals.total_activities_30d__micro,
  totals.contact_email_coverage__scaled,
  totals.contact_email_coverage__weight,
  totals.contact_email_coverage__micro,
  totals.annual_revenue__scaled,
  totals.annual_revenue__weight,
  totals.annual_revenue__micro,
  totals.total_won_amount__scaled,
  totals.total_won_amount__weight,
  totals.total_won_amount__micro,
  totals.account_size_segment__scaled,
  totals.account_size_segment__weight,
  totals.account_size_segment__micro,
  totals.number_of_employees__scaled,
  totals.number_of_employees__weight,
  totals.number_of_employees__micro,
  totals.activity__micro,
  totals.contact_quality__micro,
  totals.business_value__micro,
  totals.company_scale__micro
FROM totals
LEFT JOIN keepwell_overrides AS overridden
  ON overridden.account_id = totals.account_id;
