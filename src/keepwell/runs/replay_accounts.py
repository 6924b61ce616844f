"""Measure some accounts of an earlier day again, on the tables of today."""

from collections.abc import Iterator, Sequence
from datetime import date

import pyarrow as pa

from keepwell.config import Config
from keepwell.measures import measures_select, plan_measures
from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.runs.importing_record import Imported
from keepwell.runs.portfolio import measure_settings, open_import
from keepwell.runs.transitions import PastRows, measures_of
from keepwell.vocabulary import TABLES

REPLAYED = "replayed_measures"
OLD = "stored_measures"
NARROWED = "replayed_only"
CHUNK = 20_000


def past_rows(
    engine: Engine,
    snapshots: SnapshotStore,
    config: Config,
    imported: Imported,
    before: RunRecord,
    accounts: Sequence[str],
    measures: Sequence[str],
) -> Iterator[PastRows]:
    """Yield measures as the earlier run stored them and as the present import gives them.

    Equal imports need no second look. Nothing but the rows of `accounts` is measured.
    """
    engine.read_parquet(OLD, snapshots.path(before.run_id) / "measures.parquet")
    is_replayed = before.input_hash != imported.import_id
    if is_replayed:
        named = pa.table({"account_id": pa.array(accounts, pa.string())})
        engine.read_arrow(NARROWED, named)
        _open(engine, imported, before.as_of)
        settings = measure_settings(config)
        plan = plan_measures(imported.mapped, settings)
        engine.create_table(REPLAYED, measures_select(plan, before.as_of, settings))
    for start in range(0, len(accounts), CHUNK):
        some = accounts[start : start + CHUNK]
        again = measures_of(engine, REPLAYED, some, measures) if is_replayed else {}
        yield PastRows(some, measures_of(engine, OLD, some, measures), again)


def _open(engine: Engine, imported: Imported, day: date) -> None:
    """Open the import as of the day, narrowed to the accounts of NARROWED."""
    open_import(engine, imported, day)
    for name in TABLES:
        file = imported.folder / f"{name}.parquet"
        if name == "accounts":
            engine.create_table(
                "replayed_accounts",
                f"SELECT a.* FROM accounts AS a JOIN {NARROWED} AS m "  # noqa: S608
                "ON m.account_id = a.account_id",
            )
            engine.create_table("accounts", "SELECT * FROM replayed_accounts")
        elif file.is_file():
            engine.read_parquet(f"all_{name}", file)
            engine.drop(name)
            engine.create_view(
                name,
                f"SELECT t.* FROM all_{name} AS t JOIN {NARROWED} AS m "  # noqa: S608
                "ON m.account_id = t.account_id",
            )
