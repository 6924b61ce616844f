"""Tables of segment x group and lifecycle x engagement model, as portable SQL."""

from collections.abc import Sequence

from keepwell.outlook import text_literal

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


def cells_select(segments: Sequence[str]) -> str:
    """Return SQL giving `value_cells`: one row per segment and group that has accounts.

    `segments`: all that accounts can have, but for the unknown one.

    Shape: segment, value_group, accounts, struggling, value_accounts, value_total, value_low,
           value_p25, value_p50, value_p75, value_high (exact discrete quartiles), and for each
           of MEANS `mean_<m>` and `n_<m>`.
    """
    means = []
    for name in MEANS:
        source = f"CAST({name} AS DOUBLE)"
        means += [f"avg({source}) AS mean_{name}", f"count({source}) AS n_{name}"]
    picked = ", ".join(
        "MAX(CASE WHEN place = CAST(floor(CAST((value_accounts - 1) * "
        f"{i} AS DOUBLE) / 4) AS BIGINT) + 1 THEN value_amount END) AS {name}"
        for i, name in enumerate(QUARTILES, 1)
    )
    # A window over the number of a cell is half the work of one over two texts.
    cell = f"{len(GROUPS)} * {_place('segment', segments)} + {_place('value_group', GROUPS)}"
    return f"""
WITH means AS (
  SELECT segment, value_group, COUNT(*) AS accounts, {STRUGGLING}, {", ".join(means)},
    COUNT(value_amount) AS value_accounts, CAST(SUM(value_amount) AS DOUBLE) AS value_total,
    MIN(value_amount) AS value_low, MAX(value_amount) AS value_high
  FROM value_wide GROUP BY segment, value_group
), placed AS (
  SELECT cell, value_amount,
    row_number() OVER (PARTITION BY cell ORDER BY value_amount) AS place
  FROM (
    SELECT {cell} AS cell, value_amount FROM value_wide WHERE value_amount IS NOT NULL
  ) AS held
), quartiles AS (
  SELECT p.cell, {picked}
  FROM placed AS p JOIN (
    SELECT cell, CAST(SUM(value_accounts) AS BIGINT) AS value_accounts
    FROM (SELECT {cell} AS cell, value_accounts FROM means) AS named GROUP BY cell
  ) AS n ON n.cell = p.cell
  GROUP BY p.cell
)
SELECT m.*, {", ".join(f"q.{q}" for q in QUARTILES)}
FROM means AS m LEFT JOIN quartiles AS q ON q.cell = {cell}"""


def _place(column: str, names: Sequence[str]) -> str:
    """Return SQL of the place of a text among names; after the last for any other."""
    whens = " ".join(f"WHEN {text_literal(n)} THEN {i}" for i, n in enumerate(names))
    return f"CASE {column} {whens} ELSE {len(names)} END"


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
