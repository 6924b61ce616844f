"""The Spark driver: one JVM of this process, shared by its sessions and ended with the last."""

import logging
import os
import re
import shutil
import subprocess
import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keepwell.adapters.engines.spark_problems import said, telling_line
from keepwell.adapters.engines.spark_watch import WorkerWatch
from keepwell.vocabulary import SPARK_MB, InputProblem, SourceUnavailable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LEAST_MEMORY_MB = 512
LOG = "spark.log"
_END_SECONDS = 20
_LOOPBACK = re.compile(r"local\b|spark://(127\.0\.0\.1|localhost):")
_LOGGING = """rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d %p %c: %m%n%ex{3}
"""
# What the meaning of SQL hangs on; set in every session, also of a driver that is not ours.
MEANING: Mapping[str, str] = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.caseSensitive": "false",
    "spark.sql.adaptive.enabled": "true",
}


@dataclass(frozen=True, slots=True)
class SparkDriverSettings:
    """Where Spark runs and with what.

    `master`:    `local[N]`, or the URL of a cluster whose workers see the same folders.
    `folder`:    where the driver spills and logs.
    `options`:   further Spark settings, by their full names; they win over ours.
    """

    folder: Path
    master: str = "local[2]"
    memory_limit_mb: int = SPARK_MB
    threads: int = 2
    options: Mapping[str, str] = field(default_factory=dict)


class _Driver:
    """A JVM that was started here, its session, and how many use it."""

    def __init__(self, settings: SparkDriverSettings) -> None:
        from py4j.protocol import Py4JError
        from pyspark import SparkContext
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        self.settings = settings
        self.users = 0
        self._gateway = _launch(settings)
        try:
            context = SparkContext(conf=_configuration(settings), gateway=self._gateway)
        except (PySparkException, Py4JError, OSError) as problem:
            reason = telling_line(said(problem))
            self._end_process()
            raise _not_started(settings, reason) from problem
        self.session = SparkSession(context)
        self._watch = None if _is_local(settings) else WorkerWatch(context)

    def end(self) -> None:
        """Stop the session and end the JVM that was started here, and no other."""
        try:
            if self._watch is not None:
                self._watch.end()
            self.session.stop()
        finally:
            self._end_process()

    def _end_process(self) -> None:
        from pyspark import SparkContext

        process: subprocess.Popen[bytes] = self._gateway.proc
        self._gateway.shutdown()
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # PySpark keeps the gateway of a process for ever; the next driver needs a new one.
        SparkContext._gateway = None  # noqa: SLF001
        SparkContext._jvm = None  # noqa: SLF001


_lock = threading.Lock()
_drivers: list[_Driver] = []
_given_back: "deque[SparkSession]" = deque()


def open_session(settings: SparkDriverSettings) -> "SparkSession":
    """Return a session with temporary views of its own; give it back with `close_session`.

    A driver that runs in this process is shared, also one that is not ours.
    Errors: InputProblem when PySpark or Java is missing or the running driver is of another master;
            SourceUnavailable when Spark does not start.
    """
    context = _require_pyspark()
    if settings.memory_limit_mb < LEAST_MEMORY_MB:
        raise InputProblem(
            f"memory_limit_mb is {settings.memory_limit_mb}; Spark needs {LEAST_MEMORY_MB}.",
            cure=f"Set `memory_limit_mb: {LEAST_MEMORY_MB}` in keepwell.yml, or use DuckDB.",
        )
    try:
        with _lock:
            return _opened(settings, context)
    finally:
        _end_what_was_given_back()


def _opened(settings: SparkDriverSettings, context: Any) -> "SparkSession":
    foreign = None if _drivers else context._active_spark_context  # noqa: SLF001
    if foreign is not None:
        from pyspark.sql import SparkSession

        return _prepared(SparkSession(foreign).newSession(), settings)
    if not _drivers:
        _drivers.append(_Driver(settings))
    driver = _drivers[0]
    if driver.settings.master != settings.master:
        raise InputProblem(
            f"Spark runs in this process on {driver.settings.master}, not {settings.master}.",
            cure="Close the other engine first: a process has one Spark driver.",
        )
    driver.users += 1
    return _prepared(driver.session.newSession(), settings)


def close_session(session: "SparkSession") -> None:
    """Give a session back; the last one ends the JVM if it was started here.

    The garbage collector may call this in the midst of `open_session`, in the very thread that
    holds the lock. So it never waits: whoever holds the lock ends the session when it is done.
    """
    _given_back.append(session)
    _end_what_was_given_back()


