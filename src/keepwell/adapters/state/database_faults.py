"""Faults of the state database told as ours: what failed, and what to do about it."""

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError

from keepwell.vocabulary import InputProblem, KeepwellProblem, SourceUnavailable

_WHOLE = "A step is stored whole or not at all."
_RIGHTS, _READ_ONLY, _LOCKED = "42501", "25006", "55P03"
# Starts of the server's codes: no room, connection lost, shut down, idle too long.
_NO_ROOM, _LOST = ("53", "54"), ("08", "57P", "25P03")


def sqlite_fault(problem: DBAPIError, path: str) -> KeepwellProblem:
    """Return a fault of the file as ours; its `reason` is `damaged` where a backup is needed."""
    said, reason = str(problem.orig), "unusable"
    # SQLite says one of these on a full disk: the first when its write-ahead log cannot grow.
    if "disk I/O error" in said or "disk is full" in said:
        cure = "Free disk space, or check the disk; the last good snapshot stays."
    elif "malformed" in said or "not a database" in said:
        reason = "damaged"
        cure = "It is damaged: `keepwell restore FILE --force` puts a backup in its place."
    else:
        cure = "Check that its folder exists and is writable, and that no other run holds it."
    return SourceUnavailable(f"The state database {path} failed: {said}.", cure=cure, reason=reason)


def postgres_fault(problem: DBAPIError, variable: str) -> KeepwellProblem | None:
    """Return a fault of the server as ours; None for what is none of the server's."""
    said = str(problem.orig).strip().partition("\n")[0].rstrip(".")
    code = str(getattr(problem.orig, "sqlstate", None) or "")
    where = f"The state database at ${variable}" if variable.isidentifier() else "PostgreSQL"
    if isinstance(problem, IntegrityError):
        return None
    if isinstance(problem, DataError):
        return InputProblem(
            f"PostgreSQL does not take a value that was given: {said}.",
            cure="Leave out control characters, or give a shorter text or a smaller number.",
        )
    if code == _LOCKED:
        return SourceUnavailable(
            f"{where} is held by another process: {said}.",
            cure="Wait for it to end, then run the command again.",
            reason="locked",
        )
    if code in (_RIGHTS, _READ_ONLY):
        return InputProblem(
            f"{where} may not be written: {said}. {_WHOLE}",
            cure="Name a server that takes writes, and let its owner run: GRANT CREATE ON DATABASE "
            "... TO keepwell's role (or CREATE SCHEMA ... AUTHORIZATION that role).",
            reason="not_allowed",
        )
    if code.startswith(_NO_ROOM):
        return SourceUnavailable(
            f"{where} has no room: {said}. {_WHOLE}",
            cure="Free space on the server, then run the command again.",
            reason="no_room",
        )
    # Without a code it is the driver that speaks: of the connection, unless of a value.
    is_lost = isinstance(problem, OperationalError | InterfaceError) and not code
    if problem.connection_invalidated or is_lost or code.startswith(_LOST):
        return SourceUnavailable(
            f"{where} was lost: {said}. {_WHOLE}",
            cure="See that the server runs and is reachable, then run the command again.",
            reason="connection_lost",
        )
    return None
