"""Random portfolios as the snapshot hands them to the report, in an engine; no scoring run."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from keepwell.adapters.engines import DuckDbEngine
from keepwell.measures import CATALOG
from keepwell.outlook import (
    ProfileRow,
    is_by_construction,
    losses_select,
    low_groups_select,
    low_size,
    low_sizes_select,
    people_sizes,
    priority_select,
    scored_measures,
    silence_cut,
    standardised_difference,
    stratified_delta,
)
from keepwell.reports import Subject
from keepwell.vocabulary import (
    Dimension,
    IdentityScale,
    MapScale,
    MinMaxScale,
    Scorecard,
    ScorecardMeasure,
)

AS_OF = date(2026, 10, 31)
SIZES = {"Enterprise": 1.0, "Large": 0.8, "Mid-Market": 0.6, "Small Business": 0.4}
INDUSTRIES = ("Technology", "Retail", "Healthcare", "Manufacturing", "=SUM(A1)", "<b>零售</b>")
NUMBERS = (
    "days_since_last_activity",
    "total_activities_30d",
    "contact_email_coverage",
    "annual_revenue",
    "total_won_amount",
    "number_of_employees",
    "current_pipeline_amount",
    "win_rate",
    "account_age_days",
)
# Levels that a source may state beside its own score; none: the source states neither.
LEVELS: tuple[tuple[str | None, ...], ...] = (
    (), ("Critical", "High", "Low"), ("高风险", "低风险", None), ("R1", "R2"),
    ("High", "R2", "Low"),
)  # fmt: skip
SCENARIOS = (
    "percentile_scales",
    "activity_30d_left",
    "activity_30d_right",
    "touch",
    "best",
    "without_company_scale",
)


def _minmax(measure: str, weight: float, *, lower: bool = False) -> ScorecardMeasure:
    direction: Any = "lower_is_better" if lower else "higher_is_better"
    scale = MinMaxScale(direction=direction, min=0, max=1)
    return ScorecardMeasure(measure=measure, weight=weight, scale=scale)


CARD = Scorecard(
    scorecard="classic",
    dimensions=(
        Dimension(
            dimension="activity",
            weight=40,
            measures=(
                _minmax("days_since_last_activity", 50, lower=True),
                _minmax("total_activities_30d", 50),
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
            measures=(_minmax("annual_revenue", 50), _minmax("total_won_amount", 50)),
        ),
        Dimension(
            dimension="company_scale",
            weight=10,
            measures=(
                ScorecardMeasure(
                    measure="account_size_segment", weight=70, scale=MapScale(values=SIZES)
                ),
                _minmax("number_of_employees", 30),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a random portfolio looks like."""

    accounts: int = 40
    sizes: tuple[str | None, ...] = tuple(SIZES)
    industries: tuple[str | None, ...] = INDUSTRIES
    has_money: bool = True
    unknown_share: float = 0.1
    never_share: float = 0.1
    lift: float = 0.0
    names: int = 5
    planted: str = ""
    currency: str | None = "CNY"
    levels: tuple[str | None, ...] = ()
    is_leaning: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


def random_shape(seed: int) -> Shape:
    """Return the shape of one random portfolio, the odd ones included."""
    rng = np.random.default_rng(seed)
    sizes: list[tuple[str | None, ...]] = [
        tuple(SIZES), ("Large", "Small Business"), (None,), ("Mid-Market", None), ("巨型", "Large"),
    ]  # fmt: skip
    industries: list[tuple[str | None, ...]] = [INDUSTRIES, ("Retail",), (None,), INDUSTRIES[:2]]
    return Shape(
        accounts=int(rng.choice([1, 2, 9, 12, 30, 60, 120])),
        sizes=sizes[int(rng.integers(len(sizes)))],
        industries=industries[int(rng.integers(len(industries)))],
        has_money=bool(rng.random() > 0.15),
        unknown_share=float(rng.choice([0, 0.1, 0.5, 1.0], p=[0.4, 0.4, 0.15, 0.05])),
        never_share=float(rng.choice([0, 0.2, 1.0], p=[0.5, 0.45, 0.05])),
        lift=float(rng.choice([-0.6, 0, 0.3, 0.9])),
        names=int(rng.choice([1, 5, 1000])),
        planted=str(rng.choice(["", "", "Retail"])),
        currency=None if rng.random() < 0.5 else "CNY",
        levels=LEVELS[seed % len(LEVELS)],
        is_leaning=seed % 3 == 1,
    )


