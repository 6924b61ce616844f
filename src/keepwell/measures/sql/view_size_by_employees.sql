SELECT
  account_id,
  CASE
    WHEN number_of_employees >= $enterprise THEN 'Enterprise'
    WHEN number_of_employees >= $large THEN 'Large'
    WHEN number_of_employees >= $mid_market THEN 'Mid-Market'
    WHEN number_of_employees IS NOT NULL THEN 'Small Business'
  END AS account_size_segment
FROM account_view
