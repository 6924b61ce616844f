"""Snapshots appear whole or not at all, stay as they were written, and survive crashes."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from keepwell.adapters.snapshots import SnapshotFolders
from keepwell.ports import SnapshotStore
from keepwell.vocabulary import InputProblem, InternalProblem, NotFound


def write(store: SnapshotStore, run_id: str) -> None:
    with store.stage(run_id) as folder:
        (folder / "scores.parquet").write_bytes(b"scores")
        (folder / "manifest.json").write_text(json.dumps({"run": run_id}), encoding="utf-8")


def test_a_finished_block_becomes_the_snapshot(tmp_path: Path) -> None:
    store = SnapshotFolders(tmp_path / "snapshots")
    write(store, "r1")
    assert store.read_manifest("r1") == {"run": "r1"}
    assert (store.path("r1") / "scores.parquet").read_bytes() == b"scores"
    assert [p.name for p in (tmp_path / "snapshots").iterdir()] == ["r1"]


def test_files_of_a_snapshot_are_read_only(tmp_path: Path) -> None:
    store = SnapshotFolders(tmp_path)
    write(store, "r1")
    modes = {p.name: p.stat().st_mode & 0o777 for p in store.path("r1").iterdir()}
    assert modes == {"scores.parquet": 0o444, "manifest.json": 0o444, "SHA256SUMS": 0o444}


def test_a_snapshot_that_was_changed_afterwards_is_told(tmp_path: Path) -> None:
    store = SnapshotFolders(tmp_path)
    write(store, "r1")
    assert store.faults("r1") == ()
    file = store.path("r1") / "scores.parquet"
    file.chmod(0o644)
    file.write_bytes(b"Scores")
    assert store.faults("r1") == ("scores.parquet",)
    file.unlink()
    assert store.faults("r1") == ("scores.parquet",)


def test_a_removed_snapshot_is_gone_and_what_a_kill_left_of_it_too(tmp_path: Path) -> None:
    store = SnapshotFolders(tmp_path)
    write(store, "r1")
    write(store, "r2")
    store.path("r1").rename(tmp_path / ".removed-r1")
    for run_id in ("r1", "r2", "r3"):
        store.remove(run_id)
    assert list(tmp_path.iterdir()) == []


def write_half_and_fail(folder: Path) -> None:
    half = folder / "scores.parquet"
    half.write_bytes(b"half")
    (half / "inside").write_bytes(b"a file is no folder")


def test_an_error_leaves_nothing_and_the_last_good_snapshot(tmp_path: Path) -> None:
    store = SnapshotFolders(tmp_path)
    write(store, "r1")
    with pytest.raises(NotADirectoryError), store.stage("r2") as folder:
        write_half_and_fail(folder)
    assert store.run_ids() == ("r1",)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["r1"]


def test_a_snapshot_without_manifest_is_refused(tmp_path: Path) -> None:
    store = SnapshotFolders(tmp_path)
    with pytest.raises(InternalProblem, match=r"without manifest\.json"), store.stage("r1"):
        pass
    assert store.run_ids() == ()


def test_a_run_has_one_snapshot(tmp_path: Path) -> None:
    store = SnapshotFolders(tmp_path)
    write(store, "r1")
    with pytest.raises(InputProblem, match="has a snapshot"), store.stage("r1"):
        pass
    assert store.read_manifest("r1") == {"run": "r1"}


@pytest.mark.parametrize("run_id", ["", "..", "a/b", ".hidden"])
def test_a_run_id_cannot_leave_the_folder(tmp_path: Path, run_id: str) -> None:
    with (
        pytest.raises(InputProblem, match="cannot name a run"),
        SnapshotFolders(tmp_path).stage(run_id),
    ):
        pass


def test_a_missing_snapshot_says_which_there_are(tmp_path: Path) -> None:
    store = SnapshotFolders(tmp_path)
    write(store, "r1")
    with pytest.raises(NotFound, match=r"Found: r1\."):
        store.path("r9")


KILLED = """
import os, signal, sys
from pathlib import Path
from keepwell.adapters.snapshots import SnapshotFolders
with SnapshotFolders(Path(sys.argv[1])).stage("dead") as folder:
    (folder / "scores.parquet").write_bytes(b"half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_left_is_swept_by_the_next(tmp_path: Path) -> None:
    store = SnapshotFolders(tmp_path)
    write(store, "r1")
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / ".staging-dead" / "scores.parquet").exists()
    assert store.run_ids() == ("r1",)
    write(store, "r2")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["r1", "r2"]


def test_the_sweep_spares_a_run_that_lives(tmp_path: Path) -> None:
    store = SnapshotFolders(tmp_path)
    with store.stage("slow") as folder:
        (folder / "manifest.json").write_text("{}", encoding="utf-8")
        write(SnapshotFolders(tmp_path), "fast")
        assert folder.is_dir()
    assert store.run_ids() == ("fast", "slow")
    assert os.access(store.path("slow"), os.R_OK)
