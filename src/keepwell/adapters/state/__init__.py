"""The state store: runs, versions, overrides and the early-warning loop in a database (D7)."""

from keepwell.adapters.state.access_store import SqlAccessStore
from keepwell.adapters.state.action_store import SqlActionStore
from keepwell.adapters.state.database import STATE_SCHEMA, StatePlace, sqlite_url
from keepwell.adapters.state.journey_store import SqlJourneyStore
from keepwell.adapters.state.keeping_store import SqlKeepingStore
from keepwell.adapters.state.outbox_store import SqlOutboxStore
from keepwell.adapters.state.people_store import SqlPeopleStore
from keepwell.adapters.state.plan_care_store import SqlCareStore
from keepwell.adapters.state.plan_store import SqlPlanStore
from keepwell.adapters.state.schedule_store import SqlScheduleStore
from keepwell.adapters.state.store import SqlStateStore
from keepwell.adapters.state.warning_rows import SOURCE_TRIGGER
from keepwell.adapters.state.warning_store import SqlWarningStore

__all__ = [
    "SOURCE_TRIGGER",
    "STATE_SCHEMA",
    "SqlAccessStore",
    "SqlActionStore",
    "SqlCareStore",
    "SqlJourneyStore",
    "SqlKeepingStore",
    "SqlOutboxStore",
    "SqlPeopleStore",
    "SqlPlanStore",
    "SqlScheduleStore",
    "SqlStateStore",
    "SqlWarningStore",
    "StatePlace",
    "sqlite_url",
]
