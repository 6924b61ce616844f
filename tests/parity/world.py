"""One portfolio led through an engine, from canonical tables to the tables of its snapshot."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from keepwell.adapters.progress import NoProgress
from keepwell.adapters.segment_maps import shipped_segment_map
from keepwell.adapters.state import SqlStateStore
from keepwell.config import Config, ScorecardUse, Source
from keepwell.ports import Engine, Override
from keepwell.runs.importing_record import Imported
from keepwell.runs.portfolio import RunSettings, compute_portfolio, score_import
from keepwell.runs.publish import store_findings
from keepwell.scoring import CardUse
from keepwell.vocabulary import SNAPSHOT_TABLES, TABLES
from measures.random_tables import KEY_ROLES, Tables, arrow_table

AT = datetime(2026, 11, 2, 3, tzinfo=UTC)
Snapshot = dict[str, pa.Table]


# Sums and means of DOUBLE over accounts: their last digits follow the order of rows, even from
# run to run of one engine. What an account itself has is equal to the last bit.
SUMMED_SHARE = 1e-9


@dataclass(frozen=True)
class World:
    """What a run is given: tables, the columns that are mapped, the day and the scorecards.

    `curves`: measures of a card whose scale takes ln or exp; their last bit may differ.
    """

    tables: Tables
    mapped: frozenset[str]
    as_of: date
    uses: tuple[CardUse, ...]
    overrides: Mapping[str, str] = field(default_factory=dict)
    curves: int = 0


def write_import(world: World, folder: Path) -> Imported:
    """Write the canonical tables as `check` leaves them; a table without rows has no file."""
    folder.mkdir(exist_ok=True)
    for name in TABLES:
        rows = world.tables.get(name, [])
        if rows:
            key = TABLES[name].key
            ordered = sorted(rows, key=lambda r: str(r[key]).encode())
            pq.write_table(arrow_table(name, ordered), folder / f"{name}.parquet")
    return Imported(
        folder=folder,
        import_id="parity",
        mapped=world.mapped,
        findings=(),
        counts=(),
        newest={},
        source_rows={},
        headers={},
        currency="USD",
        checked_on=world.as_of,
    )


def led(world: World, engine: Engine, folder: Path, *, whole: bool = True) -> Snapshot:
    """Compute the world on an engine; return its snapshot tables as written to Parquet.

    `whole`: with the outlook and the findings, else measures, scores and contributions alone.
    """
    imported = write_import(world, folder / "import")
    config = Config(
        project="parity",
        source=Source(kind="folder", path="x"),
        tables={},
        scorecards=tuple(ScorecardUse(scorecard=u.card.scorecard) for u in world.uses),
        key_roles=KEY_ROLES,
        segment_map=shipped_segment_map(),
    )
    settings = RunSettings(world.as_of, AT, world.as_of)
    with SqlStateStore("sqlite://") as state:
        for account, tier in world.overrides.items():
            state.set_override(Override(account, tier, "known better", "me", AT, date(2099, 1, 1)))
        given = (engine, config, world.uses, imported, state, NoProgress(), settings)
        if whole:
            store_findings(engine, compute_portfolio(*given).findings)
        else:
            score_import(*given)
    target = folder / "snapshot"
    target.mkdir()
    for table in SNAPSHOT_TABLES:
        columns = engine.columns(table)
        if columns:
            key = "account_id" if "account_id" in columns else None
            engine.write_table(table, target / f"{table}.parquet", key=key)
    return {p.stem: pq.read_table(p) for p in sorted(target.glob("*.parquet"))}


def differences(expected: Snapshot, found: Snapshot) -> list[str]:
    """Return where two snapshots differ.

    Accounts are equal to the last bit and in order. Rows of other tables stand in any order, and
    their fractions may differ by SUMMED_SHARE.
    """
    told = [f"table {name} is missing" for name in sorted(set(expected) ^ set(found))]
    for name in sorted(set(expected) & set(found)):
        told += _table_differences(name, expected[name], found[name])
    return told


def _table_differences(name: str, expected: pa.Table, found: pa.Table) -> list[str]:
    kinds = [{f.name: str(f.type) for f in t.schema} for t in (expected, found)]
    if kinds[0] != kinds[1]:
        return [f"{name} has columns {sorted(set(kinds[0].items()) ^ set(kinds[1].items()))}"]
    rows = [t.to_pylist() for t in (expected, found)]
    share = 0.0
    if "account_id" not in kinds[0]:
        share = SUMMED_SHARE
        exact = [c for c, kind in kinds[0].items() if kind != "double"]
        rows = [sorted(side, key=lambda r: [repr(r[c]) for c in exact]) for side in rows]
    if len(rows[0]) != len(rows[1]):
        return [f"{name} has {len(rows[0])} rows, then {len(rows[1])}"]
    return [
        f"{name}[{number}].{column}: {left[column]!r}, then {right[column]!r}"
        for number, (left, right) in enumerate(zip(*rows, strict=True))
        for column in left
        if not _is_same(left[column], right[column], share)
    ]


def _is_same(left: Any, right: Any, share: float) -> bool:
    if share and isinstance(left, float) and isinstance(right, float):
        return abs(left - right) <= share * max(abs(left), abs(right))
    return bool(left == right) and isinstance(left, float) == isinstance(right, float)


def score_differences(expected: Snapshot, found: Snapshot, curves: int) -> list[str]:
    """Return where measures differ, or scores by more than one micro-point a curved measure."""
    told = differences({"measures": expected["measures"]}, {"measures": found["measures"]})
    for name in ("scores", "contributions"):
        rows = zip(expected[name].to_pylist(), found[name].to_pylist(), strict=True)
        for left, right in rows:
            told += [
                f"{name} {left['account_id']} {column}: {left[column]!r}, then {right[column]!r}"
                for column in left
                if not _is_score_same(column, left[column], right[column], curves)
            ]
    return told


def _is_score_same(column: str, left: Any, right: Any, curves: int) -> bool:
    if column.endswith("_micro") and None not in (left, right):
        # One measure may differ by one; a dimension or a score by one for each of its measures.
        return bool(abs(left - right) <= curves)
    return _is_same(left, right, 1e-12)
