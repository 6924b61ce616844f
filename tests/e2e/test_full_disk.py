"""A disk that fills up in mid-run: the last good snapshot stays, and the message names the cure."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from keepwell.adapters.engines import DuckDbEngine
from keepwell.adapters.engines.duckdb_problems import told_as_ours
from keepwell.vocabulary import SourceUnavailable

LARGE = "SELECT i, hash(i) AS h, 'x' || i AS s FROM range(1000000) AS t(i) ORDER BY h"
# In a mount namespace of its own: a project on a small disk, run once, then again with no room.
SCRIPT = """
set -eu
mount -t tmpfs -o size=48m tmpfs "$1"
cd "$1"
"$2" -m keepwell demo p --accounts 300 --lang en > first.txt
ls p/.keepwell/snapshots > before.txt
head -c 200m /dev/zero > filler 2> /dev/null || true
set +e
"$2" -m keepwell run --project p --as-of 2026-01-15 --refit > "$3/told.txt" 2>&1
echo $? > "$3/code.txt"
rm filler
ls p/.keepwell/snapshots > after.txt
diff before.txt after.txt > "$3/diff.txt"
"$2" -m keepwell run --project p --as-of 2026-01-15 --refit --json > "$3/third.json"
echo $? > "$3/third.txt"
"""


def test_memory_and_spilling_are_told(tmp_path: Path) -> None:
    with DuckDbEngine(memory_limit_mb=64, threads=1, temp_directory=tmp_path) as engine:
        assert engine.used().spilled_mb == 0
        engine.create_table("large", LARGE)
        engine.create_table("larger", "SELECT * FROM large ORDER BY s")
        used = engine.used()
    assert used.limit_mb == 64
    assert used.engine_mb is not None
    assert 20 < used.engine_mb < 70
    assert used.spilled_mb is not None
    assert used.spilled_mb > 1
    assert used.process_mb > used.engine_mb


@pytest.mark.parametrize(
    "problem",
    [
        duckdb.IOException('IO Error: Could not write file "x": No space left on device'),
        duckdb.OutOfMemoryException("failed to offload data block of size 192.0 KiB"),
    ],
)
def test_a_full_disk_is_told_with_its_cure(problem: duckdb.Error) -> None:
    with pytest.raises(SourceUnavailable, match="The disk is full") as told, told_as_ours():
        raise problem
    assert "last good snapshot stays" in told.value.what
    assert "Free disk space" in (told.value.cure or "")


def can_mount() -> bool:
    unshare = shutil.which("unshare")
    if unshare is None:
        return False
    tried = [unshare, "-Urm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    return subprocess.run(tried, capture_output=True, check=False).returncode == 0


def test_a_run_on_a_full_disk_leaves_the_last_good_snapshot(tmp_path: Path) -> None:
    if not can_mount():
        pytest.skip("needs unshare with the right to mount")
    disk, seen = tmp_path / "disk", tmp_path / "seen"
    disk.mkdir()
    seen.mkdir()
    words = ["unshare", "-Urm", "sh", "-c", SCRIPT, "sh", str(disk), sys.executable, str(seen)]
    ended = subprocess.run(words, capture_output=True, text=True, check=False, env={**os.environ})
    assert ended.returncode == 0, ended.stderr
    told = (seen / "told.txt").read_text()
    assert (seen / "code.txt").read_text().strip() == "75", told
    assert "Free disk space" in told
    assert (seen / "diff.txt").read_text() == ""
    assert (seen / "third.txt").read_text().strip() == "0"
    assert json.loads((seen / "third.json").read_text())["used"]["process_mb"] > 0
