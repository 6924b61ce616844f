"""Where R, F and M come from: the first source that has data, and what had to stand in.

Where subscriptions are there, transactions are their invoices: the days since the last one tell
the billing phase and no engagement. R and F then come from activities, unless asked otherwise.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from keepwell.value.settings import Source

Reason = Literal["unmapped", "no_rows", "not_asked", "billing"]
Given = Literal["given", "transactions", "opportunities", "activity"]
ORDER: tuple[Given, ...] = ("given", "transactions", "opportunities", "activity")
GIVEN_COLUMNS = ("recency_score", "frequency_score", "monetary_score")
NEEDS: dict[Given, tuple[str, ...]] = {
    "given": tuple(f"account_view.{c}" for c in GIVEN_COLUMNS),
    "transactions": ("transactions.occurred_at",),
    "opportunities": ("opportunities.is_won", "opportunities.close_date"),
}
FREQUENCIES = ("total_activities_90d", "total_activities_30d")
STAND_INS = ("total_won_amount", "current_arr_amount", "base_amount", "current_pipeline_amount")


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A source that was not taken: `unmapped`, `no_rows`, `not_asked`, or only `billing`."""

    source: Given
    reason: Reason


@dataclass(frozen=True, slots=True)
class RfmBasis:
    """The source of R, F and M. Activities are a proxy where purchases should be counted.

    `has_contracts`: there are subscriptions, so activities are what is meant.
    """

    source: Given
    passed_over: tuple[PassedOver, ...]
    has_contracts: bool = False

    @property
    def is_proxy(self) -> bool:
        """Say whether activities stand in for purchases; beside subscriptions they do not."""
        return self.source == "activity" and not self.has_contracts


def choose_basis(wanted: Source, mapped: Collection[str], rows: Mapping[str, int]) -> RfmBasis:
    """Return the first source that is asked for, mapped and not empty; `activity` is the last.

    `rows`: how many rows of each source, and of `subscriptions`, can serve.
    """
    passed: list[PassedOver] = []
    has_contracts = rows.get("subscriptions", 0) > 0
    for source in ORDER[:-1]:
        reason = _refused(source, wanted, mapped, rows)
        if reason is None:
            return RfmBasis(source, tuple(passed), has_contracts)
        passed.append(PassedOver(source, reason))
    return RfmBasis("activity", tuple(passed), has_contracts)


def _refused(
    source: Given, wanted: Source, mapped: Collection[str], rows: Mapping[str, int]
) -> Reason | None:
    if wanted not in ("auto", source):
        return "not_asked"
    if not set(NEEDS[source]) <= set(mapped):
        return "unmapped"
    if not rows.get(source, 0):
        return "no_rows"
    is_billing = source != "given" and wanted == "auto" and rows.get("subscriptions", 0) > 0
    return "billing" if is_billing else None


def given_select() -> str:
    """Return SQL giving the scores that the source states; one outside 1-5 is unknown."""
    parts = ", ".join(
        f"CASE WHEN {c} >= 1 AND {c} < 6 THEN CAST(floor({c}) AS BIGINT) END AS {c[0]}_given"
        for c in GIVEN_COLUMNS
    )
    return f"SELECT account_id, {parts} FROM account_view"


def given_rows_select() -> str:
    """Return SQL counting the accounts for which all three scores are given."""
    tests = " AND ".join(f"{c} IS NOT NULL" for c in GIVEN_COLUMNS)
    return f"SELECT count(*) FROM account_view WHERE {tests}"


def basis_select(
    source: Given,
    carried: Collection[str],
    columns: Collection[str],
    *,
    money: str | None = None,
    has_failures: bool = False,
    fitted: str | None = None,
) -> str:
    """Return SQL giving `value_basis`, one row per account: what R, F and M are cut from.

    Shape:   account_id, the `carried` columns of `value_accounts`, recency_days, frequency,
             monetary_amount, first_purchase_age_days, has_never (the source is there, the account
             has no purchase), r_/f_/m_given, failed_payments_90d.
    Needs:   `value_purchases` for purchases; `value_given` for given scores; `value_failed` with
             `has_failures`; `lifetime` for the value `fitted`.
    `columns`: measures of `value_accounts` that any account has.
    `money`:  the column that stands in for the money of purchases.
    """
    null = "CAST(NULL AS DOUBLE)"
    bought = source in ("transactions", "opportunities")
    given = [f"g.{c[0]}_given" for c in GIVEN_COLUMNS]
    if source != "given":
        given = [f"CAST(NULL AS BIGINT) AS {c[0]}_given" for c in GIVEN_COLUMNS]
    spent = "b.monetary_amount" if bought else null
    parts = [
        "p.account_id",
        *carried,
        *(_BOUGHT if bought else _active(columns)),
        f"{spent if money is None else f'CAST(p.{money} AS DOUBLE)'} AS monetary_amount",
        *given,
        "x.failed_payments_90d" if has_failures else f"{null} AS failed_payments_90d",
        *([f"l.{fitted}"] if fitted else []),
    ]
    joined = {"value_purchases AS b": bought, "value_given AS g": source == "given"}
    joined |= {"value_failed AS x": has_failures, "lifetime AS l": fitted is not None}
    joins = "".join(
        f" LEFT JOIN {table} ON {table[-1]}.account_id = p.account_id"
        for table, is_read in joined.items()
        if is_read
    )
    return f"SELECT {', '.join(parts)} FROM value_accounts AS p{joins}"


_BOUGHT = (
    "b.recency_days",
    "b.frequency",
    "b.first_purchase_age_days",
    "b.account_id IS NULL AS has_never",
)


def _active(columns: Collection[str]) -> tuple[str, ...]:
    """Return recency and frequency of activities over `value_accounts AS p`."""
    null, gap = "CAST(NULL AS DOUBLE)", "days_since_last_activity"
    often = next((f"p.{c}" for c in FREQUENCIES if c in columns), null)
    return (
        f"{f'p.{gap}' if gap in columns else null} AS recency_days",
        f"{often} AS frequency",
        f"{null} AS first_purchase_age_days",
        f"{f'p.{gap}__never' if f'{gap}__never' in columns else 'FALSE'} AS has_never",
    )
