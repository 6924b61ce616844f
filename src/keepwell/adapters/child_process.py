"""Processes of our own beside this one: a module of ours with arguments, never a shell."""

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path


def start_module(module: str, arguments: Sequence[str], log: Path) -> int:
    """Start a module in the background; what it says goes to `log`. Return its process id."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as said:
        process = subprocess.Popen(  # noqa: S603 - a fixed module of ours, no shell
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    # Somebody has to take note of its end, or it would stay as a dead entry.
    threading.Thread(target=process.wait, daemon=True).start()
    return process.pid


# What a process that reads strange bytes may know of its surroundings: no secret of ours.
PLAIN_SURROUNDINGS = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TZ", "VIRTUAL_ENV", "SYSTEMROOT")


def answer_of_module(module: str, arguments: Sequence[str], wait_s: float) -> str | None:
    """Run a module to its end and return what it printed; None if it failed or took too long.

    The process gets none of our environment's secrets, and is ended when its time is over.
    """
    known = {k: v for k, v in os.environ.items() if k in PLAIN_SURROUNDINGS}
    try:
        done = subprocess.run(  # noqa: S603 - a fixed module of ours, no shell
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=wait_s,
            env=known,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def limit_this_process(memory_mb: int, cpu_s: int, write_mb: int) -> None:
    """Bound what this process may use, for good; where the system allows that."""
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, memory_mb << 20),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, write_mb << 20),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 128),
    ):
        # Never above what this process was given itself.
        _, hard = resource.getrlimit(kind)
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (wanted, wanted))
