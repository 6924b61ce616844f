"""Export one table of a snapshot to CSV, Parquet or xlsx."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from keepwell.ports import Engine, SnapshotStore, StateStore, TableWriter
from keepwell.reports import Document, Fact
from keepwell.vocabulary import SNAPSHOT_TABLES, InputProblem, Lang, NotFound

ENDINGS = (".csv", ".parquet", ".xlsx")
# Screens show points; files carry both the exact integer and the number people expect.
SELECTS = {
    "scores": (
        "SELECT s.account_id, a.name, s.score_micro / 1000000.0 AS health_score, s.tier, "
        "s.effective_tier, s.coverage, s.has_override, s.scorecard, s.scorecard_version, "
        "s.score_micro FROM scores s JOIN accounts a ON a.account_id = s.account_id "
        "ORDER BY s.account_id"
    ),
}
FACTS = "facts"


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
    select = SELECTS.get(table, f"SELECT * FROM {table}")  # noqa: S608 - a name from `found`
    if table == "contributions":
        select = _long_contributions(engine)
    rows = engine.arrow(select)
    writer.write(rows, path, sheet=table)
    return ExportReport(table, path, rows.num_rows, run_id)


def _long_contributions(engine: Engine) -> str:
    """Return a SELECT of one row per account and measure, in the order of the scorecard."""
    columns = engine.columns("contributions")
    measures = [c.removesuffix("__scaled") for c in columns if c.endswith("__scaled")]
    parts = [
        f"SELECT account_id, {n} AS place, '{m}' AS measure, {m}__scaled AS scaled, "  # noqa: S608
        f"{m}__weight / 1000000.0 AS weight_points, {m}__micro / 1000000.0 AS points, "
        f"{m}__micro AS points_micro FROM contributions"
        for n, m in enumerate(measures)
    ]
    return (
        "SELECT * EXCLUDE (place) FROM ("  # noqa: S608
        + " UNION ALL ".join(parts)
        + ") ORDER BY account_id, place"
    )


def export_facts(
    document: Document, lang: Lang, path: Path, run_id: str, writer: TableWriter
) -> ExportReport:
    """Write the facts behind the report's sentences, one row each."""
    if path.suffix.lower() not in ENDINGS:
        raise InputProblem(
            f"`{path.name}` has no known ending.", cure=f"Use one of {', '.join(ENDINGS)}."
        )
    rows = [_fact_row(number, fact, lang) for number, fact in enumerate(document.facts, 1)]
    writer.write(pa.Table.from_pylist(rows), path, sheet=FACTS)
    return ExportReport(FACTS, path, len(rows), run_id)


def _fact_row(number: int, fact: Fact, lang: Lang) -> dict[str, str | float | int | bool | None]:
    low, high = fact.interval or (None, None)
    return {
        "fact": f"F{number:02d}",
        "key": fact.key,
        "label": fact.label.text(lang),
        "value": fact.value,
        "text": fact.text(lang),
        "k": fact.k,
        "n": fact.n,
        "interval_low": low,
        "interval_high": high,
        "by_construction": fact.is_by_construction,
        "query": fact.query,
    }
