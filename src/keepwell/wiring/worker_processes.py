"""Processes that serve one port: forked from one that has loaded all, kept alive, ended together.

A fork shares what is loaded: the second process starts at once and takes little memory. Nothing
that a fork must not share is open before: no database, no engine, no thread of ours.
"""

import gc
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from types import FrameType

# A process that ends sooner than this after its start is not started at once again.
SHORTEST_LIFE_S = 5.0


def is_forking() -> bool:
    """Say whether this system can share what is loaded among processes."""
    return hasattr(os, "fork")


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Errors: OSError when the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind((host, port))
    opened.listen(2048)
    opened.setblocking(False)
    return opened


def serve_in_processes(serve: Callable[[], None], count: int) -> None:
    """Run `serve` in so many processes until told to stop; one that dies is started again."""
    # What is loaded stays shared: the collector does not touch it.
    gc.collect()
    gc.freeze()
    started = {_forked(serve): time.monotonic() for _ in range(count)}
    stopping: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopping.append(number)
        _tell(tuple(started), signal.SIGTERM)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    while started:
        ended, _ = os.wait()
        began = started.pop(ended, None)
        if began is None or stopping:
            continue
        if time.monotonic() - began < SHORTEST_LIFE_S:
            time.sleep(1.0)
        if not stopping:
            started[_forked(serve)] = time.monotonic()
            if stopping:
                _tell(tuple(started), signal.SIGTERM)


def _forked(serve: Callable[[], None]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 70
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        serve()
        code = 0
    finally:
        # Never back into the code of the process that started us.
        os._exit(code)


def _tell(pids: Sequence[int], number: int) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
