"""Six months of contribution per account by three declared methods, as portable SQL.

What the data lack is settled for the whole portfolio first (`ForecastBasis`): a part that fewer
than half of the accounts have is left out for all and said; a part that a single account lacks
makes that account's amount unknown.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from keepwell.outlook.sql_text import as_double, column_or_null

Method = Literal["run_rate", "weighted"]
Pace = Literal["current_arr", "trailing_12_months", "lifetime"]
PARTS = (
    "total_won_amount",
    "won_amount_12m",
    "won_amount_6m",
    "current_pipeline_amount",
    "open_pipeline_6m_amount",
    "pipeline_6m_amount",
    "current_arr_amount",
)
DAYS_PER_MONTH = 30.44
LEAST_HELD_SHARE = 0.5


class ForecastWeights(Protocol):
    """The assumptions that the forecast takes from the settings."""

    @property
    def won_weight(self) -> float:
        """Return the weight of won amounts in the index, 0-1."""
        ...

    @property
    def pipeline_weight(self) -> float:
        """Return the weight of open pipeline in the index, 0-1."""
        ...

    @property
    def retention_factor(self) -> float:
        """Return the share of the pace that stays, above 0 to 1."""
        ...

    @property
    def horizon_months(self) -> int:
        """Return the months looked ahead."""
        ...


@dataclass(frozen=True, slots=True)
class ForecastBasis:
    """The parts that at least half of the accounts have, and the odds where an account has none.

    `mean_win_rate` is the plain mean over accounts, None when none has one; `mean_odds_count`
    accounts with pipeline but no win rate of their own take it.
    """

    held: frozenset[str]
    accounts: int
    mean_win_rate: float | None
    mean_odds_count: int

    @property
    def has_won(self) -> bool:
        """Say whether the index can count won amounts."""
        return "total_won_amount" in self.held

    @property
    def is_recurring(self) -> bool:
        """Say whether recurring revenue sets the pace: only where no won amount does."""
        has_pace = self.has_won or "won_amount_12m" in self.held
        return not has_pace and "current_arr_amount" in self.held

    @property
    def has_pipeline(self) -> bool:
        """Say whether open pipeline counts."""
        return "current_pipeline_amount" in self.held

    @property
    def method(self) -> Method:
        """Return the headline: run rate where the pace is dated and pipeline has odds."""
        has_odds = self.mean_win_rate is not None or "pipeline_6m_amount" in self.held
        is_dated = self.pace != "lifetime" and (has_odds or not self.has_pipeline)
        return "run_rate" if is_dated else "weighted"

    @property
    def pace(self) -> Pace:
        """Return what the pace is taken from."""
        if self.is_recurring:
            return "current_arr"
        return "trailing_12_months" if "won_amount_12m" in self.held else "lifetime"

    @property
    def assumptions(self) -> tuple[tuple[str, str], ...]:
        """Return what the forecast takes for granted, as (name, code) pairs."""
        naive = {"won_amount_6m": "last_six_months", "won_amount_12m": "half_of_twelve_months"}
        timing = {
            "pipeline_6m_amount": "due_in_horizon_own_probability",
            "open_pipeline_6m_amount": "due_in_horizon_win_rate",
            "current_pipeline_amount": "all_closes_in_horizon",
        }
        return (
            ("headline_method", self.method),
            ("won", "counted" if self.has_won else "left_out"),
            ("pace", self.pace),
            ("pipeline", "counted" if self.has_pipeline else "left_out"),
            ("pipeline_timing", self._first(timing, "left_out")),
            ("naive", self._first(naive, "none")),
        )

    def _first(self, codes: dict[str, str], other: str) -> str:
        return next((code for part, code in codes.items() if part in self.held), other)


def basis_select(columns: Collection[str]) -> str:
    """Return SQL for one row: accounts, those that have each of PARTS, mean odds, who takes it."""
    counts = ", ".join(
        f"count(*) FILTER (WHERE {name} IS NOT NULL OR {name}__never)" if name in columns else "0"
        for name in PARTS
    )
    odds = as_double(column_or_null(columns, "win_rate"))
    pipeline = column_or_null(columns, "current_pipeline_amount")
    return (
        f"SELECT count(*), {counts}, {_mean(odds)}, "
        f"count(*) FILTER (WHERE {odds} IS NULL AND {pipeline} > 0) FROM measures"
    )


def _mean(share: str) -> str:
    """Return the mean of a share, summed in billionths: the same on any engine and any threads."""
    billion = as_double("1000000000")
    whole = f"CAST(floor({share} * {billion} + {_number(0.5)}) AS BIGINT)"
    return f"CAST(sum({whole}) AS DOUBLE) / nullif({billion} * count({share}), 0)"


def basis_of(row: Sequence[int | float | None]) -> ForecastBasis:
    """Return the basis from the row of `basis_select`."""
    accounts, *counts, odds, taking_mean = row
    whole = int(accounts or 0)
    held = {
        name
        for name, count in zip(PARTS, counts, strict=True)
        if count and count >= LEAST_HELD_SHARE * whole
    }
    return ForecastBasis(
        held=frozenset(held),
        accounts=whole,
        mean_win_rate=None if odds is None else float(odds),
        mean_odds_count=int(taking_mean or 0),
    )


def forecast_select(
    basis: ForecastBasis,
    weights: ForecastWeights,
    columns: Collection[str],
    *,
    has_churn: bool = False,
) -> str:
    """Return SQL giving FORECAST_COLUMNS for every row of `scores`.

    `has_churn`: churn_probability is validated; adds `likely_loss_amount`, it x the contribution.
    Units:   amounts in the project's currency over the horizon; rank 1 is the largest.
    Missing: an account without a part that others have: NULL; never any deal: 0.
    """
    carried = ", churn_probability" if has_churn else ""
    loss = ", churn_probability * contribution_amount AS likely_loss_amount" if has_churn else ""
    return f"""
