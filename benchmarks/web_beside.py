"""Work beside requests: a storm of messages on the same state, and the staged rows put in anew.

`python -m benchmarks.web_beside FOLDER SECONDS`; a run of another project goes on meanwhile.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from benchmarks.harness import CACHE, python_module
from benchmarks.web_world import WebWorld
from keepwell.adapters.state import SqlOutboxStore
from keepwell.adapters.state.pages_models import ListedAccountRow, StagedRunRow
from keepwell.adapters.state.warning_models import AlertRow
from keepwell.ports.pages import StagedPages
from keepwell.wiring import Project
from keepwell.wiring.web_desk import WebDesk, web_desk

STAGED_EVERY_S = 8.0


@contextmanager
def working(world: WebWorld, seconds: float, log: Path) -> Iterator[None]:
    """Let a storm and a full run on one thread go on during the block."""
    storm = python_module("benchmarks.web_beside", str(world.root), str(seconds))
    run = python_module("keepwell", "run", "--project", str(CACHE / "web_seed"), "--full")
    with log.open("ab") as out:
        started = [subprocess.Popen(words, stdout=out, stderr=out) for words in (storm, run)]
        try:
            yield
        finally:
            for process in started:
                process.wait(600)
    if any(process.returncode for process in started):
        raise RuntimeError(f"work beside requests failed, see {log}")


def _storm(desk: WebDesk, seconds: float) -> int:
    with desk.project.state.session() as session:
        numbers = list(session.scalars(select(AlertRow.id).limit(2_000)))
        facts = session.scalars(select(StagedRunRow.facts)).one()
        columns = ListedAccountRow.__table__.columns
        rows = [dict(r._mapping) for r in session.execute(select(*columns))]  # noqa: SLF001
    outbox, until, staged_at, done = SqlOutboxStore(desk.project.state), _now() + seconds, 0.0, 0
    while _now() < until:
        if _now() - staged_at > STAGED_EVERY_S:
            desk.pages.replace(StagedPages(facts, rows))
            staged_at = _now()
        number = numbers[done // 2 % len(numbers)]
        if done % 2:
            outbox.take_back(number, by="bench", at=desk.now())
        else:
            outbox.acknowledge(number, by="bench", at=desk.now())
        done += 1
    return done


def _now() -> float:
    return time.monotonic()


if __name__ == "__main__":
    opened = web_desk(Project(Path(sys.argv[1])))
    sys.stdout.write(f"{_storm(opened, float(sys.argv[2]))} deeds of a storm\n")
    opened.close()
