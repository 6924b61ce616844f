"""Schedulers on one database whose clock is a file: all of them see the same moment.

As a script it is several scheduler processes: how many, URL, clock file, folder of crash points.
"""

import os
import signal
import struct
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from keepwell.adapters.state import SqlScheduleStore, SqlStateStore, StatePlace
from keepwell.ports import JobRun, RunRecord
from keepwell.runs.schedule import Scheduler, turn
from keepwell.schedule import ScheduleSettings, Step
from keepwell.vocabulary import InputProblem

START = datetime(2026, 11, 1, tzinfo=UTC)
DAILY = {"jobs": [{"job": "morning", "daily": "06:00", "do": ["run", "deliver"]}]}


@dataclass
class Clock:
    """A clock that is set by hand, and steady seconds beside it."""

    now: datetime = START
    steady: float = 0.0

    def move(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
        self.steady += seconds


@dataclass
class World:
    """One scheduler: `acts` are called in place of steps, and may raise."""

    state: SqlStateStore
    clock: Clock
    settings: ScheduleSettings = field(
        default_factory=lambda: ScheduleSettings.model_validate(DAILY)
    )
    owner: str = "a"
    done: list[tuple[Step, date | None]] = field(default_factory=list)
    given_up: list[JobRun] = field(default_factory=list)
    act: Callable[[Step], None] = lambda _: None
    is_stopping: bool = False
    trusts_clock: bool = False

    def __post_init__(self) -> None:
        self.scheduler = Scheduler(
            store=SqlScheduleStore(self.state),
            settings=lambda: self.settings,
            time_zone="UTC",
            owner=self.owner,
            perform=self._perform,
            give_up=self.given_up.append,
            now=lambda: self.clock.now,
            monotonic=lambda: self.clock.steady,
            is_stopping=lambda: self.is_stopping,
            beating=lambda _: nullcontext(),
            trusts_clock=self.trusts_clock,
        )

    def _perform(self, step: Step, as_of: date | None) -> None:
        self.act(step)
        self.done.append((step, as_of))

    def turn(self) -> str:
        """Take one turn and say what came of it."""
        outcome = turn(self.scheduler)
        return "" if outcome is None else outcome.came_to

    @property
    def store(self) -> SqlScheduleStore:
        """Return the store of the scheduler."""
        return SqlScheduleStore(self.state)


def _published(state: SqlStateStore, day: date) -> None:
    """Publish the snapshot of a day, which is the same however often it is made."""
    run = RunRecord(f"run-{day}", day, START, "published", (), 1, "c", "i")
    try:
        state.publish(run)
    except InputProblem:
        return


def work(url: str, clock_file: Path, crashes: Path) -> None:
    """Be one scheduler process until it is ended, or kills itself where a crash file says so."""

    def moment() -> datetime:
        (seconds,) = struct.unpack("d", clock_file.read_bytes())
        return START + timedelta(seconds=seconds)

    def crash_at(point: str) -> None:
        for file in crashes.glob(f"{point}-{moment().date()}"):
            file.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    with SqlStateStore(StatePlace(url)) as state:

        def perform(step: Step, _as_of: date | None) -> None:
            if step == "run":
                crash_at("before")
                _published(state, moment().date())
                crash_at("after")

        scheduler = Scheduler(
            store=SqlScheduleStore(state),
            settings=lambda: ScheduleSettings.model_validate(DAILY),
            time_zone="UTC",
            owner=str(os.getpid()),
            perform=perform,
            give_up=lambda _: None,
            now=moment,
            monotonic=lambda: moment().timestamp(),
            is_stopping=lambda: False,
            beating=lambda _: nullcontext(),
        )
        (crashes / f"ready-{os.getpid()}").touch()
        while True:
            if turn(scheduler) is None:
                time.sleep(0.02)


def work_together(count: int, url: str, clock_file: Path, crashes: Path) -> None:
    """Fork scheduler processes, which spares their start-up, and note each that ends."""
    for _ in range(count):
        if os.fork() == 0:
            work(url, clock_file, crashes)
    for _ in range(count):
        pid, _status = os.wait()
        (crashes / f"dead-{pid}").touch()


if __name__ == "__main__":
    work_together(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
