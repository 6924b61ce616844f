"""A standalone Spark cluster on loopback: a master and two workers, ended with the test."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyspark

HOME = Path(pyspark.__file__).parent
_START_SECONDS = 90


@dataclass
class Cluster:
    """The processes of a cluster; each worker leads a group with the executors it started."""

    folder: Path
    port: int
    web_port: int
    master: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Return the address that `spark.master` takes."""
        return f"spark://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start the master, then two workers, and wait until they are registered."""
        words = ["--host", "127.0.0.1", "--port", str(self.port), "--webui-port"]
        self.master = self._process("master.Master", *words, str(self.web_port))
        for _ in range(2):
            self.add_worker()
        self.wait_for(2)

    def add_worker(self) -> None:
        """Start one worker of one core."""
        work = self.folder / f"worker-{len(self.workers)}"
        words = ["--host", "127.0.0.1", "--webui-port", "0", "--cores", "1", "--memory", "600m"]
        made = self._process("worker.Worker", *words, "--work-dir", str(work), self.url)
        self.workers.append(made)

    def end_worker(self, number: int) -> None:
        """End a worker and its executors at once, as a machine that loses its power."""
        _end(self.workers[number])

    def wait_for(self, alive: int) -> None:
        """Wait until the master counts so many living workers."""
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if self._alive() == alive:
                return
            time.sleep(0.3)
        raise AssertionError(f"{self._alive()} workers are alive, not {alive}: {self.folder}")

    def _alive(self) -> int:
        address = f"http://127.0.0.1:{self.web_port}/json/"
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return int(json.load(answer)["aliveworkers"])
        except (OSError, ValueError):
            # Nobody answers yet, or a page for people does while the address is being set up.
            return -1

    def _process(self, name: str, *words: str) -> subprocess.Popen[bytes]:
        place = {"SPARK_LOCAL_DIRS": "scratch", "SPARK_LOG_DIR": "log", "SPARK_WORKER_DIR": "work"}
        environment = {
            **os.environ,
            **{key: str(self.folder / value) for key, value in place.items()},
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_LOCAL_IP": "127.0.0.1",
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [str(HOME / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *words],
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def end(self) -> None:
        """End what was started here, and nothing else."""
        for process in (*self.workers, *([self.master] if self.master else [])):
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(30)


def free_port() -> int:
    """Return a port of loopback that nobody listens on just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def spark_cluster(folder: Path) -> Iterator[Cluster]:
    """Give a running cluster, ended with the block whatever happens in it."""
    folder.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(folder, free_port(), free_port())
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.end()
