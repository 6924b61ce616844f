"""One run: compute the portfolio as of a day and publish it as an immutable snapshot."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from keepwell import __version__
from keepwell.config import Config
from keepwell.ports import Engine, Progress, RunRecord, SnapshotStore, StateStore
from keepwell.runs.day import day_findings
from keepwell.runs.importing_record import Imported, finding_to_json
from keepwell.runs.portfolio import (
    Portfolio,
    RunSettings,
    compute_portfolio,
)
from keepwell.scoring import CardUse, definition_hash
from keepwell.vocabulary import SNAPSHOT_TABLES, Finding, SourceRejected

PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run published; `is_new` is false when the same inputs had been published before."""

    run_id: str
    as_of: date
    accounts: int
    excluded: int
    tiers: Mapping[str, int]
    scorecards: tuple[tuple[str, int], ...]
    findings: tuple[Finding, ...]
    is_new: bool


@dataclass(frozen=True, slots=True)
class RunInputs:
    """Everything that decides a run's result; equal inputs give the same run id."""

    config: Config
    uses: tuple[CardUse, ...]
    imported: Imported
    as_of: date
    refit: bool

    def run_id(self, state: StateStore, on: date) -> str:
        """Return `<as_of>-<hash>`; stored fits and overrides in force count as inputs."""
        fits = []
        for use in self.uses:
            newest = None if self.refit else state.fitted_scorecard(use.card.scorecard)
            version = newest.version if newest else 0
            fits.append([use.card.scorecard, definition_hash(use.card), use.when, version])
        overrides = [[o.account_id, o.tier, o.expires_on] for o in state.overrides(on)]
        parts = [
            __version__,
            self.imported.import_id,
            self.config.model_dump(mode="json", exclude={"memory_limit_mb", "threads", "source"}),
            fits if not self.refit else [*fits, len(state.runs())],
            overrides,
        ]
        text = json.dumps(parts, sort_keys=True, default=str)
        return f"{self.as_of}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def run_project(
    inputs: RunInputs,
    engine: Engine,
    state: StateStore,
    snapshots: SnapshotStore,
    progress: Progress,
    *,
    at: datetime,
    today: date,
) -> RunReport:
    """Compute and publish one snapshot; a crash at any point leaves the last good one in place.

    Errors: SourceRejected when the import was not accepted.
    """
    require_accepted(inputs.imported)
    newest = next(iter(state.runs()), None)
    if newest is not None and _base(newest.run_id) == inputs.run_id(state, at.date()):
        return reread(engine, snapshots, newest)
    portfolio = compute_portfolio(
        engine,
        inputs.config,
        inputs.uses,
        inputs.imported,
        state,
        progress,
        RunSettings(inputs.as_of, at, refit=inputs.refit),
    )
    # Fitting may have stored a version, which is part of the identity of the next equal run.
    run_id = _unused(replace(inputs, refit=False).run_id(state, at.date()), state, snapshots)
    days = day_findings(engine, inputs.config, inputs.imported, inputs.as_of, today)
    findings = (*inputs.imported.findings, *portfolio.findings, *days)
    progress.step("publish", inputs.config.lang)
    record = RunRecord(
        run_id=run_id,
        as_of=inputs.as_of,
        started_at=at,
        status=PUBLISHED,
        scorecards=portfolio.scored.versions,
        accounts=portfolio.scored.accounts,
        config_hash=hashlib.sha256(inputs.config.model_dump_json().encode()).hexdigest(),
        input_hash=inputs.imported.import_id,
    )
    store_findings(engine, findings)
    write_snapshot(engine, snapshots, run_id, build_manifest(inputs, portfolio, record, findings))
    state.publish(record)
    return RunReport(
        run_id,
        inputs.as_of,
        portfolio.scored.accounts,
        portfolio.excluded,
        tier_counts(engine),
        portfolio.scored.versions,
        findings,
        is_new=True,
    )


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
        text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str, allow_nan=False)
        (folder / "manifest.json").write_text(text, encoding="utf-8")


def _base(run_id: str) -> str:
    """Return the part of a run id that the inputs decide."""
    return run_id.partition(".")[0]


def _unused(base: str, state: StateStore, snapshots: SnapshotStore) -> str:
    """Return an id without run and folder: inputs may come back, and a run may have died late."""
    taken = {r.run_id for r in state.runs()} | set(snapshots.run_ids())
    number = 1
    while (run_id := base if number == 1 else f"{base}.{number}") in taken:
        number += 1
    return run_id


def require_accepted(imported: Imported) -> None:
    """Refuse an import that `check` did not accept. Errors: SourceRejected."""
    errors = [f for f in imported.findings if f.kind.severity == "error"]
    if errors:
        first = errors[0]
        raise SourceRejected(
            f"The data was not accepted: {len(errors)} error findings, the first {first.code} in "
            f"{first.table}. Nothing was published; the last good snapshot stays.",
            cure="See `keepwell check` for every finding and its cure.",
            codes=[f.code for f in errors],
        )


def tier_counts(engine: Engine) -> dict[str, int]:
    """Return accounts by effective tier, from the engine's `scores`."""
    rows = engine.rows(
        "SELECT effective_tier, count(*) FROM scores GROUP BY effective_tier ORDER BY 1"
    )
    return {str(tier): int(n) for tier, n in rows}


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
    inputs: RunInputs, portfolio: Portfolio, record: RunRecord, findings: Sequence[Finding]
) -> dict[str, Any]:
    """Return what a reader of the snapshot must know to interpret its tables."""
    return {
        "keepwell": __version__,
        "run_id": record.run_id,
        "project": inputs.config.project,
        "lang": inputs.config.lang,
        "as_of": inputs.as_of.isoformat(),
        "import_id": inputs.imported.import_id,
        "currency": inputs.imported.currency,
        "accounts": record.accounts,
        "excluded": portfolio.excluded,
        "scorecards": [
            {"when": u.when, "card": u.card.model_dump(mode="json")} for u in portfolio.scored.uses
        ],
        "measures": [asdict(s) for s in portfolio.sources],
        "counts": [asdict(c) for c in inputs.imported.counts],
        "settings": {
            "forecast": inputs.config.forecast.model_dump(mode="json"),
            "matrix": inputs.config.matrix.model_dump(mode="json"),
        },
        "forecast_basis": asdict(portfolio.outlook.basis),
        "assumptions": [asdict(a) for a in portfolio.outlook.assumptions],
        "findings": [finding_to_json(f) for f in findings],
    }


def reread(engine: Engine, snapshots: SnapshotStore, record: RunRecord) -> RunReport:
    """Return the report of a run that was published before."""
    engine.read_parquet("scores", snapshots.path(record.run_id) / "scores.parquet")
    manifest = snapshots.read_manifest(record.run_id)
    return RunReport(
        record.run_id,
        record.as_of,
        record.accounts,
        int(manifest["excluded"]),
        tier_counts(engine),
        record.scorecards,
        (),
        is_new=False,
    )
