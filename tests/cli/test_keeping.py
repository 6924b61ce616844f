"""Backup, restore, verify and prune through the command line, on both databases."""

import json
import os
import random
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from e2e.company import done, keepwell, refused
from keeping_world import ON_SERVER, VARIABLE, Kept, build, deliver, write_snapshot
from keepwell.adapters.state import SqlKeepingStore, SqlWarningStore, StatePlace
from keepwell.vocabulary import SourceUnavailable
from outbox_world import DAY, START
from state_databases import StateDatabase, place_of


@pytest.fixture
def other(bare_database: StateDatabase, monkeypatch: pytest.MonkeyPatch) -> StatePlace | None:
    """Give the address of an empty database on a server, or None for a file."""
    if bare_database.server is None:
        return None
    monkeypatch.setenv(VARIABLE, bare_database.place.url)
    return StatePlace(bare_database.place.url, variable=VARIABLE)


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return build(tmp_path / "myco")


@pytest.fixture
def either(state_database: StateDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """Give a project whose state lies in a file, then one whose state lies on a server."""
    monkeypatch.setenv(VARIABLE, state_database.place.url)
    place = None if state_database.server is None else state_database.place
    return build(tmp_path / "myco", place)


@pytest.fixture
def archive(kept: Kept, tmp_path: Path) -> Path:
    done("backup", tmp_path / "b.tar", "-C", kept.folder)
    return tmp_path / "b.tar"


def test_a_backup_comes_back_whole_in_a_new_folder(
    kept: Kept, archive: Path, tmp_path: Path
) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600
    restored = done("restore", archive, "-C", tmp_path / "new")
    assert restored["snapshots_added"] == 2
    new = Kept(tmp_path / "new", place_of(tmp_path / "new"))
    assert new.rows() == kept.rows()
    before, after = kept.files(), new.files()
    assert {n: b for n, b in before.items() if not n.startswith("exports")} == after
    assert done("verify", "-C", new.folder)["faults"] == []
    # What had been told stays told; the rest goes on as it would have.
    assert sorted(deliver(new)) == ["r1/digest/a/U0", "r1/digest/a/U1"]
    new.add_run("r2", DAY + timedelta(days=2))
    assert done("verify", "-C", new.folder)["newest"] == "r2"


def test_a_state_moves_to_the_other_database_and_back(
    kept: Kept, archive: Path, other: StatePlace | None, tmp_path: Path
) -> None:
    config = kept.folder / "keepwell.yml"
    rows = kept.rows()
    if other is not None:
        config.write_text(config.read_text("utf-8") + ON_SERVER, "utf-8")
        done("restore", archive, "-C", kept.folder, "--keep-config")
        moved = Kept(kept.folder, other)
        assert moved.rows() == rows
        # Numbers go on after those that came along.
        moved.add_run("r2", DAY + timedelta(days=2))
        deliver(moved)
        rows = moved.rows()
        done("backup", tmp_path / "c.tar", "-C", kept.folder)
        archive = tmp_path / "c.tar"
    back = build(tmp_path / "back", runs=0)
    done("restore", archive, "-C", back.folder, "--keep-config")
    assert back.rows() == rows


def test_restoring_overwrites_nothing_unless_told(kept: Kept, archive: Path) -> None:
    kept.add_run("r2", DAY + timedelta(days=2))
    (kept.folder / "triggers" / "own.yml").write_text("triggers: [] # mine\n")
    before, files = kept.rows(), kept.files()
    error = refused("restore", archive, "-C", kept.folder)
    assert "3 rows in runs" in error["what"]
    assert "Nothing was changed" in error["what"]
    assert "--force" in error["cure"]
    assert (kept.rows(), kept.files()) == (before, files)
    said = done("restore", archive, "-C", kept.folder, "--force")
    assert (said["snapshots_added"], said["snapshots_there"]) == (0, 2)
    assert len(kept.rows()["runs"]) == 3
    assert kept.files()["triggers/own.yml"] == b"triggers: []\n"


def test_a_restore_that_fails_at_the_database_takes_back_what_it_moved(
    kept: Kept, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = build(tmp_path / "fresh", runs=0)
    write_snapshot(fresh.snapshots, "r0", " but other")
    fresh.store().close()
    before, rows = fresh.files(), fresh.rows()

    def lost(*_: object) -> None:
        raise SourceUnavailable("The state database was lost.", cure="Run it again.")

    with monkeypatch.context() as broken:
        broken.setattr(SqlKeepingStore, "replace", lost)
        refused("restore", archive, "-C", fresh.folder, "--force", code=75)
    assert (fresh.files(), fresh.rows()) == (before, rows)
    done("restore", archive, "-C", fresh.folder, "--force")
    assert fresh.rows() == kept.rows()


@pytest.mark.sqlite_file("moves from the file to a server")
def test_a_project_does_not_begin_anew_on_a_server_while_its_file_knows_runs(
    kept: Kept, state_database: StateDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, state_database.place.url)
    config = kept.folder / "keepwell.yml"
    config.write_text(config.read_text("utf-8") + ON_SERVER, "utf-8")
    error = refused("verify", "-C", kept.folder)
    if state_database.server is None:
        assert f"{VARIABLE} does not hold an address of PostgreSQL" in error["what"]
    else:
        assert "knows 2" in error["what"]
        assert "--keep-config" in error["cure"]


def test_another_snapshot_of_the_same_run_is_not_replaced_unless_told(
    kept: Kept, archive: Path, tmp_path: Path
) -> None:
    fresh = build(tmp_path / "fresh", runs=0)
    write_snapshot(fresh.snapshots, "r0", " but other")
    assert "another snapshot of run r0" in refused("restore", archive, "-C", fresh.folder)["what"]
    done("restore", archive, "-C", fresh.folder, "--force")
    assert fresh.snapshots.faults("r0") == ()
    path = fresh.snapshots.path("r0") / "scores.parquet"
    assert path.read_bytes() == (kept.snapshots.path("r0") / "scores.parquet").read_bytes()


@pytest.mark.sqlite_file("damages its bytes")
def test_a_damaged_database_gives_way_to_a_backup(kept: Kept, archive: Path) -> None:
    rows = kept.rows()
    path = kept.folder / ".keepwell" / "state.db"
    for end in ("-wal", "-shm"):
        path.with_name(f"state.db{end}").unlink(missing_ok=True)
    path.write_bytes(b"no database at all, but long enough to be taken for one" * 30)
    error = refused("verify", "-C", kept.folder, code=75)
    assert "restore FILE --force" in error["cure"]
    done("restore", archive, "-C", kept.folder, "--force")
    assert kept.rows() == rows


@pytest.mark.sqlite_file("damages its bytes")
def test_a_database_that_is_damaged_inside_gives_way_and_one_that_is_held_does_not(
    kept: Kept, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, path = kept.rows(), kept.folder / ".keepwell" / "state.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = path.read_bytes()
    for page in (4, len(whole) // 4096 // 2, len(whole) // 4096 - 3):
        path.write_bytes(whole[: page * 4096] + b"\x81" * 8192 + whole[page * 4096 + 8192 :])
        done("restore", archive, "-C", kept.folder, "--force")
        assert kept.rows() == rows
    # One of an older version, which opening would write to, while another process writes.
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE alembic_version SET version_num = 'older'")
        other.commit()
        other.execute("BEGIN IMMEDIATE")
        monkeypatch.setattr("keepwell.adapters.state.database.BUSY_SECONDS", 0)
        error = refused("restore", archive, "-C", kept.folder, "--force", code=75)
        other.rollback()
        assert "locked" in error["what"]
        assert other.execute("SELECT version_num FROM alembic_version").fetchone() == ("older",)


@pytest.mark.parametrize("name", [b"a\\b.yml", b"bad-\xff.yml"])
def test_a_file_that_could_not_be_restored_is_refused_by_its_name(name: bytes, kept: Kept) -> None:
    odd = os.path.join(os.fsencode(kept.folder), name)  # noqa: PTH118 - bytes
    Path(os.fsdecode(odd)).write_text("triggers: []\n", "utf-8")
    target = kept.folder / "backup.tar"
    error = refused("backup", target, "-C", kept.folder)
    assert "yml' cannot go into a backup" in error["what"]
    assert "Rename" in error["cure"]
    assert not target.exists()


def _damages(whole: bytes) -> Iterator[tuple[str, bytes]]:
    chance = random.Random(20261130)  # noqa: S311 - seeded
    for length in (0, 1, 600, *(chance.randrange(len(whole)) for _ in range(25)), -1024, -1):
        yield f"cut at {length}", whole[:length]
    for _ in range(60):
        place = chance.randrange(len(whole))
        flipped = whole[place] ^ (1 << chance.randrange(8))
        yield f"bit at {place}", whole[:place] + bytes([flipped]) + whole[place + 1 :]
    yield "other bytes", b"PK\x03\x04" * 5000


def test_a_damaged_or_cut_off_archive_is_refused_or_still_the_same(
    kept: Kept, archive: Path, tmp_path: Path
) -> None:
    whole, target = archive.read_bytes(), build(tmp_path / "target", runs=1)
    before = (target.rows(), target.files())
    refusals = 0
    for what, damaged in _damages(whole):
        archive.write_bytes(damaged)
        said = keepwell("verify", archive)
        # A bit in the padding between two files changes nothing that is read.
        assert said.code == 2 or what.startswith("bit"), what
        if said.code == 2:
            refusals += 1
            assert keepwell("restore", archive, "-C", target.folder, "--force").code == 2, what
            assert "Nothing was changed" in said.err, what
    assert (target.rows(), target.files()) == before
    assert refusals > 60


@pytest.mark.parametrize(
    "name", ["../evil.yml", "/srv/evil.yml", "config/../../evil.yml", "config/.keepwell/x.yml",
             "config/run.sh", "snapshots/r9/../../x", "else/x.yml"],
)  # fmt: skip
def test_names_that_lead_elsewhere_are_refused(name: str, archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive) as old, tarfile.open(tmp_path / "evil.tar", "w") as new:
        (tmp_path / "file").write_text("x")
        new.add(tmp_path / "file", name)
        for member in old:
            new.addfile(member, old.extractfile(member))
    assert "may not be in one" in refused("verify", tmp_path / "evil.tar")["what"]


def test_links_are_refused(archive: Path, tmp_path: Path) -> None:
    link = tarfile.TarInfo("config/x.yml")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(tmp_path / "evil.tar", "w") as new:
        new.addfile(link)
    assert "no plain file" in refused("verify", tmp_path / "evil.tar")["what"]


def test_a_backup_of_a_newer_version_is_refused(archive: Path, tmp_path: Path) -> None:
    from keepwell.adapters.backups import read_archive, write_archive

    contents = read_archive(archive)
    facts = {**contents.facts, "revision": "9999"}
    write_archive(tmp_path / "new.tar", [], facts, 0)
    assert "version 9999" in refused("restore", tmp_path / "new.tar", "-C", tmp_path / "x")["what"]
    assert not (tmp_path / "x").exists()


def test_verify_names_what_does_not_hold_together(either: Kept) -> None:
    assert done("verify", "-C", either.folder)["faults"] == []
    scores = either.snapshots.path("r1") / "scores.parquet"
    scores.chmod(0o644)
    scores.write_bytes(b"other")
    shutil.rmtree(either.snapshots.path("r0"))
    made = done("backup", either.folder / "b.tar", "-C", either.folder)
    assert (made["without_snapshot"], made["damaged"]) == (["r0"], ["r1"])
    with either.store() as state, state.session(is_writing=True) as session:
        session.execute(text("UPDATE audit_log SET actor = 'x' WHERE sequence = 1"))
        session.execute(text("UPDATE alerts SET status = 'delivered' WHERE id = 3"))
    said = keepwell("verify", "-C", either.folder, "--json")
    assert said.code == 2
    found: list[dict[str, Any]] = json.loads(said.out)["faults"]
    assert [f["kind"] for f in found] == ["audit", "balance", "snapshot", "snapshot"]
    assert "r0 is missing" in found[3]["what"]
    assert "r1/scores.parquet" in found[2]["what"]
    for lang, words in (("zh", "4 处问题"), ("en", "faults: 4")):
        assert words in keepwell("verify", "-C", either.folder, "--lang", lang).out


def test_prune_follows_the_policy_and_keeps_what_is_open(either: Kept) -> None:
    days = {"r2": 40, "r3": 41, "r4": 75, "r5": 76, "r6": 120}
    for run_id, day in days.items():
        either.add_run(run_id, DAY + timedelta(days=day), accounts=0)
    assert "retention" in keepwell("prune", "-C", either.folder).out
    config = either.folder / "keepwell.yml"
    policy = "retention: {all_days: 35, weekly_days: 60, monthly_days: 100}\n"
    config.write_text(config.read_text("utf-8") + policy, "utf-8")
    with either.store() as state, state.session(is_writing=True) as session:
        session.execute(text("UPDATE alerts SET ended_on = '2026-11-20' WHERE run_id = 'r1'"))
    ahead = done("prune", "--dry-run", "-C", either.folder)
    reasons = {v["run_id"]: v["reason"] for v in ahead["verdicts"]}
    assert reasons == {
        "r6": "last", "r5": "week", "r4": "old", "r3": "month", "r2": "old", "r1": "old",
        "r0": "referred",
    }  # fmt: skip
    with either.store() as state:
        # As a removal leaves it that was killed between mark and folder.
        SqlKeepingStore(state).mark_removed(["r4"], START, "Li")
    ahead["verdicts"] = [v for v in ahead["verdicts"] if v["run_id"] != "r4"]
    assert len(either.snapshots.run_ids()) == 7
    pruned = done("prune", "-C", either.folder, "--by", "Li")
    assert pruned["verdicts"] == ahead["verdicts"]
    assert either.snapshots.run_ids() == ("r0", "r3", "r5", "r6")
    with either.store() as state:
        assert [r.run_id for r in state.runs()] == ["r6", "r5", "r3", "r0"]
        assert len(state.run_ids()) == 7
        newest = SqlWarningStore(state).audit(1)[0]
        assert (newest.actor, newest.action) == ("Li", "snapshots_removed")
    assert done("verify", "-C", either.folder)["faults"] == []
    assert len(done("prune", "-C", either.folder)["verdicts"]) == 4
