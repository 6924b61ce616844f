"""Where results are delivered: a database or folder of the company's own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

import pyarrow as pa

ColumnKind = Literal["text", "double", "integer", "flag", "date", "moment"]


@dataclass(frozen=True, slots=True)
class DeliveredColumn:
    """One column of a delivered table, and what it holds."""

    name: str
    kind: ColumnKind
    meaning: str


@dataclass(frozen=True, slots=True)
class DeliveredTable:
    """One table to deliver: its full name, its own columns, and its rows for the day.

    `key`:   columns that, with `as_of`, name a row; the first of `columns`.
    `parts`: the rows as Arrow tables of `columns` and `row_hash`; called once for each delivery.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[DeliveredColumn, ...]
    parts: Callable[[], Iterator[pa.Table]]

    @property
    def stored_columns(self) -> tuple[DeliveredColumn, ...]:
        """Return the columns of the stored table: the key, the day, the content, the marks."""
        split = len(self.key)
        return (*self.columns[:split], AS_OF, *self.columns[split:], *MARKS)


AS_OF = DeliveredColumn("as_of", "date", "the last included day of the row")
ROW_HASH = DeliveredColumn("row_hash", "text", "hash of the content; equal content, equal hash")
MARKS = (
    DeliveredColumn("run_id", "text", "the run that gave the row its present content"),
    ROW_HASH,
    DeliveredColumn("changed_at", "moment", "when the content last changed, in UTC"),
)
CHANGES = "_changes"
CHANGE = DeliveredColumn("change", "text", "new, changed or gone, against the day before")


@dataclass(frozen=True, slots=True)
class Delivery:
    """The rows of one day, from one run, at one moment (UTC, without zone)."""

    as_of: date
    run_id: str
    at: datetime
    tables: Sequence[DeliveredTable]


@dataclass(frozen=True, slots=True)
class DeliveredCount:
    """Rows of a table for the day: all, those whose content was written, those taken away."""

    table: str
    rows: int
    written: int
    removed: int


class ResultTarget(Protocol):
    """Takes deliveries whole or not at all; touches nothing but the tables of the delivery.

    For each table a view (or file) `<table>_changes` holds the rows of its newest day that are
    new, changed or gone against the day before.
    """

    @property
    def place(self) -> str:
        """Return where it is, as a message says it; no secret."""
        ...

    def deliver(self, delivery: Delivery) -> tuple[DeliveredCount, ...]:
        """Make each table hold exactly these rows for the day; other days stay.

        A row with the content that is stored already is left as it is; `changed_at` is carried
        on from the day before where the content is equal.
        Errors: InputProblem when a table of that name is not ours, or writing is not allowed;
                SourceUnavailable when it cannot be reached. Nothing has changed then.
        """
        ...
