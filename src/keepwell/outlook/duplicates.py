"""How many accounts' worth of information the portfolio holds when some rows repeat others."""

from collections.abc import Collection, Iterable

PROFILE = (
    "annual_revenue",
    "total_won_amount",
    "current_pipeline_amount",
    "number_of_employees",
    "account_age_days",
)
_LEAST_KNOWN = 3


def duplicates_select(columns: Collection[str]) -> str | None:
    """Return SQL giving (tier is low, accounts in a block, blocks) of near-equal profiles.

    Method:  a block shares revenue, won amount, pipeline, headcount and age within about 1 %
             (equal whole parts of 100 x ln(1 + x)); an account with fewer than three of them
             above zero stands alone. Missing: None when the table holds fewer than three.
    """
    held = [c for c in PROFILE if c in columns]
    if len(held) < _LEAST_KNOWN:
        return None
    bins = ", ".join(
        f"CASE WHEN {c} > 0 THEN CAST(floor(ln({c} + 1) * 100) AS BIGINT) ELSE -1 END AS {c}_bin"
        for c in held
    )
    known = " + ".join(f"CASE WHEN {c} > 0 THEN 1 ELSE 0 END" for c in held)
    keys = ", ".join(f"{c}_bin" for c in held)
    return f"""
SELECT low, accounts, count(*) FROM (
  SELECT low, count(*) AS accounts FROM (
    SELECT account_id, CASE WHEN tier = 'low' THEN TRUE ELSE FALSE END AS low, {bins}
    FROM portfolio WHERE {known} >= {_LEAST_KNOWN}
  ) AS binned GROUP BY low, {keys}
) AS blocks WHERE accounts > 1 GROUP BY low, accounts"""


def effective_accounts(accounts: int, blocks: Iterable[tuple[int, int]]) -> float:
    """Return how many independent accounts tell as much: n^2 / sum of squared block sizes.

    `blocks` are (accounts in a block, number of such blocks); all others stand alone.
    Source: L. Kish, Survey Sampling (1965), 5.4, with full correlation inside a block.

    >>> effective_accounts(10, [])
    10.0
    >>> effective_accounts(10, [(5, 2)])
    2.0
    """
    repeated = [(size, count) for size, count in blocks]
    alone = accounts - sum(size * count for size, count in repeated)
    squares = alone + sum(size * size * count for size, count in repeated)
    return accounts * accounts / squares if squares else 0.0