WITH parts AS (
  SELECT account_id, score_micro, tier, {_parts(basis, columns)}, {_odds(basis, columns)} AS odds
         {carried}
  FROM scores JOIN measures USING (account_id)
), paced AS (
  SELECT account_id, score_micro, tier, {_naive(basis)} AS naive_amount,
         {_won_and_pipeline(basis, weights)} AS base_amount,
         {_pace(basis, weights)} AS pace_amount,
         {_due(basis)} AS due_pipeline_amount{carried}
  FROM parts
), methods AS (
  SELECT account_id, tier, base_amount, pace_amount, due_pipeline_amount, naive_amount{carried},
         base_amount * CAST(score_micro AS DOUBLE) / nullif({as_double("100000000")}, 0)
           AS weighted_amount,
         pace_amount + due_pipeline_amount AS run_rate_amount
  FROM paced
), headed AS (
  SELECT *, {basis.method}_amount AS contribution_amount FROM methods
), ranked AS (
  SELECT *, count(contribution_amount) OVER () AS ranked_accounts,
         row_number() OVER (ORDER BY CASE WHEN contribution_amount IS NULL THEN 1 ELSE 0 END,
                            contribution_amount DESC, account_id) AS place
  FROM headed
)
SELECT account_id, base_amount, weighted_amount, run_rate_amount, naive_amount,
       contribution_amount,
       CASE WHEN contribution_amount IS NOT NULL THEN place END AS contribution_rank,
       CASE WHEN contribution_amount IS NOT NULL THEN
         CAST(floor(CAST((place - 1) * 4 AS DOUBLE) / nullif(ranked_accounts, 0)) AS BIGINT) + 1
       END AS contribution_tier,
       pace_amount, due_pipeline_amount,
       CASE WHEN contribution_amount IS NULL THEN CAST(NULL AS DOUBLE)
            WHEN tier = 'low' THEN contribution_amount
            ELSE {as_double("0")} END AS expected_loss_amount{loss}
FROM ranked"""


def _part(columns: Collection[str], name: str) -> str:
    """Return the value with never (no deal ever) as zero and unknown as NULL."""
    if name not in columns:
        return f"CAST(NULL AS DOUBLE) AS {name}_part"
    zero = as_double("0")
    return f"CASE WHEN {name} IS NULL AND {name}__never THEN {zero} ELSE {name} END AS {name}_part"


def _parts(basis: ForecastBasis, columns: Collection[str]) -> str:
    age = as_double(column_or_null(columns, "account_age_days"))
    used = [n for n in PARTS if n != "current_arr_amount" or basis.is_recurring]
    return ", ".join([*(_part(columns, name) for name in used), f"{age} AS age_days"])


def _odds(basis: ForecastBasis, columns: Collection[str]) -> str:
    own = as_double(column_or_null(columns, "win_rate"))
    if basis.mean_win_rate is None:
        return own
    return f"coalesce({own}, {_number(basis.mean_win_rate)})"


def _number(value: float) -> str:
    return as_double(f"'{value!r}'")


def _won_and_pipeline(basis: ForecastBasis, weights: ForecastWeights) -> str:
    parts = []
    if basis.has_won:
        parts.append(f"total_won_amount_part * {_number(weights.won_weight)}")
    if basis.has_pipeline:
        parts.append(f"current_pipeline_amount_part * {_number(weights.pipeline_weight)}")
    return " + ".join(parts) or "CAST(NULL AS DOUBLE)"


def _naive(basis: ForecastBasis) -> str:
    if "won_amount_6m" in basis.held:
        return "won_amount_6m_part"
    if "won_amount_12m" in basis.held:
        return f"won_amount_12m_part * {_number(0.5)}"
    return "CAST(NULL AS DOUBLE)"


def _pace(basis: ForecastBasis, weights: ForecastWeights) -> str:
    """Return won amount a month x months x retention; an account counts as a month old at least."""
    zero, factor = as_double("0"), _number(weights.horizon_months * weights.retention_factor)
    yearly = {"current_arr": "current_arr_amount", "trailing_12_months": "won_amount_12m"}
    if basis.pace in yearly:
        return f"{yearly[basis.pace]}_part / nullif({as_double('12')}, 0) * {factor}"
    if not basis.has_won:
        return zero if basis.has_pipeline else "CAST(NULL AS DOUBLE)"
    month = _number(DAYS_PER_MONTH)
    aged = f"age_days / nullif({month}, 0)"
    months = f"CASE WHEN age_days < {month} THEN {as_double('1')} ELSE {aged} END"
    paced = f"total_won_amount_part / nullif({months}, 0) * {factor}"
    return f"CASE WHEN total_won_amount_part = 0 THEN {zero} ELSE {paced} END"


def _due(basis: ForecastBasis) -> str:
    """Return the pipeline expected in the horizon, by the best of three sources an account has."""
    zero = as_double("0")
    if not basis.has_pipeline:
        return zero
    sources = [f"CASE WHEN current_pipeline_amount_part = 0 THEN {zero} END"]
    if "pipeline_6m_amount" in basis.held:
        sources.append("pipeline_6m_amount_part")
    if "open_pipeline_6m_amount" in basis.held:
        sources.append(
            f"CASE WHEN open_pipeline_6m_amount_part = 0 THEN {zero} "
            "ELSE open_pipeline_6m_amount_part * odds END"
        )
    sources.append("current_pipeline_amount_part * odds")
    return f"coalesce({', '.join(sources)})"
