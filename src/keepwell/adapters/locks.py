"""One writer at a time: a lock that the system frees when its holder ends, however it ends."""

import fcntl
from collections.abc import Iterator
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
