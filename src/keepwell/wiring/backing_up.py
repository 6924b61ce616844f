"""Backups of a project: what belongs together goes into one archive, and is looked at there."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from keepwell import __version__
from keepwell.adapters.backups import Contents, read_archive, write_archive
from keepwell.adapters.backups.archive import (
    CONFIG,
    CONFIG_SUFFIXES,
    SNAPSHOTS,
    STATE,
    read_lines,
    write_lines,
)
from keepwell.adapters.locks import project_lock
from keepwell.adapters.state import SqlKeepingStore
from keepwell.adapters.state.models import RunRow
from keepwell.ports import StateFault
from keepwell.runs.layout import ProjectLayout
from keepwell.runs.safekeeping import BackupReport, VerifyReport
from keepwell.vocabulary import InputProblem
from keepwell.wiring.project import Project

LINES = ".jsonl.gz"
_SCRATCH = ".keeping-"


def back_up(project: Project, target: Path, *, force: bool) -> BackupReport:
    """Write state, snapshots and configuration of a project into one archive.

    The state is that of one moment; snapshots never change once they are published, so those of
    its runs belong to it. Imports are left out: they name people, and `keepwell check` makes them.
    Errors: InputProblem for a file that is there, SourceUnavailable.
    """
    if target.exists() and not force:
        raise InputProblem(f"{target} is there.", cure="Name another file, or add --force.")
    if not target.resolve().parent.is_dir():
        raise InputProblem(f"There is no folder {target.parent}.", cure="Make it first.")
    with keeping(project.layout) as scratch:
        store = SqlKeepingStore(project.state)
        rows = _dumped(store, scratch)
        runs, there = _dumped_runs(scratch), set(project.snapshots.run_ids())
        kept = [r for r in runs if r in there]
        facts = {
            "keepwell": __version__,
            "project": project.config.project,
            "made_at": project.now.isoformat(),
            "revision": store.revision,
            "rows": rows,
            "runs": kept,
            "without_snapshot": [r for r in runs if r not in there],
            "damaged": [r for r in kept if project.snapshots.faults(r)],
        }
        files = _files(project, scratch, list(rows), kept)
        contents = write_archive(target.resolve(), files, facts, project.now.timestamp())
    return backup_report(target, contents)


def _dumped(store: SqlKeepingStore, folder: Path) -> dict[str, int]:
    """Write every table into a file; return how many rows each has."""
    rows = {}
    for name, lines in store.tables():
        count = -1

        def counted(lines: Iterator[str] = lines) -> Iterator[str]:
            nonlocal count
            for line in lines:
                count += 1
                yield line

        write_lines(folder / f"{name}{LINES}", counted())
        rows[name] = count
    return rows


def _dumped_runs(folder: Path) -> list[str]:
    """Return the runs in the dump whose snapshot is kept, newest first; none published since."""
    lines = iter(read_lines(folder / f"{RunRow.__tablename__}{LINES}"))
    columns = json.loads(next(lines))
    rows = [dict(zip(columns, json.loads(line), strict=True)) for line in lines]
    rows.sort(key=lambda row: -row["sequence"])
    return [row["run_id"] for row in rows if row["snapshot_removed_at"] is None]


def _files(
    project: Project, scratch: Path, tables: list[str], runs: list[str]
) -> Iterator[tuple[str, Path]]:
    for name in tables:
        yield f"{STATE}/{name}{LINES}", scratch / f"{name}{LINES}"
    for run_id in runs:
        folder = project.snapshots.path(run_id)
        for file in sorted(f for f in folder.rglob("*") if f.is_file()):
            yield f"{SNAPSHOTS}/{run_id}/{file.relative_to(folder).as_posix()}", file
    for file in configuration_files(project.layout):
        yield f"{CONFIG}/{file.relative_to(project.layout.root).as_posix()}", file


def configuration_files(layout: ProjectLayout) -> list[Path]:
    """Return the YAML files of a project, without what is hidden and what `report` wrote."""
    found: list[Path] = []
    folders = [layout.root]
    while folders:
        for entry in sorted(folders.pop().iterdir()):
            if entry.name.startswith(".") or entry.is_symlink() or entry == layout.reports:
                continue
            if entry.is_dir():
                folders.append(entry)
            elif entry.suffix in CONFIG_SUFFIXES:
                found.append(entry)
    return sorted(found)


@contextmanager
def keeping(layout: ProjectLayout) -> Iterator[Path]:
    """Give a scratch folder to the only one who makes backups or lets snapshots come and go.

    Errors: OutsideProblem while another process does.
    """
    with project_lock(layout.hidden / "keeping.lock"):
        # Whoever held the lock before and left a folder is dead.
        for left in layout.hidden.glob(f"{_SCRATCH}*"):
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=layout.hidden) as folder:
            yield Path(folder)


def verify_archive(source: Path) -> VerifyReport:
    """Read a whole archive and check every file in it. Errors: InputProblem for a damaged one."""
    contents = read_archive(source)
    facts = contents.facts
    runs = facts["runs"]
    return VerifyReport(str(source), facts["rows"], len(runs), runs[0] if runs else None, None, ())


def verify_project(project: Project) -> VerifyReport:
    """Look whether database, audit log, alerts and snapshots of a project hold together."""
    store = SqlKeepingStore(project.state)
    runs, there = project.state.runs(), set(project.snapshots.run_ids())
    faults = [*store.faults()]
    for run in runs:
        if run.run_id not in there:
            faults.append(StateFault("snapshot", f"{run.run_id} is missing"))
            continue
        wrong = project.snapshots.faults(run.run_id)
        faults += [
            StateFault("snapshot", f"{run.run_id}/{name} is not as written") for name in wrong
        ]
    newest = runs[0] if runs else None
    return VerifyReport(
        str(project.layout.root),
        store.row_counts(),
        len(there),
        newest.run_id if newest else None,
        newest.as_of if newest else None,
        tuple(faults),
    )


def backup_report(path: Path, contents: Contents) -> BackupReport:
    """Return what an archive holds."""
    facts = contents.facts
    return BackupReport(
        path=path,
        made_at=datetime.fromisoformat(facts["made_at"]),
        project=facts["project"],
        revision=facts["revision"],
        size=path.stat().st_size,
        rows=facts["rows"],
        snapshots=len(facts["runs"]),
        newest=facts["runs"][0] if facts["runs"] else None,
        configuration=contents.under(CONFIG),
        without_snapshot=tuple(facts["without_snapshot"]),
        damaged=tuple(facts["damaged"]),
    )
