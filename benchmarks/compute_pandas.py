"""Contender: plain pandas for the same measures, scores and contributions, all in memory."""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.whole_tables import (
    DIMENSIONS,
    NEVER_NEVER,
    SCORECARD,
    UNTOLD_NUMBERS,
    UNTOLD_TEXTS,
    WEIGHTS,
)

NEXT_DAY = pd.Timestamp("2026-11-01")
TODAY = pd.Timestamp("2026-10-31")
SINCE_30D = pd.Timestamp("2026-10-02")
SINCE_90D = pd.Timestamp("2026-08-03")
SINCE_12M = pd.Timestamp("2025-11-01")
SINCE_6M = pd.Timestamp("2026-05-01")
AFTER_6M = pd.Timestamp("2027-05-01")
SHARES = {"Enterprise": 1.0, "Large": 0.8, "Mid-Market": 0.6, "Small Business": 0.4}


def _days_ago(times: pd.Series) -> pd.Series:
    days: pd.Series = (TODAY - times.dt.normalize()).dt.days
    return days


def _activity(folder: Path, index: pd.Index) -> pd.DataFrame:
    wanted = ["account_id", "occurred_at", "channel"]
    rows = pd.read_parquet(folder / "activities.parquet", columns=wanted)
    rows = rows[rows.occurred_at < NEXT_DAY]
    out = pd.DataFrame(index=index)
    out["days_since_last_activity"] = _days_ago(rows.groupby("account_id").occurred_at.max())
    recent = rows[rows.occurred_at >= SINCE_90D]
    before = _days_ago(rows[rows.occurred_at < SINCE_90D].groupby("account_id").occurred_at.max())
    month = recent[recent.occurred_at >= SINCE_30D].groupby("account_id").size()
    out["total_activities_30d"] = month.reindex(index).fillna(0)
    by_account = recent.groupby("account_id")
    out["total_activities_90d"] = by_account.size().reindex(index).fillna(0)
    of = out.total_activities_90d.replace(0, np.nan)
    out["activity_trend"] = 3 * out.total_activities_30d / of
    return _channels(_gaps(out, recent, before), recent)


