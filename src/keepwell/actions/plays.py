"""Plays that run: one play of the library for one CTA, with its tasks, until it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from keepwell.actions.ctas import IllegalMove
from keepwell.actions.tasks import NewTask
from keepwell.vocabulary import Bilingual


class PlayStatus(StrEnum):
    """Where a running play stands."""

    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"


# Why a play ended.
PLAY_ENDS: Mapping[str, Bilingual] = {
    "all_settled": Bilingual("全部步骤已处理", "every step is settled"),
    "exit_met": Bilingual("达到退出条件", "its exit criteria are met"),
    "stopped": Bilingual("被人停止", "somebody stopped it"),
    "cta_closed": Bilingual("行动项已关闭", "its CTA was closed"),
}
FINISHING = frozenset({"all_settled", "exit_met"})


@dataclass(frozen=True, slots=True)
class NewPlay:
    """A play to be started for a CTA, with its tasks in their order."""

    play: str
    started_on: date
    tasks: tuple[NewTask, ...]


def ended_play(status: PlayStatus, cause: str) -> PlayStatus:
    """Return the status of a play that ends for a cause of PLAY_ENDS. Errors: IllegalMove."""
    if status is not PlayStatus.RUNNING:
        raise IllegalMove(
            f"A play that is {status} cannot end again.",
            cure="`keepwell plays list` shows those that run; start one with `plays start`.",
            status=str(status),
            legal=[],
        )
    return PlayStatus.FINISHED if cause in FINISHING else PlayStatus.STOPPED
