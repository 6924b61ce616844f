"""Write what a run found as an immutable snapshot: tables, findings, manifest."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pyarrow as pa

from keepwell import __version__
from keepwell.config import Config
from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.runs.importing_record import Imported, finding_to_json
from keepwell.runs.portfolio import Portfolio
from keepwell.vocabulary import SNAPSHOT_TABLES, Finding

PEOPLE = "contacts"


def without_people(finding: Finding) -> Finding:
    """Return the finding without cells that may name a person: snapshots hold none (D6).

    Where the row is stays; the cell itself is in the import, which can be deleted.
    """
    examples = tuple(
        replace(e, value="") if finding.table == PEOPLE or "@" in e.value else e
        for e in finding.examples
    )
    params = {k: "…" if "@" in v else v for k, v in finding.params.items()}
    return replace(finding, examples=examples, params=params)


def write_snapshot(
    engine: Engine, snapshots: SnapshotStore, run_id: str, manifest: Mapping[str, Any]
) -> None:
    """Write every snapshot table that the engine holds, and the manifest, as one new folder."""
    with snapshots.stage(run_id) as folder:
        for table in SNAPSHOT_TABLES:
            columns = engine.columns(table)
            if columns:
                key = "account_id" if "account_id" in columns else None
                engine.write_table(table, folder / f"{table}.parquet", key=key)
        text = json.dumps(manifest, ensure_ascii=False, indent=1, default=_plain, allow_nan=False)
        (folder / "manifest.json").write_text(text, encoding="utf-8")


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


def store_findings(engine: Engine, findings: Sequence[Finding]) -> None:
    """Store all findings of the run as table `findings`, one row each, in both languages."""
    rows = [
        {
            "code": f.code,
            "severity": str(f.kind.severity),
            "action": str(f.kind.action),
            "table_name": f.table,
            "column_name": f.column,
            "count": f.count,
            "examples": "; ".join(e.text() for e in f.examples),
            "message_zh": f.message("zh"),
            "message_en": f.message("en"),
            "cure_zh": f.cure("zh"),
            "cure_en": f.cure("en"),
        }
        for f in findings
    ]
    text = [(name, pa.string()) for name in FINDING_TEXTS]
    schema = pa.schema([*text, ("count", pa.int64())])
    engine.read_arrow("findings", pa.Table.from_pylist(rows, schema=schema))


FINDING_TEXTS = (
    "code",
    "severity",
    "action",
    "table_name",
    "column_name",
    "examples",
    "message_zh",
    "message_en",
    "cure_zh",
    "cure_en",
)


def build_manifest(
    config: Config,
    imported: Imported,
    portfolio: Portfolio,
    record: RunRecord,
    findings: Sequence[Finding],
    newest: Mapping[str, date],
) -> dict[str, Any]:
    """Return what a reader of the snapshot must know to interpret its tables.

    `newest`: the last day with rows of each table of events, up to the described day.
    """
    return {
        "keepwell": __version__,
        "run_id": record.run_id,
        "project": config.project,
        "lang": config.lang,
        "as_of": record.as_of.isoformat(),
        "import_id": imported.import_id,
        "newest": {table: day.isoformat() for table, day in sorted(newest.items())},
        "currency": imported.currency,
        "accounts": record.accounts,
        "excluded": portfolio.excluded,
        "scorecards": [
            {"when": u.when, "card": u.card.model_dump(mode="json")} for u in portfolio.scored.uses
        ],
        "measures": [asdict(s) for s in portfolio.sources],
        "counts": [asdict(c) for c in imported.counts],
        "settings": {
            "forecast": config.forecast.model_dump(mode="json"),
            "matrix": config.matrix.model_dump(mode="json"),
            "lifetime": config.lifetime.model_dump(mode="json"),
        },
        "forecast_basis": asdict(portfolio.outlook.basis),
        "value": _value(config, portfolio),
        "assumptions": [asdict(a) for a in portfolio.outlook.assumptions],
        "findings": [finding_to_json(f) for f in findings],
    }


def _value(config: Config, portfolio: Portfolio) -> dict[str, Any] | None:
    """Return how the value model was made: settings, segment map, sources, breakpoints."""
    made = portfolio.value
    if made is None or config.segment_map is None:
        return None
    return {
        "settings": config.value.model_dump(mode="json"),
        "segment_map": config.segment_map.model_dump(mode="json"),
        "breakpoints": asdict(made.cuts.breakpoints),
        "breakpoints_version": made.cuts.version,
        "sources": [asdict(s) for s in made.sources],
        "stages": list(made.engagement.stages),
        "health_tells": made.engagement.health_tells,
        "index_tells": made.engagement.index_tells,
    }
