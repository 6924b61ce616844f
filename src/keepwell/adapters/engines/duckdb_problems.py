"""What DuckDB raises, told as problems of ours: what failed, and what cures it."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from keepwell.vocabulary import InputProblem, InternalProblem, KeepwellProblem, SourceUnavailable

_FULL = ("No space left on device", "max_temp_directory_size", "failed to offload")


@contextmanager
def told_as_ours() -> Iterator[None]:
    """Raise what DuckDB raises in the block as a problem of ours, with its cure."""
    try:
        yield
    except duckdb.Error as problem:
        raise _ours(problem) from problem


def is_full(problem: duckdb.Error) -> bool:
    """Say whether the disk, or the room allowed for spilling, is used up."""
    return any(word in str(problem) for word in _FULL)


def first_line(problem: duckdb.Error) -> str:
    """Return the first line of what DuckDB says."""
    return str(problem).splitlines()[0]


def _ours(problem: duckdb.Error) -> KeepwellProblem:
    said = first_line(problem)
    if is_full(problem):
        return SourceUnavailable(
            f"The disk is full: {said} Nothing was published; the last good snapshot stays.",
            cure="Free disk space in the project's `.keepwell` folder, or raise "
            "`memory_limit_mb` in keepwell.yml so that less is spilled; then run again.",
        )
    match problem:
        case duckdb.OutOfMemoryException():
            return SourceUnavailable(
                f"Out of memory: {said}.",
                cure="Raise `memory_limit_mb` in keepwell.yml, or free disk space for spilling.",
            )
        case duckdb.PermissionException():
            return InputProblem(
                f"SQL reaches outside the project: {said}.",
                cure="Read tables of the catalogue only.",
            )
        case duckdb.IOException():
            return SourceUnavailable(f"Disk: {said}.", cure="Check space and rights of the folder.")
    return InternalProblem(f"SQL failed: {said}.", cure="Please report it with `keepwell doctor`.")
