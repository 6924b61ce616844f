"""The state store: runs, fitted scorecard versions and overrides in a database (design D7)."""

from keepwell.adapters.state.store import SqlStateStore, sqlite_url

__all__ = ["SqlStateStore", "sqlite_url"]
