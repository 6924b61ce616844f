"""What months hold, put together for a day: last days of the old ones, days as bits of the others.

A file is named by the files that it is made of, so that it is made again when one of them is.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keepwell.measures import (
    BEFORE,
    EVENTS,
    MonthFold,
    bits_select,
    joined_folds,
    last_days_select,
    weeks_sql,
)
from keepwell.ports import Engine
from keepwell.runs.kept_folds import KeptFolds, is_wrong, open_or_make

_LAST, _BITS = "last_days", "bits"


@dataclass(frozen=True, slots=True)
class ReadyEvents:
    """The folds of a family of events as of a date: name and SELECT, and the tables these read.

    `months`: the tables of single months; `older`: the last days of the old ones, in one table.
    `weeks`:  SQL of the weeks with activity over the tables `beside`, each with its alias.
    """

    made: tuple[tuple[str, str], ...]
    months: tuple[str, ...]
    older: tuple[str, ...]
    weeks: str
    beside: tuple[tuple[str, str], ...]

    @property
    def read(self) -> tuple[str, ...]:
        """Return the tables that the folds read."""
        return (*self.months, *self.older)


@dataclass(frozen=True, slots=True)
class _File:
    """A file made of the folds of months: its table, where it lies, and the SELECT over them."""

    name: str
    path: Path
    select: str
    folds: tuple[MonthFold, ...]


def ready_events(kept: KeptFolds, engine: Engine, family: str, as_of: date) -> ReadyEvents:
    """Make the folds of a family readable, the old months as one, and the days as bits."""
    wanted = kept.opened(engine, family, as_of)
    older, bits = _older(kept, family, wanted), tuple(_bits(kept, family, wanted))
    for file in (*older, *bits):
        open_or_make(engine, file.name, file.path, file.select)
    _sweep(kept.folder / family, (*older, *bits))
    months = [(f.folds[0].first, f"w{n}.days") for n, f in enumerate(bits)]
    return ReadyEvents(
        joined_folds(family, wanted, as_of, older[0].name if older else None),
        tuple(f.name for f in wanted),
        tuple(f.name for f in older),
        weeks_sql(months, as_of),
        tuple((f.name, f"w{n}") for n, f in enumerate(bits)),
    )


def wrong_over_months(engine: Engine, kept: KeptFolds, as_of: date) -> tuple[str, ...]:
    """Return the files whose rows are not what the kept months give, which are right themselves.

    Nothing is made, and a file of which a month is not kept is not looked at.
    """
    return tuple(
        file.path.name
        for family in EVENTS
        if kept.holds(family)
        for file in _files(kept, family, kept.wanted(family, as_of))
        if file.path.is_file() and _is_wrong(engine, kept, file)
    )


def _is_wrong(engine: Engine, kept: KeptFolds, file: _File) -> bool:
    if not all(kept.path(fold).is_file() for fold in file.folds):
        return False
    for fold in file.folds:
        engine.read_parquet(fold.name, kept.path(fold))
    wrong = is_wrong(engine, file.name, file.path, file.select)
    for fold in file.folds:
        engine.drop(fold.name)
    return wrong


def _files(kept: KeptFolds, family: str, wanted: Sequence[MonthFold]) -> Iterator[_File]:
    yield from _older(kept, family, wanted)
    yield from _bits(kept, family, wanted)


def _older(kept: KeptFolds, family: str, wanted: Sequence[MonthFold]) -> tuple[_File, ...]:
    old = tuple(f for f in wanted if f.fold == BEFORE)
    return (_file(kept, family, _LAST, last_days_select(old), old),) if old else ()


def _bits(kept: KeptFolds, family: str, wanted: Sequence[MonthFold]) -> Iterator[_File]:
    for fold in wanted:
        if fold.fold != BEFORE:
            yield _file(kept, family, f"{_BITS}-{fold.first:%Y-%m}", bits_select(fold), (fold,))


def _file(
    kept: KeptFolds, family: str, name: str, select: str, folds: tuple[MonthFold, ...]
) -> _File:
    parts = "\n".join((select, *(kept.path(f).name for f in folds)))
    key = hashlib.sha256(parts.encode()).hexdigest()[:16]
    table = f"{family}_{name}".replace("-", "_")
    path = kept.folder / family / f"{name}-{key}.parquet"
    return _File(table, path, f"{select} ORDER BY account_id", folds)


def _sweep(folder: Path, files: Sequence[_File]) -> None:
    """Remove files of months that are other ones now."""
    mine = {f.path for f in files}
    for name in (_LAST, _BITS):
        for path in folder.glob(f"{name}-*.parquet"):
            if path not in mine:
                path.unlink(missing_ok=True)
