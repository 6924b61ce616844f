"""What backing up, restoring, verifying and pruning a project came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from keepwell.ports import StateFault
from keepwell.runs.retention import SnapshotVerdict
from keepwell.vocabulary import Lang


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What an archive holds.

    `without_snapshot`: runs on record whose snapshot is not there. `damaged`: runs whose snapshot
    was not as it had been written, and is in the archive so.
    """

    path: Path
    made_at: datetime
    project: str
    revision: str
    size: int
    rows: Mapping[str, int]
    snapshots: int
    newest: str | None
    configuration: tuple[str, ...]
    without_snapshot: tuple[str, ...]
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored where. `not_in_backup`: files of configuration that stayed as they are."""

    path: Path
    folder: Path
    made_at: datetime
    state: str
    rows: Mapping[str, int]
    snapshots_added: int
    snapshots_there: int
    configuration: tuple[str, ...]
    not_in_backup: tuple[str, ...]
    pending_messages: int
    lang: Lang


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was looked at, and everything that does not hold together; sound when nothing."""

    place: str
    rows: Mapping[str, int]
    snapshots: int
    newest: str | None
    newest_day: date | None
    faults: tuple[StateFault, ...]


@dataclass(frozen=True, slots=True)
class PruneReport:
    """Which snapshots stay and which go; `is_done` is false for a look ahead."""

    verdicts: tuple[SnapshotVerdict, ...]
    freed_bytes: int
    is_done: bool
    has_policy: bool

    @property
    def removed(self) -> tuple[SnapshotVerdict, ...]:
        """Return the snapshots that go."""
        return tuple(v for v in self.verdicts if not v.stays)