def _row(rng: np.random.Generator, shape: Shape, number: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "account_id": f"A{number:06}",
        "name": f"Name | {rng.integers(shape.names)} *Co*",
        "industry": shape.industries[int(rng.integers(len(shape.industries)))],
        "account_size_segment": shape.sizes[int(rng.integers(len(shape.sizes)))],
        "days_since_last_activity": float(rng.integers(0, 120)),
        "total_activities_30d": float(rng.integers(0, 40) * (rng.random() > 0.4)),
        "contact_email_coverage": float(rng.random()),
        "annual_revenue": float(rng.lognormal(14, 2)),
        "number_of_employees": float(rng.integers(1, 9000)),
        "win_rate": float(rng.random()),
        "account_age_days": float(rng.integers(30, 2000)),
        "total_won_amount": float(rng.lognormal(11, 2)) if shape.has_money else None,
        "current_pipeline_amount": float(rng.lognormal(11, 2)) if shape.has_money else None,
    }
    for name in NUMBERS:
        if rng.random() < shape.unknown_share:
            row[name] = None
    row["_never"] = rng.random() < shape.never_share
    if row["_never"]:
        row["days_since_last_activity"] = None
    return row


def _scaled(row: dict[str, Any], name: str, rng: np.random.Generator, shape: Shape) -> float | None:
    if name == "account_size_segment":
        return SIZES.get(row[name] or "")
    if name == "days_since_last_activity" and row["_never"]:
        return 0.0
    if row[name] is None:
        return None
    planted = shape.planted and row["industry"] == shape.planted
    level = rng.random() ** 0.7 + shape.lift - (0.8 if planted else 0.0)
    return float(min(1.0, max(0.0, level)))


def _score(row: dict[str, Any], rng: np.random.Generator, shape: Shape) -> None:
    names = [m.measure for m in CARD.measures]
    scaled = {n: _scaled(row, n, rng, shape) for n in names}
    known = frozenset(n for n, s in scaled.items() if s is not None)
    weights = CARD.micro_weights(known)
    design = CARD.micro_weights()
    row["coverage"] = sum(design[n] for n in known) / 100_000_000
    for dim in CARD.dimensions:
        total = 0
        for m in dim.measures:
            weight = weights.get(m.measure, 0)
            micro = int(weight * (scaled[m.measure] or 0.0))
            row |= {f"{m.measure}__scaled": scaled[m.measure], f"{m.measure}__weight": weight}
            row[f"{m.measure}__micro"] = micro
            total += micro
        row[f"{dim.dimension}__micro"] = total
    row["score_micro"] = (
        sum(row[f"{d.dimension}__micro"] for d in CARD.dimensions) if known else None
    )
    row["tier"] = _tier(row)
    row["effective_tier"] = "low" if rng.random() < 0.03 else row["tier"]
    row["has_override"] = row["effective_tier"] != row["tier"]


def _lean(row: dict[str, Any]) -> None:
    """Give low accounts a lower win rate and more time as a customer, both outside the score."""
    for name, factor in (("win_rate", 0.2), ("account_age_days", 4.0)):
        if row["tier"] == "low" and row[name] is not None:
            row[name] *= factor


def _tier(row: dict[str, Any]) -> str:
    if row["score_micro"] is None or row["coverage"] < CARD.min_coverage:
        return "unknown"
    return next(c.tier for c in CARD.tiers if row["score_micro"] >= c.min * 1_000_000)


