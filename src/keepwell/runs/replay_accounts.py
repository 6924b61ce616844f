"""Measure some accounts of an earlier day again, on the tables of today."""

from collections.abc import Sequence
from datetime import date

from keepwell.config import Config
from keepwell.measures import measures_select, plan_measures
from keepwell.ports import Engine, RunRecord, SnapshotStore
from keepwell.runs.importing_record import Imported
from keepwell.runs.portfolio import measure_settings, open_import
from keepwell.runs.transitions import MOVED, PastRows, measures_of
from keepwell.vocabulary import TABLES

REPLAYED = "replayed_measures"
OLD = "stored_measures"


def past_rows(
    engine: Engine,
    snapshots: SnapshotStore,
    config: Config,
    imported: Imported,
    before: RunRecord,
    accounts: Sequence[str],
) -> PastRows:
    """Return measures as the earlier run stored them and as the present import gives them.

    Equal imports need no second look. Nothing but the rows of `accounts` is measured.
    """
    engine.read_parquet(OLD, snapshots.path(before.run_id) / "measures.parquet")
    stored = measures_of(engine, OLD, accounts)
    if before.input_hash == imported.import_id:
        return PastRows(stored, {})
    _open(engine, imported, before.as_of)
    settings = measure_settings(config)
    plan = plan_measures(imported.mapped, settings)
    engine.create_table(REPLAYED, measures_select(plan, before.as_of, settings))
    return PastRows(stored, measures_of(engine, REPLAYED, accounts))


def _open(engine: Engine, imported: Imported, day: date) -> None:
    """Open the import as of the day, narrowed to the accounts of MOVED."""
    open_import(engine, imported, day)
    for name in TABLES:
        file = imported.folder / f"{name}.parquet"
        if name == "accounts":
            engine.create_table(
                "replayed_accounts",
                f"SELECT a.* FROM accounts AS a JOIN {MOVED} AS m ON m.account_id = a.account_id",  # noqa: S608
            )
            engine.create_table("accounts", "SELECT * FROM replayed_accounts")
        elif file.is_file():
            engine.read_parquet(f"all_{name}", file)
            engine.drop(name)
            engine.create_view(
                name,
                f"SELECT t.* FROM all_{name} AS t JOIN {MOVED} AS m "  # noqa: S608
                "ON m.account_id = t.account_id",
            )
