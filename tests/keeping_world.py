"""A project of a few small files with real state and snapshots, without anything computed."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.adapters.state import SqlOutboxStore, SqlStateStore, StatePlace
from keepwell.adapters.state.database import open_engine
from keepwell.adapters.state.dump import lines_of, reflected
from keepwell.messages import DeliverySettings
from outbox_world import DAY, Scripted, World, publish
from state_databases import place_of

CONFIG = """\
project: 客户
source: {kind: folder, path: exports}
tables:
  accounts: [{source: accounts.csv, columns: {account_id: Id}}]
scorecards: [{scorecard: robust}]
"""
ON_SERVER = "state: {url_env: KEEPWELL_STATE_URL}\n"
VARIABLE = "KEEPWELL_STATE_URL"
DELIVERY = {"channels": [{"channel": "a", "kind": "file"}], "defaults": {"channels": ["a"]}}


@dataclass(frozen=True)
class Kept:
    """A project's folder, with what a test looks at."""

    folder: Path
    place: StatePlace

    def store(self) -> SqlStateStore:
        return SqlStateStore(self.place)

    @property
    def snapshots(self) -> SnapshotFolders:
        return SnapshotFolders(self.folder / ".keepwell" / "snapshots")

    def add_run(self, run_id: str, day: date, accounts: int = 2) -> None:
        with self.store() as state:
            write_snapshot(self.snapshots, run_id)
            publish(state, run_id, accounts, day=day)

    def rows(self) -> dict[str, list[str]]:
        """Return all rows of the state as text, without the last word of the audit log."""
        engine = open_engine(self.place)
        with engine.connect() as connection:
            found = {t.name: list(lines_of(connection, t)) for t in reflected(connection)}
        engine.dispose()
        found["audit_log"] = [r for r in found["audit_log"] if "state_restored" not in r]
        return found

    def files(self) -> dict[str, bytes]:
        """Return all files but the database and locks, by name."""
        return {
            f.relative_to(self.folder).as_posix(): f.read_bytes()
            for f in sorted(self.folder.rglob("*"))
            if f.is_file() and not f.name.startswith("state.db") and f.suffix != ".lock"
        }


def write_snapshot(snapshots: SnapshotFolders, run_id: str, content: str = "") -> None:
    with snapshots.stage(run_id) as staged:
        (staged / "scores.parquet").write_bytes(f"scores of {run_id}{content}".encode() * 50)
        (staged / "manifest.json").write_text(json.dumps({"run": run_id}), encoding="utf-8")


def build(folder: Path, place: StatePlace | None = None, runs: int = 2) -> Kept:
    """Return a project with `runs` daily runs, their alerts told of the first."""
    (folder / "triggers").mkdir(parents=True)
    (folder / "exports").mkdir()
    (folder / "exports" / "accounts.csv").write_text("Id\n1\n")
    (folder / "keepwell.yml").write_text(CONFIG + (ON_SERVER if place else ""), "utf-8")
    (folder / "triggers" / "own.yml").write_text("triggers: []\n")
    (folder / ".keepwell").mkdir()
    made = Kept(folder, place or place_of(folder))
    for number in range(runs):
        made.add_run(f"r{number}", DAY + timedelta(days=number))
        if number == 0:
            deliver(made)
    return made


def deliver(kept: Kept) -> list[str]:
    """Tell of everything untold; return the keys that reached the outside."""
    channel = Scripted()
    with kept.store() as state:
        world = World(state, {"a": channel}, DeliverySettings.model_validate(DELIVERY))
        world.deliver()
        assert SqlOutboxStore(state).balance().faults == ()
    return channel.reached