def _forecast(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        won, pipeline, score = (
            row["total_won_amount"],
            row["current_pipeline_amount"],
            row["score_micro"],
        )
        base = None if won is None or pipeline is None else 0.4 * won + 0.6 * pipeline
        row["base_amount"] = base
        row["weighted_amount"] = None if base is None or score is None else base * score / 1e8
        row["run_rate_amount"] = None if base is None else won / 12 * 6 + pipeline * 0.3
        row["pace_amount"] = None if base is None else won / 12 * 6
        row["due_pipeline_amount"] = None if base is None else pipeline * 0.3
        row["naive_amount"] = None if won is None else won / 4
        row["contribution_amount"] = row["weighted_amount"]
        held = row["contribution_amount"]
        row["expected_loss_amount"] = (
            None if held is None else held if row["tier"] == "low" else 0.0
        )
    known = sorted(
        (r for r in rows if r["contribution_amount"] is not None),
        key=lambda r: (-r["contribution_amount"], r["account_id"]),
    )
    for row in rows:
        row["contribution_rank"] = row["contribution_tier"] = None
    for place, row in enumerate(known):
        row["contribution_rank"] = place + 1
        row["contribution_tier"] = place * 4 // len(known) + 1


def _stability(row: dict[str, Any], rng: np.random.Generator) -> None:
    score = row["score_micro"]
    for name in SCENARIOS:
        up = 0 if name == "activity_30d_left" else int(rng.normal(0, 6e6))
        up = abs(up) if name in ("touch", "best") else up
        row[f"score_{name}_micro"] = None if score is None else max(0, min(10**8, score + up))
    near = score is not None and any(abs(score - c * 1_000_000) < 2_000_000 for c in (50, 80))
    row["is_near_line"] = near
    row["is_firm_low"] = row["tier"] == "low" and rng.random() < 0.5
    days, count = row["days_since_last_activity"], row["total_activities_30d"]
    odd = days is not None and count is not None and (days >= 30) == (count > 0)
    row["has_contradiction"] = odd or bool(row["_never"] and (count or 0) > 0)


def _given(row: dict[str, Any], rng: np.random.Generator, shape: Shape) -> None:
    """Add what the source itself states; neither column without levels."""
    if shape.levels:
        row["churn_risk_level"] = shape.levels[int(rng.integers(len(shape.levels)))]
        row["customer_health_score"] = float(rng.integers(0, 100)) if rng.random() < 0.9 else None


FLAGS = ("is_near_line", "is_firm_low", "has_contradiction", "has_override")
TEXTS = (
    "account_id", "name", "industry", "region", "owner_id", "csm_id", "lifecycle_stage", "status",
    "account_size_segment", "scorecard", "tier", "effective_tier", "churn_risk_level",
)  # fmt: skip


def _arrow(rows: list[dict[str, Any]]) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    names = dict.fromkeys(k for r in rows for k in r if not k.startswith("_"))
    for name in [*names, *(t for t in TEXTS if t not in names)]:
        values = [r.get(name) for r in rows]
        kind = pa.float64()
        if name in TEXTS:
            kind = pa.string()
        elif name in FLAGS or name.endswith("__never"):
            kind = pa.bool_()
        elif name.endswith(("_micro", "__weight", "_rank", "_tier", "_version")):
            kind = pa.int64()
        columns[name] = pa.array(values, kind)
    return pa.table(columns)


def load(engine: DuckDbEngine, shape: Shape, seed: int) -> Subject:
    """Store a random portfolio and the tables the report reads; return the subject."""
    rng = np.random.default_rng([seed, 1])
    rows = [_row(rng, shape, i) for i in range(shape.accounts)]
    given = np.random.default_rng([seed, 2])
    for row in rows:
        _score(row, rng, shape)
        if shape.is_leaning:
            _lean(row)
        _stability(row, rng)
        _given(row, given, shape)
        for name in (*NUMBERS, "account_size_segment"):
            row[f"{name}__never"] = bool(name == "days_since_last_activity" and row["_never"])
        row |= {"scorecard": "classic", "scorecard_version": 1, **shape.extra}
    _forecast(rows)
    engine.read_arrow("portfolio_rows", _arrow(rows))
    engine.create_table(
        "portfolio",
        "SELECT *, CAST(score_micro AS DOUBLE) / 1000000 AS score FROM portfolio_rows "
        "ORDER BY account_id",
    )
    return store_outlook(engine, rows, shape)


def store_outlook(engine: DuckDbEngine, rows: list[dict[str, Any]], shape: Shape) -> Subject:
    """Store profile, low_groups, low_losses and priority; return the subject."""
    engine.read_arrow("profile", _profile(rows))
    days = [r["days_since_last_activity"] for r in rows if r["tier"] == "low"]
    cut = silence_cut(np.array([d for d in days if d is not None], dtype=np.float64))
    names = ["low_groups"] if cut else []
    if cut:
        shown = f"{cut.cut_days!r} AS cut_days, {cut.below_days!r} AS below_days"
        engine.create_table(
            "low_groups",
            f"SELECT low_group, n AS accounts, {shown}, {cut.is_after_looking} AS is_after_looking "
            f"FROM ({low_groups_select(cut)}) AS g(low_group, n, k, m)",
        )
        parts = {m.measure: (f"{m.measure}__weight", f"{m.measure}__micro") for m in CARD.measures}
        lost = []
        for group, n, *means in engine.rows(losses_select(cut, parts)):
            for i, name in enumerate(parts):
                lost.append((group, "measure", name, n, means[2 * i] / 1e6, means[2 * i + 1] / 1e6))
        heads = ("low_group", "level", "name", "accounts", "mean_weight", "mean_lost")
        engine.read_arrow(
            "low_losses", pa.Table.from_pylist([dict(zip(heads, x, strict=True)) for x in lost])
        )
        names.append("low_losses")
    held = engine.rows(low_sizes_select())
    whole = held[0][5] if held else None
    engine.create_table(
        "priority",
        priority_select(
            {"classic": CARD},
            tuple(engine.columns("portfolio")),
            sizes=people_sizes([low_size(r) for r in held], whole),
            silent_days=cut.cut_days if cut else None,
        ),
    )
    return Subject(
        project="random | co",
        as_of=AS_OF,
        columns=frozenset(engine.columns("portfolio")),
        cards=(CARD,),
        measures=CATALOG,
        tables={t: frozenset(engine.columns(t)) for t in ("profile", "priority", *names)},
        currency=shape.currency,
    )


def _profile(rows: list[dict[str, Any]]) -> pa.Table:
    scored = scored_measures([CARD])
    found = []
    for name in NUMBERS:
        low = np.array([r[name] for r in rows if r[name] is not None and r["tier"] == "low"])
        rest = np.array(
            [r[name] for r in rows if r[name] is not None and r["tier"] in ("medium", "high")]
        )
        delta = stratified_delta([(low, rest)]) if len(low) and len(rest) else None
        half = 1.96 * np.sqrt(1 / max(len(low), 1) + 1 / max(len(rest), 1)) / 1.7
        ends = (None, None) if delta is None else (max(-1, delta - half), min(1, delta + half))
        found.append(_profile_row(name, low, rest, delta, ends, scored))
    heads = list(ProfileRow.__slots__)
    types = {"measure": pa.string(), "within_sizes": pa.string()}
    arrays = {h: pa.array([getattr(r, h) for r in found], types.get(h) or _kind(h)) for h in heads}
    return pa.table(arrays)


def _profile_row(
    name: str,
    low: Any,
    rest: Any,
    delta: float | None,
    ends: tuple[float | None, float | None],
    scored: frozenset[str],
) -> ProfileRow:
    is_wide = len(low) > 1 and len(rest) > 1
    return ProfileRow(
        measure=name,
        is_in_score=name in scored,
        is_by_construction=is_by_construction(name, scored),
        n_low=len(low),
        n_rest=len(rest),
        n_all=len(low) + len(rest),
        mean_low=_of(np.mean, low),
        mean_rest=_of(np.mean, rest),
        mean_all=None,
        median_low=_of(np.median, low),
        median_rest=_of(np.median, rest),
        median_all=None,
        ratio_rest=None,
        ratio_all=None,
        difference_rest=standardised_difference(low, rest) if is_wide else None,
        difference_all=None,
        delta=delta,
        delta_low=ends[0],
        delta_high=ends[1],
        delta_accounts=len(low) + len(rest),
        bootstrap_accounts=len(low) + len(rest),
        within_delta=delta,
        within_low=ends[0],
        within_high=ends[1],
        within_n_low=len(low),
        within_n_rest=len(rest),
        within_sizes="Large",
    )


def _kind(name: str) -> pa.DataType:
    if name.startswith("is_"):
        return pa.bool_()
    is_count = name.startswith("n_") or name.endswith("accounts") or "_n_" in name
    return pa.int64() if is_count else pa.float64()


def _of(statistic: Any, values: Any) -> float | None:
    return float(statistic(values)) if len(values) else None


def open_engine() -> DuckDbEngine:
    """Return an engine that reads no folder."""
    return DuckDbEngine(memory_limit_mb=512, threads=1)
