"""Which sizes of the low tier people go to: one rule for the summary, the list and the staffing.

Almost no money in the low tier: nobody goes, machines do. Sizes that weigh more in money than in
accounts: there. Otherwise the size whose remaining low accounts lose most; small accounts last.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MASS_SIZE = "Small Business"
UNKNOWN_CELL = "unknown"
LITTLE_MONEY = 0.01
HEAVY_RATIO = 1.5
MOST_ACCOUNTS, LEAST_MONEY = 0.5, 0.25


@dataclass(frozen=True, slots=True)
class LowSize:
    """One size of the low tier.

    `amount`: contribution of its low accounts; `rest_loss`, `rest_accounts`: expected loss and
    number of those that are not in the top quarter by contribution.
    """

    size: str
    accounts: int
    amount: float
    rest_accounts: int
    rest_loss: float


def low_sizes_select() -> str:
    """Return SQL for one row per size with low accounts, and the whole portfolio's amount."""
    rest = "contribution_tier IS NULL OR contribution_tier > 1 OR contribution_amount <= 0"
    return f"""
SELECT size_cell, count(*), sum(contribution_amount), count(CASE WHEN is_rest THEN 1 END),
       sum(CASE WHEN is_rest THEN expected_loss_amount END), max(whole)
FROM (
  SELECT coalesce(account_size_segment, '{UNKNOWN_CELL}') AS size_cell, contribution_amount,
         expected_loss_amount, ({rest}) AS is_rest, effective_tier,
         sum(contribution_amount) OVER () AS whole
  FROM portfolio
) AS told WHERE effective_tier = 'low' GROUP BY size_cell"""


def low_size(row: Sequence[object]) -> LowSize:
    """Return one size from a row of `low_sizes_select`."""
    size, accounts, amount, rest_accounts, rest_loss = row[:5]
    return LowSize(
        str(size),
        int(str(accounts)),
        _number(amount),
        int(str(rest_accounts)),
        _number(rest_loss),
    )


def _number(value: object) -> float:
    return 0.0 if value is None else float(str(value))


def is_little_money(low_amount: float, whole: float | None) -> bool:
    """Say whether the low tier holds under a hundredth of the money, so that nobody is sent.

    >>> is_little_money(9.0, 1000.0), is_little_money(10.0, 1000.0), is_little_money(0.0, None)
    (True, False, False)
    """
    return whole is not None and whole > 0 and low_amount < LITTLE_MONEY * whole


def heavy_sizes(sizes: Sequence[tuple[str | None, int, float]]) -> tuple[str, ...]:
    """Return the sizes with 1.5 times as large a share of the low money as of the low accounts.

    `sizes`: size, low accounts, amount. Empty if they are most of the accounts or little money.

    >>> heavy_sizes([("Large", 7, 73.0), ("Mid-Market", 14, 24.0), ("Small Business", 12, 3.0)])
    ('Large',)
    """
    low, total = sum(n for _, n, _ in sizes), sum(x for _, _, x in sizes)
    if total <= 0:
        return ()
    heavy = [(s, n, x) for s, n, x in sizes if s and x * low >= HEAVY_RATIO * n * total]
    accounts, money = sum(n for _, n, _ in heavy), sum(x for _, _, x in heavy)
    if accounts / low > MOST_ACCOUNTS or money / total < LEAST_MONEY:
        return ()
    return tuple(s for s, _, _ in heavy if s is not None)


def people_sizes(sizes: Sequence[LowSize], whole: float | None) -> tuple[str, ...]:
    """Return the sizes whose low accounts people look at one by one; none where machines do."""
    if is_little_money(sum(s.amount for s in sizes), whole):
        return ()
    known = [(None if s.size == UNKNOWN_CELL else s.size, s.accounts, s.amount) for s in sizes]
    heavy = heavy_sizes(known)
    if heavy:
        return heavy
    rest = [s for s in sizes if s.rest_accounts]
    ordered = sorted(
        rest, key=lambda s: (s.size == MASS_SIZE, -s.rest_loss, -s.rest_accounts, s.size)
    )
    return (ordered[0].size,) if ordered else ()
