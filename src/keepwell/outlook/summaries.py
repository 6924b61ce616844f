"""Small aggregates over `portfolio` that other rooms print: cross table, contradictions, totals."""

from collections.abc import Collection, Mapping, Sequence

from keepwell.outlook.contradictions import Contradiction, any_flag, flag
from keepwell.outlook.low_groups import SilenceCut, group_case, use_pattern_case
from keepwell.outlook.sql_text import text_literal

FORECAST_TOTALS = (
    "base_amount",
    "weighted_amount",
    "run_rate_amount",
    "naive_amount",
    "pace_amount",
    "due_pipeline_amount",
    "expected_loss_amount",
)


def tier_cross_select(columns: Collection[str]) -> str:
    """Return SQL for `tier_cross`: tier x contribution tier with accounts, amount and pipeline."""
    pipeline = "current_pipeline_amount" if "current_pipeline_amount" in columns else None
    summed = f"sum({pipeline})" if pipeline else "sum(CAST(NULL AS DOUBLE))"
    return f"""
SELECT tier, contribution_tier, count(*) AS accounts, sum(contribution_amount) AS amount,
       {summed} AS pipeline_amount
FROM portfolio GROUP BY tier, contribution_tier"""


def totals_select() -> str:
    """Return SQL for one row: per FORECAST_TOTALS its sum and the accounts that have it."""
    parts = ", ".join(f"sum({t}), count({t})" for t in FORECAST_TOTALS)
    return f"SELECT {parts}, count(*), count(contribution_amount) FROM portfolio"


def contradictions_select(rules: Sequence[Contradiction]) -> str:
    """Return SQL for `contradictions`: per rule (and `any`) and tier the accounts, with money."""
    flags = [(r.code, r.pair, r.left, r.right, flag(r)) for r in rules]
    flags.append(("any", "", "", "", any_flag(rules)))
    return " UNION ALL ".join(
        f"SELECT {text_literal(code)} AS code, {text_literal(pair)} AS pair, "
        f"{text_literal(left)} AS left_measure, {text_literal(right)} AS right_measure, tier, "
        f"count(*) AS accounts, sum(contribution_amount) AS contribution_amount "
        f"FROM portfolio WHERE {test} GROUP BY tier"
        for code, pair, left, right, test in flags
    )


def low_groups_select(cut: SilenceCut) -> str:
    """Return SQL giving (group, accounts, contradicting accounts, contribution) of the low tier."""
    return f"""
SELECT low_group, count(*), count(*) FILTER (WHERE has_contradiction),
       sum(contribution_amount)
FROM (SELECT *, {group_case(cut)} AS low_group FROM portfolio WHERE tier = 'low') AS split
GROUP BY low_group"""


def losses_select(cut: SilenceCut, parts: Mapping[str, tuple[str, str]]) -> str:
    """Return SQL giving per group its accounts and, per part, mean weight and mean points lost.

    `parts`: name -> (effective weight, micro-points earned) as SQL; means in micro-points.
    """
    means = ", ".join(
        f"avg(CAST({weight} AS DOUBLE)), avg(CAST({weight} - ({micro}) AS DOUBLE))"
        for weight, micro in parts.values()
    )
    return f"""
SELECT low_group, count(*), {means}
FROM (SELECT *, {group_case(cut)} AS low_group FROM portfolio WHERE tier = 'low') AS split
GROUP BY low_group"""


def use_patterns_select() -> str:
    """Return SQL for `use_patterns`: per tier, accounts by how their activity is spread."""
    return f"""
SELECT tier, pattern, count(*) AS accounts
FROM (SELECT tier, {use_pattern_case()} AS pattern FROM portfolio) AS told
GROUP BY tier, pattern"""
