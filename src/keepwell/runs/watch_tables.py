"""The tables that triggers are read from: today's portfolio beside earlier snapshots."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from keepwell.ports import Engine, GateRecord, RunRecord, SnapshotStore
from keepwell.runs.value_watch import open_value
from keepwell.vocabulary import SCORE_COLUMNS
from keepwell.warning import (
    ALARMS,
    BEFORE,
    EVIDENCE_COLUMNS,
    MONTH_AGO,
    SOUND_FOR_DAYS,
    GateReason,
    Trigger,
    earlier_runs,
    readings_select,
    watch_columns,
    watch_select,
)


def open_earlier(
    engine: Engine, snapshots: SnapshotStore, as_of: date, published: Sequence[RunRecord]
) -> frozenset[str]:
    """Make the last run, the scores of a month ago and the value model of today readable.

    Each is empty where there is none. Return the columns of the value model that are known.
    """
    earlier = earlier_runs(as_of, [(r.run_id, r.as_of) for r in published])
    for name, run_id in ((BEFORE, earlier.before), (MONTH_AGO, earlier.month_ago)):
        open_run(engine, snapshots, name, run_id)
    return open_value(engine, snapshots, earlier.before)


def open_run(engine: Engine, snapshots: SnapshotStore, name: str, run_id: str | None) -> None:
    """Make the scores of a run readable as `name`; empty without a run."""
    if run_id is not None:
        engine.read_parquet(name, snapshots.path(run_id) / "scores.parquet")
    else:
        open_no_run(engine, name)


def open_no_run(engine: Engine, name: str) -> None:
    """Make the scores of no run readable as `name`."""
    columns = ", ".join(f"CAST(NULL AS {c.sql_type}) AS {c.name}" for c in SCORE_COLUMNS)
    engine.create_table(name, f"SELECT {columns} WHERE FALSE")


def last_of(as_of: date, published: Sequence[RunRecord]) -> str | None:
    """Return the run before, of whatever quality."""
    return earlier_runs(as_of, [(r.run_id, r.as_of) for r in published]).before


def sound_runs(
    gates: Sequence[GateRecord], published: Sequence[RunRecord], as_of: date
) -> list[RunRecord]:
    """Return the runs that a run is compared with: not those whose sources were at fault.

    Without a sound run in the last days, what is there counts: the fault has come to stay.
    """
    faulty = {g.run_id for g in gates if g.gate.reason is GateReason.SOURCE_FAULT}
    sound = [r for r in published if r.run_id not in faulty]
    is_near = any(0 < (as_of - r.as_of).days <= SOUND_FOR_DAYS for r in sound)
    return sound if is_near else list(published)


def open_watch(engine: Engine, alarmed: Collection[str]) -> dict[str, str]:
    """Make `watch` readable and return its columns; `alarmed`: accounts with a stored alarm.

    Needs: `portfolio` and what `open_earlier` makes readable.
    """
    engine.read_arrow(ALARMS, pa.table({"account_id": pa.array(sorted(alarmed), pa.string())}))
    columns = engine.columns("portfolio")
    engine.create_view("watch", watch_select(columns))
    return watch_columns(columns)


def read_accounts(
    engine: Engine, triggers: Sequence[Trigger], alarmed: set[str]
) -> list[dict[str, Any]]:
    """Return the accounts of interest with their readings, ordered by account_id."""
    select = readings_select(triggers, open_watch(engine, alarmed))
    names = [*EVIDENCE_COLUMNS]
    for number in range(1, len(triggers) + 1):
        names += [f"enters_{number}", f"leaves_{number}"]
    found = engine.rows(f"{select} ORDER BY account_id")
    return [dict(zip(names, row, strict=True)) for row in found]
