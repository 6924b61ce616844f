"""Store the paradox analysis: group ratios, robustness, correlations, cells and the verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from keepwell.outlook import cliffs_delta
from keepwell.ports import Engine
from keepwell.runs.outlook_tables import store_rows
from keepwell.value import (
    Compared,
    CorrelationRow,
    EngagementBasis,
    RatioRow,
    SegmentMap,
    ValueSettings,
    Verdict,
    VerdictRow,
    cells_select,
    judge,
    lifecycle_select,
    rank_correlation,
    ratio_of_means,
    ratio_row,
    rule_text,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
PARADOX_TABLES = (
    "value_cells",
    "value_lifecycle",
    "value_ratios",
    "value_correlations",
    "value_verdict",
)
SEED = 7
# Measures of `value` compared between the groups; the first is what the verdict rests on.
COMPARED = (
    "engagement",
    "engagement_consistency",
    "r_score",
    "f_score",
    "m_score",
    "composite_index",
    "days_inactive",
    "inactivity_ratio",
    "age_days",
)
OF_PORTFOLIO = ("score", "churn_probability")
_CODE = (
    "CASE WHEN value_group = 'high_value' THEN 1 WHEN value_group = 'mass_value' THEN 2 ELSE 0 END"
)
_SLICES = {
    "size": "coalesce(account_size_segment, 'unknown')",
    "age": "CASE WHEN age_days < 365 THEN 'under_365' WHEN age_days < 1095 THEN 'under_1095' "
    "WHEN age_days IS NOT NULL THEN 'from_1095' ELSE 'unknown' END",
    "imbalance": "coalesce(imbalance_bucket, 'unknown')",
}


def build_cells(engine: Engine, segments: SegmentMap) -> None:
    """Store value_cells and value_lifecycle from `value_wide`."""
    engine.create_table("value_cells", cells_select([s.segment for s in segments.segments]))
    stages = "SELECT count(lifecycle_stage) FROM value_wide"
    has_stage = int(engine.rows(stages)[0][0]) > 0
    engine.create_table("value_lifecycle", lifecycle_select(has_stage=has_stage))


def build_paradox(
    engine: Engine,
    settings: ValueSettings,
    basis: EngagementBasis,
    *,
    health_holds_value: bool,
    is_gap_bought: bool,
) -> Verdict:
    """Store the ratios, correlations and the verdict, and return it.

    `health_holds_value`: amounts or company size enter the health score.
    `is_gap_bought`:      days inactive count from the last purchase.
    """
    columns = tuple(engine.columns("portfolio"))
    constructed = _constructed(
        basis, health_holds_value=health_holds_value, is_gap_bought=is_gap_bought
    )
    names = [*COMPARED, *(c for c in OF_PORTFOLIO if c in columns)]
    accounts = _accounts(engine, names)
    rows, correlations = [], []
    times = settings.paradox.resamples
    for name in names:
        values = accounts.of(name)
        rng = np.random.default_rng([SEED, *name.encode()])
        compared = _compared(name, values, accounts.code, is_by_construction=name in constructed)
        rows.append(ratio_row(compared, rng, times))
        found = rank_correlation(accounts.of("value_amount"), values)
        span = found.interval
        correlations.append(
            CorrelationRow(
                name,
                found.n,
                found.value,
                span.low if span else None,
                span.high if span else None,
                name in constructed,
            )
        )
    rows += _robustness(accounts, times, is_constructed="engagement" in constructed)
    store_rows(engine, "value_ratios", rows, RatioRow)
    store_rows(engine, "value_correlations", correlations, CorrelationRow)
    return _verdict(engine, settings, basis, accounts)


@dataclass(frozen=True, slots=True)
class _Accounts:
    """All accounts in the order of their ids; `code`: 1 high value, 2 mass value, 0 neither."""

    table: pa.Table
    code: Ints

    def of(self, name: str) -> Floats:
        """Return a column with unknown values as NaN, inside this computation only."""
        return np.asarray(self.table[name].to_numpy(), dtype=np.float64)

    def buckets(self, scope: str) -> Iterator[tuple[str, Mask]]:
        """Return each bucket of a slice, in the order of their names, and who is in it."""
        coded = self.table[scope].combine_chunks().dictionary_encode()
        names, place = coded.dictionary.to_pylist(), coded.indices.to_numpy()
        for name in sorted(names):
            yield name, place == names.index(name)


def _accounts(engine: Engine, names: Sequence[str]) -> _Accounts:
    """Read what is compared once: at millions of accounts, sorting them is what costs."""
    numbers = (f"CAST({n} AS DOUBLE) AS {n}" for n in (*names, "value_amount", "value_rank"))
    slices = (f"{sql} AS {name}" for name, sql in _SLICES.items())
    table = engine.arrow(
        f"SELECT {_CODE} AS code, {', '.join([*numbers, *slices])} "
        "FROM value_wide ORDER BY account_id"
    )
    return _Accounts(table, table["code"].to_numpy())


def _constructed(
    basis: EngagementBasis, *, health_holds_value: bool, is_gap_bought: bool
) -> frozenset[str]:
    """Return the measures that hold the amount by which the groups were told apart."""
    found = {"m_score"} | ({"f_score"} if basis.counts_purchases else set())
    if basis.shares_history:
        found |= {"r_score", "f_score"}
        found |= {"days_inactive", "inactivity_ratio", "age_days"} if is_gap_bought else set()
    if not basis.is_independent:
        found |= {"engagement"}
    if basis.consistency != "stages":
        found |= {"engagement_consistency", "composite_index"}
    if health_holds_value:
        found |= {"score", "composite_index"}
    return frozenset(found)


def _compared(
    name: str,
    values: Floats,
    code: Ints,
    *,
    is_by_construction: bool = False,
) -> Compared:
    known = ~np.isnan(values)
    return Compared(
        name, values[known & (code == 1)], values[known & (code == 2)], is_by_construction
    )


def _robustness(accounts: _Accounts, times: int, *, is_constructed: bool) -> list[RatioRow]:
    """Repeat the primary comparison inside sizes, ages and imbalance, and under other cuts."""
    values = accounts.of("engagement")
    rows = []
    for scope in _SLICES:
        for bucket, inside in accounts.buckets(scope):
            rng = np.random.default_rng([SEED, *scope.encode(), *bucket.encode()])
            # M enters the imbalance, so within it the groups are alike by construction.
            compared = _compared(
                "engagement",
                values[inside],
                accounts.code[inside],
                is_by_construction=is_constructed or scope == "imbalance",
            )
            rows.append(ratio_row(compared, rng, times, scope, bucket))
    rank = accounts.of("value_rank")
    return [*rows, *_other_cuts(values, rank, times, is_constructed=is_constructed)]


def _other_cuts(
    values: Floats,
    rank: Floats,
    times: int,
    *,
    is_constructed: bool,
) -> list[RatioRow]:
    valued = int((~np.isnan(rank)).sum())
    rows = []
    for share in (0.1, 0.3):
        code = np.where(np.isnan(rank), 0, np.where(rank - 1 < share * valued, 1, 2))
        rng = np.random.default_rng([SEED, int(share * 100)])
        compared = _compared("engagement", values, code, is_by_construction=is_constructed)
        rows.append(ratio_row(compared, rng, times, "top", f"{share:g}"))
    return rows


def _verdict(
    engine: Engine, settings: ValueSettings, basis: EngagementBasis, accounts: _Accounts
) -> Verdict:
    groups = "SELECT value_group, count(*) FROM value_wide GROUP BY value_group"
    held = {str(group): int(n) for group, n in engine.rows(groups)}
    count = {g: held.get(g, 0) for g in ("high_value", "mass_value", "overlap", "rest")}
    values = accounts.of("engagement")
    compared = _compared("engagement", values, accounts.code)
    rng = np.random.default_rng([SEED, *b"engagement"])
    ratio = ratio_of_means(compared.high, compared.mass, rng, settings.paradox.resamples)
    verdict = judge(
        ratio,
        settings.paradox,
        high=count["high_value"],
        mass=count["mass_value"],
        is_independent=basis.is_independent,
    )
    within = _within_size(values, accounts)
    delta = cliffs_delta(within, np.random.default_rng([SEED, 2]), settings.paradox.resamples)
    span, strata = ratio.interval, delta.interval if delta else None
    row = VerdictRow(
        verdict.answer,
        verdict.reason,
        basis.consistency if basis.consistency == "stages" else "recency_frequency",
        ratio.n_one,
        ratio.n_other,
        ratio.value,
        span.low if span else None,
        span.high if span else None,
        delta.value if delta else None,
        strata.low if strata else None,
        strata.high if strata else None,
        settings.paradox.smallest_effect,
        settings.paradox.resamples,
        rule_text(settings.groups.high_value),
        rule_text(settings.groups.mass_value),
        *count.values(),
    )
    store_rows(engine, "value_verdict", [row], VerdictRow)
    return verdict


def _within_size(values: Floats, accounts: _Accounts) -> list[tuple[Floats, Floats]]:
    """Return the two groups' values per company size."""
    pairs = []
    for _, here in accounts.buckets("size"):
        inside = _compared("", values[here], accounts.code[here])
        pairs.append((inside.high, inside.mass))
    return pairs
