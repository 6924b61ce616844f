"""Contender: hand-written DuckDB SQL for the same measures, scores and contributions.

Written as an analyst would who knows DuckDB and needs no other engine: no generated text, no
portability. `benchmarks.compare` checks that both write the same numbers.
"""

import sys
from pathlib import Path

import duckdb

from benchmarks.whole_tables import (
    DIMENSIONS,
    NEVER_NEVER,
    SCORECARD,
    UNTOLD_NUMBERS,
    UNTOLD_TEXTS,
    WEIGHTS,
)

ACTIVITY = """
CREATE TABLE act AS
WITH a AS (
  SELECT account_id, occurred_at, occurred_at::DATE AS day, channel
  FROM activities WHERE occurred_at < TIMESTAMP '2026-11-01'
), counted AS (
  SELECT account_id, max(day) AS last_day,
    max(day) FILTER (occurred_at < TIMESTAMP '2026-08-03') AS day_before,
    count(*) FILTER (occurred_at >= TIMESTAMP '2026-10-02') AS n30,
    count(*) FILTER (occurred_at >= TIMESTAMP '2026-08-03') AS n90,
    count(channel) FILTER (occurred_at >= TIMESTAMP '2026-08-03') AS with_channel,
    count(*) FILTER (occurred_at >= TIMESTAMP '2026-08-03'
      AND channel IN ('product', 'self_service')) AS self_served
  FROM a GROUP BY account_id
), days AS (
  SELECT account_id, day FROM a WHERE occurred_at >= TIMESTAMP '2026-08-03' GROUP BY ALL
), gaps AS (
  SELECT account_id, day - lag(day) OVER (PARTITION BY account_id ORDER BY day) AS gap, day,
    (DATE '2026-10-31' - day) // 7 AS week
  FROM days
), spread AS (
  SELECT account_id, max(gap) AS inner_gap, min(day) AS first_day, count(DISTINCT week) AS weeks
  FROM gaps GROUP BY account_id
), channels AS (
  SELECT account_id, count(*) AS channels FROM (
    SELECT account_id, channel FROM a
    WHERE occurred_at >= TIMESTAMP '2026-08-03' AND channel IS NOT NULL GROUP BY ALL)
  GROUP BY account_id
)
SELECT c.account_id, (DATE '2026-10-31' - last_day)::DOUBLE AS days_since_last_activity,
  n30::DOUBLE AS total_activities_30d, n90::DOUBLE AS total_activities_90d,
  3 * n30::DOUBLE / nullif(n90, 0) AS activity_trend,
  coalesce(weeks, 0)::DOUBLE AS active_weeks_90d,
  greatest(DATE '2026-10-31' - last_day, inner_gap, first_day - day_before)::DOUBLE
    AS longest_gap_days,
  CASE WHEN n90 = 0 THEN 0 WHEN with_channel > 0 THEN channels END::DOUBLE AS active_channels,
  self_served::DOUBLE / nullif(with_channel, 0) AS self_service_share, n90 = 0 AS self_never
FROM counted c LEFT JOIN spread USING (account_id) LEFT JOIN channels USING (account_id)
"""
CONTACTS = """
CREATE TABLE con AS
SELECT account_id, count(*)::DOUBLE AS total_contacts, count(email)::DOUBLE AS contacts_with_email,
  count(email)::DOUBLE / count(*) AS contact_email_coverage
FROM contacts WHERE created_at IS NULL OR created_at < TIMESTAMP '2026-11-01' GROUP BY account_id
"""
DEALS = """
CREATE TABLE opp AS
WITH o AS (
  SELECT account_id, amount, close_date, is_won AND close_date < TIMESTAMP '2026-11-01' AS won,
    NOT (is_closed AND close_date < TIMESTAMP '2026-11-01') AS open,
    floor(amount::DOUBLE * probability * 100 + 0.5) / 100 AS expected,
    close_date >= TIMESTAMP '2026-11-01' AND close_date < TIMESTAMP '2027-05-01' AS due,
    close_date::DATE - created_at::DATE AS cycle
  FROM opportunities WHERE created_at IS NULL OR created_at < TIMESTAMP '2026-11-01'
)
SELECT account_id, coalesce(sum(amount) FILTER (won), 0)::DOUBLE AS total_won_amount,
  coalesce(sum(amount) FILTER (won AND close_date >= TIMESTAMP '2025-11-01'), 0)::DOUBLE
    AS won_amount_12m,
  coalesce(sum(amount) FILTER (won AND close_date >= TIMESTAMP '2026-05-01'), 0)::DOUBLE
    AS won_amount_6m,
  coalesce(sum(amount) FILTER (open), 0)::DOUBLE AS current_pipeline_amount,
  coalesce(sum(amount) FILTER (open AND due), 0)::DOUBLE AS open_pipeline_6m_amount,
  coalesce(sum(expected) FILTER (open AND due), 0)::DOUBLE AS pipeline_6m_amount,
  count(*) FILTER (won)::DOUBLE / nullif(count(*) FILTER (NOT open), 0) AS win_rate,
  avg(cycle) FILTER (won AND cycle >= 0) AS average_sales_cycle_days
FROM o GROUP BY account_id
"""
MEASURES = """
CREATE TABLE measures AS
SELECT accounts.account_id, days_since_last_activity,
  days_since_last_activity IS NULL AS days_since_last_activity__never,
  coalesce(total_activities_30d, 0) AS total_activities_30d,
  coalesce(total_activities_90d, 0) AS total_activities_90d, activity_trend,
  coalesce(active_channels, CASE WHEN act.account_id IS NULL THEN 0 END) AS active_channels,
  coalesce(active_weeks_90d, 0) AS active_weeks_90d, longest_gap_days,
  longest_gap_days IS NULL AS longest_gap_days__never, self_service_share,
  coalesce(self_never, true) AS self_service_share__never,
  coalesce(total_contacts, 0) AS total_contacts,
  coalesce(contacts_with_email, 0) AS contacts_with_email, contact_email_coverage,
  contact_email_coverage IS NULL AS contact_email_coverage__never,
  annual_revenue::DOUBLE AS annual_revenue, coalesce(total_won_amount, 0) AS total_won_amount,
  coalesce(won_amount_12m, 0) AS won_amount_12m, coalesce(won_amount_6m, 0) AS won_amount_6m,
  coalesce(current_pipeline_amount, 0) AS current_pipeline_amount,
  coalesce(open_pipeline_6m_amount, 0) AS open_pipeline_6m_amount,
  coalesce(pipeline_6m_amount, 0) AS pipeline_6m_amount, win_rate, average_sales_cycle_days,
  win_rate IS NULL AS win_rate__never,
  average_sales_cycle_days IS NULL AS average_sales_cycle_days__never,
  number_of_employees::DOUBLE AS number_of_employees, account_size_segment,
  (DATE '2026-10-31' - created_at)::DOUBLE AS account_age_days
FROM accounts LEFT JOIN act USING (account_id) LEFT JOIN con USING (account_id)
  LEFT JOIN opp USING (account_id)
ORDER BY account_id
"""
SCORED = """
CREATE TABLE scored AS
WITH b AS (
  SELECT min(days_since_last_activity) AS d0, max(days_since_last_activity) AS d1,
    min(total_activities_30d) AS n0, max(total_activities_30d) AS n1,
    min(annual_revenue) AS r0, max(annual_revenue) AS r1, min(total_won_amount) AS w0,
    max(total_won_amount) AS w1, min(number_of_employees) AS e0, max(number_of_employees) AS e1
  FROM measures
), s AS (
  SELECT account_id,
    coalesce(1 - (days_since_last_activity - d0) / (d1 - d0), 0)
      AS days_since_last_activity__scaled,
    (total_activities_30d - n0) / (n1 - n0) AS total_activities_30d__scaled,
    coalesce(contact_email_coverage, 0) AS contact_email_coverage__scaled,
    (annual_revenue - r0) / (r1 - r0) AS annual_revenue__scaled,
    (total_won_amount - w0) / (w1 - w0) AS total_won_amount__scaled,
    CASE account_size_segment WHEN 'Enterprise' THEN 1.0 WHEN 'Large' THEN 0.8
      WHEN 'Mid-Market' THEN 0.6 WHEN 'Small Business' THEN 0.4 END::DOUBLE
      AS account_size_segment__scaled,
    sqrt((number_of_employees - e0) / (e1 - e0)) AS number_of_employees__scaled
  FROM measures, b
)
SELECT *, floor(days_since_last_activity__scaled * 20000000 + 0.5)::BIGINT
    AS days_since_last_activity__micro,
  floor(total_activities_30d__scaled * 20000000 + 0.5)::BIGINT AS total_activities_30d__micro,
  floor(contact_email_coverage__scaled * 30000000 + 0.5)::BIGINT AS contact_email_coverage__micro,
  floor(annual_revenue__scaled * 10000000 + 0.5)::BIGINT AS annual_revenue__micro,
  floor(total_won_amount__scaled * 10000000 + 0.5)::BIGINT AS total_won_amount__micro,
  floor(account_size_segment__scaled * 7000000 + 0.5)::BIGINT AS account_size_segment__micro,
  floor(number_of_employees__scaled * 3000000 + 0.5)::BIGINT AS number_of_employees__micro
FROM s
"""
WHOLE_MEASURES = ", ".join(
    (
        "SELECT *, self_service_share__never AS activity_trend__never",
        *(f"NULL::DOUBLE AS {name}" for name in UNTOLD_NUMBERS),
        *(f"NULL::VARCHAR AS {name}" for name in UNTOLD_TEXTS),
        *(f"false AS {name}__never" for name in NEVER_NEVER),
    )
)
WHOLE_PARTS = ", ".join(
    (
        "SELECT *",
        *(f"{weight}::BIGINT AS {name}__weight" for name, weight in WEIGHTS.items()),
        *(
            f"{' + '.join(f'{m}__micro' for m in of)} AS {name}__micro"
            for name, of in DIMENSIONS.items()
        ),
    )
)
SCORES = f"""
SELECT account_id, score_micro, 1.0::DOUBLE AS coverage, CASE WHEN score_micro >= 80000000
  THEN 'high' WHEN score_micro >= 50000000 THEN 'medium' ELSE 'low' END AS tier,
  tier AS effective_tier, '{SCORECARD}' AS scorecard, 1::BIGINT AS scorecard_version,
  false AS has_override
FROM (SELECT account_id, days_since_last_activity__micro + total_activities_30d__micro
  + contact_email_coverage__micro + annual_revenue__micro + total_won_amount__micro
  + account_size_segment__micro + number_of_employees__micro AS score_micro FROM scored)
ORDER BY account_id
"""


def main(folder: Path, out: Path, memory_mb: int) -> None:
    """Read the tables in `folder` and write measures, scores and contributions to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    base = duckdb.connect(
        config={
            "threads": 2,
            "memory_limit": f"{memory_mb}MB",
            "temp_directory": str(out / "spill"),
        }
    )
    for table in ("accounts", "contacts", "activities", "opportunities"):
        base.execute(f"CREATE VIEW {table} AS FROM '{folder / table}.parquet'")
    for sql in (ACTIVITY, CONTACTS, DEALS, MEASURES, SCORED):
        base.execute(sql)
    as_file = "(FORMAT parquet, COMPRESSION zstd)"
    base.execute(f"COPY ({WHOLE_MEASURES} FROM measures) TO '{out}/measures.parquet' {as_file}")
    base.execute(f"COPY ({SCORES}) TO '{out}/scores.parquet' {as_file}")
    base.execute(
        f"COPY ({WHOLE_PARTS} FROM scored ORDER BY 1) TO '{out}/contributions.parquet' {as_file}"
    )
    base.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
