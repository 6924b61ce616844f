"""Success plans after a run, with their adapters: what fell due is judged once it is published."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from keepwell.adapters.imports import ImportFolders
from keepwell.adapters.plan_library import load_plan_book, shipped_plan_book
from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.adapters.state import SqlCareStore, SqlPlanStore, SqlStateStore, SqlWarningStore
from keepwell.config import Config
from keepwell.ports import RunRecord
from keepwell.runs.layout import ProjectLayout
from keepwell.runs.plan_day import PlanDay, PlanKeeping, escalate, follow_plans, sound_runs
from keepwell.runs.plan_facts import Known, Snapshots, snapshots_of
from keepwell.runs.plan_notices import known_of
from keepwell.wiring.engines import reading_engine


def plan_keeping(config: Config, layout: ProjectLayout, state: SqlStateStore) -> PlanKeeping:
    """Return the stores and rules of plans. Errors: ConfigInvalid for plans.yml."""
    book = load_plan_book(layout.plans, load_library(layout.playbooks))
    has_own_reviews = book.reviews != shipped_plan_book().reviews
    return PlanKeeping(
        SqlPlanStore(state),
        SqlCareStore(state),
        book,
        config.time_zone,
        state.first_day(),
        has_own_reviews,
    )


@contextmanager
def plans_followed(
    config: Config, layout: ProjectLayout, state: SqlStateStore, at: datetime
) -> Iterator[None]:
    """Judge what fell due once the block has published its run.

    plans.yml is read first, so that a mistake in it is told before anything is computed.
    """
    keeping = plan_keeping(config, layout, state)
    yield
    follow_day(keeping, config, layout, state, at)


def follow_day(
    keeping: PlanKeeping,
    config: Config,
    layout: ProjectLayout,
    state: SqlStateStore,
    at: datetime,
) -> PlanDay:
    """Judge what fell due by the runs so far; nothing where nobody works with plans."""
    runs = state.runs()
    if not runs or not _is_used(keeping):
        return PlanDay()
    with _sound_snapshots(config, layout, state, runs) as snapshots:
        accounts = _accounts_file(layout, snapshots) if snapshots.by_day else None
        return follow_plans(keeping, snapshots, accounts, max(at, runs[0].started_at))


def climb_by_clock(
    config: Config, layout: ProjectLayout, state: SqlStateStore, at: datetime
) -> int:
    """Raise the level of help requests that are late by now, and tell of it; return how many rose.

    Errors: ConfigInvalid for plans.yml.
    """

    def find(accounts: Collection[str]) -> Mapping[str, Known]:
        runs = state.runs()
        if not runs:
            return {}
        with _sound_snapshots(config, layout, state, runs) as snapshots:
            return known_of(snapshots)(accounts) if snapshots.by_day else {}

    return escalate(plan_keeping(config, layout, state), at, find)


@contextmanager
def _sound_snapshots(
    config: Config, layout: ProjectLayout, state: SqlStateStore, runs: Sequence[RunRecord]
) -> Iterator[Snapshots]:
    """Give the snapshots of runs whose data were not in doubt."""
    sound = sound_runs(runs, SqlWarningStore(state).gates())
    with closing(reading_engine(config, layout)) as engine:
        store = SnapshotFolders(layout.snapshots)
        yield snapshots_of(engine, store, sound, until=runs[0].as_of)


def _accounts_file(layout: ProjectLayout, snapshots: Snapshots) -> Path | None:
    folder = ImportFolders(layout.imports).find(snapshots.newest.input_hash)
    return None if folder is None else folder / "accounts.parquet"


def _is_used(keeping: PlanKeeping) -> bool:
    has_plans = bool(keeping.plans.plans(status="open", limit=1))
    has_requests = bool(keeping.care.requests(open_only=True, limit=1))
    has_reviews = keeping.has_own_reviews or bool(keeping.care.last_reviews())
    return has_plans or has_requests or has_reviews or bool(keeping.care.stages())
