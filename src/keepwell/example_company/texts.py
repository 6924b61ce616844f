"""Tables of text, and how days, amounts and headers are written in an export."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ExportTable:
    """One export file: its name without ending, its header and its rows, all text."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, table: str, /, **columns: Sequence[str]) -> "ExportTable":
        """Return a table made of columns of equal length. Errors: ValueError if they differ."""
        return cls(table, tuple(columns), tuple(zip(*columns.values(), strict=True)))

    def renamed(self, name: str, headers: dict[str, str]) -> "ExportTable":
        """Return the same rows under another file name and other headers."""
        return ExportTable(name, tuple(headers.get(c, c) for c in self.columns), self.rows)


@lru_cache(maxsize=8192)
def day_text(as_of: date, day: int) -> str:
    """Return the date `day` days after as_of as YYYY-MM-DD."""
    return (as_of + timedelta(days=day)).isoformat()


def days_text(as_of: date, days: NDArray[np.int64]) -> list[str]:
    """Return one date text per day number."""
    return [day_text(as_of, d) for d in days.tolist()]


def times_text(as_of: date, days: NDArray[np.int64]) -> list[str]:
    """Return date and time texts; the time of day follows from the row number (9 to 17 h)."""
    return [
        f"{day_text(as_of, d)} {9 + i % 9:02d}:{i * 7 % 60:02d}:00"
        for i, d in enumerate(days.tolist())
    ]


def keyed(prefix: str, count: int, width: int = 7) -> list[str]:
    """Return `count` ids such as A0000001."""
    return [f"{prefix}{i + 1:0{width}d}" for i in range(count)]
