-- 风险矩阵：行业 x 规模的客户数、低分数、金额。区间与检验由报告计算。
-- Risk matrix: customers, low ones and amounts by industry and size. Intervals and tests are made
-- by the report.
CREATE OR REPLACE VIEW keepwell_risk_matrix AS
SELECT
  industry_cell,
  size_cell,
  COUNT(*) AS accounts,
  COUNTIF(tier = 'low') AS low_count,
  COUNTIF(tier = 'unknown') AS unknown_count,
  SUM(contribution_amount) AS amount,
  SUM(expected_loss_amount) AS risk_amount,
  COUNTIF(contribution_amount IS NULL) AS amount_unknown
FROM (
  SELECT
    COALESCE(industry, 'unknown') AS industry_cell,
    COALESCE(account_size_segment, 'unknown') AS size_cell,
    tier,
    contribution_amount,
    expected_loss_amount
  FROM keepwell_portfolio AS portfolio
) AS placed
GROUP BY
  industry_cell,
  size_cell;
