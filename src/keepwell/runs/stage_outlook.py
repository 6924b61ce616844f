"""What a run stages for the pages of value and forecast: worth, sums by CSM, lists, facts."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa

from keepwell.ports import Engine

# A recency R of 1 or 2: the two bands of five that have been quiet the longest.
QUIET = "r_score <= 2 AND value_group = 'high_value'"
VALUE = (
    "segment", "value_tier", "value_group", "value_amount", "value_rank", "r_score", "f_score",
    "m_score", "is_struggling", "composite_index", "days_inactive", "engagement_model",
)  # fmt: skip
FORECAST = (
    "contribution_amount", "contribution_rank", "contribution_tier", "expected_loss_amount",
    "run_rate_amount", "naive_amount", "weighted_amount", "pace_amount", "due_pipeline_amount",
)  # fmt: skip
METHODS = ("run_rate", "naive", "weighted", "pace", "due_pipeline")
# Tables of a snapshot whose few rows the pages show as they are.
SHARED: Mapping[str, tuple[str, ...]] = {
    "value_verdict": (
        "answer", "reason", "basis", "n_high", "n_mass", "ratio", "low", "high",
        "within_size_delta", "within_size_low", "within_size_high", "smallest_effect",
    ),
    "value_sources": ("item", "basis", "is_proxy", "known", "accounts"),
    "forecast_summary": (
        "verdict", "months", "needed_months", "buyers", "origins", "chosen", "skill", "skill_low",
        "skill_high", "better_origins", "level", "total_amount", "total_low", "total_high",
        "held_totals",
    ),
    "forecast_record": ("method", "tier", "cases", "wape", "bias", "coverage"),
    "forecast_assumptions": ("name", "code", "number"),
    "renewal_outlook": (
        "arr_amount", "due_amount", "at_risk_amount", "grr", "grr_low", "grr_high", "renewed",
        "renewed_low", "renewed_high", "renewals",
        "open_amount",
    ),
    "lorenz": ("accounts_share", "amount_share"),
    "lifetime_models": ("model", "state", "horizon", "horizon_unit", "annual_discount_rate"),
}  # fmt: skip
RATIOS = ("measure", "n_high", "mean_high", "n_mass", "mean_mass", "ratio", "low", "high",
          "is_by_construction", "is_small")  # fmt: skip


def worth_columns(engine: Engine) -> tuple[dict[str, str], list[str]]:
    """Return what an account is worth, as columns named `w_...` and the joins that they need."""
    columns: dict[str, str] = {}
    joins: list[str] = []
    held = engine.columns("value")
    columns |= {f"w_{n}": f"v.{n}" for n in VALUE if n in held}
    columns |= {f"w_{n}": f"f.{n}" for n in FORECAST if n in engine.columns("forecast")}
    if engine.columns("forecast_intervals"):
        joins.append("LEFT JOIN forecast_intervals AS fi ON fi.account_id = s.account_id")
        columns |= {"w_ahead": "fi.amount", "w_ahead_low": "fi.low", "w_ahead_high": "fi.high"}
    if ltv := _ltv(engine):
        joins.append("LEFT JOIN lifetime AS li ON li.account_id = s.account_id")
        columns |= {name: f'li."{column}"' for name, column in ltv.items()}
    return columns, joins


def _ltv(engine: Engine) -> dict[str, str]:
    """Return the columns of the lifetime value that is known: fitted, else by contract."""
    names = list(engine.columns("lifetime"))
    for start in ("lifetime_value_amount", "contract_value_amount"):
        whole = next((n for n in names if n.startswith(start) and _is_plain(n)), None)
        if whole is None:
            continue
        count = f'SELECT count("{whole}") FROM lifetime'  # noqa: S608
        if int(engine.rows(count)[0][0]):
            ends = {"w_ltv_low": f"{whole}_low", "w_ltv_high": f"{whole}_high"}
            return {"w_ltv": whole} | {k: c for k, c in ends.items() if c in names}
    return {}


def _is_plain(name: str) -> bool:
    return not name.endswith(("_low", "_high"))


_NAMES = {"r_score": "r", "f_score": "f", "m_score": "m", "composite_index": "index"}


def worth_of(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the staged columns of what an account is worth."""
    worth = {
        _NAMES.get(k[2:], k[2:]): row[k] for k in row if k.startswith("w_") and row[k] is not None
    }
    text = json.dumps({k: _plain(v) for k, v in worth.items()}, separators=(",", ":"))
    return {
        "value_group": row.get("w_value_group"),
        "contribution_tier": row.get("w_contribution_tier"),
        "worth": text if worth else "",
    }


