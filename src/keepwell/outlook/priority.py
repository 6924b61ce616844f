"""The list of accounts to look at first, in four groups with reason and first step, as SQL.

A  not low, top quarter by contribution, yet silent as the low tier's silent group: verify first.
B  low and in the top contribution quarter.
C  the remaining low accounts of the size with most expected loss, by it.
D  within two points above the low line, by contribution.
"""

from collections.abc import Collection, Mapping
from math import ceil

from keepwell.outlook.low_groups import DECLARED_CUT_DAYS
from keepwell.outlook.sql_text import as_double, text_literal
from keepwell.outlook.stability import NEAR_POINTS, line_columns, tier_lines
from keepwell.vocabulary import MICRO_PER_POINT, Scorecard

PER_GROUP = 50
REASONS = {
    "A": ("silent_and_contradicting", "silent_outside_low"),
    "B": ("low_and_top_quarter",),
    "C": ("low_in_largest_size", "low_by_override"),
    "D": ("just_above_line",),
}
FIRST_STEPS = (
    "verify_then_call",
    "call_main_contact",
    "verify_then_rescue",
    "verify_then_diagnose",
    "wake_up_journey",
    "invite_contacts",
    "executive_visit",
    "complete_contacts",
    "check_open_deals",
    "senior_dialogue",
    "diagnostic_call",
    "book_conversation",
)
SHOWN = (
    "days_since_last_activity",
    "total_activities_30d",
    "contact_email_coverage",
    "annual_revenue",
    "total_won_amount",
    "current_pipeline_amount",
    "win_rate",
)
CARRIED = (
    "name",
    "industry",
    "account_size_segment",
    "score_micro",
    "tier",
    "effective_tier",
    "coverage",
    "contribution_amount",
    "contribution_rank",
    "contribution_tier",
    "expected_loss_amount",
    "has_contradiction",
)
COMPLETE_SHARE = "0.9"
PIPELINE_MULTIPLE = 3
NEVER = "days_since_last_activity__never"
MASS_SIZE = "account_size_segment = 'Small Business'"


def biggest_size_select() -> str:
    """Return SQL for the size whose low accounts outside the top quarter lose most, in order."""
    return """
SELECT size_cell, sum(expected_loss_amount) AS loss, count(*) AS accounts FROM (
  SELECT coalesce(account_size_segment, 'unknown') AS size_cell, expected_loss_amount
  FROM portfolio WHERE effective_tier = 'low'
  AND (contribution_tier IS NULL OR contribution_tier > 1)
) AS remaining GROUP BY size_cell"""


def biggest_size(rows: list[tuple[str, float | None, int]]) -> str | None:
    """Return the size with most expected loss; more accounts, then the name decide ties."""
    ordered = sorted(rows, key=lambda r: (-(r[1] or 0.0), -r[2], r[0]))
    return ordered[0][0] if ordered else None


def priority_select(
    cards: Mapping[str, Scorecard],
    columns: Collection[str],
    *,
    size: str | None,
    silent_days: float | None,
) -> str:
    """Return SQL giving `priority`, at most 50 accounts a group.

    Shape:   priority_rank, account_id, priority_group, group_rank, reason, first_step, the
             account's names, tiers, score_micro, contribution and expected loss, SHOWN measures,
             has_contradiction, points_to_next_tier and points_above_line.
    """
    shown = [c for c in SHOWN if c in columns]
    kept = ", ".join((*CARRIED, *shown))
    never = f"{NEVER}, " if NEVER in columns else ""
    return f"""
WITH grouped AS (
  SELECT account_id, {kept}, {never}{line_columns(cards)},
         {_group(cards, columns, size, silent_days)} AS priority_group
  FROM portfolio
), stepped AS (
  SELECT *, {_reason()} AS reason, {_first_step(columns, silent_days)} AS first_step,
         row_number() OVER (PARTITION BY priority_group ORDER BY
           CASE WHEN contribution_amount IS NULL THEN 1 ELSE 0 END,
           contribution_amount DESC, account_id) AS group_rank
  FROM grouped WHERE priority_group IS NOT NULL
), numbered AS (
  SELECT *, {_group_number()} AS group_number FROM stepped WHERE group_rank <= {PER_GROUP}
)
SELECT row_number() OVER (ORDER BY group_number, group_rank, account_id) AS priority_rank,
       account_id, priority_group, group_rank, reason, first_step, {kept},
       {_points("next_line_micro - score_micro")} AS points_to_next_tier,
       {_points("score_micro - own_line_micro")} AS points_above_line
FROM numbered"""


