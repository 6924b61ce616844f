"""Tasks: the steps of a play, done by one person by one day, and the moves that are legal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from keepwell.actions.ctas import IllegalMove
from keepwell.vocabulary import Bilingual, InputProblem


class TaskStatus(StrEnum):
    """Where a task stands; every task that was ever made has exactly one of these."""

    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


class TaskMove(StrEnum):
    """What can be done with a task. CANCEL is what happens to it when its play or CTA ends."""

    FINISH = "done"
    SKIP = "skip"
    CANCEL = "cancel"
    REOPEN = "reopen"


# The one table of legal moves.
TASK_MOVES: Mapping[tuple[TaskStatus, TaskMove], TaskStatus] = {
    (TaskStatus.OPEN, TaskMove.FINISH): TaskStatus.DONE,
    (TaskStatus.OPEN, TaskMove.SKIP): TaskStatus.SKIPPED,
    (TaskStatus.OPEN, TaskMove.CANCEL): TaskStatus.CANCELLED,
    (TaskStatus.DONE, TaskMove.REOPEN): TaskStatus.OPEN,
    (TaskStatus.SKIPPED, TaskMove.REOPEN): TaskStatus.OPEN,
}


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to be made from a step.

    `owner`: None while nobody has its role. `title`, `action`: as the step said when it was made.
    `check`: what is measured on `due_on`, as plain values; None without.
    """

    step: str
    place: int
    title: Bilingual
    action: Bilingual
    template: str | None
    role: str
    owner: str | None
    due_on: date
    check: Mapping[str, Any] | None = None


def moved_task(status: TaskStatus, move: TaskMove, *, why: str = "") -> TaskStatus:
    """Return the status after a move.

    Errors: IllegalMove naming the legal moves; InputProblem when a skipped task has no reason.
    """
    if (status, move) not in TASK_MOVES:
        legal = [str(m) for at, m in TASK_MOVES if at is status]
        raise IllegalMove(
            f"A task that is {status} does not allow `{move}`.",
            cure=f"Legal now: {', '.join(legal) or 'nothing; start the play again'}.",
            status=str(status),
            move=str(move),
            legal=legal,
        )
    if move is TaskMove.SKIP and not why.strip():
        raise InputProblem("A skipped task needs a reason.", cure="Give --reason.")
    return TASK_MOVES[status, move]