def _plain(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value


def stage_outlook(
    engine: Engine, manifest: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any]]:
    """Return sums by CSM, lists, and what all accounts share.

    `rows`: the accounts with `account_id`, `csm_id`, `tier` and what they are worth as `w_...`.
    """
    lists = _listed(engine)
    return sums_by_csm(rows, lists), lists, _facts(engine, manifest)


def sums_by_csm(
    rows: Sequence[Mapping[str, Any]], lists: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return accounts and money of each CSM, by area and name, and by list."""
    return [*_sums(rows), *_sums_of_lists(rows, lists)]


# Area to where its name and its other name stand.
AREAS: Mapping[str, tuple[str, str]] = {
    "all": ("", ""),
    "segment": ("segment", "value_group"),
    "value_tier": ("value_tier", "tier"),
    "contribution": ("contribution_tier", "tier"),
    "r": ("r_score", ""),
    "f": ("f_score", ""),
    "m": ("m_score", ""),
}
_AMOUNTS = ("value_amount", "ltv", "contribution_amount", "expected_loss_amount")
_SUMMED = [
    ("accounts", "sum"), ("struggling", "sum"),
    *((a, how) for a in _AMOUNTS for how in ("sum", "count")),
]  # fmt: skip


def _sums(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return accounts and money by area, name and CSM."""
    table = _columns(rows)
    found = []
    for area, (name, other) in AREAS.items():
        summed = table.group_by([f"n_{name}", f"n_{other}", "csm_id"]).aggregate(_SUMMED)
        found += [
            _sum(area, row[f"n_{name}"], row[f"n_{other}"], row) for row in summed.to_pylist()
        ]
    for method in METHODS:
        amount = f"{method}_amount"
        summed = table.group_by("csm_id").aggregate(
            [("accounts", "sum"), (amount, "sum"), (amount, "count")]
        )
        found += [
            _sum("method", method, "", row) | {
                "contributing": row[f"{amount}_count"],
                "contribution_amount": float(row[f"{amount}_sum"] or 0.0),
            }
            for row in summed.to_pylist()
        ]  # fmt: skip
    return found


def _columns(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    names = dict.fromkeys(n for pair in AREAS.values() for n in pair)
    amounts = (*_AMOUNTS, *(f"{m}_amount" for m in METHODS))
    columns = {f"n_{name}": pa.array(_named(rows, name), pa.string()) for name in names}
    columns |= {
        amount: pa.array([row.get(f"w_{amount}") for row in rows], pa.float64())
        for amount in amounts
    }
    columns["csm_id"] = pa.array([row["csm_id"] or "" for row in rows], pa.string())
    columns["accounts"] = pa.array([1] * len(rows), pa.int64())
    struggling = [int(bool(row.get("w_is_struggling"))) for row in rows]
    columns["struggling"] = pa.array(struggling, pa.int64())
    return pa.table(columns)


def _named(rows: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    if not name:
        return [""] * len(rows)
    key = name if name == "tier" else f"w_{name}"
    nothing = "rest" if name == "value_group" else "unknown"
    return [nothing if row.get(key) is None else str(row[key]) for row in rows]


def _sum(area: str, name: str, other: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "area": area,
        "name": name,
        "other": other,
        "csm_id": row["csm_id"],
        "accounts": row["accounts_sum"],
        "valued": row.get("value_amount_count", 0),
        "value_amount": float(row.get("value_amount_sum") or 0.0),
        "ltv_accounts": row.get("ltv_count", 0),
        "ltv_amount": float(row.get("ltv_sum") or 0.0),
        "contributing": row.get("contribution_amount_count", 0),
        "contribution_amount": float(row.get("contribution_amount_sum") or 0.0),
        "loss_amount": float(row.get("expected_loss_amount_sum") or 0.0),
        "struggling": row.get("struggling_sum", 0),
    }


def _sums_of_lists(
    rows: Sequence[Mapping[str, Any]], lists: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    by_name: dict[str, set[str]] = defaultdict(set)
    for entry in lists:
        by_name[entry["list_name"]].add(entry["account_id"])
    found = []
    for name, accounts in by_name.items():
        held = [row for row in rows if row["account_id"] in accounts]
        summed = _columns(held).group_by("csm_id").aggregate(_SUMMED)
        found += [_sum("list", name, "", row) for row in summed.to_pylist()]
    return found


def _listed(engine: Engine) -> list[dict[str, Any]]:
    """Return the accounts of every list with their places and why they are there."""
    return [
        {
            "list_name": name,
            "account_id": account,
            "place": int(place or 0),
            "facts": {"why": [str(code) for code in codes if code]},
        }
        for select in _lists(engine)
        for name, account, place, *codes in engine.rows(select)
    ]


def _lists(engine: Engine) -> list[str]:
    """Return SQL of each list: its name, account_id, place, and codes of why."""
    found = []
    if "r_score" in engine.columns("value"):
        found.append(
            "SELECT 'quiet', account_id, row_number() OVER (ORDER BY CASE WHEN value_amount "  # noqa: S608
            f"IS NULL THEN 1 ELSE 0 END, value_amount DESC, account_id) FROM value WHERE {QUIET}"
        )
    if columns := engine.columns("struggle"):
        why = _flags(columns, _EVIDENCE)
        found.append(f"SELECT 'struggle', account_id, struggle_rank{why} FROM struggle")  # noqa: S608
    if columns := engine.columns("candidates"):
        why = _flags(columns, _WHY_SELL)
        found.append(f"SELECT kind, account_id, kind_rank{why} FROM candidates")  # noqa: S608
    if engine.columns("priority"):
        names = " ".join(f"WHEN '{g}' THEN 'priority_{g.lower()}'" for g in "ABCD")
        found.append(
            f"SELECT CASE priority_group {names} END, account_id, group_rank, reason, "  # noqa: S608
            "first_step FROM priority"
        )
    return found


_EVIDENCE = (
    "is_unhealthy", "is_likely_to_leave", "has_reopened_tickets", "has_failed_payments",
    "has_falling_use", "has_negative_survey",
)  # fmt: skip
_WHY_SELL = ("is_growing", "is_broad", "is_high_value", "is_narrow")


def _flags(columns: Collection[str], flags: Sequence[str]) -> str:
    """Return SQL of the name of each flag where it is true."""
    return "".join(f", CASE WHEN {f} THEN '{f}' END" for f in flags if f in columns)


def _facts(engine: Engine, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the pages say of all accounts: verdict, track record, assumptions, labels."""
    facts: dict[str, Any] = {name: _few(engine, name, cols) for name, cols in SHARED.items()}
    facts["value_ratios"] = _few(engine, "value_ratios", RATIOS, "WHERE scope = 'all'")
    value = manifest.get("value") or {}
    facts["segments"] = [
        [s["segment"], s["label"]] for s in (value.get("segment_map") or {}).get("segments", ())
    ]
    facts["value_settings"] = value.get("settings") or {}
    facts["ltv"] = _ltv(engine).get("w_ltv", "")
    return facts


def _few(
    engine: Engine, table: str, wanted: Sequence[str], where: str = ""
) -> list[dict[str, Any]]:
    there = engine.columns(table)
    names = [n for n in wanted if n in there]
    if not names:
        return []
    columns = ", ".join(f'"{n}"' for n in names)
    rows = engine.rows(f"SELECT {columns} FROM {table} {where}")  # noqa: S608
    return [dict(zip(names, row, strict=True)) for row in rows]
