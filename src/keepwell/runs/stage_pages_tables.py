"""The SQL of staging: the current snapshot beside those of a week, a month and a quarter ago."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.runs.stage_outlook import worth_columns

WEEKS = 12
PERIOD_DAYS: Mapping[str, int] = {"week": 7, "month": 30, "quarter": 91}
# A run may be missing on the day itself: how many days older the one before may be.
GRACE_DAYS: Mapping[str, int] = {"week": 6, "month": 15, "quarter": 30}
CONTRIBUTIONS_BEFORE = "pages_contributions_month"
FIGURES = ("run_rate_amount_total", "naive_amount_total", "weighted_amount_total",
           "contribution_total", "expected_loss_amount_total", "avoidable_loss_total",
           "top_10_share", "effective_low_accounts", "top_3_share", "top_quarter_share", "gini",
           "pace_amount_total", "due_pipeline_amount_total", "lift_reachable_gain",
           "lift_all_gain")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """Which engine table holds the scores of a period or a week ago; None where no run is."""

    periods: Mapping[str, str | None]
    weeks: Mapping[int, str | None]
    contributions: frozenset[str]


def open_past(
    engine: Engine, snapshots: SnapshotStore, record: RunRecord, published: Sequence[RunRecord]
) -> Past:
    """Make the scores of earlier runs readable, each run once."""
    by_day: dict[date, str] = {}
    for run in published:
        if run.as_of < record.as_of:
            by_day.setdefault(run.as_of, run.run_id)
    tables: dict[str, str] = {}

    def opened(days: int, grace: int) -> str | None:
        ages = [d for d in by_day if days <= (record.as_of - d).days <= days + grace]
        if not ages:
            return None
        run_id = by_day[max(ages)]
        if run_id not in tables:
            tables[run_id] = f"pages_scores_{len(tables)}"
            engine.read_parquet(tables[run_id], snapshots.path(run_id) / "scores.parquet")
        return tables[run_id]

    periods = {name: opened(days, GRACE_DAYS[name]) for name, days in PERIOD_DAYS.items()}
    weeks = {w: opened(7 * w, 6) for w in range(1, WEEKS + 1)}
    month = next((r for r, table in tables.items() if table == periods["month"]), None)
    columns: frozenset[str] = frozenset()
    if month is not None:
        path = snapshots.path(month) / "contributions.parquet"
        if path.is_file():
            engine.read_parquet(CONTRIBUTIONS_BEFORE, path)
            columns = frozenset(engine.columns(CONTRIBUTIONS_BEFORE))
    return Past(periods, weeks, columns)


def staged_select(
    engine: Engine, measures: Sequence[str], own: Sequence[str], past: Past
) -> tuple[str, list[str]]:
    """Return the SELECT of all rows and the names of its columns."""
    worth, worth_joins = worth_columns(engine)
    chosen = {**_present(engine), **_of_past(past), **worth}
    for name in measures:
        chosen[f"v_{name}"] = f'm."{name}"'
        chosen[f"n_{name}"] = f'm."{name}__never"'
    joins = [
        "LEFT JOIN accounts AS a ON a.account_id = s.account_id",
        "LEFT JOIN measures AS m ON m.account_id = s.account_id",
        "LEFT JOIN forecast AS f ON f.account_id = s.account_id",
    ]
    if engine.columns("value"):
        joins.append("LEFT JOIN value AS v ON v.account_id = s.account_id")
    joins += worth_joins
    tables = dict.fromkeys(t for t in (*past.periods.values(), *past.weeks.values()) if t)
    joins += [f"LEFT JOIN {t} AS {t} ON {t}.account_id = s.account_id" for t in tables]
    if past.contributions:
        joins.append(f"LEFT JOIN {CONTRIBUTIONS_BEFORE} AS b ON b.account_id = s.account_id")
        before = [m for m in own if f"{m}__micro" in past.contributions]
        chosen |= {f"b_{m}": f'b."{m}__micro"' for m in before}
    columns = ", ".join(f'{text} AS "{name}"' for name, text in chosen.items())
    return f"SELECT {columns} FROM scores AS s {' '.join(joins)}", list(chosen)


def _present(engine: Engine) -> dict[str, str]:
    measured = engine.columns("measures")
    has_value = bool(engine.columns("value"))
    arr = "m.current_arr_amount" if "current_arr_amount" in measured else "NULL"
    return {
        "account_id": "s.account_id",
        "name": "a.name",
        "industry": "a.industry",
        "size": "m.account_size_segment",
        "region": "a.region",
        "csm_id": "a.csm_id",
        "owner_id": "a.owner_id",
        "lifecycle": "a.lifecycle_stage",
        "customer_since": "a.customer_since",
        "tier": "s.effective_tier",
        "score_tier": "s.tier",
        "score_micro": "s.score_micro",
        "coverage": "s.coverage",
        "has_override": "s.has_override",
        "scorecard": "s.scorecard",
        "scorecard_version": "s.scorecard_version",
        "arr_amount": arr,
        "contribution_amount": "f.contribution_amount",
        "loss_amount": "f.expected_loss_amount",
        "segment": "v.segment" if has_value else "NULL",
        "value_tier": "v.value_tier" if has_value else "NULL",
    }


def _of_past(past: Past) -> dict[str, str]:
    chosen = {}
    for period, table in past.periods.items():
        chosen[f"tier_{period}"] = f"{table}.effective_tier" if table else "NULL"
    month = past.periods["month"]
    chosen["micro_month"] = f"{month}.score_micro" if month else "NULL"
    chosen["card_name_month"] = f"{month}.scorecard" if month else "NULL"
    chosen["card_version_month"] = f"{month}.scorecard_version" if month else "NULL"
    for week, table in past.weeks.items():
        chosen[f"week_{week}"] = f"{table}.score_micro" if table else "NULL"
    return chosen


def facts_of_all(engine: Engine, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the accounts of a run share: figures, freshness."""
    return {
        "currency": manifest["currency"],
        "excluded": manifest["excluded"],
        "newest": manifest.get("newest") or {},
        "save_rate": manifest["settings"]["forecast"]["save_rate"],
        "figures": {
            row["figure"]: row
            for row in _rows(engine, "figures", ("figure", "value", "n", "low", "high"))
            if row["figure"] in FIGURES
        },
    }


def _rows(engine: Engine, table: str, wanted: Sequence[str]) -> list[dict[str, Any]]:
    there = engine.columns(table)
    names = [n for n in wanted if n in there]
    if not names:
        return []
    columns = ", ".join(f'"{n}"' for n in names)
    return [
        dict(zip(names, row, strict=True)) for row in engine.rows(f"SELECT {columns} FROM {table}")
    ]
