"""Value tiers and portfolio shares: accounts in the order of their value, as portable SQL."""

from keepwell.value.settings import TIERS, GroupRule, GroupSettings

UNKNOWN_VALUE_TIER = "unknown"
# Upper end of each tier's place in the value order, in hundredths of the accounts.
TIER_ENDS = {"platinum": 5, "gold": 20, "silver": 50, "bronze": 80, "basic": 100}
# Above this many cents an amount is too large for exact integer sums and left out of shares.
MOST = "9000000000000000"


CENTS = "CAST(floor(value_amount * 100 + CAST('0.5' AS DOUBLE)) AS BIGINT)"


def amounts_select(amount: str) -> str:
    """Return SQL giving `value_amounts`: value_scored with value_amount and value_cents.

    Missing:  an amount too large for exact sums has no cents.
    `amount`: SQL over `value_scored AS v`.
    """
    return f"""
SELECT *, CASE WHEN abs(value_amount) < {MOST} THEN {CENTS} END AS value_cents
FROM (SELECT v.*, CAST({amount} AS DOUBLE) AS value_amount FROM value_scored AS v) AS valued"""


def ranked_select() -> str:
    """Return SQL giving `value_ranked`: account_id and value_rank, 1 = most; ties by account_id.

    Missing: an account without cents has no row.
    """
    return (
        "SELECT account_id, "
        "row_number() OVER (ORDER BY value_cents DESC, account_id) AS value_rank "
        "FROM value_amounts WHERE value_cents IS NOT NULL"
    )


def totals_select() -> str:
    """Return SQL of one row: valued_accounts, and total_cents over accounts above nothing."""
    return (
        "SELECT COUNT(value_cents) AS valued_accounts, "
        "SUM(CASE WHEN value_cents > 0 THEN value_cents ELSE 0 END) AS total_cents "
        "FROM value_amounts"
    )


PORTFOLIO_SHARE = """CASE WHEN value_cents > 0
    THEN CAST(value_cents AS DOUBLE) / nullif(CAST(total_cents AS DOUBLE), 0)
    WHEN value_cents IS NOT NULL THEN CAST(0 AS DOUBLE) END"""


def tier_case(*, has_given_tier: bool) -> str:
    """Return SQL of the value tier over `value_cents`, `value_rank` and `valued_accounts`.

    Missing: without an amount the tier is unknown; nothing or less is basic whatever its place.
    """
    if has_given_tier:
        return f"coalesce(given_tier, '{UNKNOWN_VALUE_TIER}')"
    # (rank - 1) / valued < end: the first account is platinum however few there are.
    whens = " ".join(
        f"WHEN (value_rank - 1) * 100 < {TIER_ENDS[tier]} * valued_accounts THEN '{tier}'"
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
