"""Removing snapshots that the project's retention policy does not keep."""

from keepwell.adapters.locks import project_lock
from keepwell.adapters.state import SqlKeepingStore
from keepwell.runs.retention import SnapshotVerdict, retain
from keepwell.runs.safekeeping import PruneReport
from keepwell.wiring.backing_up import keeping
from keepwell.wiring.project import Project


def prune(project: Project, *, dry_run: bool, by: str) -> PruneReport:
    """Remove the snapshots that `retention:` in keepwell.yml lets go, or say which they are.

    Without a policy all stay. A run stays on record with its transitions, alerts and log; what is
    removed is marked first, so that a killed removal is gone on with by the next one.
    """
    layout, store = project.layout, SqlKeepingStore(project.state)
    policy = project.config.retention
    with project_lock(layout.hidden / "run.lock"), keeping(layout):
        runs = project.state.runs()
        verdicts: tuple[SnapshotVerdict, ...] = ()
        if policy is not None:
            verdicts = retain(runs, policy, store.referred_runs())
        going = [v.run_id for v in verdicts if not v.stays]
        freed = sum(project.snapshots.size(run_id) for run_id in going)
        if not dry_run:
            if going:
                store.mark_removed(going, project.now, by)
            for run_id in store.removed_runs():
                project.snapshots.remove(run_id)
    return PruneReport(verdicts, freed, not dry_run, policy is not None)
