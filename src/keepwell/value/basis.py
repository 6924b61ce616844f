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


def basis_select(source: Given, measures: Collection[str]) -> str:
    """Return SQL giving one row per account of `scores`: what R, F and M are cut from.

    Shape:   account_id, recency_days, frequency, monetary_amount, first_purchase_age_days,
             has_never (the source is there, the account has no purchase), r_/f_/m_given.
    Needs:   `value_purchases` for purchases; `value_given` for given scores; else `measures`.
    """
    null, no = "CAST(NULL AS DOUBLE)", "CAST(NULL AS BIGINT)"
    nothing = f"{no} AS r_given, {no} AS f_given, {no} AS m_given"
    if source in ("transactions", "opportunities"):
        return (
            "SELECT s.account_id, p.recency_days, p.frequency, p.monetary_amount, "
            "p.first_purchase_age_days, p.account_id IS NULL AS has_never, "
            f"{nothing} FROM scores AS s "
            "LEFT JOIN value_purchases AS p ON p.account_id = s.account_id"
        )
    gap = "days_since_last_activity"
    recency = f"m.{gap}" if gap in measures else null
    never = f"m.{gap}__never" if f"{gap}__never" in measures else "FALSE"
    often = next((f"m.{c}" for c in FREQUENCIES if c in measures), null)
    given = nothing if source == "activity" else "g.r_given, g.f_given, g.m_given"
    joined = (
        "" if source == "activity" else " LEFT JOIN value_given AS g ON g.account_id = s.account_id"
    )
    return (
        f"SELECT s.account_id, {recency} AS recency_days, {often} AS frequency, "
        f"{null} AS monetary_amount, {null} AS first_purchase_age_days, {never} AS has_never, "
        f"{given} FROM scores AS s LEFT JOIN measures AS m ON m.account_id = s.account_id{joined}"
    )


def filled_select(columns: Collection[str], stand_in: str | None) -> str:
    """Return SQL giving `value_basis` with another measure standing in for the money.

    `columns`: of value_basis; `stand_in`: a column of `portfolio`.
    """
    kept = ", ".join(f"b.{c}" for c in columns if c != "monetary_amount")
    money = "b.monetary_amount" if stand_in is None else f"CAST(p.{stand_in} AS DOUBLE)"
    join = "" if stand_in is None else " LEFT JOIN portfolio AS p ON p.account_id = b.account_id"
    return f"SELECT {kept}, {money} AS monetary_amount FROM value_basis AS b{join}"
