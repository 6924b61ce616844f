"""Rows of event tables by day, and the finding of those that are overdue since earlier runs."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.ports import GateRecord, RunRecord
from keepwell.runs.arrivals import arrival_findings, count_arrivals, earlier_arrivals
from keepwell.runs.importing_record import Imported
from keepwell.vocabulary import Finding
from keepwell.warning import Gate, GateKind, GateReason, source_faults

TODAY = date(2026, 11, 16)
AT = datetime(2026, 11, 16, 20, 0, tzinfo=UTC)
MAPPED = frozenset({"activities.occurred_at", "usage.occurred_at", "accounts.created_at"})


@pytest.fixture
def counts(tmp_path: Path) -> dict[str, dict[date, int]]:
    """Twenty rows a day of two tables; activities end on the day before, one row is too late."""
    when = "TIMESTAMP '2026-11-16 23:59:59' - to_days(CAST(n AS INTEGER) // 20)"
    imported = Imported(tmp_path, "i", MAPPED, (), (), {}, {}, {}, None, TODAY)
    with DuckDbEngine() as engine:
        engine.create_table("usage", f"SELECT {when} AS occurred_at FROM range(0, 4000) AS t(n)")
        engine.create_table(
            "activities",
            f"SELECT {when} AS occurred_at FROM range(20, 4000) AS t(n) "
            "UNION ALL SELECT TIMESTAMP '2026-11-17 00:00:00'",
        )
        found = count_arrivals(engine, imported, TODAY)
    return {table: dict(days) for table, days in found.items()}


def earlier(folder: Path) -> tuple[SnapshotFolders, list[RunRecord]]:
    """Return snapshots of the days before, newest first; those without a manifest are pruned."""
    store, runs = SnapshotFolders(folder), []
    for back in range(1, 4):
        day = TODAY - timedelta(days=back)
        runs.append(RunRecord(f"r{back}", day, AT, "published", (), 1, "c", "i"))
        if back < 3:
            newest = f'{{"newest": {{"activities": "{min(day, TODAY - timedelta(days=1))}"}}}}'
            with store.stage(f"r{back}") as staged:
                (staged / "manifest.json").write_text(newest, encoding="utf-8")
    return store, runs


def test_rows_are_counted_by_day_up_to_the_described_one(
    counts: dict[str, dict[date, int]],
) -> None:
    assert set(counts) == {"activities", "usage"}
    assert (min(counts["usage"]), max(counts["usage"])) == (TODAY - timedelta(days=98), TODAY)
    assert set(counts["usage"].values()) == {20}
    assert max(counts["activities"]) == TODAY - timedelta(days=1)


def test_a_table_that_stands_still_is_one_fault_from_its_first_day_on(
    counts: dict[str, dict[date, int]], tmp_path: Path
) -> None:
    store, runs = earlier(tmp_path)
    seen = earlier_arrivals(store, runs, (), TODAY)
    assert [(r.as_of, r.is_sound) for r in seen] == [
        (TODAY - timedelta(days=1), True),
        (TODAY - timedelta(days=2), True),
    ]
    (found,) = arrival_findings(counts, TODAY, seen, ())
    assert (found.table, found.count) == ("activities", 1)
    assert "The newest row of table activities is of 2026-11-15" in found.message("en")
    assert "2026-11-15" in found.message("zh")
    # The gate knows it by the name that it has from the second day on: one alert, not two.
    assert source_faults([found]) == ("rows_late:activities",)
    assert arrival_findings(counts, TODAY, seen, [Finding(found.kind, "activities", 1)]) == ()


def test_runs_at_fault_do_not_say_what_is_usual(
    counts: dict[str, dict[date, int]], tmp_path: Path
) -> None:
    store, runs = earlier(tmp_path)
    fault = Gate(GateKind.CLOSED, GateReason.SOURCE_FAULT)
    gates = [GateRecord(r.run_id, fault, "d", None, None, None) for r in runs]
    seen = earlier_arrivals(store, runs, gates, TODAY)
    assert {r.is_sound for r in seen} == {False}
    assert arrival_findings(counts, TODAY, seen, ()) == ()
