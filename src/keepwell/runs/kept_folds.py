"""Folds of months that are kept between runs, so that a run reads only months that changed."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import uuid4

from keepwell.measures import EVENTS, MonthFold, joined_folds, wanted_months
from keepwell.ports import Engine
from keepwell.vocabulary import SourceRejected

_ORDERS = {"event_days": "account_id, day", "event_before": "account_id"}


@dataclass(frozen=True, slots=True)
class KeptFolds:
    """Parquet files by family, month and fingerprint; a month of another fingerprint is not read.

    `months`:   for each event table its months, as "2026-10", with the fingerprint of their rows.
    `imported`: where the canonical tables lie; without it the measures of a run are not kept.
    """

    folder: Path
    months: Mapping[str, Mapping[str, str]]
    imported: Path | None = None

    def holds(self, family: str) -> bool:
        """Say whether the months of the family's events are known."""
        return EVENTS[family].table in self.months

    def make_ready(
        self, engine: Engine, family: str, as_of: date
    ) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
        """Return the family's folds as of a date, name and SELECT, and the tables these read."""
        wanted = self.opened(engine, family, as_of)
        return joined_folds(family, wanted, as_of), tuple(f.name for f in wanted)

    def opened(self, engine: Engine, family: str, as_of: date) -> tuple[MonthFold, ...]:
        """Return the folds of months that a date needs, readable in the engine by their names.

        Months that are not kept yet, or whose file is damaged, are folded from their rows.
        """
        wanted = self.wanted(family, as_of)
        for fold in wanted:
            # By account they take a third of the room, and reading some accounts is quicker.
            rows = f"SELECT * FROM ({fold.select()}) AS fold ORDER BY {_ORDERS[fold.fold]}"  # noqa: S608
            open_or_make(engine, fold.name, self.path(fold), rows)
        self._sweep(family)
        return wanted

    def wanted(self, family: str, as_of: date) -> tuple[MonthFold, ...]:
        """Return the folds of months that a date needs."""
        return wanted_months(family, self._months(family), as_of)

    def path(self, fold: MonthFold) -> Path:
        """Return the file of a month's fold as its rows are now."""
        month = f"{fold.first:%Y-%m}"
        parts = (fold.select(), self.months[fold.table][month])
        key = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
        return self.folder / fold.family / f"{month}-{fold.fold}-{key}.parquet"

    def current(self) -> Iterator[MonthFold]:
        """Return the folds whose files are there and belong to the rows as they are now."""
        for family in EVENTS:
            if self.holds(family):
                for fold in self._every(family):
                    if self.path(fold).is_file():
                        yield fold

    def _months(self, family: str) -> Sequence[date]:
        return [date.fromisoformat(f"{m}-01") for m in self.months[EVENTS[family].table]]

    def _every(self, family: str) -> Iterator[MonthFold]:
        for month in self._months(family):
            yield from wanted_months(family, [month], month)
            yield from wanted_months(family, [month], date.max)

    def _sweep(self, family: str) -> None:
        """Remove files of months that have other rows now, or none."""
        mine = {self.path(fold) for fold in self._every(family)}
        for path in (self.folder / family).glob("[0-9]*.parquet"):
            if path not in mine:
                path.unlink(missing_ok=True)


def open_or_make(engine: Engine, name: str, path: Path, select: str) -> None:
    """Make a kept file readable as table `name`; it is made where it is missing or damaged."""
    if path.is_file():
        try:
            engine.read_parquet(name, path)
        except SourceRejected:
            path.unlink()
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{uuid4().hex}.parquet")
        try:
            engine.write_parquet(select, fresh)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        engine.read_parquet(name, path)


def wrong_folds(engine: Engine, kept: KeptFolds) -> tuple[str, ...]:
    """Return the files whose rows are not what folding their month gives now.

    The engine holds the canonical tables.
    """
    paths = ((kept.path(fold), fold) for fold in kept.current())
    return tuple(p.name for p, fold in paths if is_wrong(engine, fold.name, p, fold.select()))


def is_wrong(engine: Engine, name: str, path: Path, select: str) -> bool:
    """Say whether a kept file holds other rows than a SELECT gives, or cannot be read."""
    try:
        engine.read_parquet(name, path)
    except SourceRejected:
        return True
    stored = f"SELECT * FROM {name}"  # noqa: S608
    differing = engine.rows(
        f"SELECT count(*) FROM (({stored} EXCEPT ALL ({select})) "  # noqa: S608
        f"UNION ALL (({select}) EXCEPT ALL {stored})) AS differing"
    )
    engine.drop(name)
    return bool(differing[0][0])
