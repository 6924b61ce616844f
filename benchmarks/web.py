"""The web app under load: two workers, sixteen connections, sign-in, row scope and audit on."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

from benchmarks.harness import CACHE
from benchmarks.page import Section
from benchmarks.parts import Asked
from benchmarks.web_world import WebWorld, ids_in_sight, made

WORKERS, CONNECTIONS = 2, 16
WARM_S, LOADED_S = 3.0, 10.0
SIZES = {"1k": 1_000, "100k": 100_000}
# Requests a second, and the 99th percentile in milliseconds, that are promised.
PROMISED = {"account page": 300, "list with filter and sort": 120, "list by API": 400}
PROMISED_P99_MS, PROMISED_GROWTH, PROMISED_BOOT_S, PROMISED_RSS_MB = 150.0, 1.5, 3.0, 400.0
LISTS = (
    "tier=low&sort=loss", "tier=low&sort=change", "tier=medium&sort=score", "sort=name",
    "tier=high&tier=medium&sort=amount&order=desc", "size=Enterprise&sort=renewal",
    "idle_days=21&sort=idle", "fell=5", "value_tier=gold&sort=amount", "coverage=0.5&sort=coverage",
    "tier=low&size=Large&sort=score&order=desc", "industry=Retail&sort=loss",
)  # fmt: skip
SEARCHES = ("q=solutions", "q=a00", "q=group&tier=low", "q=tech&sort=amount")


@dataclass(frozen=True, slots=True)
class Measured:
    """One load: requests a second, milliseconds by percentile, CPU of server and of load."""

    name: str
    rate: float
    p50_ms: float
    p99_ms: float
    server_cpu_ms: float
    load_cpu_ms: float
    bad: int


@dataclass(slots=True)
class Server:
    """A server that runs: its port, its processes, how long it took to answer."""

    port: int
    process: subprocess.Popen[bytes]
    boot_s: float

    def pids(self) -> list[int]:
        """Return the ids of all its processes."""
        found, waiting = [], [self.process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            kids = Path(f"/proc/{pid}/task/{pid}/children")
            waiting += map(int, kids.read_text().split()) if kids.exists() else []
        return found

    def cpu_s(self) -> float:
        """Return the CPU seconds of all its processes so far."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def rss_mb(self) -> float:
        """Return the memory of all its processes, what they share counted in each."""
        total = 0
        for pid in self.pids():
            text = Path(f"/proc/{pid}/status").read_text()
            total += int(text.partition("VmRSS:")[2].split()[0])
        return total / 1024


@contextmanager
def served(folder: Path, log: Path, workers: int = WORKERS) -> Iterator[Server]:
    """Give a running server of a project; it is ended afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "keepwell", "serve", "--project", str(folder)]
    words += ["--port", str(port), "--workers", str(workers)]
    begin = time.perf_counter()
    with log.open("ab") as out:
        process = subprocess.Popen(words, stdout=out, stderr=out)
    try:
        _wait(f"http://127.0.0.1:{port}/readyz", process)
        yield Server(port, process, time.perf_counter() - begin)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urlopen(address, timeout=5):  # noqa: S310 - an address of our own
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not answer")


def targets(world: WebWorld) -> dict[str, list[tuple[str, str]]]:
    """Return path and cookie of the requests of each load, the CSM's and the leader's in turn."""
    mine, team = ids_in_sight(world.root, 400)
    csm, leader = world.cookies
    by_person = list(zip((csm, leader), (mine, team), strict=True))

    def everybody(paths: Sequence[str]) -> list[tuple[str, str]]:
        return [(path, cookie) for path in paths for cookie in world.cookies]

    return {
        "account page": [
            (f"/accounts/{quote(ids[n % len(ids)])}", cookie)
            for n in range(400) for cookie, ids in by_person
        ],
        "list with filter and sort": everybody([f"/accounts?{q}" for q in LISTS]),
        "list by API": everybody([f"/api/v1/accounts?{q}" for q in LISTS]),
        "search": everybody([f"/accounts?{q}" for q in SEARCHES]),
        "overview": everybody(["/"]),
    }  # fmt: skip


def loaded(server: Server, name: str, wanted: list[tuple[str, str]], seconds: float) -> Measured:
    """Return what one load measured, after a short one that warms."""
    _load(server.port, wanted, min(WARM_S, seconds))
    before = server.cpu_s()
    seen = _load(server.port, wanted, seconds)
    used = server.cpu_s() - before
    times, count = sorted(seen["seconds"]), len(seen["seconds"])
    bad = sum(n for status, n in seen["statuses"].items() if status != "200") + len(seen["faults"])
    return Measured(
        name,
        count / seen["wall"],
        1000 * times[count // 2],
        1000 * times[int(count * 0.99)],
        1000 * used / count,
        1000 * seen["cpu"] / count,
        bad,
    )


def _load(port: int, wanted: list[tuple[str, str]], seconds: float) -> dict[str, Any]:
    asked = {"port": port, "targets": wanted, "connections": CONNECTIONS, "seconds": seconds}
    words = [sys.executable, "-m", "benchmarks.web_load"]
    done = subprocess.run(
        words, input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def web(asked: Asked) -> Iterator[Section]:
    """Measure pages and calls at both sizes; a wrong status or a broken promise is told."""
    found: dict[str, list[Measured]] = {}
    lines = []
    for size, accounts in SIZES.items():
        world = made(CACHE / f"web_{size}", accounts, asked.log)
        with served(world.root, asked.log) as server:
            wanted = targets(world)
            found[size] = [loaded(server, n, t, LOADED_S) for n, t in wanted.items()]
            lines.append(
                f"{accounts:,} accounts: boot {server.boot_s:.1f} s, {server.rss_mb():.0f} MB."
            )
    sys.stdout.write(json.dumps({s: [str(m) for m in ms] for s, ms in found.items()}, indent=1))
    sys.stdout.write("\n".join(lines))
    yield from ()
