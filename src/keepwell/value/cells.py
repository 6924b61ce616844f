"""Tables of segment x group and lifecycle x engagement model, as portable SQL."""

from collections.abc import Collection

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
STRUGGLING = "COUNT(*) FILTER (WHERE v.is_struggling) AS struggling"


def cells_select(columns: Collection[str]) -> str:
    """Return SQL giving `value_cells`: one row per segment and group that has accounts.

    Shape: segment, value_group, accounts, struggling, value_accounts, value_total, value_low,
           value_p25, value_p50, value_p75, value_high (exact discrete quartiles), and for each
           of MEANS `mean_<m>` and `n_<m>`. `columns`: of `portfolio`.
    """
    means = []
    for name in MEANS:
        source = f"CAST(v.{name} AS DOUBLE)"
        if name in ("score", "churn_probability"):
            source = f"CAST(p.{name} AS DOUBLE)" if name in columns else "CAST(NULL AS DOUBLE)"
        means += [f"avg({source}) AS mean_{name}", f"count({source}) AS n_{name}"]
    picked = ", ".join(
        f"MAX(CASE WHEN place = CAST(floor(CAST((held - 1) * {i} AS DOUBLE) / 4) AS BIGINT) + 1 "
        f"THEN value_amount END) AS {name}"
        for i, name in enumerate(QUARTILES, 1)
    )
    return f"""
WITH means AS (
  SELECT v.segment, v.value_group, COUNT(*) AS accounts, {STRUGGLING}, {", ".join(means)}
  FROM value AS v JOIN portfolio AS p ON p.account_id = v.account_id
  GROUP BY v.segment, v.value_group
), placed AS (
  SELECT segment, value_group, value_amount,
    row_number() OVER (PARTITION BY segment, value_group
      ORDER BY value_amount, account_id) AS place,
    COUNT(*) OVER (PARTITION BY segment, value_group) AS held
  FROM value WHERE value_amount IS NOT NULL
), amounts AS (
  SELECT segment, value_group, COUNT(*) AS value_accounts,
    CAST(SUM(value_amount) AS DOUBLE) AS value_total,
    MIN(value_amount) AS value_low, {picked}, MAX(value_amount) AS value_high
  FROM placed GROUP BY segment, value_group
)
SELECT m.*, coalesce(a.value_accounts, 0) AS value_accounts, a.value_total, a.value_low,
  {", ".join(f"a.{q}" for q in QUARTILES)}, a.value_high
FROM means AS m LEFT JOIN amounts AS a
  ON a.segment = m.segment AND a.value_group = m.value_group"""


def lifecycle_case(*, has_stage: bool) -> str:
    """Return SQL of the lifecycle stage: as stated, else by age in four parts."""
    by_age = (
        "CASE WHEN v.age_days < 90 THEN 'age_under_90' WHEN v.age_days < 365 THEN 'age_under_365' "
        "WHEN v.age_days < 1095 THEN 'age_under_1095' WHEN v.age_days IS NOT NULL "
        "THEN 'age_from_1095' ELSE 'unknown' END"
    )
    return "coalesce(p.lifecycle_stage, 'unknown')" if has_stage else by_age


def lifecycle_select(*, has_stage: bool) -> str:
    """Return SQL giving `value_lifecycle`: accounts by lifecycle stage and engagement model."""
    return f"""
SELECT lifecycle, model, COUNT(*) AS accounts, {STRUGGLING.replace("v.", "")},
  CAST(SUM(value_amount) AS DOUBLE) AS value_total,
  avg(CAST(engagement AS DOUBLE)) AS mean_engagement,
  count(engagement) AS n_engagement, avg(CAST(composite_index AS DOUBLE)) AS mean_composite_index,
  count(composite_index) AS n_composite_index
FROM (
  SELECT {lifecycle_case(has_stage=has_stage)} AS lifecycle, v.engagement_model AS model,
    v.is_struggling, v.value_amount, v.engagement, v.composite_index
  FROM value AS v JOIN portfolio AS p ON p.account_id = v.account_id
) AS staged GROUP BY lifecycle, model"""
