"""The early-warning loop with its adapters: what a run watches, and what people do with alerts."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from functools import cache

from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.adapters.state import SqlOutboxStore, SqlStateStore, SqlWarningStore
from keepwell.adapters.trigger_library import load_triggers
from keepwell.config import Config
from keepwell.ports import RunRecord
from keepwell.runs.deliver import require_balance
from keepwell.runs.importing_record import Imported
from keepwell.runs.layout import ProjectLayout
from keepwell.runs.replay_accounts import past_rows
from keepwell.runs.transitions import Past, PastRows
from keepwell.runs.value_watch import ValueModel
from keepwell.runs.warn import Watch
from keepwell.vocabulary import Scorecard, SourceRejected, SourceUnavailable
from keepwell.wiring.acting import acting_of
from keepwell.wiring.engines import reading_engine
from keepwell.wiring.plan_day import plans_followed


def watch_of(
    layout: ProjectLayout, config: Config, state: SqlStateStore, imported: Imported
) -> Watch:
    """Return what the loop works with. Errors: ConfigInvalid for triggers, playbooks, team.yml."""
    return Watch(
        SqlWarningStore(state),
        load_triggers(layout.triggers),
        config.warning,
        frozenset(p.play for p in load_library(layout.playbooks).plays),
        _past_of(layout, config, state, imported),
        acting_of(layout, config, state),
        ValueModel(config.value, config.segment_map),
    )


def _past_of(
    layout: ProjectLayout, config: Config, state: SqlStateStore, imported: Imported
) -> Past:
    """Return what explains changes; the embedded engine measures the earlier day again."""

    @cache
    def card(name: str, version: int) -> tuple[Scorecard, str]:
        return state.scorecard_version(name, version), state.definition_hash(name, version)

    def rows(
        before: RunRecord, accounts: Sequence[str], measures: Sequence[str]
    ) -> Iterator[PastRows]:
        snapshots = SnapshotFolders(layout.snapshots)
        with closing(reading_engine(config, layout)) as engine:
            yield from past_rows(engine, snapshots, config, imported, before, accounts, measures)

    return Past(imported.mapped, card, rows)


@contextmanager
def balanced(state: SqlStateStore) -> Iterator[None]:
    """Refuse to end with alerts that are not accounted for. Errors: InternalProblem."""
    yield
    require_balance(SqlOutboxStore(state).balance())


@contextmanager
def settled(
    config: Config, layout: ProjectLayout, state: SqlStateStore, at: datetime
) -> Iterator[None]:
    """Once the block has published its run: account for every alert, judge plans that are due."""
    with plans_followed(config, layout, state, at), balanced(state):
        yield


@contextmanager
def alert_on_refusal(state: SqlStateStore, today: date, at: datetime) -> Iterator[None]:
    """Store one alert on the source when data are refused or out of reach, then let it be told.

    A project that has published nothing yet has nobody to alert.
    """
    try:
        yield
    except (SourceRejected, SourceUnavailable) as problem:
        if state.runs():
            faults = problem.details.get("faults")
            first = faults[0] if isinstance(faults, list) and faults else f"{problem.code}:-"
            SqlWarningStore(state).source_alert(first, today, at)
        raise
