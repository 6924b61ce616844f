"""Processes of our own beside this one: a module of ours with arguments, never a shell."""

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
