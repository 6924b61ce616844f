"""The list of accounts to look at first, in four groups with reason and first step, as SQL.

A  not low, top quarter by contribution, yet silent as the low tier's silent group: verify first.
B  low and in the top contribution quarter.
C  the remaining low accounts of the sizes that people go to (`people_sizes`).
D  within two points above the low line.
Within a group by likely loss where a validated churn probability tells it, else by contribution;
without amounts those first that are low under every choice, then the lowest score.
"""

from collections.abc import Collection, Mapping, Sequence
from math import ceil

from keepwell.outlook.low_groups import DECLARED_CUT_DAYS
from keepwell.outlook.low_sizes import MASS_SIZE as SMALL
from keepwell.outlook.sql_text import as_double, text_literal
from keepwell.outlook.stability import NEAR_POINTS, line_columns, tier_lines
from keepwell.vocabulary import MICRO_PER_POINT, Scorecard

PER_GROUP = 50
REASONS = {
    "A": ("silent_and_contradicting", "silent_outside_low"),
    "B": ("low_and_top_quarter",),
    "C": ("low_where_people_go", "low_by_override"),
    "D": ("just_above_line",),
}
FIRST_STEPS = (
    "verify_then_call",
    "call_main_contact",
    "verify_then_rescue",
    "verify_then_diagnose",
    "verify_then_check_deals",
    "verify_then_decide",
    "automatic_reminder",
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
LOSS = "likely_loss_amount"
COMPLETE_SHARE = "0.9"
PIPELINE_MULTIPLE = 3
NEVER = "days_since_last_activity__never"
VISITED = "account_size_segment IN ('Enterprise', 'Large')"
MASS_SIZE = f"account_size_segment = {text_literal(SMALL)}"


def priority_select(
    cards: Mapping[str, Scorecard],
    columns: Collection[str],
    *,
    sizes: Sequence[str],
    silent_days: float | None,
) -> str:
    """Return SQL giving `priority`, at most 50 accounts a group.

    Shape:   priority_rank, account_id, priority_group, group_rank, reason, first_step, the
             account's names, tiers, score_micro, contribution and expected loss, SHOWN measures,
             has_contradiction, points_to_next_tier and points_above_line.
    """
    shown = [c for c in SHOWN if c in columns]
    by = LOSS if LOSS in columns else "contribution_amount"
    if by == LOSS:
        shown += ["churn_probability", LOSS]
    kept = ", ".join((*CARRIED, *shown))
    firm = "is_firm_low, " if "is_firm_low" in columns else ""
    never = f"{NEVER}, " if NEVER in columns else ""
    return f"""
WITH grouped AS (
  SELECT account_id, {kept}, {firm}{never}{line_columns(cards)},
         {_group(cards, columns, sizes, silent_days)} AS priority_group
  FROM portfolio
), stepped AS (
  SELECT *, {_reason()} AS reason, {_first_step(columns, silent_days)} AS first_step,
         row_number() OVER (PARTITION BY priority_group ORDER BY
           CASE WHEN {by} IS NULL THEN 1 ELSE 0 END,
           {by} DESC, {_firm(columns)}score_micro, account_id) AS group_rank
  FROM grouped WHERE priority_group IS NOT NULL
), numbered AS (
  SELECT *, {_group_number()} AS group_number FROM stepped WHERE group_rank <= {PER_GROUP}
)
SELECT row_number() OVER (ORDER BY group_number, group_rank, account_id) AS priority_rank,
       account_id, priority_group, group_rank, reason, first_step, {kept},
       {_points("next_line_micro - score_micro")} AS points_to_next_tier,
       {_points("score_micro - own_line_micro")} AS points_above_line
FROM numbered"""


def _firm(columns: Collection[str]) -> str:
    """Return the sort key that puts accounts first that are low under every choice."""
    return "CASE WHEN is_firm_low THEN 0 ELSE 1 END, " if "is_firm_low" in columns else ""


def _group_number() -> str:
    cases = " ".join(f"WHEN priority_group = '{g}' THEN {i}" for i, g in enumerate("ABCD", 1))
    return f"CASE {cases} END"


def _points(micro: str) -> str:
    whole = as_double(str(MICRO_PER_POINT))
    return f"CAST({micro} AS DOUBLE) / nullif({whole}, 0)"


def _group(
    cards: Mapping[str, Scorecard],
    columns: Collection[str],
    sizes: Sequence[str],
    silent_days: float | None,
) -> str:
    cases = []
    top = "contribution_tier = 1 AND contribution_amount > 0"
    low = "effective_tier = 'low'"
    silent = _silent(columns, silent_days)
    if silent:
        other = "effective_tier IN ('medium', 'high')"
        cases.append(f"WHEN {other} AND {top} AND {silent} THEN 'A'")
    cases.append(f"WHEN {low} AND {top} THEN 'B'")
    if sizes:
        listed = ", ".join(text_literal(size) for size in sizes)
        here = f"coalesce(account_size_segment, 'unknown') IN ({listed})"
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
        "WHEN priority_group = 'B' THEN 'low_and_top_quarter' ELSE 'low_where_people_go' END"
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
        "WHEN priority_group = 'D' AND has_contradiction THEN 'verify_then_decide'",
        f"WHEN priority_group = 'D' AND {MASS_SIZE} THEN 'automatic_reminder'",
        "WHEN priority_group = 'D' THEN 'book_conversation'",
        f"WHEN has_contradiction AND {MASS_SIZE} THEN 'verify_then_diagnose'",
        *_deals(columns, "has_contradiction AND ", "verify_then_check_deals"),
        "WHEN has_contradiction THEN 'verify_then_rescue'",
    ]
    silent = _silent(columns, silent_days)
    if silent:
        cases += [
            f"WHEN {silent} AND {MASS_SIZE} AND priority_group = 'B' THEN 'diagnostic_call'",
            f"WHEN {silent} AND {MASS_SIZE} THEN 'wake_up_journey'",
            f"WHEN {silent} AND {VISITED} THEN 'executive_visit'",
            f"WHEN {silent} AND account_size_segment IS NOT NULL THEN 'senior_dialogue'",
        ]
    if "contact_email_coverage" in columns:
        share = as_double(COMPLETE_SHARE)
        missing = f"contact_email_coverage < {share}"
        is_left = f"{MASS_SIZE} AND priority_group <> 'B'"
        cases.append(f"WHEN {missing} AND {is_left} THEN 'invite_contacts'")
        cases.append(f"WHEN {missing} THEN 'complete_contacts'")
    cases += _deals(columns, "", "check_open_deals")
    cases.append(
        f"WHEN priority_group = 'B' AND NOT coalesce({MASS_SIZE}, FALSE) THEN 'senior_dialogue'"
    )
    return f"CASE {' '.join(cases)} ELSE 'diagnostic_call' END"


def _deals(columns: Collection[str], also: str, step: str) -> list[str]:
    """Return the case of an account whose open deals are several times what it ever bought."""
    if not {"current_pipeline_amount", "total_won_amount"} <= set(columns):
        return []
    multiple = f"total_won_amount * {as_double(str(PIPELINE_MULTIPLE))}"
    return [f"WHEN {also}current_pipeline_amount > {multiple} THEN '{step}'"]
