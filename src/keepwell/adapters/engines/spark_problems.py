"""Faults of Spark as keepwell's own problems, each with its cure."""

from collections.abc import Iterator
from contextlib import contextmanager

from keepwell.vocabulary import InternalProblem, KeepwellProblem, SourceUnavailable

GONE = "the Java process of Spark has ended"
_MEMORY = ("OutOfMemory", "out of memory", "UNABLE_TO_ACQUIRE_MEMORY", "Unable to acquire")
_DISK = ("No space left on device", "Disk quota exceeded", "Permission denied")
_LOST = (
    GONE,
    "ExecutorLostFailure",
    "All masters are unresponsive",
    "Master removed our application",
    "SparkContext was shut down",
    "SparkContext has been shutdown",
    "SparkContext is shutting down",
    "stopped SparkContext",
    "FetchFailed",
    "SPARK_JOB_CANCELLED",
    "Failed to connect",
)


@contextmanager
def told_as_ours() -> Iterator[None]:
    """Raise what Spark and the way to it raise as SourceUnavailable or InternalProblem."""
    from py4j.protocol import Py4JError, Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JJavaError) as problem:
        raise _told(said(problem), is_away=False) from problem
    except (Py4JError, ConnectionError) as problem:
        raise _told(said(problem), is_away=True) from problem


def said(problem: Exception) -> str:
    """Return what an error of Java says; it is asked for there, and Java may have ended."""
    from py4j.protocol import Py4JError

    try:
        return str(problem)
    except (Py4JError, OSError):
        return f"{type(problem).__name__}; {GONE}"


def telling_line(text: str) -> str:
    """Return the first line that says something: Java puts the call before the cause."""
    lines = [line.strip(" :\t") for line in text.splitlines() if line.strip(" :\t")]
    told = [line for line in lines if not line.startswith(("An error occurred", "at ", "=="))]
    return (told or lines or ["no reason given"])[0][:300].rstrip(".")


def _told(text: str, *, is_away: bool) -> KeepwellProblem:
    line = telling_line(text)
    if any(word in text for word in _MEMORY):
        return SourceUnavailable(
            f"Out of memory: {line}.", cure="Raise `memory_limit_mb` in keepwell.yml."
        )
    if any(word in text for word in _DISK):
        return SourceUnavailable(
            f"Disk: {line}.", cure="Check space and rights of the project's folder."
        )
    if any(word in text for word in _LOST) or is_away:
        return SourceUnavailable(
            f"Spark lost its workers or its driver: {line}.",
            cure="See that master and workers are up, then run again; nothing was published.",
        )
    return InternalProblem(f"SQL failed: {line}.", cure="Please report it with `keepwell doctor`.")
