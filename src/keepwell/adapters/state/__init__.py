"""The state store: runs, versions, overrides and the early-warning loop in a database (D7).

Each store is loaded when it is first asked for: a command pays for those that it uses.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keepwell.adapters.state.access_store import SqlAccessStore
    from keepwell.adapters.state.account_notes import SqlAccountNotes, SqlContacts
    from keepwell.adapters.state.account_traces import traces_of
    from keepwell.adapters.state.action_store import SqlActionStore
    from keepwell.adapters.state.audit_store import SqlAuditStore
    from keepwell.adapters.state.database import STATE_SCHEMA, StatePlace, sqlite_url
    from keepwell.adapters.state.hand_job_store import SqlHandJobStore
    from keepwell.adapters.state.journey_store import SqlJourneyStore
    from keepwell.adapters.state.keeping_store import SqlKeepingStore
    from keepwell.adapters.state.outbox_store import SqlOutboxStore
    from keepwell.adapters.state.pages_outlook import SqlOutlookPages
    from keepwell.adapters.state.pages_store import SqlPagesStore
    from keepwell.adapters.state.pages_work import SqlWorkPages
    from keepwell.adapters.state.people_store import SqlPeopleStore
    from keepwell.adapters.state.plan_care_store import SqlCareStore
    from keepwell.adapters.state.plan_store import SqlPlanStore
    from keepwell.adapters.state.schedule_store import SqlScheduleStore
    from keepwell.adapters.state.store import SqlStateStore
    from keepwell.adapters.state.studio_store import SqlStudioStore
    from keepwell.adapters.state.warning_rows import SOURCE_TRIGGER
    from keepwell.adapters.state.warning_store import SqlWarningStore
    from keepwell.adapters.state.webhook_store import SqlWebhookStore

_FILES = {
    "SOURCE_TRIGGER": "warning_rows",
    "STATE_SCHEMA": "database",
    "SqlAccessStore": "access_store",
    "SqlAccountNotes": "account_notes",
    "SqlActionStore": "action_store",
    "SqlAuditStore": "audit_store",
    "SqlCareStore": "plan_care_store",
    "SqlHandJobStore": "hand_job_store",
    "SqlContacts": "account_notes",
    "SqlJourneyStore": "journey_store",
    "SqlKeepingStore": "keeping_store",
    "SqlOutboxStore": "outbox_store",
    "SqlOutlookPages": "pages_outlook",
    "SqlPagesStore": "pages_store",
    "SqlPeopleStore": "people_store",
    "SqlPlanStore": "plan_store",
    "SqlScheduleStore": "schedule_store",
    "SqlStateStore": "store",
    "SqlStudioStore": "studio_store",
    "SqlWarningStore": "warning_store",
    "SqlWebhookStore": "webhook_store",
    "SqlWorkPages": "pages_work",
    "StatePlace": "database",
    "sqlite_url": "database",
    "traces_of": "account_traces",
}

__all__ = [
    "SOURCE_TRIGGER",
    "STATE_SCHEMA",
    "SqlAccessStore",
    "SqlAccountNotes",
    "SqlActionStore",
    "SqlAuditStore",
    "SqlCareStore",
    "SqlContacts",
    "SqlHandJobStore",
    "SqlJourneyStore",
    "SqlKeepingStore",
    "SqlOutboxStore",
    "SqlOutlookPages",
    "SqlPagesStore",
    "SqlPeopleStore",
    "SqlPlanStore",
    "SqlScheduleStore",
    "SqlStateStore",
    "SqlStudioStore",
    "SqlWarningStore",
    "SqlWebhookStore",
    "SqlWorkPages",
    "StatePlace",
    "sqlite_url",
    "traces_of",
]


def __getattr__(name: str) -> Any:
    if name not in _FILES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_FILES[name]}"), name)
    globals()[name] = found
    return found
