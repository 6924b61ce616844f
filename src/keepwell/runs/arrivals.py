"""Whether the rows of each dated table have arrived, compared with earlier runs."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import islice

from keepwell.ports import Engine, GateRecord, RunRecord, SnapshotStore
from keepwell.runs.importing_record import Imported
from keepwell.vocabulary import TABLES, Action, Bilingual, Finding, FindingKind, NotFound, Severity
from keepwell.warning import (
    ARRIVALS_WINDOW_DAYS,
    DayCounts,
    EarlierRun,
    GateReason,
    newest_days,
    overdue_days,
)

# The code of rows that stay away longer than any gap: it is the same fault a day earlier.
ROWS_DUE = FindingKind(
    "rows_late",
    Severity.WARNING,
    Action.WARNED,
    Bilingual(
        "表 {table} 最近一行是 {newest}；到截止日 {as_of}，有 {count} 个往常有数据的日子没有行，"
        "而其他表照常更新。",
        "The newest row of table {table} is of {newest}; up to {as_of}, {count} days on which it "
        "has always had rows are empty, while other tables went on.",
    ),
    Bilingual("检查来源是否停止更新。", "Check whether the source has stopped updating."),
)
COMPARED_DAYS, COMPARED_RUNS = 35, 14
OCCURRED = "occurred_at"


def count_arrivals(engine: Engine, imported: Imported, as_of: date) -> dict[str, DayCounts]:
    """Return the rows of each table of events by day, over the last weeks up to `as_of`.

    Needs: the canonical tables in the engine.
    """
    tables = [
        name
        for name, table in TABLES.items()
        if table.dated_by == OCCURRED and f"{name}.{OCCURRED}" in imported.mapped
    ]
    first, after = as_of - timedelta(days=ARRIVALS_WINDOW_DAYS), as_of + timedelta(days=1)
    day = f"CAST({OCCURRED} AS DATE)"
    parts = [
        f"SELECT '{name}' AS name, {day} AS on_day, count(*) AS n FROM {name} "  # noqa: S608
        # On the column as it is stored, so that older parts of a file are not read.
        f"WHERE {OCCURRED} >= TIMESTAMP '{first} 00:00:00' "
        f"AND {OCCURRED} < TIMESTAMP '{after} 00:00:00' GROUP BY {day}"
        for name in tables
    ]
    found: dict[str, dict[date, int]] = {name: {} for name in tables}
    for name, on_day, n in engine.rows(" UNION ALL ".join(parts)) if parts else ():
        found[str(name)][on_day] = int(n)
    return dict(found)


def earlier_arrivals(
    snapshots: SnapshotStore,
    published: Sequence[RunRecord],
    gates: Sequence[GateRecord],
    as_of: date,
) -> tuple[EarlierRun, ...]:
    """Return what the last runs before a day saw of each table, newest first, one a day."""
    faulty = {g.run_id for g in gates if g.gate.reason is GateReason.SOURCE_FAULT}
    by_day: dict[date, RunRecord] = {}
    for run in published:
        if 0 < (as_of - run.as_of).days <= COMPARED_DAYS:
            by_day.setdefault(run.as_of, run)
    found = []
    for day, run in islice(sorted(by_day.items(), reverse=True), COMPARED_RUNS):
        try:
            given: Mapping[str, str] = snapshots.read_manifest(run.run_id).get("newest", {})
        except NotFound:
            continue
        newest = {table: date.fromisoformat(text) for table, text in given.items()}
        found.append(EarlierRun(day, newest, run.run_id not in faulty))
    return tuple(found)


def arrival_findings(
    counts: Mapping[str, DayCounts],
    as_of: date,
    earlier: Sequence[EarlierRun],
    known: Sequence[Finding],
) -> tuple[Finding, ...]:
    """Return a finding for each table whose rows are overdue, unless one in `known` says so."""
    said = {f.table for f in known if f.code in (ROWS_DUE.code, "quiet_before")}
    newest = newest_days(counts)
    found = []
    for table in counts:
        days = 0 if table in said else overdue_days(table, counts, as_of, earlier)
        if days:
            words = {"as_of": as_of.isoformat(), "newest": newest[table].isoformat()}
            found.append(Finding(ROWS_DUE, table, days, params=words))
    return tuple(found)