def _group_number() -> str:
    cases = " ".join(f"WHEN priority_group = '{g}' THEN {i}" for i, g in enumerate("ABCD", 1))
    return f"CASE {cases} END"


def _points(micro: str) -> str:
    whole = as_double(str(MICRO_PER_POINT))
    return f"CAST({micro} AS DOUBLE) / nullif({whole}, 0)"


def _group(
    cards: Mapping[str, Scorecard],
    columns: Collection[str],
    size: str | None,
    silent_days: float | None,
) -> str:
    cases = []
    low = "effective_tier = 'low'"
    silent = _silent(columns, silent_days)
    if silent:
        other = "effective_tier IN ('medium', 'high')"
        cases.append(f"WHEN {other} AND contribution_tier = 1 AND {silent} THEN 'A'")
    cases.append(f"WHEN {low} AND contribution_tier = 1 THEN 'B'")
    if size is not None:
        here = f"coalesce(account_size_segment, 'unknown') = {text_literal(size)}"
        cases.append(f"WHEN {low} AND {here} THEN 'C'")
    near = _just_above(cards)
    if near:
        cases.append(f"WHEN effective_tier = 'medium' AND ({near}) THEN 'D'")
    return f"CASE {' '.join(cases)} END"


def _just_above(cards: Mapping[str, Scorecard]) -> str:
    tests = []
    for name, card in cards.items():
        lines = tier_lines(card)
        if lines:
            low = ceil(lines[0] * MICRO_PER_POINT)
            high = ceil((lines[0] + NEAR_POINTS) * MICRO_PER_POINT)
            tests.append(
                f"(scorecard = {text_literal(name)} "
                f"AND score_micro >= {low} AND score_micro < {high})"
            )
    return " OR ".join(tests)


def _reason() -> str:
    return (
        "CASE WHEN priority_group = 'A' AND has_contradiction THEN 'silent_and_contradicting' "
        "WHEN priority_group = 'A' THEN 'silent_outside_low' "
        "WHEN priority_group = 'D' THEN 'just_above_line' "
        "WHEN tier <> 'low' THEN 'low_by_override' "
        "WHEN priority_group = 'B' THEN 'low_and_top_quarter' ELSE 'low_in_largest_size' END"
    )


def _silent(columns: Collection[str], silent_days: float | None) -> str | None:
    """Return the condition of silence; None where days since the last activity are not known."""
    if "days_since_last_activity" not in columns:
        return None
    cut = as_double(repr(silent_days or float(DECLARED_CUT_DAYS)))
    long_ago = f"days_since_last_activity >= {cut}"
    return f"({long_ago} OR {NEVER})" if NEVER in columns else long_ago


def _first_step(columns: Collection[str], silent_days: float | None) -> str:
    """Return SQL for the first step: people by size, automation for small accounts, data first."""
    cases = [
        "WHEN priority_group = 'A' AND has_contradiction THEN 'verify_then_call'",
        "WHEN priority_group = 'A' THEN 'call_main_contact'",
        "WHEN priority_group = 'D' THEN 'book_conversation'",
        f"WHEN has_contradiction AND {MASS_SIZE} THEN 'verify_then_diagnose'",
        "WHEN has_contradiction THEN 'verify_then_rescue'",
    ]
    silent = _silent(columns, silent_days)
    if silent:
        cases += [
            f"WHEN {silent} AND {MASS_SIZE} AND priority_group = 'B' THEN 'diagnostic_call'",
            f"WHEN {silent} AND {MASS_SIZE} THEN 'wake_up_journey'",
            f"WHEN {silent} AND account_size_segment IS NOT NULL THEN 'executive_visit'",
        ]
    if "contact_email_coverage" in columns:
        share = as_double(COMPLETE_SHARE)
        missing = f"contact_email_coverage < {share}"
        is_left = f"{MASS_SIZE} AND priority_group <> 'B'"
        cases.append(f"WHEN {missing} AND {is_left} THEN 'invite_contacts'")
        cases.append(f"WHEN {missing} THEN 'complete_contacts'")
    if {"current_pipeline_amount", "total_won_amount"} <= set(columns):
        multiple = f"total_won_amount * {as_double(str(PIPELINE_MULTIPLE))}"
        cases.append(f"WHEN current_pipeline_amount > {multiple} THEN 'check_open_deals'")
    cases.append(
        f"WHEN priority_group = 'B' AND NOT coalesce({MASS_SIZE}, FALSE) THEN 'senior_dialogue'"
    )
    return f"CASE {' '.join(cases)} ELSE 'diagnostic_call' END"
