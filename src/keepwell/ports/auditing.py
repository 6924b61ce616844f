"""The audit log as it is looked through: filtered, page by page, the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from keepwell.ports.warning import AuditFault, AuditLine


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines are asked for; what is left out does not narrow. `text` is sought in subjects."""

    actor: str = ""
    action: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Lines of one page; `next_before` asks for the one after it, None at the end."""

    lines: tuple[AuditLine, ...]
    next_before: int | None


class AuditStore(Protocol):
    """Reads the audit log; nothing here changes it."""

    def page(self, wanted: AuditFilter, before: int | None, limit: int) -> AuditPage:
        """Return one page of lines, newest first, those before a sequence number if given."""
        ...

    def lines(self, wanted: AuditFilter) -> Iterator[AuditLine]:
        """Yield all lines of a filter, newest first, a page at a time."""
        ...

    def actions(self) -> tuple[str, ...]:
        """Return every kind of deed that stands in the log, by name."""
        ...

    def faults(self) -> tuple[AuditFault, ...]:
        """Return where the log is broken; empty when it holds together."""
        ...
