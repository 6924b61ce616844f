"""The state store: runs, versions, overrides and the early-warning loop in a database (D7)."""

from keepwell.adapters.state.outbox_store import SqlOutboxStore
from keepwell.adapters.state.store import SqlStateStore, sqlite_url
from keepwell.adapters.state.warning_store import SqlWarningStore

__all__ = ["SqlOutboxStore", "SqlStateStore", "SqlWarningStore", "sqlite_url"]
