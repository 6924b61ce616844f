"""Contender: Polars with its streaming engine for the same measures, scores and contributions."""

import sys
from datetime import date
from pathlib import Path

import polars as pl

from benchmarks.whole_tables import (
    DIMENSIONS,
    NEVER_NEVER,
    SCORECARD,
    UNTOLD_NUMBERS,
    UNTOLD_TEXTS,
    WEIGHTS,
)

TODAY = date(2026, 10, 31)
NEXT_DAY = date(2026, 11, 1)
SINCE_30D = date(2026, 10, 2)
SINCE_90D = date(2026, 8, 3)
SINCE_12M = date(2025, 11, 1)
SINCE_6M = date(2026, 5, 1)
AFTER_6M = date(2027, 5, 1)
KEY = "account_id"
SHARES = {"Enterprise": 1.0, "Large": 0.8, "Mid-Market": 0.6, "Small Business": 0.4}
ZERO = (
    "total_activities_30d",
    "total_activities_90d",
    "active_weeks_90d",
    "total_contacts",
    "contacts_with_email",
    "total_won_amount",
    "won_amount_12m",
    "won_amount_6m",
    "current_pipeline_amount",
    "open_pipeline_6m_amount",
    "pipeline_6m_amount",
)
NEVER = (
    "days_since_last_activity",
    "longest_gap_days",
    "contact_email_coverage",
    "win_rate",
    "average_sales_cycle_days",
)


def _days_ago(time: pl.Expr) -> pl.Expr:
    return pl.lit(TODAY).cast(pl.Int32) - time.cast(pl.Date).cast(pl.Int32)


def _whole(value: pl.Expr) -> pl.Expr:
    """A count as signed number: counts are unsigned, and differences of those wrap around."""
    return value.cast(pl.Int64)


