SELECT
  account_id,
  CASE
    WHEN annual_revenue >= $enterprise THEN 'Enterprise'
    WHEN annual_revenue >= $large THEN 'Large'
    WHEN annual_revenue >= $mid_market THEN 'Mid-Market'
    WHEN annual_revenue IS NOT NULL THEN 'Small Business'
  END AS account_size_segment
FROM account_view
