"""One writer at a time: a lock that the system frees when its holder ends, however it ends."""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from keepwell.vocabulary import OutsideProblem


@contextmanager
def project_lock(path: Path) -> Iterator[None]:
    """Hold the lock file for the block. Errors: OutsideProblem while another process holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise OutsideProblem(
                "Another run of this project is under way.", cure="Wait for it, then try again."
            ) from held
        yield


@contextmanager
def folder_held(folder: Path) -> Iterator[None]:
    """Hold a folder for the block, waiting for another holder; `remove_abandoned` spares it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def remove_abandoned(folders: Iterable[Path]) -> int:
    """Remove the folders that no process holds; return how many."""
    removed = 0
    for folder in folders:
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:  # its owner ended just now
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
            removed += 1
        except BlockingIOError:
            continue
        finally:
            os.close(handle)
    return removed
