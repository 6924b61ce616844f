"""Measures kept from the last run: what a change does not touch is moved, never computed anew."""

import errno
import os
import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.measures import MeasureSettings, moves_of, plan_measures
from keepwell.measures.families import families
from keepwell.runs.importing_months import FOLDED, month_prints
from keepwell.runs.kept_folds import KeptFolds
from keepwell.runs.kept_measures import (
    is_current,
    keep_measures,
    last_measures,
    store_from_last,
    wrong_measures,
)
from keepwell.runs.kept_over_months import wrong_over_months
from keepwell.runs.store_measures import store_measures
from keepwell.vocabulary import SQL_TYPES, TABLES

DAY = date(2026, 10, 30)
SETTINGS = MeasureSettings(key_roles=("boss",))
ACCOUNTS = ("a", "b", "c", "d", "e", "f")
READ = tuple(t for t in TABLES if t not in ("accounts", "account_view"))
ALL = frozenset(f"{t}.{c.name}" for t in TABLES for c in TABLES[t].columns)
# The account view would give many measures as they stand; each list brings other families.
WITHOUT_VIEW = frozenset(c for c in ALL if not c.startswith("account_view."))
USAGE_ALONE = {c for c in WITHOUT_VIEW if not c.startswith(("activities.", "opportunities."))}
USAGE_ALONE -= {"accounts.account_size_segment", "contacts.email"}
VIEW = {"last_activity_at", "total_contacts", "contacts_with_email", "csm_pulse"}
WITH_VIEW = USAGE_ALONE | {f"account_view.{c}" for c in VIEW}
MAPPED = (WITHOUT_VIEW, frozenset(USAGE_ALONE), frozenset(WITH_VIEW))
NEAR = (0, 6, 30, 90, 182, 365, -182)


TYPES = {
    "VARCHAR": pa.string(),
    "DOUBLE": pa.float64(),
    "BIGINT": pa.int64(),
    "DECIMAL(24, 6)": pa.decimal128(24, 6),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
}
Row = dict[str, Any]


class World:
    """Canonical tables as an import leaves them, on disk and in an engine, and what is kept."""

    def __init__(
        self, engine: DuckDbEngine, folder: Path, mapped: frozenset[str], seed: int = 7
    ) -> None:
        self.engine, self.folder = engine, folder
        self.draw = random.Random(seed)  # noqa: S311 - no secret
        self.plan = plan_measures(mapped, SETTINGS)
        self.folds = KeptFolds(folder / "folds", {}, folder / "import")
        assert self.folds.imported
        self.folds.imported.mkdir()
        self.rows = {t: [self.row(t) for _ in range(30)] for t in READ}
        for table in ("accounts", "account_view"):
            self.rows[table] = [self.row(table) | {"account_id": a} for a in ACCOUNTS[:5]]

    def row(self, table: str) -> Row:
        """Return a row with dates near the edges of windows."""
        return {c.name: self.cell(c.name, SQL_TYPES[c.kind]) for c in TABLES[table].columns}

    def cell(self, name: str, kind: str) -> Any:
        """Return a cell, blank at times."""
        words = {"account_id": ACCOUNTS, "channel": (None, "sales", "product")}
        words |= {"role": (None, "boss", "user"), "kind": ("nps", None, "csat")}
        if name in words:
            return self.draw.choice(words[name])
        if self.draw.random() < 0.1:
            return None
        days = self.draw.choice(NEAR) + self.draw.randint(-4, 2)
        moment = datetime(2026, 10, 30, self.draw.choice((0, 9)))  # noqa: DTZ001 - as imported
        moment -= timedelta(days)
        number = self.draw.randint(0, 3)
        cells = {"VARCHAR": "x", "DATE": moment.date(), "TIMESTAMP": moment, "BOOLEAN": number > 1}
        return cells.get(kind, Decimal(number) if kind.startswith("DEC") else number)

    def deliver(self) -> None:
        """Import all rows as they are now."""
        for table, rows in self.rows.items():
            columns = [(c.name, TYPES[SQL_TYPES[c.kind]]) for c in TABLES[table].columns]
            made = pa.Table.from_pylist(rows, schema=pa.schema(columns))
            pq.write_table(made, self.file(table))
            self.engine.read_parquet(table, self.file(table))
        for table in FOLDED:
            self.engine.create_view(f"accepted_{table}", f"SELECT * FROM {table}")
        prints = month_prints(FOLDED, self.engine)  # type: ignore[arg-type]
        self.folds = replace(self.folds, months=prints)

    def file(self, table: str) -> Path:
        """Return the file of a table in the import."""
        assert self.folds.imported
        return self.folds.imported / f"{table}.parquet"

    def measured(self, as_of: date, *, is_full: bool = False) -> list[Row]:
        """Return the measures of a day; those that are not read in full are kept."""
        store_measures(self.engine, self.plan, as_of, SETTINGS, None if is_full else self.folds)
        found: list[Row] = self.engine.arrow("SELECT * FROM measures").to_pylist()
        if not is_full:
            file = self.folder / f"measures-{as_of}.parquet"
            file.unlink(missing_ok=True)
            self.engine.write_table("measures", file)
            keep_measures(self.folds, file, self.plan, as_of, SETTINGS)
        return found


