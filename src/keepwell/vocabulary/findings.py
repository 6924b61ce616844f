"""Findings: what a check saw in the data, what it did about it, and the cure."""

from dataclasses import dataclass, field
from enum import StrEnum

from keepwell.vocabulary.language import Bilingual, Lang


class Severity(StrEnum):
    """How much a finding matters: an error stops the table, a warning may change results."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Action(StrEnum):
    """What was done with the file, rows or cells that a finding is about."""

    REJECTED = "rejected"
    QUARANTINED = "quarantined"
    MERGED = "merged"
    EXCLUDED = "excluded"
    FIXED = "fixed"
    WARNED = "warned"


@dataclass(frozen=True, slots=True)
class Example:
    """One place where a finding shows: file (or table), 1-based row in it, and the raw value."""

    file: str
    row: int | None = None
    value: str = ""

    def text(self) -> str:
        """Return `file:row (value)`, leaving out what is unknown."""
        place = self.file if self.row is None else f"{self.file}:{self.row}"
        return f"{place} ({self.value})" if self.value else place


@dataclass(frozen=True, slots=True)
class FindingKind:
    """The fixed part of a finding: its code, how grave it is, its words and its cure.

    `message` and `cure` are `str.format` patterns over the finding's `params`
    plus `table`, `column` and `count`.
    """

    code: str
    severity: Severity
    action: Action
    message: Bilingual
    cure: Bilingual


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of one check. `count` counts rows (or cells, or files: see the message)."""

    kind: FindingKind
    table: str
    count: int
    column: str = ""
    examples: tuple[Example, ...] = ()
    params: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Return the code of the finding's kind."""
        return self.kind.code

    def _fill(self, pattern: str) -> str:
        return pattern.format(
            **{"table": self.table, "column": self.column, "count": self.count, **self.params}
        )

    def message(self, lang: Lang) -> str:
        """Return what was seen, with its values."""
        return self._fill(self.kind.message.text(lang))

    def cure(self, lang: Lang) -> str:
        """Return what the user can do about it."""
        return self._fill(self.kind.cure.text(lang))


@dataclass(frozen=True, slots=True)
class TableCount:
    """The row account of one table: `rows_in = accepted + merged + quarantined + excluded`."""

    table: str
    rows_in: int
    accepted: int
    merged: int
    quarantined: int
    excluded: int

    def __post_init__(self) -> None:
        parts = self.accepted + self.merged + self.quarantined + self.excluded
        if self.rows_in != parts:
            raise ValueError(f"{self.table}: {self.rows_in} rows in, {parts} accounted for")
