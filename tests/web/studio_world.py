"""A snapshot of the staged accounts under one small scorecard, so that edits can be tried."""

import json

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.adapters.segment_maps import shipped_segment_map
from keepwell.measures import CATALOG
from keepwell.ports import NewFit, RunRecord
from keepwell.ports.pages import StagedPages
from keepwell.runs.trial import measure_column
from keepwell.scoring import definition_hash
from keepwell.scoring.columns import NO_SCORE, score_many
from keepwell.scoring.columns import shares_of as shares
from keepwell.vocabulary import FORECAST_COLUMNS, Scorecard
from keepwell.wiring.web_desk import WebDesk
from web.portfolio import AS_OF, AT, header, lists, rows, sums

CARD = "robust"
MEASURED = ("days_since_last_activity", "total_activities_30d")
SOURCES = [{"measure": name, "kind": "direct"} for name in MEASURED]
TEXT = """\
# Why days count: what is silent leaves.
scorecard: robust
dimensions:
  - dimension: activity
    weight: 60
    measures:
      - {measure: days_since_last_activity, scale: {kind: linear, zero_at: 60, full_at: 0}}
  - dimension: business_value
    weight: 40
    measures:
      - {measure: total_activities_30d, scale: {kind: minmax, min: 0, max: 100}}
"""


def with_snapshot(desk: WebDesk) -> None:
    """Publish a run that scored the staged accounts, with the files that a studio reads."""
    project = desk.project
    project.layout.scorecards.mkdir()
    (project.layout.scorecards / "robust.yml").write_text(TEXT, "utf-8")
    from keepwell.adapters.configuration import load_scorecard

    card: Scorecard = load_scorecard(project.layout.scorecards / "robust.yml")
    listed = rows()
    ids = [r["account_id"] for r in listed]
    days = pa.array([float(r["idle_days"]) for r in listed])
    calls = pa.array([float(n % 50) for n in range(len(ids))])
    no = pa.array([False] * len(ids))
    known = {"days_since_last_activity": days, "total_activities_30d": calls}
    columns: dict[str, object] = {"account_id": ids}
    for name, measure in CATALOG.items():
        kind = pa.string() if measure.is_category else pa.float64()
        columns[name] = known.get(name, pa.nulls(len(ids), kind))
        columns[f"{name}__never"] = no
    measures = pa.table(columns)
    found = score_many(
        card, {m.measure: shares(m, measure_column(measures, m.measure)) for m in card.measures}
    )
    tiers = [found.tiers[t] for t in found.tier]
    scores = pa.table({
        "account_id": ids, "scorecard": [CARD] * len(ids), "scorecard_version": [1] * len(ids),
        "score_micro": [None if m == NO_SCORE else int(m) for m in found.score],
        "coverage": [1.0] * len(ids), "tier": tiers, "effective_tier": tiers, "has_override": no,
    })  # fmt: skip
    accounts = pa.table({
        "account_id": ids, "name": [r["name"] for r in listed],
        "csm_id": [r["csm_id"] for r in listed],
    })  # fmt: skip
    money = {c.name: [1.0] * len(ids) for c in FORECAST_COLUMNS if c.sql_type == "DOUBLE"}
    ranks = {c.name: [1] * len(ids) for c in FORECAST_COLUMNS if c.sql_type == "BIGINT"}
    forecast = pa.table({"account_id": ids, **money, **ranks})
    scored = [(n % 5 + 1, n % 4 + 1, n % 3 + 1) for n in range(len(ids))]
    segments = shipped_segment_map()
    value = pa.table({
        "account_id": ids, "segment": [segments.segment_of(*cell) for cell in scored],
        **{f"{x}_score": [cell[i] for cell in scored] for i, x in enumerate("rfm")},
        "value_tier": [r["value_tier"] for r in listed], "is_struggling": no,
    })  # fmt: skip
    with project.snapshots.stage("r2") as folder:
        pq.write_table(value, folder / "value.parquet")
        pq.write_table(measures, folder / "measures.parquet")
        pq.write_table(scores, folder / "scores.parquet")
        pq.write_table(accounts, folder / "accounts.parquet")
        pq.write_table(forecast, folder / "forecast.parquet")
        (folder / "manifest.json").write_text(
            json.dumps(
                {
                    "run": "r2",
                    "measures": SOURCES,
                    "value": {"segment_map": segments.model_dump(mode="json")},
                }
            ),
            "utf-8",
        )
    run = RunRecord("r2", AS_OF, AT, "published", ((CARD, 1),), len(ids), "c", "i")
    fits = [NewFit(card, definition_hash(card))]
    project.state.publish(run, fits, None, StagedPages(header("r2"), listed, sums(), lists()))
