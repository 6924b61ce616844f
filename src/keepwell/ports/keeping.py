"""What outlives a run: its record, fitted scorecards, overrides, snapshots."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from keepwell.vocabulary import Scorecard

if TYPE_CHECKING:
    from keepwell.ports.pages import StagedPages
    from keepwell.ports.warning import RunWarning


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as the state store keeps it."""

    run_id: str
    as_of: date
    started_at: datetime
    status: str
    scorecards: tuple[tuple[str, int], ...]
    accounts: int
    config_hash: str
    input_hash: str


@dataclass(frozen=True, slots=True)
class Override:
    """A person's correction of an account's tier, with reason and expiry."""

    account_id: str
    tier: str
    reason: str
    author: str
    created_at: datetime
    expires_on: date


@dataclass(frozen=True, slots=True)
class NewFit:
    """A scorecard that a run fitted, with the version it is to get, and its definition's hash."""

    card: Scorecard
    definition_hash: str


class StateStore(Protocol):
    """Runs, fitted scorecard versions and overrides (design D7)."""

    def fitted_scorecard(self, name: str) -> Scorecard | None:
        """Return the newest fitted version of a scorecard, or None."""
        ...

    def scorecard_version(self, name: str, version: int) -> Scorecard:
        """Return one fitted version. Errors: NotFound."""
        ...

    def add_scorecard(self, card: Scorecard, definition_hash: str, at: datetime) -> Scorecard:
        """Store a fitted scorecard under the next version number and return it with it."""
        ...

    def definition_hash(self, name: str, version: int) -> str:
        """Return the hash of the definition that a version was fitted from."""
        ...

    def publish(
        self,
        run: RunRecord,
        fits: Sequence[NewFit] = (),
        warning: "RunWarning | None" = None,
        pages: "StagedPages | None" = None,
    ) -> None:
        """Make a run the current one and store what it fitted and warned of, in one transaction.

        `pages`: its list columns, staged in the same transaction.
        """
        ...

    def page_search_texts(self) -> Mapping[str, tuple[str, str]]:
        """Return by name what staged accounts are searched by and sorted by."""
        ...

    def runs(self) -> tuple[RunRecord, ...]:
        """Return the published runs whose snapshot is kept, newest first."""
        ...

    def run_ids(self) -> frozenset[str]:
        """Return the ids of all runs that were ever published."""
        ...

    def set_override(self, override: Override) -> None:
        """Store an override; it replaces an earlier one of the account."""
        ...

    def end_override(self, account_id: str, at: datetime) -> bool:
        """End the account's override; say whether there was one."""
        ...

    def overrides(self, on: date, account_id: str | None = None) -> tuple[Override, ...]:
        """Return the overrides in force on a day, by account."""
        ...


class SnapshotStore(Protocol):
    """Immutable folders of Parquet, one per run (design D6)."""

    def stage(self, run_id: str) -> AbstractContextManager[Path]:
        """Give a folder to write to; it becomes the snapshot when the block ends without error."""
        ...

    def run_ids(self) -> tuple[str, ...]:
        """Return the runs that have a snapshot folder, sorted."""
        ...

    def path(self, run_id: str) -> Path:
        """Return the folder of a snapshot. Errors: NotFound."""
        ...

    def read_manifest(self, run_id: str) -> Mapping[str, Any]:
        """Return the manifest of a snapshot."""
        ...