def _gaps(out: pd.DataFrame, recent: pd.DataFrame, before: pd.Series) -> pd.DataFrame:
    days = pd.DataFrame({"account_id": recent.account_id, "ago": _days_ago(recent.occurred_at)})
    days = days.drop_duplicates().sort_values(["account_id", "ago"])
    weeks = days.assign(week=days.ago // 7).drop_duplicates(["account_id", "week"])
    active = weeks.groupby("account_id").size()
    out["active_weeks_90d"] = active.reindex(out.index).fillna(0)
    inner = days.ago.diff().where(days.account_id == days.account_id.shift())
    widest = inner.groupby(days.account_id).max().reindex(out.index)
    bridge = before.reindex(out.index) - days.groupby("account_id").ago.max().reindex(out.index)
    parts = pd.concat([out.days_since_last_activity, widest, bridge], axis=1)
    out["longest_gap_days"] = parts.max(axis=1)
    return out


def _channels(out: pd.DataFrame, recent: pd.DataFrame) -> pd.DataFrame:
    known = recent[recent.channel.notna()]
    pairs = known[["account_id", "channel"]].drop_duplicates().groupby("account_id").size()
    no_rows = out.total_activities_90d == 0
    out["active_channels"] = pairs.reindex(out.index).where(~no_rows, 0.0)
    served = known[known.channel.isin(["product", "self_service"])].groupby("account_id").size()
    of = known.groupby("account_id").size().reindex(out.index)
    out["self_service_share"] = served.reindex(out.index).fillna(0) / of
    out["self_service_share__never"] = no_rows
    return out


def _contacts(folder: Path, index: pd.Index) -> pd.DataFrame:
    rows = pd.read_parquet(
        folder / "contacts.parquet", columns=["account_id", "email", "created_at"]
    )
    groups = rows[rows.created_at.isna() | (rows.created_at < NEXT_DAY)].groupby("account_id")
    out = pd.DataFrame(index=index)
    out["total_contacts"] = groups.size().reindex(index).fillna(0)
    out["contacts_with_email"] = groups.email.count().reindex(index).fillna(0)
    out["contact_email_coverage"] = out.contacts_with_email / out.total_contacts.replace(0, np.nan)
    return out


def _deals(folder: Path, index: pd.Index) -> pd.DataFrame:
    rows = pd.read_parquet(folder / "opportunities.parquet")
    rows = rows[rows.created_at.isna() | (rows.created_at < NEXT_DAY)]
    amount = rows.amount.astype(float)
    past = rows.close_date < NEXT_DAY
    won, is_open = rows.is_won & past, ~(rows.is_closed & past)
    due = is_open & ~past & (rows.close_date < AFTER_6M)
    expected = np.floor(amount * rows.probability * 100 + 0.5) / 100
    out = pd.DataFrame(index=index)
    for name, values, chosen in (
        ("total_won_amount", amount, won),
        ("won_amount_12m", amount, won & (rows.close_date >= SINCE_12M)),
        ("won_amount_6m", amount, won & (rows.close_date >= SINCE_6M)),
        ("current_pipeline_amount", amount, is_open),
        ("open_pipeline_6m_amount", amount, due),
        ("pipeline_6m_amount", expected, due),
    ):
        sums = values[chosen].groupby(rows.account_id[chosen]).sum()
        out[name] = sums.reindex(index).fillna(0)
    wins = won.astype(float).groupby(rows.account_id).sum().reindex(index)
    closed = (~is_open).astype(float).groupby(rows.account_id).sum().reindex(index)
    out["win_rate"] = wins / closed.replace(0, np.nan)
    cycle = (rows.close_date.dt.normalize() - rows.created_at.dt.normalize()).dt.days
    whole = won & (cycle >= 0)
    cycles = cycle[whole].groupby(rows.account_id[whole]).mean()
    out["average_sales_cycle_days"] = cycles.reindex(index)
    return out


def _measures(folder: Path) -> pd.DataFrame:
    accounts = pd.read_parquet(folder / "accounts.parquet").set_index("account_id").sort_index()
    index = accounts.index
    parts = (f(folder, index) for f in (_activity, _contacts, _deals))
    wide = pd.concat(parts, axis=1)
    wide["annual_revenue"] = accounts.annual_revenue.astype(float)
    wide["number_of_employees"] = accounts.number_of_employees.astype(float)
    wide["account_size_segment"] = accounts.account_size_segment
    wide["account_age_days"] = (TODAY - pd.to_datetime(accounts.created_at)).dt.days.astype(float)
    for name in ("days_since_last_activity", "longest_gap_days", "contact_email_coverage"):
        wide[f"{name}__never"] = wide[name].isna()
    for name in ("win_rate", "average_sales_cycle_days"):
        wide[f"{name}__never"] = wide[name].isna()
    wide["activity_trend__never"] = wide.self_service_share__never
    untold: dict[str, object] = {
        **dict.fromkeys(UNTOLD_NUMBERS, np.nan),
        **dict.fromkeys(UNTOLD_TEXTS),
        **{f"{name}__never": False for name in NEVER_NEVER},
    }
    return pd.concat([wide, pd.DataFrame(untold, index=index)], axis=1)


def _share(values: pd.Series) -> pd.Series:
    share: pd.Series = (values - values.min()) / (values.max() - values.min())
    return share


def _scaled(m: pd.DataFrame) -> dict[str, pd.Series]:
    return {
        "days_since_last_activity": (1 - _share(m.days_since_last_activity)).fillna(0.0),
        "total_activities_30d": _share(m.total_activities_30d),
        "contact_email_coverage": m.contact_email_coverage.fillna(0.0),
        "annual_revenue": _share(m.annual_revenue),
        "total_won_amount": _share(m.total_won_amount),
        "account_size_segment": m.account_size_segment.map(SHARES).astype(float),
        "number_of_employees": np.sqrt(_share(m.number_of_employees)),
    }


def main(folder: Path, out: Path) -> None:
    """Read the tables in `folder` and write measures, scores and contributions to `out`."""
    out.mkdir(parents=True, exist_ok=True)
    measures = _measures(folder)
    parts = pd.DataFrame(index=measures.index)
    for name, share in _scaled(measures).items():
        parts[f"{name}__scaled"] = share
        parts[f"{name}__micro"] = np.floor(share * WEIGHTS[name] + 0.5).astype("int64")
        parts[f"{name}__weight"] = WEIGHTS[name]
    score = parts[[f"{name}__micro" for name in WEIGHTS]].sum(axis=1)
    for name, of in DIMENSIONS.items():
        parts[f"{name}__micro"] = parts[[f"{m}__micro" for m in of]].sum(axis=1)
    tier = np.select([score >= 80_000_000, score >= 50_000_000], ["high", "medium"], "low")
    scores = pd.DataFrame(
        {
            "score_micro": score,
            "coverage": 1.0,
            "tier": tier,
            "effective_tier": tier,
            "scorecard": SCORECARD,
            "scorecard_version": 1,
            "has_override": False,
        }
    )
    for name, table in (("measures", measures), ("scores", scores), ("contributions", parts)):
        table.to_parquet(out / f"{name}.parquet", compression="zstd")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
