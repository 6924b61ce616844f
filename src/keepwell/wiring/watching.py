"""The early-warning loop with its adapters: what a run watches, and what people do with alerts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from keepwell.adapters.playbook_library import load_library
from keepwell.adapters.state import SqlStateStore, SqlWarningStore
from keepwell.adapters.trigger_library import load_triggers
from keepwell.config import Config
from keepwell.runs.layout import ProjectLayout
from keepwell.runs.warn import Watch
from keepwell.vocabulary import SourceRejected, SourceUnavailable


def watch_of(layout: ProjectLayout, config: Config, state: SqlStateStore) -> Watch:
    """Return what the loop works with. Errors: ConfigInvalid for triggers or playbooks."""
    return Watch(
        SqlWarningStore(state),
        load_triggers(layout.triggers),
        config.warning,
        frozenset(p.play for p in load_library(layout.playbooks).plays),
    )


@contextmanager
def alert_on_refusal(state: SqlStateStore, today: date, at: datetime) -> Iterator[None]:
    """Store one alert on the source when data are refused or out of reach, then let it be told.

    A project that has published nothing yet has nobody to alert.
    """
    try:
        yield
    except (SourceRejected, SourceUnavailable) as problem:
        if state.runs():
            codes = problem.details.get("codes")
            first = codes[0] if isinstance(codes, list) and codes else problem.code
            SqlWarningStore(state).source_alert(f"{first}:refused", today, at)
        raise
