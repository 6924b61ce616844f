"""Killing a process of its own (SIGKILL) at a named point of a state database's transactions."""

import os
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

Told = Callable[[str], None]
MOMENTS = ("begun", "first statement", "about to commit", "committed")
# How a transaction begins and takes its turn is not yet its first statement.
_TURNS = ("PRAGMA", "BEGIN", "SELECT pg_advisory_xact_lock")


def points(transactions: Mapping[str, object], *more: str) -> tuple[str, ...]:
    """Return the names of all points."""
    return (*(f"{t}: {m}" for t in transactions for m in MOMENTS), *more)


@contextmanager
def _watched(transactions: Mapping[str, tuple[type, str]], at: Told) -> Iterator[None]:
    """Tell `at` every named point of the transactions; each is a method of a store."""
    inside: list[list[Any]] = []

    def told(moment: str) -> None:
        if inside:
            at(f"{inside[-1][0]}: {moment}")

    def statement(_connection: object, _cursor: object, said: str, *_: object) -> None:
        if inside and not inside[-1][1] and not said.startswith(_TURNS):
            inside[-1][1] = True
            told("first statement")

    patch = pytest.MonkeyPatch()
    for name, (kind, method) in transactions.items():
        patch.setattr(kind, method, _named(name, getattr(kind, method), inside))
    listeners = {
        "after_begin": lambda *_: told("begun"),
        "before_commit": lambda *_: told("about to commit"),
        "after_commit": lambda *_: told("committed"),
    }
    event.listen(Engine, "after_cursor_execute", statement)
    for what, listener in listeners.items():
        event.listen(Session, what, listener)
    # The process dies or ends with its work: nothing has to be taken back.
    yield


def _named(name: str, call: Callable[..., Any], inside: list[list[Any]]) -> Callable[..., Any]:
    def named(*args: Any, **more: Any) -> Any:
        inside.append([name, False])
        try:
            return call(*args, **more)
        finally:
            inside.pop()

    return named


def killed(
    transactions: Mapping[str, tuple[type, str]],
    work: Callable[[Told], object],
    point: str,
    time: int,
    folder: Path,
) -> bool:
    """Work in a process that kills itself when it is at `point` for the n-th time.

    Returns whether it was killed. A problem of the work fails the test.
    """
    problem = folder / "problem.txt"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        left = [time]

        def at(where: str) -> None:
            left[0] -= where == point
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            with _watched(transactions, at):
                work(at)
        except BaseException:  # noqa: BLE001 - the child must end here, whatever happened
            problem.write_text(traceback.format_exc())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert not problem.exists(), problem.read_text()
    return os.WIFSIGNALED(status)
