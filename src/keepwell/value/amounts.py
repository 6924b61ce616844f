"""Which amount ranks accounts by value: the first that enough accounts have."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from keepwell.value.basis import RfmBasis
from keepwell.value.fitted import FITTED, FittedValue

LEAST_HELD_SHARE = 0.5
PURCHASES = "purchases_to_date"
ORDERED = (
    "estimated_customer_ltv",
    PURCHASES,
    "current_arr_amount",
    "base_amount",
    "total_won_amount",
)


@dataclass(frozen=True, slots=True)
class Amount:
    """The amount that ranks accounts: its name, its SQL, and how many accounts have it.

    `is_fitted`: it is a column of `lifetime`.
    """

    name: str
    sql: str
    known: int
    is_fitted: bool = False

    @property
    def is_given(self) -> bool:
        """Say whether the source states it."""
        return self.name == "estimated_customer_ltv"


def amount_candidates(
    wanted: str,
    columns: Collection[str],
    basis: RfmBasis,
    *,
    is_total: bool,
    fitted: FittedValue | None = None,
) -> dict[str, str]:
    """Return the amounts to look at, in order, as SQL over `value_scored AS v`.

    `columns`: of portfolio; `is_total`: the money score is cut from totals, not means.
    `fitted`:  a value that was carried over from `lifetime`; before what is no forecast, after
               what the source states.
    """
    if wanted not in ("auto", PURCHASES, FITTED):
        return {wanted: f"v.{wanted}"}
    found: dict[str, str] = {}
    column = fitted.column if fitted and fitted.ranks(wanted) else None
    if wanted == FITTED and column:
        return {column: f"v.{column}"}
    for name in (PURCHASES,) if wanted == PURCHASES else ORDERED:
        if name == PURCHASES and column:
            found[column] = f"v.{column}"
        if name == PURCHASES and basis.source in ("transactions", "opportunities") and is_total:
            found[name] = "CASE WHEN v.has_never THEN CAST(0 AS DOUBLE) ELSE v.monetary_amount END"
        elif name in columns:
            found[name] = f"v.{name}"
    return found


def held_select(candidates: Mapping[str, str]) -> str:
    """Return SQL of one row: accounts, then per amount how many have it and how many over zero."""
    parts = ["count(*)"]
    for sql in candidates.values():
        parts += [f"count({sql})", f"count(*) FILTER (WHERE {sql} > 0)"]
    return f"SELECT {', '.join(parts)} FROM value_scored AS v"


def choose_amount(
    candidates: Mapping[str, str], held: Collection[int], fitted: str | None = None
) -> Amount | None:
    """Return the first amount that half of the accounts have, else the most held; None if none.

    `held`:   the row of `held_select`. An amount that is nowhere over zero ranks nobody.
    `fitted`: which of them is a fitted lifetime value.
    """
    accounts, *counts = held
    found = [
        Amount(name, sql, known, is_fitted=name == fitted)
        for (name, sql), known, positive in zip(
            candidates.items(), counts[0::2], counts[1::2], strict=True
        )
        if positive
    ]
    enough = [a for a in found if a.known >= LEAST_HELD_SHARE * accounts]
    if enough:
        return enough[0]
    return max(found, key=lambda a: a.known, default=None)
