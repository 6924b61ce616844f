"""Snapshots on disk: one read-only folder per run, there whole or not at all (design D6)."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from keepwell.vocabulary import InputProblem, InternalProblem, NotFound, SourceUnavailable

MANIFEST = "manifest.json"
# In the form of `sha256sum`: whoever has a snapshot can check it by `sha256sum -c SHA256SUMS`.
CHECKSUMS = "SHA256SUMS"
_STAGING = ".staging-"
_REMOVED = ".removed-"
_LOCK = ".lock"


class SnapshotFolders:
    """Fulfils `ports.SnapshotStore` on one folder; staged folders of dead runs are swept."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @contextmanager
    def stage(self, run_id: str) -> Iterator[Path]:
        """Give a folder to write to; it becomes the snapshot when the block ends without error.

        The block must write `manifest.json`. Errors: InputProblem if the run has a snapshot.
        """
        target = self._target(run_id)
        staged = self._root / f"{_STAGING}{run_id}"
        with _told_as_ours(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
        self.sweep()
        with _locked(_lock_of(staged)):
            if target.exists():
                raise InputProblem(f"Run `{run_id}` has a snapshot.", cure="Start a new run.")
            with _told_as_ours(self._root):
                staged.mkdir()
            try:
                yield staged
                with _told_as_ours(self._root):
                    _seal(staged)
                    staged.rename(target)
                    _sync(self._root)
            finally:
                shutil.rmtree(staged, ignore_errors=True)

    def path(self, run_id: str) -> Path:
        """Return the folder of a snapshot. Errors: NotFound."""
        target = self._target(run_id)
        if not (target / MANIFEST).is_file():
            found = self.run_ids()
            raise NotFound(
                f"No snapshot of run `{run_id}`. Found: {', '.join(found[-5:]) or 'none'}.",
                cure="Run `keepwell run`.",
                run_id=run_id,
            )
        return target

    def read_manifest(self, run_id: str) -> Mapping[str, Any]:
        """Return the manifest of a snapshot. Errors: NotFound."""
        text = (self.path(run_id) / MANIFEST).read_text(encoding="utf-8")
        manifest: Mapping[str, Any] = json.loads(text)
        return manifest

    def run_ids(self) -> tuple[str, ...]:
        """Return the runs that have a snapshot folder, sorted."""
        if not self._root.is_dir():
            return ()
        return tuple(sorted(p.name for p in self._root.iterdir() if (p / MANIFEST).is_file()))

    def faults(self, run_id: str) -> tuple[str, ...]:
        """Return the files of a snapshot that are missing or not as they were written.

        One that was written before checksums were is taken as it is. Errors: NotFound.
        """
        folder = self.path(run_id)
        sums = folder / CHECKSUMS
        if not sums.is_file():
            return ()
        lines = (line.split("  ", 1) for line in sums.read_text("utf-8").splitlines())
        return tuple(name for digest, name in lines if _digest_of(folder / name) != digest)

    def size(self, run_id: str) -> int:
        """Return the bytes of a snapshot; 0 when there is none."""
        return sum(f.stat().st_size for f in self._target(run_id).rglob("*") if f.is_file())

    def adopt(self, run_id: str, folder: Path) -> None:
        """Make a folder on the same disk the snapshot of a run that has none."""
        target = self._target(run_id)
        with _told_as_ours(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            _seal(folder)
            folder.rename(target)
            _sync(self._root)

    def remove(self, run_id: str) -> None:
        """Remove a snapshot, which is gone at once; a folder that is not there is no error."""
        target, aside = self._target(run_id), self._root / f"{_REMOVED}{run_id}"
        with _told_as_ours(self._root):
            if target.exists():
                shutil.rmtree(aside, ignore_errors=True)
                target.rename(aside)
                _sync(self._root)
            if aside.exists():
                shutil.rmtree(aside)

    def sweep(self) -> int:
        """Remove what crashed runs left; return how many. Folders of living runs are kept."""
        swept = 0
        for lock in sorted(self._root.glob(f"{_STAGING}*{_LOCK}")):
            with lock.open("a") as handle:
                if _take(handle.fileno()):
                    shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                    lock.unlink(missing_ok=True)
                    swept += 1
        return swept

    def _target(self, run_id: str) -> Path:
        if not run_id or run_id != Path(run_id).name or run_id.startswith("."):
            raise InputProblem(f"`{run_id}` cannot name a run.", cure="Use letters, digits, -.")
        return self._root / run_id


def _lock_of(staged: Path) -> Path:
    return staged.with_name(staged.name + _LOCK)


def _take(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _locked(lock: Path) -> Iterator[None]:
    with lock.open("a") as handle:
        if not _take(handle.fileno()):
            raise SourceUnavailable(f"{lock} is held by another run.", cure="Wait for it to end.")
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _seal(folder: Path) -> None:
    if not (folder / MANIFEST).is_file():
        raise InternalProblem(f"Snapshot {folder.name} was staged without {MANIFEST}.")
    files = sorted(folder.rglob("*"))
    if folder / CHECKSUMS not in files:
        sums = [f"{_digest_of(f)}  {f.relative_to(folder)}\n" for f in files if f.is_file()]
        (folder / CHECKSUMS).write_text("".join(sums), encoding="utf-8")
        files.append(folder / CHECKSUMS)
    for file in files:
        _sync(file)
        if file.is_file():
            file.chmod(0o444)
    _sync(folder)


def _digest_of(file: Path) -> str | None:
    """Return the SHA-256 of a file; None when it cannot be read."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _told_as_ours(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise SourceUnavailable(
            f"Snapshot folder {root}: {problem.strerror or problem}.",
            cure="Check free space and rights of the folder.",
        ) from problem
