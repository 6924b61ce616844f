"""Puts a small portfolio into an engine as scoring hands it over, for tests of the outlook."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from keepwell.adapters.engines import DuckDbEngine
from keepwell.ports import Engine
from keepwell.scoring import (
    QUANTILE_SHARES,
    Statistic,
    fit,
    layout_of,
    pattern_select,
    score_select,
)
from keepwell.vocabulary import (
    Dimension,
    IdentityScale,
    MapScale,
    MinMaxScale,
    PercentileScale,
    Scorecard,
    ScorecardMeasure,
)

SIZES = {"Enterprise": 1.0, "Large": 0.8, "Mid-Market": 0.6, "Small Business": 0.4}
TEXT = ("account_size_segment",)
ACCOUNT_FIELDS = ("name", "industry", "region", "owner_id", "csm_id", "lifecycle_stage", "status")

CLASSIC = Scorecard(
    scorecard="account_health",
    dimensions=(
        Dimension(
            dimension="activity",
            weight=40,
            measures=(
                ScorecardMeasure(
                    measure="days_since_last_activity",
                    weight=50,
                    scale=MinMaxScale(direction="lower_is_better"),
                ),
                ScorecardMeasure(measure="total_activities_30d", weight=50, scale=MinMaxScale()),
            ),
        ),
        Dimension(
            dimension="contact_quality",
            weight=30,
            measures=(ScorecardMeasure(measure="contact_email_coverage", scale=IdentityScale()),),
        ),
        Dimension(
            dimension="business_value",
            weight=20,
            measures=(
                ScorecardMeasure(measure="annual_revenue", weight=50, scale=MinMaxScale()),
                ScorecardMeasure(measure="total_won_amount", weight=50, scale=MinMaxScale()),
            ),
        ),
        Dimension(
            dimension="company_scale",
            weight=10,
            measures=(
                ScorecardMeasure(
                    measure="account_size_segment", weight=70, scale=MapScale(values=SIZES)
                ),
                ScorecardMeasure(
                    measure="number_of_employees", weight=30, scale=MinMaxScale(kind="sqrt_minmax")
                ),
            ),
        ),
    ),
)


def open_engine() -> DuckDbEngine:
    """Return an engine with no folder to read from."""
    return DuckDbEngine(memory_limit_mb=512, threads=2)


def load_portfolio(
    engine: Engine,
    rows: Sequence[Mapping[str, Any]],
    measures: Sequence[str],
    card: Scorecard = CLASSIC,
) -> Scorecard:
    """Store accounts, measures, scores and contributions of `rows`; return the fitted card.

    A measure that a row lacks is unknown; the value "never" makes it never.
    """
    accounts: dict[str, list[Any]] = {"account_id": [r["account_id"] for r in rows]}
    accounts |= {f: [r.get(f) for r in rows] for f in ACCOUNT_FIELDS}
    engine.read_arrow(
        "accounts", pa.table({k: pa.array(v, pa.string()) for k, v in accounts.items()})
    )
    table: dict[str, pa.Array] = {"account_id": pa.array(accounts["account_id"], pa.string())}
    for name in measures:
        values = [r.get(name) for r in rows]
        never = [v == "never" for v in values]
        kind = pa.string() if name in TEXT else pa.float64()
        known = [None if v is None or n else v for v, n in zip(values, never, strict=True)]
        table[name] = pa.array(known, kind)
        table[f"{name}__never"] = pa.array(never, pa.bool_())
    engine.read_arrow("measures", pa.table(table))
    fitted = fit(card, _statistics(engine, card, measures), "test")
    store_scores(engine, fitted)
    return fitted


def _statistics(engine: Engine, card: Scorecard, measures: Sequence[str]) -> list[Statistic]:
    found = []
    for m in card.measures:
        if m.measure not in measures:
            continue
        if isinstance(m.scale, PercentileScale):
            known = engine.quantiles("measures", m.measure, QUANTILE_SHARES)
            found.append(Statistic(m.measure, quantiles=tuple(q for q in known if q is not None)))
        elif isinstance(m.scale, MinMaxScale):
            select = f"SELECT min({m.measure}), max({m.measure}) FROM measures"
            low, high = engine.rows(select)[0]
            found.append(Statistic(m.measure, low=low, high=high))
    return found


def store_scores(engine: Engine, card: Scorecard) -> None:
    """Store scores and contributions of the fitted card over `measures`."""
    patterns = [int(p) for (p,) in engine.rows(pattern_select(card))]
    engine.create_table("scored", score_select(card, patterns))
    layout = layout_of([card])
    engine.create_table("scores", f"SELECT {', '.join(layout.score_columns)} FROM scored")
    chosen = ", ".join(layout.contribution_columns)
    engine.create_table("contributions", f"SELECT {chosen} FROM scored")
