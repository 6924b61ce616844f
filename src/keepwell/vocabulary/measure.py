"""A measure: one number or category per account as of a date, and where it may come from."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from keepwell.vocabulary.language import Bilingual


class Unit(StrEnum):
    """Unit of a measure or fact; decides how it is printed."""

    DAYS = "days"
    COUNT = "count"
    SHARE = "share"
    RATIO = "ratio"
    AMOUNT = "amount"
    POINTS = "points"
    CATEGORY = "category"


class State(StrEnum):
    """What is known of one measure of one account (design D5)."""

    KNOWN = "known"
    NEVER = "never"
    UNKNOWN = "unknown"


Absent = Literal["zero", "never", "unknown"]
Direction = Literal["higher_is_better", "lower_is_better", "none"]
ProviderKind = Literal["direct", "events", "proxy"]


@dataclass(frozen=True, slots=True)
class Provider:
    """One way to get a measure. The first provider whose `requires` are mapped is taken.

    `family`:    name of the SQL file in measures/sql, or "" for a direct column.
    `requires`:  columns that must be mapped, as "table.column".
    `no_rows`:   what an account without any row in the family means.
    `null_value`: what NULL in a present row means.
    """

    kind: ProviderKind
    requires: tuple[str, ...]
    family: str = ""
    no_rows: Absent = "unknown"
    null_value: Literal["never", "unknown"] = "unknown"
    note: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """The definition of one measure; its values never depend on rows dated after `as_of`."""

    name: str
    label: Bilingual
    unit: Unit
    direction: Direction
    description: Bilingual
    null_meaning: Bilingual
    formula: str
    providers: tuple[Provider, ...]
    source: str = ""
    is_current_only: bool = False

    @property
    def is_category(self) -> bool:
        """Say whether values are text, not numbers."""
        return self.unit is Unit.CATEGORY

    @property
    def never_column(self) -> str:
        """Return the name of the flag column: TRUE = never happened, FALSE with NULL = unknown."""
        return f"{self.name}__never"


@dataclass(frozen=True, slots=True)
class MeasureSource:
    """Which provider served a measure in a run and for how many accounts it gave a value."""

    measure: str
    kind: Literal["direct", "events", "proxy", "missing", "model"]
    columns: tuple[str, ...]
    known: int
    never: int
    unknown: int
    note: Bilingual | None = None
