"""Export one table of a snapshot to CSV, Parquet or xlsx."""

from dataclasses import dataclass
from pathlib import Path

from keepwell.ports import Engine, SnapshotStore, StateStore, TableWriter
from keepwell.vocabulary import SNAPSHOT_TABLES, InputProblem, NotFound

ENDINGS = (".csv", ".parquet", ".xlsx")
# Screens show points; files carry both the exact integer and the number people expect.
SELECTS = {
    "scores": (
        "SELECT s.account_id, a.name, s.score_micro / 1000000.0 AS health_score, s.tier, "
        "s.effective_tier, s.coverage, s.has_override, s.scorecard, s.scorecard_version, "
        "s.score_micro FROM scores s JOIN accounts a ON a.account_id = s.account_id "
        "ORDER BY s.account_id"
    ),
    "contributions": (
        "SELECT account_id, split_part(part, '__', 1) AS measure, micro / 1000000.0 AS points, "
        "micro AS points_micro FROM (UNPIVOT (SELECT account_id, COLUMNS('.*__micro$') "
        "FROM contributions) ON * EXCLUDE (account_id) INTO NAME part VALUE micro) "
        "ORDER BY account_id, measure"
    ),
}


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written where."""

    table: str
    path: Path
    rows: int
    run_id: str


def current_run(state: StateStore, run_id: str | None = None) -> str:
    """Return the id of the newest published run, or check the given one. Errors: NotFound."""
    runs = [r.run_id for r in state.runs()]
    if not runs:
        raise NotFound("There is no snapshot yet.", cure="Run `keepwell run` first.")
    if run_id is None:
        return runs[0]
    if run_id not in runs:
        raise NotFound(f"There is no run `{run_id}`.", cure=f"Known: {', '.join(runs[:5])}.")
    return run_id


def open_snapshot(engine: Engine, snapshots: SnapshotStore, run_id: str) -> tuple[str, ...]:
    """Make the tables of a snapshot readable by the engine; return their names."""
    folder = snapshots.path(run_id)
    found = []
    for table in SNAPSHOT_TABLES:
        file = folder / f"{table}.parquet"
        if file.exists():
            engine.read_parquet(table, file)
            found.append(table)
    return tuple(found)


def export_table(
    table: str,
    path: Path,
    engine: Engine,
    snapshots: SnapshotStore,
    state: StateStore,
    writer: TableWriter,
) -> ExportReport:
    """Write one table of the current snapshot to `path`; the ending decides the format.

    Errors: NotFound for an unknown table or a project without a snapshot; InputProblem for an
    ending that is not .csv, .parquet or .xlsx.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InputProblem(
            f"`{path.name}` has no known ending.", cure=f"Use one of {', '.join(ENDINGS)}."
        )
    run_id = current_run(state)
    found = open_snapshot(engine, snapshots, run_id)
    if table not in found:
        raise NotFound(f"There is no table `{table}`.", cure=f"Known: {', '.join(found)}.")
    rows = engine.arrow(SELECTS.get(table, f"SELECT * FROM {table}"))
    writer.write(rows, path, sheet=table)
    return ExportReport(table, path, rows.num_rows, run_id)
