-- 评分卡 account_health_robust 第 1
-- 版：折算、缺失组合、权重、贡献、合计。分段：high >= 80, medium >= 50, low
-- >= 0；覆盖率低于 50% 为 unknown。fitted on the example
-- company, 227 accounts as of 2026-10-31
-- Scorecard account_health_robust version 1: scales, what is missing, weights, contributions,
-- total. Tiers: high >= 80, medium >= 50, low >= 0; unknown below a coverage of 50%. fitted on the
-- example company, 227 accounts as of 2026-10-31
CREATE OR REPLACE VIEW keepwell_scores AS
WITH scaled AS (
  SELECT
    account_id,
    CASE
      WHEN NOT days_since_last_activity IS NULL
      THEN CASE
        WHEN days_since_last_activity >= CAST('90.0' AS FLOAT64)
        THEN CAST('0.0' AS FLOAT64)
        WHEN days_since_last_activity <= CAST('0.0' AS FLOAT64)
        THEN CAST('1.0' AS FLOAT64)
        ELSE (
          days_since_last_activity - CAST('90.0' AS FLOAT64)
        ) / CAST('-90.0' AS FLOAT64)
      END
      WHEN days_since_last_activity IS NULL AND days_since_last_activity__never
      THEN CAST('0.0' AS FLOAT64)
      ELSE CAST(NULL AS FLOAT64)
    END AS days_since_last_activity__scaled,
    CASE
      WHEN NOT total_activities_30d IS NULL
      THEN CASE
        WHEN total_activities_30d <= CAST('0.0' AS FLOAT64)
        THEN CAST('0.0' AS FLOAT64)
        WHEN total_activities_30d < CAST('1.0' AS FLOAT64)
        THEN CAST('0.0' AS FLOAT64) + (
          total_activities_30d - CAST('0.0' AS FLOAT64)
        ) / CAST('1.0' AS FLOAT64) * CAST('0.3' AS FLOAT64)
        WHEN total_activities_30d < CAST('2.0' AS FLOAT64)
        THEN CAST('0.3' AS FLOAT64) + (
          total_activities_30d - CAST('1.0' AS FLOAT64)
        ) / CAST('1.0' AS FLOAT64) * CAST('0.15000000000000002' AS FLOAT64)
        WHEN total_activities_30d < CAST('3.0' AS FLOAT64)
        THEN CAST('0.45' AS FLOAT64) + (
          total_activities_30d - CAST('2.0' AS FLOAT64)
        ) / CAST('1.0' AS FLOAT64) * CAST('0.10000000000000003' AS FLOAT64)
        WHEN total_activities_30d < CAST('4.0' AS FLOAT64)
        THEN CAST('0.55' AS FLOAT64) + (
          total_activities_30d - CAST('3.0' AS FLOAT64)
        ) / CAST('1.0' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN total_activities_30d < CAST('5.0' AS FLOAT64)
        THEN CAST('0.6' AS FLOAT64) + (
          total_activities_30d - CAST('4.0' AS FLOAT64)
        ) / CAST('1.0' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN total_activities_30d < CAST('6.0' AS FLOAT64)
        THEN CAST('0.65' AS FLOAT64) + (
          total_activities_30d - CAST('5.0' AS FLOAT64)
        ) / CAST('1.0' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN total_activities_30d < CAST('8.0' AS FLOAT64)
        THEN CAST('0.7' AS FLOAT64) + (
          total_activities_30d - CAST('6.0' AS FLOAT64)
        ) / CAST('2.0' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN total_activities_30d < CAST('9.0' AS FLOAT64)
        THEN CAST('0.75' AS FLOAT64) + (
          total_activities_30d - CAST('8.0' AS FLOAT64)
        ) / CAST('1.0' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN total_activities_30d < CAST('12.0' AS FLOAT64)
        THEN CAST('0.8' AS FLOAT64) + (
          total_activities_30d - CAST('9.0' AS FLOAT64)
        ) / CAST('3.0' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN total_activities_30d < CAST('16.0' AS FLOAT64)
        THEN CAST('0.85' AS FLOAT64) + (
          total_activities_30d - CAST('12.0' AS FLOAT64)
        ) / CAST('4.0' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN total_activities_30d < CAST('24.0' AS FLOAT64)
        THEN CAST('0.9' AS FLOAT64) + (
          total_activities_30d - CAST('16.0' AS FLOAT64)
        ) / CAST('8.0' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN total_activities_30d < CAST('91.0' AS FLOAT64)
        THEN CAST('0.95' AS FLOAT64) + (
          total_activities_30d - CAST('24.0' AS FLOAT64)
        ) / CAST('67.0' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        ELSE CAST('1.0' AS FLOAT64)
      END
      WHEN total_activities_30d IS NULL AND total_activities_30d__never
      THEN CAST('0.0' AS FLOAT64)
      ELSE CAST(NULL AS FLOAT64)
    END AS total_activities_30d__scaled,
    CASE
      WHEN NOT contact_email_coverage IS NULL
      THEN CASE
        WHEN contact_email_coverage < CAST('0.0' AS FLOAT64)
        THEN CAST('0.0' AS FLOAT64)
        WHEN contact_email_coverage > CAST('1.0' AS FLOAT64)
        THEN CAST('1.0' AS FLOAT64)
        ELSE contact_email_coverage
      END
      WHEN contact_email_coverage IS NULL AND contact_email_coverage__never
      THEN CAST('0.0' AS FLOAT64)
      ELSE CAST(NULL AS FLOAT64)
    END AS contact_email_coverage__scaled,
    CASE
      WHEN NOT annual_revenue IS NULL
      THEN CASE
        WHEN annual_revenue <= CAST('506518.64' AS FLOAT64)
        THEN CAST('0.0' AS FLOAT64)
        WHEN annual_revenue < CAST('1973960.13' AS FLOAT64)
        THEN CAST('0.0' AS FLOAT64) + (
          annual_revenue - CAST('506518.64' AS FLOAT64)
        ) / CAST('1467441.4899999998' AS FLOAT64) * CAST('0.05' AS FLOAT64)
        WHEN annual_revenue < CAST('2547068.06' AS FLOAT64)
        THEN CAST('0.05' AS FLOAT64) + (
          annual_revenue - CAST('1973960.13' AS FLOAT64)
        ) / CAST('573107.9300000002' AS FLOAT64) * CAST('0.05' AS FLOAT64)
        WHEN annual_revenue < CAST('3263454.71' AS FLOAT64)
        THEN CAST('0.1' AS FLOAT64) + (
          annual_revenue - CAST('2547068.06' AS FLOAT64)
        ) / CAST('716386.6499999999' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN annual_revenue < CAST('4016356.58' AS FLOAT64)
        THEN CAST('0.15' AS FLOAT64) + (
          annual_revenue - CAST('3263454.71' AS FLOAT64)
        ) / CAST('752901.8700000001' AS FLOAT64) * CAST('0.05000000000000002' AS FLOAT64)
        WHEN annual_revenue < CAST('4818613.61' AS FLOAT64)
        THEN CAST('0.2' AS FLOAT64) + (
          annual_revenue - CAST('4016356.58' AS FLOAT64)
        ) / CAST('802257.0300000003' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN annual_revenue < CAST('5713026.09' AS FLOAT64)
        THEN CAST('0.25' AS FLOAT64) + (
          annual_revenue - CAST('4818613.61' AS FLOAT64)
        ) / CAST('894412.4799999995' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN annual_revenue < CAST('6763698.61' AS FLOAT64)
        THEN CAST('0.3' AS FLOAT64) + (
          annual_revenue - CAST('5713026.09' AS FLOAT64)
        ) / CAST('1050672.5200000005' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN annual_revenue < CAST('9379550.51' AS FLOAT64)
        THEN CAST('0.35' AS FLOAT64) + (
          annual_revenue - CAST('6763698.61' AS FLOAT64)
        ) / CAST('2615851.8999999994' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN annual_revenue < CAST('14395113.97' AS FLOAT64)
        THEN CAST('0.4' AS FLOAT64) + (
          annual_revenue - CAST('9379550.51' AS FLOAT64)
        ) / CAST('5015563.460000001' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN annual_revenue < CAST('19028539.08' AS FLOAT64)
        THEN CAST('0.45' AS FLOAT64) + (
          annual_revenue - CAST('14395113.97' AS FLOAT64)
        ) / CAST('4633425.109999998' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN annual_revenue < CAST('22747571.41' AS FLOAT64)
        THEN CAST('0.5' AS FLOAT64) + (
          annual_revenue - CAST('19028539.08' AS FLOAT64)
        ) / CAST('3719032.330000002' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN annual_revenue < CAST('35696851.59' AS FLOAT64)
        THEN CAST('0.55' AS FLOAT64) + (
          annual_revenue - CAST('22747571.41' AS FLOAT64)
        ) / CAST('12949280.180000003' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN annual_revenue < CAST('49427061.04' AS FLOAT64)
        THEN CAST('0.6' AS FLOAT64) + (
          annual_revenue - CAST('35696851.59' AS FLOAT64)
        ) / CAST('13730209.449999996' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN annual_revenue < CAST('60756614.09' AS FLOAT64)
        THEN CAST('0.65' AS FLOAT64) + (
          annual_revenue - CAST('49427061.04' AS FLOAT64)
        ) / CAST('11329553.050000004' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN annual_revenue < CAST('81701252.14' AS FLOAT64)
        THEN CAST('0.7' AS FLOAT64) + (
          annual_revenue - CAST('60756614.09' AS FLOAT64)
        ) / CAST('20944638.049999997' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN annual_revenue < CAST('170419874.11' AS FLOAT64)
        THEN CAST('0.75' AS FLOAT64) + (
          annual_revenue - CAST('81701252.14' AS FLOAT64)
        ) / CAST('88718621.97000001' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN annual_revenue < CAST('281040249.43' AS FLOAT64)
        THEN CAST('0.8' AS FLOAT64) + (
          annual_revenue - CAST('170419874.11' AS FLOAT64)
        ) / CAST('110620375.32' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN annual_revenue < CAST('465426869.44' AS FLOAT64)
        THEN CAST('0.85' AS FLOAT64) + (
          annual_revenue - CAST('281040249.43' AS FLOAT64)
        ) / CAST('184386620.01' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN annual_revenue < CAST('968818637.01' AS FLOAT64)
        THEN CAST('0.9' AS FLOAT64) + (
          annual_revenue - CAST('465426869.44' AS FLOAT64)
        ) / CAST('503391767.57' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN annual_revenue < CAST('3070454268.11' AS FLOAT64)
        THEN CAST('0.95' AS FLOAT64) + (
          annual_revenue - CAST('968818637.01' AS FLOAT64)
        ) / CAST('2101635631.1000001' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        ELSE CAST('1.0' AS FLOAT64)
      END
      WHEN annual_revenue IS NULL AND annual_revenue__never
      THEN CAST('0.0' AS FLOAT64)
      ELSE CAST(NULL AS FLOAT64)
    END AS annual_revenue__scaled,
    CASE
      WHEN NOT total_won_amount IS NULL
      THEN CASE
        WHEN total_won_amount <= CAST('0.0' AS FLOAT64)
        THEN CAST('0.0' AS FLOAT64)
        WHEN total_won_amount < CAST('4272.78' AS FLOAT64)
        THEN CAST('0.0' AS FLOAT64) + (
          total_won_amount - CAST('0.0' AS FLOAT64)
        ) / CAST('4272.78' AS FLOAT64) * CAST('0.05' AS FLOAT64)
        WHEN total_won_amount < CAST('6366.94' AS FLOAT64)
        THEN CAST('0.05' AS FLOAT64) + (
          total_won_amount - CAST('4272.78' AS FLOAT64)
        ) / CAST('2094.16' AS FLOAT64) * CAST('0.05' AS FLOAT64)
        WHEN total_won_amount < CAST('8518.26' AS FLOAT64)
        THEN CAST('0.1' AS FLOAT64) + (
          total_won_amount - CAST('6366.94' AS FLOAT64)
        ) / CAST('2151.3200000000006' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN total_won_amount < CAST('11099.37' AS FLOAT64)
        THEN CAST('0.15' AS FLOAT64) + (
          total_won_amount - CAST('8518.26' AS FLOAT64)
        ) / CAST('2581.1100000000006' AS FLOAT64) * CAST('0.05000000000000002' AS FLOAT64)
        WHEN total_won_amount < CAST('12148.3' AS FLOAT64)
        THEN CAST('0.2' AS FLOAT64) + (
          total_won_amount - CAST('11099.37' AS FLOAT64)
        ) / CAST('1048.9299999999985' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN total_won_amount < CAST('15200.17' AS FLOAT64)
        THEN CAST('0.25' AS FLOAT64) + (
          total_won_amount - CAST('12148.3' AS FLOAT64)
        ) / CAST('3051.870000000001' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN total_won_amount < CAST('17222.61' AS FLOAT64)
        THEN CAST('0.3' AS FLOAT64) + (
          total_won_amount - CAST('15200.17' AS FLOAT64)
        ) / CAST('2022.4400000000005' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN total_won_amount < CAST('19275.68' AS FLOAT64)
        THEN CAST('0.35' AS FLOAT64) + (
          total_won_amount - CAST('17222.61' AS FLOAT64)
        ) / CAST('2053.0699999999997' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN total_won_amount < CAST('23586.23' AS FLOAT64)
        THEN CAST('0.4' AS FLOAT64) + (
          total_won_amount - CAST('19275.68' AS FLOAT64)
        ) / CAST('4310.549999999999' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN total_won_amount < CAST('34132.24' AS FLOAT64)
        THEN CAST('0.45' AS FLOAT64) + (
          total_won_amount - CAST('23586.23' AS FLOAT64)
        ) / CAST('10546.009999999998' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN total_won_amount < CAST('42510.54' AS FLOAT64)
        THEN CAST('0.5' AS FLOAT64) + (
          total_won_amount - CAST('34132.24' AS FLOAT64)
        ) / CAST('8378.300000000003' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN total_won_amount < CAST('45876.6' AS FLOAT64)
        THEN CAST('0.55' AS FLOAT64) + (
          total_won_amount - CAST('42510.54' AS FLOAT64)
        ) / CAST('3366.0599999999977' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN total_won_amount < CAST('56358.39' AS FLOAT64)
        THEN CAST('0.6' AS FLOAT64) + (
          total_won_amount - CAST('45876.6' AS FLOAT64)
        ) / CAST('10481.79' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN total_won_amount < CAST('66766.32' AS FLOAT64)
        THEN CAST('0.65' AS FLOAT64) + (
          total_won_amount - CAST('56358.39' AS FLOAT64)
        ) / CAST('10407.930000000008' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN total_won_amount < CAST('82117.08' AS FLOAT64)
        THEN CAST('0.7' AS FLOAT64) + (
          total_won_amount - CAST('66766.32' AS FLOAT64)
        ) / CAST('15350.759999999995' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN total_won_amount < CAST('112097.76' AS FLOAT64)
        THEN CAST('0.75' AS FLOAT64) + (
          total_won_amount - CAST('82117.08' AS FLOAT64)
        ) / CAST('29980.679999999993' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN total_won_amount < CAST('188722.74' AS FLOAT64)
        THEN CAST('0.8' AS FLOAT64) + (
          total_won_amount - CAST('112097.76' AS FLOAT64)
        ) / CAST('76624.98' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN total_won_amount < CAST('286065.37' AS FLOAT64)
        THEN CAST('0.85' AS FLOAT64) + (
          total_won_amount - CAST('188722.74' AS FLOAT64)
        ) / CAST('97342.63' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN total_won_amount < CAST('536558.24' AS FLOAT64)
        THEN CAST('0.9' AS FLOAT64) + (
          total_won_amount - CAST('286065.37' AS FLOAT64)
        ) / CAST('250492.87' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN total_won_amount < CAST('2085268.01' AS FLOAT64)
        THEN CAST('0.95' AS FLOAT64) + (
          total_won_amount - CAST('536558.24' AS FLOAT64)
        ) / CAST('1548709.77' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        ELSE CAST('1.0' AS FLOAT64)
      END
      WHEN total_won_amount IS NULL AND total_won_amount__never
      THEN CAST('0.0' AS FLOAT64)
      ELSE CAST(NULL AS FLOAT64)
    END AS total_won_amount__scaled,
    CASE
      WHEN account_size_segment IN ('Enterprise', 'Large', 'Mid-Market', 'Small Business')
      THEN CASE
        WHEN account_size_segment = 'Enterprise'
        THEN CAST('1.0' AS FLOAT64)
        WHEN account_size_segment = 'Large'
        THEN CAST('0.8' AS FLOAT64)
        WHEN account_size_segment = 'Mid-Market'
        THEN CAST('0.6' AS FLOAT64)
        WHEN account_size_segment = 'Small Business'
        THEN CAST('0.4' AS FLOAT64)
      END
      WHEN account_size_segment IS NULL AND account_size_segment__never
      THEN CAST('0.4' AS FLOAT64)
      ELSE CAST(NULL AS FLOAT64)
    END AS account_size_segment__scaled,
    CASE
      WHEN NOT number_of_employees IS NULL
      THEN CASE
        WHEN number_of_employees <= CAST('19.0' AS FLOAT64)
        THEN CAST('0.0' AS FLOAT64)
        WHEN number_of_employees < CAST('26.0' AS FLOAT64)
        THEN CAST('0.0' AS FLOAT64) + (
          number_of_employees - CAST('19.0' AS FLOAT64)
        ) / CAST('7.0' AS FLOAT64) * CAST('0.05' AS FLOAT64)
        WHEN number_of_employees < CAST('28.0' AS FLOAT64)
        THEN CAST('0.05' AS FLOAT64) + (
          number_of_employees - CAST('26.0' AS FLOAT64)
        ) / CAST('2.0' AS FLOAT64) * CAST('0.05' AS FLOAT64)
        WHEN number_of_employees < CAST('34.0' AS FLOAT64)
        THEN CAST('0.1' AS FLOAT64) + (
          number_of_employees - CAST('28.0' AS FLOAT64)
        ) / CAST('6.0' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN number_of_employees < CAST('37.0' AS FLOAT64)
        THEN CAST('0.15' AS FLOAT64) + (
          number_of_employees - CAST('34.0' AS FLOAT64)
        ) / CAST('3.0' AS FLOAT64) * CAST('0.05000000000000002' AS FLOAT64)
        WHEN number_of_employees < CAST('41.0' AS FLOAT64)
        THEN CAST('0.2' AS FLOAT64) + (
          number_of_employees - CAST('37.0' AS FLOAT64)
        ) / CAST('4.0' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN number_of_employees < CAST('50.0' AS FLOAT64)
        THEN CAST('0.25' AS FLOAT64) + (
          number_of_employees - CAST('41.0' AS FLOAT64)
        ) / CAST('9.0' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN number_of_employees < CAST('58.0' AS FLOAT64)
        THEN CAST('0.3' AS FLOAT64) + (
          number_of_employees - CAST('50.0' AS FLOAT64)
        ) / CAST('8.0' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN number_of_employees < CAST('79.0' AS FLOAT64)
        THEN CAST('0.35' AS FLOAT64) + (
          number_of_employees - CAST('58.0' AS FLOAT64)
        ) / CAST('21.0' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN number_of_employees < CAST('149.0' AS FLOAT64)
        THEN CAST('0.4' AS FLOAT64) + (
          number_of_employees - CAST('79.0' AS FLOAT64)
        ) / CAST('70.0' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN number_of_employees < CAST('226.0' AS FLOAT64)
        THEN CAST('0.45' AS FLOAT64) + (
          number_of_employees - CAST('149.0' AS FLOAT64)
        ) / CAST('77.0' AS FLOAT64) * CAST('0.04999999999999999' AS FLOAT64)
        WHEN number_of_employees < CAST('268.0' AS FLOAT64)
        THEN CAST('0.5' AS FLOAT64) + (
          number_of_employees - CAST('226.0' AS FLOAT64)
        ) / CAST('42.0' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN number_of_employees < CAST('331.0' AS FLOAT64)
        THEN CAST('0.55' AS FLOAT64) + (
          number_of_employees - CAST('268.0' AS FLOAT64)
        ) / CAST('63.0' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN number_of_employees < CAST('403.0' AS FLOAT64)
        THEN CAST('0.6' AS FLOAT64) + (
          number_of_employees - CAST('331.0' AS FLOAT64)
        ) / CAST('72.0' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN number_of_employees < CAST('460.0' AS FLOAT64)
        THEN CAST('0.65' AS FLOAT64) + (
          number_of_employees - CAST('403.0' AS FLOAT64)
        ) / CAST('57.0' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN number_of_employees < CAST('708.0' AS FLOAT64)
        THEN CAST('0.7' AS FLOAT64) + (
          number_of_employees - CAST('460.0' AS FLOAT64)
        ) / CAST('248.0' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN number_of_employees < CAST('1305.0' AS FLOAT64)
        THEN CAST('0.75' AS FLOAT64) + (
          number_of_employees - CAST('708.0' AS FLOAT64)
        ) / CAST('597.0' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN number_of_employees < CAST('2263.0' AS FLOAT64)
        THEN CAST('0.8' AS FLOAT64) + (
          number_of_employees - CAST('1305.0' AS FLOAT64)
        ) / CAST('958.0' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN number_of_employees < CAST('3818.0' AS FLOAT64)
        THEN CAST('0.85' AS FLOAT64) + (
          number_of_employees - CAST('2263.0' AS FLOAT64)
        ) / CAST('1555.0' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        WHEN number_of_employees < CAST('8774.0' AS FLOAT64)
        THEN CAST('0.9' AS FLOAT64) + (
          number_of_employees - CAST('3818.0' AS FLOAT64)
        ) / CAST('4956.0' AS FLOAT64) * CAST('0.04999999999999993' AS FLOAT64)
        WHEN number_of_employees < CAST('33845.0' AS FLOAT64)
        THEN CAST('0.95' AS FLOAT64) + (
          number_of_employees - CAST('8774.0' AS FLOAT64)
        ) / CAST('25071.0' AS FLOAT64) * CAST('0.050000000000000044' AS FLOAT64)
        ELSE CAST('1.0' AS FLOAT64)
      END
      WHEN number_of_employees IS NULL AND number_of_employees__never
      THEN CAST('0.0' AS FLOAT64)
      ELSE CAST(NULL AS FLOAT64)
    END AS number_of_employees__scaled,
    CASE
      WHEN NOT days_since_last_activity IS NULL
      THEN CAST(20000000 AS INT64)
      WHEN days_since_last_activity IS NULL AND days_since_last_activity__never
      THEN CAST(20000000 AS INT64)
      ELSE CAST(0 AS INT64)
    END + CASE
      WHEN NOT total_activities_30d IS NULL
      THEN CAST(20000000 AS INT64)
      WHEN total_activities_30d IS NULL AND total_activities_30d__never
      THEN CAST(20000000 AS INT64)
      ELSE CAST(0 AS INT64)
    END + CASE
      WHEN NOT contact_email_coverage IS NULL
      THEN CAST(30000000 AS INT64)
      WHEN contact_email_coverage IS NULL AND contact_email_coverage__never
      THEN CAST(30000000 AS INT64)
      ELSE CAST(0 AS INT64)
    END + CASE
      WHEN NOT annual_revenue IS NULL
      THEN CAST(10000000 AS INT64)
      WHEN annual_revenue IS NULL AND annual_revenue__never
      THEN CAST(10000000 AS INT64)
      ELSE CAST(0 AS INT64)
    END + CASE
      WHEN NOT total_won_amount IS NULL
      THEN CAST(10000000 AS INT64)
      WHEN total_won_amount IS NULL AND total_won_amount__never
      THEN CAST(10000000 AS INT64)
      ELSE CAST(0 AS INT64)
    END + CASE
      WHEN account_size_segment IN ('Enterprise', 'Large', 'Mid-Market', 'Small Business')
      THEN CAST(7000000 AS INT64)
      WHEN account_size_segment IS NULL AND account_size_segment__never
      THEN CAST(7000000 AS INT64)
      ELSE CAST(0 AS INT64)
    END + CASE
      WHEN NOT number_of_employees IS NULL
      THEN CAST(3000000 AS INT64)
      WHEN number_of_employees IS NULL AND number_of_employees__never
      THEN CAST(3000000 AS INT64)
      ELSE CAST(0 AS INT64)
    END AS coverage_micro
  FROM keepwell_measures
), patterned AS (
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
      WHEN coverage_micro = CAST(0 AS INT64)
      THEN CAST(-1 AS INT64)
      ELSE CASE
        WHEN days_since_last_activity__scaled IS NULL
        THEN CAST(1 AS INT64)
        ELSE CAST(0 AS INT64)
      END + CASE
        WHEN total_activities_30d__scaled IS NULL
        THEN CAST(2 AS INT64)
        ELSE CAST(0 AS INT64)
      END + CASE
        WHEN contact_email_coverage__scaled IS NULL
        THEN CAST(4 AS INT64)
        ELSE CAST(0 AS INT64)
      END + CASE
        WHEN annual_revenue__scaled IS NULL
        THEN CAST(8 AS INT64)
        ELSE CAST(0 AS INT64)
      END + CASE
        WHEN total_won_amount__scaled IS NULL
        THEN CAST(16 AS INT64)
        ELSE CAST(0 AS INT64)
      END + CASE
        WHEN account_size_segment__scaled IS NULL
        THEN CAST(32 AS INT64)
        ELSE CAST(0 AS INT64)
      END + CASE
        WHEN number_of_employees__scaled IS NULL
        THEN CAST(64 AS INT64)
        ELSE CAST(0 AS INT64)
      END
    END AS pattern
  FROM scaled
), weighted AS (
  SELECT
    account_id,
    coverage_micro,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(NULL AS FLOAT64)
      ELSE days_since_last_activity__scaled
    END AS days_since_last_activity__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(0 AS INT64)
      ELSE CAST(weights.days_since_last_activity__weight AS INT64)
    END AS days_since_last_activity__weight,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(NULL AS FLOAT64)
      ELSE total_activities_30d__scaled
    END AS total_activities_30d__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(0 AS INT64)
      ELSE CAST(weights.total_activities_30d__weight AS INT64)
    END AS total_activities_30d__weight,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(NULL AS FLOAT64)
      ELSE contact_email_coverage__scaled
    END AS contact_email_coverage__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(0 AS INT64)
      ELSE CAST(weights.contact_email_coverage__weight AS INT64)
    END AS contact_email_coverage__weight,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(NULL AS FLOAT64)
      ELSE annual_revenue__scaled
    END AS annual_revenue__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(0 AS INT64)
      ELSE CAST(weights.annual_revenue__weight AS INT64)
    END AS annual_revenue__weight,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(NULL AS FLOAT64)
      ELSE total_won_amount__scaled
    END AS total_won_amount__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(0 AS INT64)
      ELSE CAST(weights.total_won_amount__weight AS INT64)
    END AS total_won_amount__weight,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(NULL AS FLOAT64)
      ELSE account_size_segment__scaled
    END AS account_size_segment__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(0 AS INT64)
      ELSE CAST(weights.account_size_segment__weight AS INT64)
    END AS account_size_segment__weight,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(NULL AS FLOAT64)
      ELSE number_of_employees__scaled
    END AS number_of_employees__scaled,
    CASE
      WHEN patterned.pattern = CAST(-1 AS INT64)
      THEN CAST(0 AS INT64)
      ELSE CAST(weights.number_of_employees__weight AS INT64)
    END AS number_of_employees__weight
  FROM patterned
  LEFT JOIN keepwell_weights_account_health_robust AS weights
    ON weights.pattern = patterned.pattern
), micro AS (
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
      THEN CAST(0 AS INT64)
      ELSE CAST(FLOOR(
        days_since_last_activity__scaled * CAST(days_since_last_activity__weight AS FLOAT64) + CAST('0.5' AS FLOAT64)
      ) AS INT64)
    END AS days_since_last_activity__micro,
    CASE
      WHEN total_activities_30d__scaled IS NULL
      THEN CAST(0 AS INT64)
      ELSE CAST(FLOOR(
        total_activities_30d__scaled * CAST(total_activities_30d__weight AS FLOAT64) + CAST('0.5' AS FLOAT64)
      ) AS INT64)
    END AS total_activities_30d__micro,
    CASE
      WHEN contact_email_coverage__scaled IS NULL
      THEN CAST(0 AS INT64)
      ELSE CAST(FLOOR(
        contact_email_coverage__scaled * CAST(contact_email_coverage__weight AS FLOAT64) + CAST('0.5' AS FLOAT64)
      ) AS INT64)
    END AS contact_email_coverage__micro,
    CASE
      WHEN annual_revenue__scaled IS NULL
      THEN CAST(0 AS INT64)
      ELSE CAST(FLOOR(
        annual_revenue__scaled * CAST(annual_revenue__weight AS FLOAT64) + CAST('0.5' AS FLOAT64)
      ) AS INT64)
    END AS annual_revenue__micro,
    CASE
      WHEN total_won_amount__scaled IS NULL
      THEN CAST(0 AS INT64)
      ELSE CAST(FLOOR(
        total_won_amount__scaled * CAST(total_won_amount__weight AS FLOAT64) + CAST('0.5' AS FLOAT64)
      ) AS INT64)
    END AS total_won_amount__micro,
    CASE
      WHEN account_size_segment__scaled IS NULL
      THEN CAST(0 AS INT64)
      ELSE CAST(FLOOR(
        account_size_segment__scaled * CAST(account_size_segment__weight AS FLOAT64) + CAST('0.5' AS FLOAT64)
      ) AS INT64)
    END AS account_size_segment__micro,
    CASE
      WHEN number_of_employees__scaled IS NULL
      THEN CAST(0 AS INT64)
      ELSE CAST(FLOOR(
        number_of_employees__scaled * CAST(number_of_employees__weight AS FLOAT64) + CAST('0.5' AS FLOAT64)
      ) AS INT64)
    END AS number_of_employees__micro
  FROM weighted
), totals AS (
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
      WHEN coverage_micro = CAST(0 AS INT64)
      THEN CAST(NULL AS INT64)
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
  'account_health_robust' AS scorecard,
  -- 拟合后的版本
  -- its fitted version
  CAST(1 AS INT64) AS scorecard_version,
  -- 健康分，单位为百万分之一分；全部未知时为空
  -- health score in micro-points; NULL when nothing is known
  totals.score_micro AS score_micro,
  -- 设计权重中建立在已知指标上的比例 0-1
  -- share 0-1 of the design weight that rests on known measures
  CAST(totals.coverage_micro AS FLOAT64) / CAST('100000000.0' AS FLOAT64) AS coverage,
  -- 仅由分数决定的分段：high、medium、low 或 unknown
  -- high, medium, low or unknown, from the score alone
  CASE
    WHEN totals.score_micro IS NULL
    THEN 'unknown'
    WHEN totals.coverage_micro < CAST(50000000 AS INT64)
    THEN 'unknown'
    WHEN totals.score_micro >= CAST(80000000 AS INT64)
    THEN 'high'
    WHEN totals.score_micro >= CAST(50000000 AS INT64)
    THEN 'medium'
    WHEN totals.score_micro >= CAST(0 AS INT64)
    THEN 'low'
  END AS tier,
  -- 计入生效中的人工覆盖之后的分段
  -- tier after a person's override that is in force
  COALESCE(
    overridden.tier,
    CASE
      WHEN totals.score_micro IS NULL
      THEN 'unknown'
      WHEN totals.coverage_micro < CAST(50000000 AS INT64)
      THEN 'unknown'
      WHEN totals.score_micro >= CAST(80000000 AS INT64)
      THEN 'high'
      WHEN totals.score_micro >= CAST(50000000 AS INT64)
      THEN 'medium'
      WHEN totals.score_micro >= CAST(0 AS INT64)
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
