"""Processes that serve together: one that dies is started again, all end when told to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = """
import os, sys, time
from keepwell.wiring.worker_processes import serve_in_processes

def work():
    open(os.path.join(sys.argv[1], str(os.getpid())), "w").close()
    while True:
        time.sleep(0.05)

serve_in_processes(work, 2)
"""


def _until(folder: Path, count: int) -> list[int]:
    for _ in range(600):
        found = sorted(int(f.name) for f in folder.iterdir())
        if len(found) >= count:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{count} processes did not start: {found}")


def test_a_process_that_dies_is_replaced_and_all_end_together(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PROGRAM, str(tmp_path)])
    try:
        first = _until(tmp_path, 2)
        os.kill(first[0], signal.SIGKILL)
        assert len(_until(tmp_path, 3)) == 3
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(30) == 0
        for pid in map(int, (f.name for f in tmp_path.iterdir())):
            assert not Path(f"/proc/{pid}").exists()
    finally:
        parent.kill()
