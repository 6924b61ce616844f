"""Forecast, quarters and concentration once more, in plain Python.

Shares no code with keepwell. A portfolio is one row per account: its measures (None = unknown,
'never' = nothing ever happened), its industry, and score_micro and tier as recomputed.
"""

from dataclasses import dataclass
from math import fsum
from typing import Any

import pandas as pd

from reference.pandas_oracle import is_missing

Row = dict[str, Any]
HUNDRED = 100_000_000
PARTS = (
    "total_won_amount",
    "won_amount_12m",
    "won_amount_6m",
    "current_pipeline_amount",
    "open_pipeline_6m_amount",
    "pipeline_6m_amount",
    "current_arr_amount",
)


@dataclass(frozen=True)
class Assumed:
    """The declared weights of a forecast."""

    won: float = 0.4
    pipeline: float = 0.6
    retention: float = 1.0
    save_rate: float = 1.0


def amount(row: Row, name: str) -> float | None:
    """A part of the forecast: never is nothing, unknown is unknown."""
    value: Any = row.get(name)
    if isinstance(value, str) and value == "never":
        return 0.0
    return None if is_missing(value) else float(value)


def rate(row: Row) -> float | None:
    value: Any = row.get("win_rate")
    return None if is_missing(value) or value == "never" else float(value)


def forecast(frame: pd.DataFrame, assumed: Assumed) -> pd.DataFrame:
    """Return account_id, tier, base, weighted, run_rate, naive, contribution, rank and quarter.

    A part that fewer than half of the accounts have is left out of everyone's amounts; a part
    that one account lacks makes that account's amount unknown.
    """
    rows: list[Row] = [{str(k): v for k, v in r.items()} for r in frame.to_dict("records")]
    held = {p for p in PARTS if 2 * sum(amount(r, p) is not None for r in rows) >= len(rows)}
    rates = [x for x in map(rate, rows) if x is not None]
    mean_rate = fsum(rates) / len(rates) if rates else None
    method = headline(held, mean_rate)
    out = []
    for row in rows:
        base = added(
            times(amount(row, name), weight)
            for name, weight in (
                ("total_won_amount", assumed.won),
                ("current_pipeline_amount", assumed.pipeline),
            )
            if name in held
        )
        micro = None if is_missing(row["score_micro"]) else float(row["score_micro"])
        pace, due = paced(row, held, assumed), expected(row, held, mean_rate)
        told = {
            "account_id": row["account_id"],
            "tier": row["tier"],
            "base": base,
            "weighted": None if micro is None else times(base, micro / HUNDRED),
            "run_rate": None if pace is None or due is None else pace + due,
            "naive": naive(row, held),
        }
        out.append({**told, "contribution": told[method]})
    return with_quarters(out)


def headline(held: set[str], mean_rate: float | None) -> str:
    """Run rate where the pace is of known months and pipeline, if any, has odds; else the index."""
    has_odds = mean_rate is not None or "pipeline_6m_amount" in held
    needs_odds = "current_pipeline_amount" in held
    is_dated = "won_amount_12m" in held or is_recurring(held)
    return "run_rate" if is_dated and (has_odds or not needs_odds) else "weighted"


def is_recurring(held: set[str]) -> bool:
    """Whether recurring revenue sets the pace: no won amount is there."""
    return "current_arr_amount" in held and not held & {"won_amount_12m", "total_won_amount"}


def times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def added(parts: Any) -> float | None:
    """The sum; unknown with no part at all or with one that is unknown."""
    listed = list(parts)
    return None if not listed or None in listed else fsum(listed)


def paced(row: Row, held: set[str], assumed: Assumed) -> float | None:
    """Six months at the pace of the last twelve, of the whole time as a customer, or of ARR."""
    if "won_amount_12m" in held:
        return times(amount(row, "won_amount_12m"), 6 / 12 * assumed.retention)
    if is_recurring(held):
        return times(amount(row, "current_arr_amount"), 6 / 12 * assumed.retention)
    if "total_won_amount" not in held:
        return 0.0 if "current_pipeline_amount" in held else None
    won = amount(row, "total_won_amount")
    age: Any = row.get("account_age_days")
    if won is None or won == 0:
        return won
    if is_missing(age):
        return None
    months = max(1.0, float(age) / 30.44)
    return won / months * 6 * assumed.retention


def expected(row: Row, held: set[str], mean_rate: float | None) -> float | None:
    """Open pipeline due in the horizon: by its own odds, else by the account's or mean rate."""
    if "current_pipeline_amount" not in held:
        return 0.0
    whole = amount(row, "current_pipeline_amount")
    if whole == 0:
        return 0.0
    own = amount(row, "pipeline_6m_amount") if "pipeline_6m_amount" in held else None
    if own is not None:
        return own
    odds = rate(row)
    odds = mean_rate if odds is None else odds
    due = amount(row, "open_pipeline_6m_amount") if "open_pipeline_6m_amount" in held else None
    if due == 0:
        return 0.0
    known = due if due is not None and odds is not None else whole
    return None if known is None or odds is None else known * odds


def naive(row: Row, held: set[str]) -> float | None:
    if "won_amount_6m" in held:
        return amount(row, "won_amount_6m")
    return times(amount(row, "won_amount_12m"), 0.5) if "won_amount_12m" in held else None


def with_quarters(rows: list[Row]) -> pd.DataFrame:
    """Add rank (1 = largest, ties by account) and quarter 1-4 of the known contributions."""
    known = sorted(
        (-r["contribution"], r["account_id"]) for r in rows if r["contribution"] is not None
    )
    place = {account: i for i, (_, account) in enumerate(known)}
    for r in rows:
        at = place.get(r["account_id"])
        r["rank"] = None if at is None else at + 1
        r["quarter"] = None if at is None else 1 + 4 * at // len(known)
    return pd.DataFrame({k: pd.Series([r[k] for r in rows], dtype=object) for k in rows[0]})


def gini(amounts: list[float]) -> float | None:
    """Half the mean difference of all pairs, over the mean."""
    if not amounts or min(amounts) < 0 or fsum(amounts) == 0:
        return None
    apart = fsum(abs(x - y) for x in amounts for y in amounts)
    return apart / (2 * len(amounts) * fsum(amounts))


def top_share(amounts: list[float], count: int) -> float | None:
    if not amounts or min(amounts) < 0 or fsum(amounts) == 0:
        return None
    return fsum(sorted(amounts, reverse=True)[:count]) / fsum(amounts)


def cross(told: pd.DataFrame) -> dict[tuple[str, int | None], tuple[int, float | None]]:
    """Return accounts and contribution of every pair of tier and quarter that occurs."""
    cells: dict[tuple[str, int | None], list[float | None]] = {}
    for row in told.to_dict("records"):
        cells.setdefault((row["tier"], row["quarter"]), []).append(row["contribution"])
    return {
        key: (len(values), fsum(known) if (known := [v for v in values if v is not None]) else None)
        for key, values in cells.items()
    }


def at_risk(told: pd.DataFrame) -> float | None:
    """Revenue at risk: what the low tier is forecast to contribute; None without a forecast."""
    known = [r for r in told.to_dict("records") if r["contribution"] is not None]
    return fsum(r["contribution"] for r in known if r["tier"] == "low") if known else None


def size_of(row: Any) -> str:
    size = row["account_size_segment"]
    return "unknown" if is_missing(size) else str(size)
