"""What the pages read: the staged columns of the current snapshot, only the rows in sight."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose accounts are in sight: ids of CSMs, or None for all accounts."""

    csm_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class PageHeader:
    """The run whose columns are staged."""

    run_id: str
    as_of: date
    currency: str | None
