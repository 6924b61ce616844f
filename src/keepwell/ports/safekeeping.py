"""What keeps the state safe: all of it out and in, whether it is sound, what may be removed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class StateFault:
    """Something that does not hold together, and where it was seen."""

    kind: Literal["audit", "balance", "database", "snapshot"]
    what: str


class KeepingStore(Protocol):
    """The whole state, for backups and retention."""

    def tables(self) -> Iterator[tuple[str, Iterator[str]]]:
        """Yield every table as lines of JSON, all as of one moment."""
        ...

    def row_counts(self) -> Mapping[str, int]:
        """Return how many rows each table has."""
        ...

    def replace(
        self, revision: str, lines: Mapping[str, Iterable[str]], at: datetime, source: str
    ) -> None:
        """Put a dump in the place of the state, in one transaction, and say so in its log."""
        ...

    def faults(self) -> tuple[StateFault, ...]:
        """Return what does not hold together in the database; empty when all does."""
        ...

    def referred_runs(self) -> frozenset[str]:
        """Return the runs that something open refers to."""
        ...

    def removed_runs(self) -> tuple[str, ...]:
        """Return the runs whose snapshot was removed, oldest first."""
        ...

    def mark_removed(self, run_ids: Sequence[str], at: datetime, by: str) -> None:
        """Store that the snapshots of runs are removed; the runs themselves stay on record."""
        ...
