"""Backups: one archive of state, snapshots and configuration, whole and checked or refused."""

from keepwell.adapters.backups.archive import Contents, read_archive, write_archive

__all__ = ["Contents", "read_archive", "write_archive"]