def _activity(folder: Path) -> pl.LazyFrame:
    """One row per account with activity: counted once, days and channels from one folded table."""
    time, channel = pl.col("occurred_at"), pl.col("channel")
    rows = pl.scan_parquet(folder / "activities.parquet").select(KEY, "occurred_at", "channel")
    before = (
        rows.filter(time < SINCE_90D).group_by(KEY).agg(_days_ago(time.max()).alias("since_before"))
    )
    folded = (
        rows.filter((time >= SINCE_90D) & (time < NEXT_DAY))
        .group_by(KEY, _days_ago(time).alias("ago"), "channel")
        .agg(_whole(pl.len()).alias("n"))
    )
    n, ago = pl.col("n"), pl.col("ago")
    recent = folded.group_by(KEY).agg(
        ago.min().alias("last"),
        ago.max().alias("first"),
        n.filter(ago < 30).sum().alias("n30"),
        n.sum().alias("n90"),
        n.filter(channel.is_not_null()).sum().alias("with_channel"),
        n.filter(channel.is_in(["product", "self_service"])).sum().alias("self_served"),
        (ago // 7).n_unique().alias("weeks"),
        channel.drop_nulls().n_unique().alias("channels"),
        ago.unique().sort().diff().max().alias("inner_gap"),
    )
    return before.join(recent, on=KEY, how="full", coalesce=True).select(
        KEY, *_activity_measures(pl.coalesce("n90", pl.lit(0)))
    )


def _activity_measures(n90: pl.Expr) -> list[pl.Expr]:
    last = pl.coalesce("last", "since_before")
    gap = pl.max_horizontal(last, "inner_gap", pl.col("since_before") - pl.col("first"))
    n30, with_channel = pl.coalesce("n30", pl.lit(0)), pl.col("with_channel")
    channels = pl.when(n90 == 0).then(0).when(with_channel > 0).then(pl.col("channels"))
    return [
        last.cast(pl.Float64).alias("days_since_last_activity"),
        n30.cast(pl.Float64).alias("total_activities_30d"),
        n90.cast(pl.Float64).alias("total_activities_90d"),
        pl.when(n90 > 0).then(3 * n30.cast(pl.Float64) / n90).alias("activity_trend"),
        pl.coalesce("weeks", pl.lit(0)).cast(pl.Float64).alias("active_weeks_90d"),
        gap.cast(pl.Float64).alias("longest_gap_days"),
        channels.cast(pl.Float64).alias("active_channels"),
        pl.when(with_channel > 0)
        .then(pl.col("self_served").cast(pl.Float64) / with_channel)
        .alias("self_service_share"),
        (n90 == 0).alias("self_service_share__never"),
    ]


def _contacts(folder: Path) -> pl.LazyFrame:
    made = pl.col("created_at")
    total, email = pl.col("total_contacts"), pl.col("contacts_with_email")
    rows = pl.scan_parquet(folder / "contacts.parquet").filter(made.is_null() | (made < NEXT_DAY))
    return (
        rows.group_by(KEY)
        .agg(
            pl.len().cast(pl.Float64).alias("total_contacts"),
            pl.col("email").count().cast(pl.Float64).alias("contacts_with_email"),
        )
        .with_columns((email / total).alias("contact_email_coverage"))
    )


def _deals(folder: Path) -> pl.LazyFrame:
    made, close, amount = pl.col("created_at"), pl.col("close_date"), pl.col("amount")
    past = close < NEXT_DAY
    is_open, won = ~(pl.col("is_closed") & past), pl.col("is_won") & past
    due = is_open & (close >= NEXT_DAY) & (close < AFTER_6M)
    value = amount.cast(pl.Float64)
    expected = (value * pl.col("probability") * 100 + 0.5).floor() / 100
    cycle = close.cast(pl.Date).cast(pl.Int32) - made.cast(pl.Date).cast(pl.Int32)
    rows = pl.scan_parquet(folder / "opportunities.parquet")
    closed = pl.col("closed")
    return (
        rows.filter(made.is_null() | (made < NEXT_DAY))
        .group_by(KEY)
        .agg(
            value.filter(won).sum().alias("total_won_amount"),
            value.filter(won & (close >= SINCE_12M)).sum().alias("won_amount_12m"),
            value.filter(won & (close >= SINCE_6M)).sum().alias("won_amount_6m"),
            value.filter(is_open).sum().alias("current_pipeline_amount"),
            value.filter(due).sum().alias("open_pipeline_6m_amount"),
            expected.filter(due).sum().alias("pipeline_6m_amount"),
            won.sum().cast(pl.Float64).alias("wins"),
            (~is_open).sum().cast(pl.Float64).alias("closed"),
            cycle.filter(won & (cycle >= 0)).mean().alias("average_sales_cycle_days"),
        )
        .with_columns(pl.when(closed > 0).then(pl.col("wins") / closed).alias("win_rate"))
        .drop("wins", "closed")
    )


def _measures(folder: Path) -> pl.DataFrame:
    accounts = pl.scan_parquet(folder / "accounts.parquet").select(
        KEY,
        pl.col("annual_revenue").cast(pl.Float64),
        pl.col("number_of_employees").cast(pl.Float64),
        "account_size_segment",
        _days_ago(pl.col("created_at")).cast(pl.Float64).alias("account_age_days"),
    )
    has_activity, channels = pl.col("total_activities_90d").is_null(), pl.col("active_channels")
    joined = accounts
    for part in (_activity(folder), _contacts(folder), _deals(folder)):
        joined = joined.join(part, on=KEY, how="left")
    return (
        joined.with_columns(
            *(pl.col(name).is_null().alias(f"{name}__never") for name in NEVER),
            pl.col("self_service_share__never").fill_null(value=True),
            pl.when(has_activity).then(0.0).otherwise(channels).alias("active_channels"),
            *(pl.col(name).fill_null(0.0) for name in ZERO),
            *(pl.lit(None, pl.Float64).alias(name) for name in UNTOLD_NUMBERS),
            *(pl.lit(None, pl.String).alias(name) for name in UNTOLD_TEXTS),
            *(pl.lit(value=False).alias(f"{name}__never") for name in NEVER_NEVER),
        )
        .with_columns(pl.col("self_service_share__never").alias("activity_trend__never"))
        .sort(KEY)
        .collect(engine="streaming")
    )


def _share(name: str) -> pl.Expr:
    value = pl.col(name)
    return (value - value.min()) / (value.max() - value.min())


def _scaled() -> dict[str, pl.Expr]:
    segment = pl.col("account_size_segment")
    return {
        "days_since_last_activity": (1 - _share("days_since_last_activity")).fill_null(0.0),
        "total_activities_30d": _share("total_activities_30d"),
        "contact_email_coverage": pl.col("contact_email_coverage").fill_null(0.0),
        "annual_revenue": _share("annual_revenue"),
        "total_won_amount": _share("total_won_amount"),
        "account_size_segment": segment.replace_strict(
            SHARES, default=None, return_dtype=pl.Float64
        ),
        "number_of_employees": _share("number_of_employees").sqrt(),
    }


def main(folder: Path, out: Path) -> None:
    """Read the tables in `folder` and write measures, scores and contributions to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    measures = _measures(folder)
    scaled = measures.lazy().select(KEY, *(e.alias(f"{n}__scaled") for n, e in _scaled().items()))
    parts = scaled.with_columns(
        (pl.col(f"{name}__scaled") * weight + 0.5).floor().cast(pl.Int64).alias(f"{name}__micro")
        for name, weight in WEIGHTS.items()
    )
    parts = parts.with_columns(
        *(pl.lit(weight, pl.Int64).alias(f"{name}__weight") for name, weight in WEIGHTS.items()),
        *(
            pl.sum_horizontal(f"{m}__micro" for m in of).alias(f"{name}__micro")
            for name, of in DIMENSIONS.items()
        ),
    ).collect(engine="streaming")
    micro = pl.col("score_micro")
    high = pl.when(micro >= 80_000_000).then(pl.lit("high"))
    tier = high.when(micro >= 50_000_000).then(pl.lit("medium")).otherwise(pl.lit("low"))
    scores = parts.select(
        KEY, pl.sum_horizontal(f"{name}__micro" for name in WEIGHTS).alias("score_micro")
    ).with_columns(
        pl.lit(1.0).alias("coverage"),
        tier.alias("tier"),
        tier.alias("effective_tier"),
        pl.lit(SCORECARD).alias("scorecard"),
        pl.lit(1, pl.Int64).alias("scorecard_version"),
        pl.lit(value=False).alias("has_override"),
    )
    for name, table in (("measures", measures), ("scores", scores), ("contributions", parts)):
        table.write_parquet(out / f"{name}.parquet", compression="zstd")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
