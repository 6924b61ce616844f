"""Tables of segment x group and lifecycle x engagement model, as portable SQL."""

GROUPS = ("high_value", "mass_value", "overlap", "rest")
MEANS = (
    "r_score",
    "f_score",
    "m_score",
    "score",
    "churn_probability",
    "days_inactive",
    "age_days",
    "engagement",
    "composite_index",
)
QUARTILES = ("value_p25", "value_p50", "value_p75")
STRUGGLING = "COUNT(*) FILTER (WHERE is_struggling) AS struggling"


def cells_select() -> str:
    """Return SQL giving `value_cells`: one row per segment and group that has accounts.

    Shape: segment, value_group, accounts, struggling, value_accounts, value_total, value_low,
           value_p25, value_p50, value_p75, value_high (exact discrete quartiles), and for each
           of MEANS `mean_<m>` and `n_<m>`.
    """
    means = []
    for name in MEANS:
        source = f"CAST({name} AS DOUBLE)"
        means += [f"avg({source}) AS mean_{name}", f"count({source}) AS n_{name}"]
    picked = ", ".join(
        "MAX(CASE WHEN p.place = CAST(floor(CAST((m.value_accounts - 1) * "
        f"{i} AS DOUBLE) / 4) AS BIGINT) + 1 THEN p.value_amount END) AS {name}"
        for i, name in enumerate(QUARTILES, 1)
    )
    return f"""
WITH means AS (
  SELECT segment, value_group, COUNT(*) AS accounts, {STRUGGLING}, {", ".join(means)},
    COUNT(value_amount) AS value_accounts, CAST(SUM(value_amount) AS DOUBLE) AS value_total,
    MIN(value_amount) AS value_low, MAX(value_amount) AS value_high
  FROM value_wide GROUP BY segment, value_group
), placed AS (
  SELECT segment, value_group, value_amount,
    row_number() OVER (PARTITION BY segment, value_group ORDER BY value_amount) AS place
  FROM (
    SELECT segment, value_group, value_amount FROM value_wide WHERE value_amount IS NOT NULL
  ) AS held
), quartiles AS (
  SELECT p.segment, p.value_group, {picked}
  FROM placed AS p JOIN means AS m ON m.segment = p.segment AND m.value_group = p.value_group
  GROUP BY p.segment, p.value_group
)
SELECT m.*, {", ".join(f"q.{q}" for q in QUARTILES)}
FROM means AS m LEFT JOIN quartiles AS q
  ON q.segment = m.segment AND q.value_group = m.value_group"""


def lifecycle_case(*, has_stage: bool) -> str:
    """Return SQL of the lifecycle stage: as stated, else by age in four parts."""
    by_age = (
        "CASE WHEN age_days < 90 THEN 'age_under_90' WHEN age_days < 365 THEN 'age_under_365' "
        "WHEN age_days < 1095 THEN 'age_under_1095' WHEN age_days IS NOT NULL "
        "THEN 'age_from_1095' ELSE 'unknown' END"
    )
    return "coalesce(lifecycle_stage, 'unknown')" if has_stage else by_age


def lifecycle_select(*, has_stage: bool) -> str:
    """Return SQL giving `value_lifecycle`: accounts by lifecycle stage and engagement model."""
    return f"""
SELECT lifecycle, model, COUNT(*) AS accounts, {STRUGGLING},
  CAST(SUM(value_amount) AS DOUBLE) AS value_total,
  avg(CAST(engagement AS DOUBLE)) AS mean_engagement,
  count(engagement) AS n_engagement, avg(CAST(composite_index AS DOUBLE)) AS mean_composite_index,
  count(composite_index) AS n_composite_index
FROM (
  SELECT {lifecycle_case(has_stage=has_stage)} AS lifecycle, engagement_model AS model,
    is_struggling, value_amount, engagement, composite_index
  FROM value_wide
) AS staged GROUP BY lifecycle, model"""