def _end_what_was_given_back() -> None:
    while _given_back and _lock.acquire(blocking=False):
        try:
            while _given_back:
                _end(_given_back.popleft())
        finally:
            _lock.release()


def _end(session: "SparkSession") -> None:
    if not _drivers or session.sparkContext is not _drivers[0].session.sparkContext:
        return
    driver = _drivers[0]
    driver.users -= 1
    if driver.users <= 0:
        _drivers.clear()
        driver.end()


def _prepared(session: "SparkSession", settings: SparkDriverSettings) -> "SparkSession":
    for name, value in MEANING.items():
        session.conf.set(name, value)
    # PySpark prints every failed statement as JSON; the error itself says as much.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL + 1)
    session.conf.set("spark.sql.shuffle.partitions", _partitions(settings))
    return session


def _partitions(settings: SparkDriverSettings) -> str:
    given = settings.options.get("spark.sql.shuffle.partitions")
    # Small enough for little tables, and adaptive execution joins those that stay empty.
    return given or str(max(2, 2 * settings.threads if _is_local(settings) else 64))


def _is_local(settings: SparkDriverSettings) -> bool:
    return settings.master.startswith("local")


def _require_pyspark() -> Any:
    try:
        from pyspark import SparkContext
    except ImportError as problem:
        raise InputProblem(
            "The engine `spark` needs PySpark, which is not installed.",
            cure="Run `pip install 'keepwell[spark]'`, or set `engine: duckdb` in keepwell.yml.",
        ) from problem
    home = os.environ.get("JAVA_HOME")
    found = (Path(home) / "bin" / "java").exists() if home else shutil.which("java") is not None
    if not found:
        raise InputProblem(
            f"The engine `spark` needs Java; none in {f'JAVA_HOME ({home})' if home else 'PATH'}.",
            cure="Install a Java runtime (17 or newer) and set JAVA_HOME, or use `engine: duckdb`.",
        )
    return SparkContext


def _configuration(settings: SparkDriverSettings) -> Any:
    from pyspark import SparkConf

    configuration = SparkConf(loadDefaults=False)
    ours = {**_static(settings), **MEANING}
    for name, value in {**ours, **settings.options}.items():
        # Flags for Java come together; any other option of the user's replaces ours.
        is_joined = name.endswith(".extraJavaOptions") and name in settings.options
        configuration.set(name, f"{ours.get(name, '')} {value}" if is_joined else value)
    return configuration


def _static(settings: SparkDriverSettings) -> dict[str, str]:
    log_file = (settings.folder / "log4j2.properties").resolve()
    memory = f"{settings.memory_limit_mb}m"
    loopback = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
    return {
        "spark.master": settings.master,
        "spark.app.name": "keepwell",
        "spark.driver.memory": memory,
        "spark.executor.memory": memory,
        "spark.driver.maxResultSize": "0",
        "spark.driver.extraJavaOptions": (
            f"-Dlog4j2.configurationFile={log_file.as_uri()} -Duser.timezone=UTC "
            f'"-Dderby.stream.error.file={(settings.folder / "derby.log").resolve()}"'
        ),
        "spark.executor.extraJavaOptions": "-Duser.timezone=UTC",
        "spark.local.dir": str(settings.folder.resolve()),
        "spark.sql.warehouse.dir": (settings.folder / "warehouse").resolve().as_uri(),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "1",
        **(loopback if _LOOPBACK.match(settings.master) else {}),
    }


def _launch(settings: SparkDriverSettings) -> Any:
    from pyspark.errors import PySparkRuntimeError
    from pyspark.java_gateway import launch_gateway

    settings.folder.mkdir(parents=True, exist_ok=True)
    (settings.folder / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")
    with (settings.folder / LOG).open("ab") as log:
        try:
            return launch_gateway(  # type: ignore[no-untyped-call]
                _configuration(settings), {"stdout": log, "stderr": log}
            )
        except PySparkRuntimeError as problem:
            raise _not_started(settings, telling_line(str(problem))) from problem


def _not_started(settings: SparkDriverSettings, reason: str) -> SourceUnavailable:
    return SourceUnavailable(
        f"Spark did not start on {settings.master}: {reason}.",
        cure=f"Read {settings.folder / LOG}; Spark 4 needs Java 17 or newer.",
    )