SEEDS = range(20 * len(MAPPED) if os.environ.get("KEEPWELL_SOAK") == "1" else len(MAPPED))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_day_from_the_last_measures_is_the_day_read_in_full(seed: int, tmp_path: Path) -> None:
    with DuckDbEngine(threads=1, allowed_directories=(tmp_path,)) as engine:
        days_from_the_last(World(engine, tmp_path, MAPPED[seed % len(MAPPED)], seed))


def days_from_the_last(world: World) -> None:
    """Lead a world through days, each of which must equal the day read in full."""
    world.deliver()
    world.measured(DAY)
    for later in (1, 3, 34):
        # Some tables bring, change or lose rows; accounts come and go.
        for table in world.draw.sample(sorted(world.rows), 3):
            rows = world.rows[table]
            if table in ("accounts", "account_view"):
                rows[later % 5] |= {
                    "account_id": world.draw.choice((ACCOUNTS[later % 5], f"z{later}"))
                }
            elif later == 3:
                rows[:2] = [world.row(table)]
            else:
                rows.append(world.row(table))
        world.deliver()
        day = DAY + timedelta(later)
        found = world.measured(day)
        assert found == world.measured(day, is_full=True)
        last = last_measures(world.folds)
        assert last
        assert last.day == day
        assert is_current(last, world.folds, world.plan, SETTINGS)
        assert wrong_measures(world.engine, world.folds, world.plan) == 0
        assert wrong_over_months(world.engine, world.folds, day) == ()


def test_only_what_a_change_touches_is_computed_anew(tmp_path: Path) -> None:
    with DuckDbEngine(threads=1, allowed_directories=(tmp_path,)) as engine:
        world = World(engine, tmp_path, WITHOUT_VIEW)
        for table in READ:
            world.rows[table] = []
        noon = datetime(2026, 10, 20, 12)  # noqa: DTZ001 - as imported
        old = {"account_id": "a", "occurred_at": noon, "channel": "sales"}
        world.rows["activities"] = [old | {"account_id": a} for a in ACCOUNTS[:3]]
        world.deliver()
        world.measured(DAY)
        kept = tmp_path / "folds" / "measures.parquet"
        table = pq.read_table(kept)
        place = table.column_names.index("total_activities_90d")
        pq.write_table(table.set_column(place, table.column_names[place], [[70.0] * 5]), kept)
        world.rows["activities"] += [old | {"occurred_at": noon + timedelta(11)}]
        world.deliver()
        found = world.measured(DAY + timedelta(1))
        store_measures(engine, world.plan, DAY + timedelta(1), SETTINGS)
        assert wrong_measures(engine, world.folds, world.plan) == 2 * 4
    # The first has a new row; the wrong figures of the others show that they were not computed.
    assert [r["total_activities_90d"] for r in found] == [2.0, 70.0, 70.0, 70.0, 70.0]
    assert [r["days_since_last_activity"] for r in found] == [0.0, 11.0, 11.0, None, None]


def test_every_family_tells_which_days_touch_it() -> None:
    assert [name for name in families() if moves_of(name) is None] == []


@pytest.mark.parametrize("refused", ["os.link", "pathlib.Path.write_text"])
def test_a_full_disk_keeps_nothing_and_is_told(
    refused: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder, file = tmp_path / "folds", tmp_path / "measures.parquet"
    file.write_bytes(b"PAR1")
    kept, plan = KeptFolds(folder, {}, tmp_path / "import"), plan_measures(WITHOUT_VIEW, SETTINGS)
    assert keep_measures(kept, file, plan, DAY, SETTINGS) is None
    assert last_measures(kept)
    with monkeypatch.context() as disk:
        disk.setattr(refused, full)
        told = keep_measures(kept, file, plan, DAY, SETTINGS)
    assert told
    assert "No space left" in told.message("en")
    assert last_measures(kept) is None
    assert [f.name for f in folder.iterdir()] == ["measures.parquet"]


def test_measures_of_other_definitions_or_of_a_later_day_are_not_taken(tmp_path: Path) -> None:
    with DuckDbEngine(threads=1, allowed_directories=(tmp_path,)) as engine:
        world = World(engine, tmp_path, WITHOUT_VIEW)
        world.deliver()
        world.measured(DAY)
        world.measured(DAY - timedelta(40))
        last = last_measures(world.folds)
        assert last
        assert last.day == DAY
        assert not store_from_last(engine, world.folds, world.plan, DAY, None)
        day = DAY - timedelta(1)
        assert not store_from_last(engine, world.folds, world.plan, day, SETTINGS)
        (tmp_path / "folds" / "measures.parquet").write_bytes(b"PAR1 damaged")
        assert not store_from_last(engine, world.folds, world.plan, DAY, SETTINGS)
