"""Value tiers and portfolio shares: accounts in the order of their value, as portable SQL."""

from keepwell.value.amounts import with_fitted
from keepwell.value.settings import TIERS, GroupRule, GroupSettings

UNKNOWN_VALUE_TIER = "unknown"
# Upper end of each tier's place in the value order, in hundredths of the accounts.
TIER_ENDS = {"platinum": 5, "gold": 20, "silver": 50, "bronze": 80, "basic": 100}
# Above this many cents an amount is too large for exact integer sums and left out of shares.
MOST = "9000000000000000"


def ranked_select(amount: str, *, has_given_tier: bool) -> str:
    """Return SQL giving `value_ranked`: one row per account with its amount, place and tier.

    Shape:   account_id, value_amount, value_cents, value_rank (1 = most; ties by account_id),
             valued_accounts, total_cents, portfolio_share (0-1), value_tier.
    Missing: without an amount there is no rank, and the tier is unknown; nothing or less is
             basic whatever its place.
    `amount`: SQL over `portfolio AS p` and `value_scored AS v`, or a column of `lifetime AS l`.
    """
    given = ""
    join = with_fitted(amount)
    if has_given_tier:
        join += " LEFT JOIN value_given_tier AS g ON g.account_id = p.account_id"
        given = ", g.given_tier"
    cents = "CAST(floor(value_amount * 100 + CAST('0.5' AS DOUBLE)) AS BIGINT)"
    return f"""
WITH amounts AS (
  SELECT p.account_id, CAST({amount} AS DOUBLE) AS value_amount{given}
  FROM portfolio AS p JOIN value_scored AS v ON v.account_id = p.account_id{join}
), counted AS (
  SELECT *, CASE WHEN abs(value_amount) < {MOST} THEN {cents} END AS value_cents FROM amounts
), placed AS (
  SELECT *, row_number() OVER (ORDER BY CASE WHEN value_cents IS NULL THEN 1 ELSE 0 END,
      value_cents DESC, account_id) AS place,
    COUNT(value_cents) OVER () AS valued_accounts,
    SUM(CASE WHEN value_cents > 0 THEN value_cents ELSE 0 END) OVER () AS total_cents
  FROM counted
)
SELECT account_id, value_amount, value_cents, valued_accounts, total_cents,
  CASE WHEN value_cents IS NOT NULL THEN place END AS value_rank,
  CASE WHEN value_cents > 0
    THEN CAST(value_cents AS DOUBLE) / nullif(CAST(total_cents AS DOUBLE), 0)
    WHEN value_cents IS NOT NULL THEN CAST(0 AS DOUBLE) END AS portfolio_share,
  {_tier(has_given_tier)} AS value_tier
FROM placed"""


def _tier(has_given_tier: bool) -> str:
    if has_given_tier:
        return f"coalesce(given_tier, '{UNKNOWN_VALUE_TIER}')"
    # (place - 1) / valued < end: the first account is platinum however few there are.
    whens = " ".join(
        f"WHEN (place - 1) * 100 < {TIER_ENDS[tier]} * valued_accounts THEN '{tier}'"
        for tier in TIERS
    )
    return (
        f"CASE WHEN value_cents IS NULL THEN '{UNKNOWN_VALUE_TIER}' "
        f"WHEN value_cents <= 0 THEN 'basic' {whens} END"
    )


def given_label_select(column: str, spellings: dict[str, str], alias: str) -> str:
    """Return SQL giving account_id and `alias`: a label that `account_view` states, in our words.

    `spellings`: what the source writes -> our word; anything else is NULL.
    """
    whens = " ".join(
        f"WHEN {column} = '{text.replace(chr(39), chr(39) * 2)}' THEN '{tier}'"
        for text, tier in spellings.items()
    )
    case = f"CASE {whens} END" if whens else "CAST(NULL AS VARCHAR)"
    return f"SELECT account_id, {case} AS {alias} FROM account_view"


def _meets(rule: GroupRule) -> str:
    if rule.tiers:
        return f"value_tier IN ({', '.join(repr(t) for t in rule.tiers)})"
    if rule.share_over is not None:
        return f"coalesce(portfolio_share > CAST('{rule.share_over!r}' AS DOUBLE), FALSE)"
    place = "CAST(value_rank AS DOUBLE)"
    if rule.top is not None:
        end = f"CAST('{rule.top!r}' AS DOUBLE) * valued_accounts"
        return f"coalesce({place} - 1 < {end}, FALSE)"
    end = f"CAST('{rule.bottom!r}' AS DOUBLE) * valued_accounts"
    return f"coalesce(valued_accounts - {place} < {end}, FALSE)"


def group_case(groups: GroupSettings) -> str:
    """Return SQL of the group: high_value, mass_value, overlap when both rules hold, or rest."""
    high, mass = _meets(groups.high_value), _meets(groups.mass_value)
    return (
        f"CASE WHEN ({high}) AND ({mass}) THEN 'overlap' WHEN {high} THEN 'high_value' "
        f"WHEN {mass} THEN 'mass_value' ELSE 'rest' END"
    )


def rule_text(rule: GroupRule) -> str:
    """Return a rule as one line, the same in both languages.

    >>> rule_text(GroupRule(tiers=("platinum", "gold"))), rule_text(GroupRule(share_over=0.05))
    ('platinum + gold', 'portfolio_share > 0.05')
    """
    if rule.tiers:
        return " + ".join(rule.tiers)
    if rule.share_over is not None:
        return f"portfolio_share > {rule.share_over:g}"
    return f"top {rule.top:g}" if rule.top is not None else f"bottom {rule.bottom:g}"


def model_case() -> str:
    """Return SQL of the engagement model that an account's group and value tier ask for."""
    return (
        "CASE WHEN value_group IN ('high_value', 'overlap') THEN 'high_touch' "
        "WHEN value_tier IN ('silver', 'gold', 'platinum') THEN 'value_deepening' "
        "WHEN value_tier IN ('bronze', 'basic') THEN 'automated' ELSE 'unassigned' END"
    )
