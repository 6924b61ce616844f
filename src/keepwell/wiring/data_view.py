"""The data of a project as the page Data shows them: sources, mapping, findings, runs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from keepwell.adapters.imports import ImportFolders
from keepwell.adapters.state import SqlHandJobStore, SqlScheduleStore
from keepwell.config import Feed
from keepwell.ports import JobRun, RunRecord
from keepwell.ports.hand_jobs import BY_HAND, HandJob
from keepwell.runs.importing_record import MANIFEST, Imported, load_import
from keepwell.runs.importing_replay import quarantine_counts
from keepwell.vocabulary import Bilingual, Finding, NotFound, Severity
from keepwell.wiring.project import Project
from keepwell.wiring.recognised import recognised_columns

SOME_RUNS = 15
SOME_JOBS = 200
GRAVITY = (Severity.ERROR, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One canonical column: where it comes from, whether it holds anything, why it was taken."""

    canonical: str
    source: str
    is_filled: bool
    why: Bilingual | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class TableView:
    """One canonical table: its rows, its newest day, its columns, and what nothing took."""

    table: str
    sources: tuple[str, ...]
    rows_in: int | None
    accepted: int | None
    quarantined: int | None
    left_out: int | None
    newest: date | None
    columns: tuple[ColumnView, ...]
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunView:
    """One published run; `length_s` and `who` where a job did it."""

    run: RunRecord
    cause: str
    who: str
    length_s: float | None


@dataclass(frozen=True, slots=True)
class DataView:
    """What is known of the project's data without reading them."""

    place: str
    kind: str
    newest: Imported | None
    accepted: Imported | None
    tables: tuple[TableView, ...]
    findings: tuple[Finding, ...]
    quarantine: tuple[tuple[str, str, str, int], ...]

    @property
    def quarantined(self) -> int:
        """Return how many rows are set aside."""
        return sum(n for *_, n in self.quarantine)


def data_view(project: Project) -> DataView:
    """Return what the newest checks left; an import that was refused has its findings too."""
    accepted = _accepted(project)
    newest = newest_import(project) or accepted
    source = project.config.source
    findings = sorted(newest.findings, key=_gravity) if newest else ()
    return DataView(
        source.place,
        source.kind,
        newest,
        accepted,
        tuple(_table(project, n, f, accepted) for n, f in project.config.tables.items()),
        tuple(findings),
        quarantine_counts(newest.folder) if newest else (),
    )


def newest_import(project: Project) -> Imported | None:
    """Return the record of the newest check, accepted or refused; None before the first."""
    manifests = project.layout.imports.glob(f"*/{MANIFEST}")
    newest = max(manifests, key=_written, default=None)
    return None if newest is None else load_import(newest.parent)


def run_views(project: Project) -> tuple[RunView, ...]:
    """Return the newest runs with what caused them and how long they took."""
    by_hand = SqlHandJobStore(project.state).jobs("run", SOME_JOBS)
    planned = [
        j for j in SqlScheduleStore(project.state).history(limit=SOME_JOBS) if j.job != BY_HAND
    ]
    return tuple(_run(r, by_hand, planned) for r in project.state.runs()[:SOME_RUNS])


def _run(run: RunRecord, by_hand: Sequence[HandJob], planned: Sequence[JobRun]) -> RunView:
    for job in by_hand:
        if job.result.get("run_id") == run.run_id and job.result.get("is_new"):
            return RunView(run, "hand", job.asked_by, job.length_s)
    for timed in planned:
        if timed.ended_at and timed.started_at <= run.started_at <= timed.ended_at:
            return RunView(run, "schedule", timed.job, _length(timed.started_at, timed.ended_at))
    return RunView(run, "command", "", None)


def _length(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds()


def _accepted(project: Project) -> Imported | None:
    folder = ImportFolders(project.layout.imports).last()
    try:
        return None if folder is None else load_import(folder)
    except NotFound:
        return None


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _gravity(finding: Finding) -> int:
    return GRAVITY.index(finding.kind.severity)


def _table(
    project: Project, name: str, feeds: tuple[Feed, ...], imported: Imported | None
) -> TableView:
    count = imported.count(name) if imported else None
    known = recognised_columns(project.layout)
    mapped = imported.mapped if imported else frozenset()
    taken = {f.source: _sources(f) for f in feeds}
    columns = [
        _column(name, canonical, feed, mapped, known)
        for feed in feeds
        for canonical in feed.columns
    ]
    headers = imported.headers if imported else {}
    unused = [h for f in feeds for h in headers.get(f.source, ()) if h not in taken[f.source]]
    return TableView(
        name,
        tuple(f.source for f in feeds),
        count.rows_in if count else None,
        count.accepted if count else None,
        count.quarantined if count else None,
        count.merged + count.excluded if count else None,
        imported.newest.get(name) if imported else None,
        tuple(columns),
        tuple(unused),
    )


def _sources(feed: Feed) -> set[str]:
    found = (feed.mapping(c) for c in feed.columns)
    filters = {*feed.keep_when, *feed.drop_when}
    return {m.column for m in found if m and m.column} | filters


def _column(
    table: str, canonical: str, feed: Feed, mapped: frozenset[str], known: Mapping[str, Any]
) -> ColumnView:
    mapping = feed.mapping(canonical)
    column = (mapping.column or json.dumps(mapping.value, ensure_ascii=False)) if mapping else ""
    found = known.get(f"{feed.source}|{canonical}|{column}")
    why = Bilingual(found["zh"], found["en"]) if found else None
    is_filled = f"{table}.{canonical}" in mapped
    return ColumnView(canonical, column, is_filled, why, found["coverage"] if found else None)
