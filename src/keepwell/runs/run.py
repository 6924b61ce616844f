"""One run: compute the portfolio as of a day and publish it as an immutable snapshot."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from keepwell import __version__
from keepwell.config import WITHOUT_EFFECT, Config
from keepwell.ports import Engine, Progress, ResourceUse, RunRecord, SnapshotStore, StateStore
from keepwell.runs.arrivals import arrival_findings, count_arrivals, earlier_arrivals
from keepwell.runs.churn_drift import churn_drift_findings
from keepwell.runs.day import current_only_findings, day_findings, is_in_the_past
from keepwell.runs.importing_record import Imported, finding_from_json
from keepwell.runs.kept_folds import KeptFolds
from keepwell.runs.kept_measures import keep_measures
from keepwell.runs.portfolio import Portfolio, RunSettings, compute_portfolio, measure_settings
from keepwell.runs.publish import build_manifest, store_findings, without_people, write_snapshot
from keepwell.runs.renewal_outlook import TABLE, RenewalRow, stored_renewals
from keepwell.runs.stage_pages import stage_run
from keepwell.runs.value_breakpoints import kept_version
from keepwell.runs.warn import WarningSummary, Watch, warning_summary, watch_run
from keepwell.scoring import CardUse, definition_hash
from keepwell.value import CUTS_CARD
from keepwell.vocabulary import Finding, SourceRejected
from keepwell.warning import newest_days

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
    used: ResourceUse
    warning: WarningSummary | None = None
    renewals: RenewalRow | None = None


@dataclass(frozen=True, slots=True)
class RunInputs:
    """Everything that decides a run's result; equal inputs give the same run id.

    `overrides_on`: the day whose overrides count: today, or the described day when looking back.
    """

    config: Config
    uses: tuple[CardUse, ...]
    imported: Imported
    as_of: date
    refit: bool
    overrides_on: date

    def run_id(self, state: StateStore, fitted: Mapping[str, int] | None = None) -> str:
        """Return `<as_of>-<hash>`; fits (`fitted`, else the stored ones) and overrides count."""
        versions = dict(fitted or {})
        for use in self.uses:
            if use.card.scorecard not in versions:
                newest = state.fitted_scorecard(use.card.scorecard)
                versions[use.card.scorecard] = newest.version if newest else 0
        parts = [
            __version__,
            self.imported.import_id,
            self.config.model_dump(mode="json", exclude=set(WITHOUT_EFFECT)),
            [[u.card.scorecard, definition_hash(u.card), u.when] for u in self.uses],
            versions | self._kept(state, fitted or {}),
            [[o.account_id, o.tier, o.expires_on] for o in state.overrides(self.overrides_on)],
        ]
        text = json.dumps(parts, sort_keys=True, default=str)
        return f"{self.as_of}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"

    def _kept(self, state: StateStore, fitted: Mapping[str, int]) -> dict[str, int]:
        """Return the version of frozen breakpoints, where the configuration asks for them."""
        kept = fitted.get(CUTS_CARD) or kept_version(state, self.config.value.rfm)
        return {CUTS_CARD: kept} if kept else {}


def run_inputs(
    config: Config,
    uses: tuple[CardUse, ...],
    imported: Imported,
    as_of: date,
    today: date,
    *,
    refit: bool,
) -> RunInputs:
    """Return the inputs of a run; looking back, overrides count as of the described day."""
    on = as_of if is_in_the_past(imported, as_of, today) else today
    return RunInputs(config, uses, imported, as_of, refit, on)


def run_project(
    inputs: RunInputs,
    engine: Engine,
    state: StateStore,
    snapshots: SnapshotStore,
    progress: Progress,
    *,
    at: datetime,
    today: date,
    watch: Watch | None = None,
    folds: Path | None = None,
) -> RunReport:
    """Compute and publish one snapshot; a crash at any point leaves the last good one in place.

    `folds`: where folds of months and the last measures are kept, so that only what changed is
             computed; without it everything is.
    Errors: SourceRejected when the import was not accepted.
    """
    require_accepted(inputs.imported)
    newest = next(iter(state.runs()), None)
    if newest and not inputs.refit and _decided(newest.run_id) == inputs.run_id(state):
        return reread(engine, snapshots, newest)
    kept = _kept(inputs, engine, folds)
    settings = _settings(inputs, at, kept)
    portfolio = compute_portfolio(
        engine, inputs.config, inputs.uses, inputs.imported, state, progress, settings
    )
    findings, newest_rows = _look(inputs, portfolio, engine, state, snapshots, watch, today)
    progress.step("publish", inputs.config.lang)
    record = _record(inputs, portfolio, state, snapshots, at)
    warning = None
    if watch is not None:
        warning = watch_run(watch, engine, snapshots, state.runs(), portfolio, findings)
    store_findings(engine, findings)
    manifest = build_manifest(
        inputs.config, inputs.imported, portfolio, record, findings, newest_rows
    )
    write_snapshot(engine, snapshots, record.run_id, manifest)
    known = state.page_search_texts()
    pages = stage_run(engine, snapshots, record, state.runs(), manifest, known)
    state.publish(record, portfolio.new_fits, warning, pages)
    findings += _keep_for_next(inputs, portfolio, snapshots.path(record.run_id), kept)
    return RunReport(
        record.run_id,
        inputs.as_of,
        portfolio.scored.accounts,
        portfolio.excluded,
        tier_counts(engine),
        portfolio.scored.versions,
        findings,
        is_new=True,
        used=engine.used(),
        warning=None if warning is None else warning_summary(warning),
        renewals=stored_renewals(engine),
    )


def _kept(inputs: RunInputs, engine: Engine, folds: Path | None) -> KeptFolds | None:
    """Return what is kept between runs; only the embedded engine keeps anything."""
    if folds is None or engine.dialect != "duckdb":
        return None
    return KeptFolds(folds, inputs.imported.months, inputs.imported.folder)


def _keep_for_next(
    inputs: RunInputs, portfolio: Portfolio, snapshot: Path, kept: KeptFolds | None
) -> tuple[Finding, ...]:
    """Keep the measures of a published run; return what is to be told of it."""
    if kept is None:
        return ()
    settings, file = measure_settings(inputs.config), snapshot / "measures.parquet"
    untold = keep_measures(kept, file, portfolio.plan, inputs.as_of, settings)
    return (untold,) if untold else ()


def _look(
    inputs: RunInputs,
    portfolio: Portfolio,
    engine: Engine,
    state: StateStore,
    snapshots: SnapshotStore,
    watch: Watch | None,
    today: date,
) -> tuple[tuple[Finding, ...], Mapping[str, date]]:
    """Return all findings of a run, and the last day with rows of each table of events."""
    arrived = count_arrivals(engine, inputs.imported, inputs.as_of)
    found = _all_findings(inputs, portfolio, engine, today)
    if watch is not None:
        earlier = earlier_arrivals(snapshots, state.runs(), watch.store.gates(), inputs.as_of)
        found += arrival_findings(arrived, inputs.as_of, earlier, found)
    return tuple(map(without_people, found)), newest_days(arrived)


def _record(
    inputs: RunInputs,
    portfolio: Portfolio,
    state: StateStore,
    snapshots: SnapshotStore,
    at: datetime,
) -> RunRecord:
    return RunRecord(
        run_id=_unused(inputs.run_id(state, portfolio.versions), state, snapshots),
        as_of=inputs.as_of,
        started_at=at,
        status=PUBLISHED,
        scorecards=portfolio.scored.versions,
        accounts=portfolio.scored.accounts,
        config_hash=hashlib.sha256(inputs.config.model_dump_json().encode()).hexdigest(),
        input_hash=inputs.imported.import_id,
    )


def _settings(inputs: RunInputs, at: datetime, kept: KeptFolds | None) -> RunSettings:
    on = inputs.overrides_on
    return RunSettings(inputs.as_of, at, on, refit=inputs.refit, keep=False, kept=kept)


def _all_findings(
    inputs: RunInputs, portfolio: Portfolio, engine: Engine, today: date
) -> tuple[Finding, ...]:
    scored = {m.measure for u in portfolio.scored.uses for m in u.card.measures}
    imported, as_of = inputs.imported, inputs.as_of
    return (
        *imported.findings,
        *portfolio.findings,
        *churn_drift_findings(engine, inputs.config),
        *day_findings(engine, inputs.config, imported, as_of, today),
        *current_only_findings(imported, portfolio.sources, scored, as_of, today),
    )


def _decided(run_id: str) -> str:
    """Return the part of a run id that the inputs decide."""
    return run_id.partition(".")[0]


def _unused(wanted: str, state: StateStore, snapshots: SnapshotStore) -> str:
    """Return an id without run and folder: inputs may come back, and a run may have died late."""
    taken = state.run_ids() | set(snapshots.run_ids())
    number = 1
    while (run_id := wanted if number == 1 else f"{wanted}.{number}") in taken:
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
            faults=[f"{f.code}:{f.table}" for f in errors],
        )


def tier_counts(engine: Engine) -> dict[str, int]:
    """Return accounts by effective tier, from the engine's `scores`."""
    rows = engine.rows(
        "SELECT effective_tier, count(*) FROM scores GROUP BY effective_tier ORDER BY 1"
    )
    return {str(tier): int(n) for tier, n in rows}


def reread(engine: Engine, snapshots: SnapshotStore, record: RunRecord) -> RunReport:
    """Return the report of a run that was published before."""
    folder = snapshots.path(record.run_id)
    engine.read_parquet("scores", folder / "scores.parquet")
    told = folder / f"{TABLE}.parquet"
    if told.is_file():
        engine.read_parquet(TABLE, told)
    manifest = snapshots.read_manifest(record.run_id)
    return RunReport(
        record.run_id,
        record.as_of,
        record.accounts,
        int(manifest["excluded"]),
        tier_counts(engine),
        record.scorecards,
        tuple(finding_from_json(f) for f in manifest["findings"]),
        is_new=False,
        used=engine.used(),
        renewals=stored_renewals(engine) if told.is_file() else None,
    )
