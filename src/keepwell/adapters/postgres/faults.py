"""Faults of a PostgreSQL server told as ours: what failed, and what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors

from keepwell.vocabulary import InputProblem, InternalProblem, KeepwellProblem, SourceUnavailable

_SPACE = (errors.DiskFull, errors.ConfigurationLimitExceeded, errors.OutOfMemory)
_GONE = "PostgreSQL ended the connection"
_KEPT = "Nothing was published; the last good snapshot stays."


@contextmanager
def told_as_ours(what: str) -> Iterator[None]:
    """Turn faults of the server into ours; `what` names the step that was under way."""
    try:
        yield
    except psycopg.Error as problem:
        raise fault_of(problem, what) from problem


def fault_of(problem: psycopg.Error, what: str) -> KeepwellProblem:
    """Return the fault as ours."""
    said = first_line(problem)
    match problem:
        case errors.QueryCanceled():
            return SourceUnavailable(
                f"PostgreSQL stopped {what}: {said}. {_KEPT}",
                cure="Raise `statement_timeout_s` in keepwell.yml, or make the view faster.",
                reason="statement_timeout",
            )
        case errors.InsufficientPrivilege():
            return InputProblem(
                f"PostgreSQL refused {what}: {said}. {_KEPT}",
                cure="Let the owner GRANT the right to keepwell's role: docs/engines.md shows how.",
                reason="insufficient_privilege",
            )
        case errors.DiskFull() | errors.ConfigurationLimitExceeded() | errors.OutOfMemory():
            return SourceUnavailable(
                f"PostgreSQL ran out of room at {what}: {said}. {_KEPT}",
                cure="Free space on the server, or raise `temp_file_limit_mb` in keepwell.yml.",
                reason="no_room",
            )
        case errors.UndefinedColumn() | errors.UndefinedTable():
            return InternalProblem(
                f"SQL failed at {what}: {said}.", cure="Please report it with `keepwell doctor`."
            )
    return _lost(problem, what, said) or InternalProblem(
        f"SQL failed at {what}: {said}.", cure="Please report it with `keepwell doctor`."
    )


def _lost(problem: psycopg.Error, what: str, said: str) -> KeepwellProblem | None:
    """Return the fault when the connection is gone: no state, or one of the server's shutdown."""
    is_shutdown = isinstance(problem, errors.AdminShutdown | errors.CrashShutdown)
    if not is_shutdown and not isinstance(problem, psycopg.OperationalError):
        return None
    return SourceUnavailable(
        f"{_GONE} at {what}: {said}. {_KEPT}",
        cure="See that the server runs and is reachable, then run the command again.",
        reason="connection_lost",
    )


def first_line(problem: BaseException) -> str:
    """Return the first line of the server's words, without a full stop."""
    lines = str(problem).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(problem).__name__
