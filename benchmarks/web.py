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
from benchmarks.web_beside import working
from benchmarks.web_world import WebWorld, ids_in_sight, made

WORKERS, CONNECTIONS = 2, 16
WARM_S, LOADED_S = 3.0, 10.0
SIZES = {"1k": 1_000, "100k": 100_000}
# Requests a second, and the 99th percentile in milliseconds, that are promised.
PROMISED = {"account page": 300, "list with filter and sort": 120, "list by API": 400}
PROMISED_P99_MS, PROMISED_GROWTH, PROMISED_BOOT_S, PROMISED_MEMORY_MB = 150.0, 1.5, 3.0, 400.0
BESIDE, PROMISED_BESIDE = "account page beside a full run and a storm of messages", 3.0
_HOW = (
    f"`keepwell serve --workers {WORKERS}`, {CONNECTIONS} connections from one process on the same "
    "machine, half of them a CSM with 125 accounts, half a leader with a team of forty; sign-in, "
    "row scope and the audit of views are on."
)
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

    def memory_mb(self) -> float:
        """Return the memory of all its processes; what they share is counted once (PSS)."""
        total = 0
        for pid in self.pids():
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(text.partition("\nPss:")[2].split()[0])
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
    """Measure pages and calls at both sizes; what is not as promised is named."""
    found: dict[str, list[Measured]] = {}
    told: list[str] = []
    for size, accounts in SIZES.items():
        world = made(CACHE / f"web_{size}", accounts, asked.log)
        with served(world.root, asked.log) as server:
            wanted = targets(world).items()
            found[size] = [loaded(server, name, some, LOADED_S) for name, some in wanted]
            if size == "100k":
                with working(world, WARM_S + LOADED_S, asked.log):
                    beside = loaded(server, BESIDE, targets(world)["account page"], LOADED_S)
                found[size].append(beside)
            memory = server.memory_mb()
            told.append(
                f"{accounts:,} accounts: first answer after {server.boot_s:.1f} s, memory of all "
                f"processes {memory:.0f} MB (what they share counted once)."
            )
        if size == "100k":
            told += _broken(server.boot_s, memory, found)
    head = "| load | accounts | requests/s | p50 ms | p99 ms | server CPU ms | load CPU ms | bad |"
    rows = [
        f"| {m.name} | {SIZES[size]:,} | {m.rate:,.0f} | {m.p50_ms:.1f} | {m.p99_ms:.1f} | "
        f"{m.server_cpu_ms:.2f} | {m.load_cpu_ms:.2f} | {m.bad} |"
        for size, measured in found.items()
        for m in measured
    ]
    lines = [_HOW, "", head, "|---|---:|---:|---:|---:|---:|---:|---:|", *rows, "", " ".join(told)]
    yield Section("web", "", "\n".join(lines))


def _broken(boot_s: float, memory_mb: float, found: dict[str, list[Measured]]) -> list[str]:
    """Return which promises were not kept; a sentence that all were, otherwise."""
    broken = [f"boot {boot_s:.1f} s"] * (boot_s > PROMISED_BOOT_S)
    broken += [f"memory {memory_mb:.0f} MB"] * (memory_mb > PROMISED_MEMORY_MB)
    small = {m.name: m for m in found["1k"]}
    for m in found["100k"]:
        rate = PROMISED.get(m.name)
        broken += [f"{m.name}: {m.bad} bad answers"] * (m.bad > 0)
        if rate is None:
            continue
        growth = m.p99_ms / small[m.name].p99_ms
        broken += [f"{m.name}: {m.rate:.0f} of {rate}/s"] * (m.rate < rate)
        broken += [f"{m.name}: p99 {m.p99_ms:.0f} ms"] * (m.p99_ms > PROMISED_P99_MS)
        broken += [f"{m.name}: p99 grew {growth:.2f} times"] * (growth > PROMISED_GROWTH)
    calm, beside = (next(m for m in found["100k"] if m.name == n) for n in ("account page", BESIDE))
    if beside.p99_ms > PROMISED_BESIDE * calm.p99_ms:
        broken.append(f"{BESIDE}: p99 {beside.p99_ms / calm.p99_ms:.1f} times that of before")
    return [f"Not as promised: {'; '.join(broken)}." if broken else "All as promised."]
