"""What a run stages for the pages: one row per account, and what all accounts share."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.ports.pages import PAGES_SHAPE, StagedPages
from keepwell.runs.stage_outlook import stage_outlook, worth_of
from keepwell.runs.stage_pages_names import SearchTexts, search_text
from keepwell.runs.stage_pages_tables import (
    PERIOD_DAYS,
    WEEKS,
    facts_of_all,
    open_past,
    staged_select,
)

NEVER_RENEWS = 9_999_999
NOTHING_KNOWN = -1
SMALLEST_PEERS = 5
# Values that an account's page shows beside those of its scorecard.
SHOWN = (
    "days_since_last_activity",
    "total_activities_30d",
    "total_contacts",
    "current_arr_amount",
    "days_to_renewal",
    "churn_probability",
    "open_tickets",
    "nps",
    "account_size_segment",
)


def stage_run(
    engine: Engine,
    snapshots: SnapshotStore,
    record: RunRecord,
    published: Sequence[RunRecord],
    manifest: Mapping[str, Any],
    known: SearchTexts,
) -> StagedPages:
    """Return what the pages read of a run.

    `published`: earlier runs, newest first. `known`: search texts of names seen before.
    Needs:       the tables of the run's snapshot in the engine.
    """
    cards = [use["card"] for use in manifest["scorecards"]]
    own = [m["measure"] for card in cards for d in card["dimensions"] for m in d["measures"]]
    there = engine.columns("measures")
    measures = tuple(dict.fromkeys(m for m in (*own, *SHOWN) if m in there))
    past = open_past(engine, snapshots, record, published)
    select, columns = staged_select(engine, measures, tuple(dict.fromkeys(own)), past)
    found = [
        dict(zip(columns, row, strict=True))
        for row in engine.rows(f"{select} ORDER BY s.account_id")
    ]
    sums, lists, shared = stage_outlook(engine, manifest, found)
    has_arr = any(row["arr_amount"] is not None for row in found)
    rows = [_row(row, record.as_of, measures, own, known, has_arr=has_arr) for row in found]
    header = {
        **facts_of_all(engine, manifest),
        "run_id": record.run_id,
        "as_of": record.as_of.isoformat(),
        "amount_kind": "arr" if has_arr else "contribution",
        "accounts": record.accounts,
        "measures": list(measures),
        "peers": _peers(found, measures),
        "scorecards": [list(pair) for pair in record.scorecards],
        "shape": PAGES_SHAPE,
        "outlook": shared,
    }
    return StagedPages(header, rows, sums, lists)


def _row(
    row: Mapping[str, Any],
    as_of: date,
    measures: Sequence[str],
    own: Sequence[str],
    known: SearchTexts,
    *,
    has_arr: bool,
) -> dict[str, Any]:
    name = row["name"] or row["account_id"]
    score, loss = row["score_micro"], row["loss_amount"]
    change = _difference(score, row["micro_month"])
    amount = row["arr_amount"] if has_arr else row["contribution_amount"]
    renews_on = _renewal(row.get("v_days_to_renewal"), as_of)
    idle = row.get("v_days_since_last_activity")
    idle_days = None if idle is None else int(idle)
    search, name_key = search_text(name, row["account_id"], known)
    given = {k: row[k] for k in _AS_THEY_ARE} | worth_of(row)
    return given | {
        "name": name,
        "name_key": name_key,
        "search": search,
        "coverage": float(row["coverage"] or 0.0),
        "has_override": bool(row["has_override"]),
        "score_key": NOTHING_KNOWN if score is None else score,
        "change_micro": change,
        "change_key": change or 0,
        "amount": amount,
        "amount_key": NOTHING_KNOWN if amount is None else amount,
        "loss_key": NOTHING_KNOWN if loss is None else loss,
        "renews_on": renews_on,
        "renewal_key": NEVER_RENEWS if renews_on is None else renews_on.toordinal(),
        "idle_days": idle_days,
        "idle_key": NOTHING_KNOWN if idle_days is None else idle_days,
        "spark": _spark([*(row[f"week_{w}"] for w in range(WEEKS, 0, -1)), score]),
        "known": _values(row, measures),
        "month_ago": _month_ago(row, own),
    }


_AS_THEY_ARE = (
    "account_id",
    "industry",
    "size",
    "region",
    "csm_id",
    "owner_id",
    "lifecycle",
    "customer_since",
    "tier",
    "score_tier",
    *(f"tier_{period}" for period in PERIOD_DAYS),
    "score_micro",
    "scorecard",
    "scorecard_version",
    "contribution_amount",
    "loss_amount",
    "segment",
    "value_tier",
)


def _difference(now: int | None, before: int | None) -> int | None:
    return None if now is None or before is None else now - before


def _renewal(days: float | None, as_of: date) -> date | None:
    return None if days is None or not -3650 < days < 36500 else as_of + timedelta(days=int(days))


def _spark(micros: Sequence[int | None]) -> str:
    return ",".join("" if m is None else str(m // 100_000) for m in micros)


def _values(row: Mapping[str, Any], measures: Sequence[str]) -> str:
    values = [_plain(row[f"v_{m}"]) for m in measures]
    never = [i for i, m in enumerate(measures) if row[f"n_{m}"]]
    return json.dumps([values, never], ensure_ascii=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    is_whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    return int(value) if is_whole else value


def _month_ago(row: Mapping[str, Any], own: Sequence[str]) -> str:
    """Return micro-points by measure a month ago; nothing where the yardstick was another."""
    before = (row["card_name_month"], row["card_version_month"])
    if before != (row["scorecard"], row["scorecard_version"]):
        return ""
    found = {m: row[f"b_{m}"] for m in own if row.get(f"b_{m}") is not None}
    return json.dumps(found, separators=(",", ":")) if found else ""


def _peers(rows: Sequence[Mapping[str, Any]], measures: Sequence[str]) -> dict[str, Any]:
    """Return medians by size and measure, and over all under an empty size; scores as `score`."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        score = row["score_micro"]
        values = {name: row[f"v_{name}"] for name in measures}
        values["score"] = None if score is None else score / 1e6
        for name, value in values.items():
            if isinstance(value, int | float):
                for size in {"", row["size"] or ""}:
                    found[size, name].append(float(value))
    peers: dict[str, dict[str, tuple[float, int]]] = defaultdict(dict)
    for (size, name), known in found.items():
        if len(known) >= SMALLEST_PEERS:
            peers[size][name] = (median(known), len(known))
    return peers
