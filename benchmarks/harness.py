"""Runs contenders as processes, in turn, and reads what the operating system says they used."""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(".cache/bench")
# A project has its state database before its first run.
STATE = CACHE / "state.db"


@dataclass(frozen=True, slots=True)
class Usage:
    """What one process used: CPU and wall seconds, peak resident memory in MB."""

    cpu: float
    wall: float
    rss: float


def once(command: Sequence[str], log: Path) -> Usage:
    """Run a command to its end and return what it used. Errors: RuntimeError if it failed."""
    begin = time.perf_counter()
    with log.open("ab") as out:
        child = os.posix_spawn(
            command[0],
            list(command),
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, out.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, out.fileno(), 2),
            ],
        )
        _, status, used = os.wait4(child, 0)
    if status != 0:
        raise RuntimeError(f"{' '.join(command)} failed, see {log}")
    wall = time.perf_counter() - begin
    return Usage(used.ru_utime + used.ru_stime, wall, used.ru_maxrss / 1024)


def told(command: Sequence[str]) -> str:
    """Return what a command writes that is not measured. Errors: RuntimeError, its last line."""
    done = subprocess.run(list(command), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"{' '.join(command)} failed: {last}")
    return done.stdout


def round_robin(commands: Mapping[str, Sequence[str]], rounds: int, log: Path) -> dict[str, Usage]:
    """Run every contender once per round, in turn; return the medians by contender."""
    seen: dict[str, list[Usage]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            seen[name].append(once(command, log))
    return {name: median_of(runs) for name, runs in seen.items()}


def median_of(runs: Sequence[Usage]) -> Usage:
    """Return the median of each figure."""
    return Usage(
        statistics.median(u.cpu for u in runs),
        statistics.median(u.wall for u in runs),
        statistics.median(u.rss for u in runs),
    )


def python_module(module: str, *words: str) -> list[str]:
    """Return the command that runs a module with this interpreter."""
    return [sys.executable, "-m", module, *words]


def machine() -> str:
    """Return one line about the machine: cores, memory, system, Python."""
    pages = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {pages:.0f} GiB memory, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}"
    )
