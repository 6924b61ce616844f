"""Several schedulers on one database: each due time is done once, whoever dies when."""

import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

import schedule_world
from keepwell.adapters.state import SqlScheduleStore, SqlStateStore, SqlWarningStore
from keepwell.runs.schedule import LEASE_S
from keepwell.schedule import ScheduleSettings
from keepwell.vocabulary import SourceUnavailable
from schedule_world import START, Clock, World
from state_databases import StateDatabase

PROCESSES, DAYS, PATIENCE_S = 5, 30, 60
SIX = 6 * 3600


@pytest.fixture
def state(state_database: StateDatabase) -> Iterator[SqlStateStore]:
    with state_database.open() as opened:
        yield opened


def begun(state: SqlStateStore, **given: object) -> World:
    """Return a scheduler that has seen its job at midnight, at six o'clock."""
    world = World(state, Clock(), **given)  # type: ignore[arg-type]
    assert world.turn() == ""
    world.clock.move(SIX)
    return world


def test_a_due_time_is_done_once_and_stays_on_record(state: SqlStateStore) -> None:
    first = begun(state)
    second = World(state, first.clock, owner="b")
    assert [first.turn(), second.turn(), first.turn()] == ["done", "", ""]
    assert [step for step, _ in first.done] == ["run", "deliver"]
    (kept,) = first.store.history()
    assert (kept.status, kept.owner, kept.steps_done) == ("done", "a", ("run", "deliver"))
    assert first.store.totals() == [("morning", "done", 1)]
    assert first.store.newest("done") == {"morning": kept}
    assert first.store.newest("failed") == {}
    # What was done is in the audit log, and the log holds together.
    audit = SqlWarningStore(state)
    assert [line.action for line in audit.audit()] == ["job_done", "job_scheduled"]
    assert audit.audit_faults() == ()


def test_a_failed_job_is_tried_again_from_its_failed_step_and_then_given_up(
    state: SqlStateStore,
) -> None:
    def fail(step: str) -> None:
        if step == "deliver":
            raise SourceUnavailable("No way out.", cure="Look at the line.")

    world = begun(state)
    world.act = fail
    waits = []
    for _ in range(3):
        assert world.turn() == "waiting"
        assert world.turn() == ""
        (kept,) = world.store.open_runs()
        assert kept.again_at is not None
        wait = (kept.again_at - world.clock.now).total_seconds()
        waits.append(wait)
        world.clock.move(wait)
    assert waits == [60, 240, 960]
    assert world.turn() == "failed"
    assert [step for step, _ in world.done] == ["run"]
    assert [run.error for run in world.given_up] == ["No way out. Look at the line."]
    # The next day it is due again; any other fault is a failure just as well.
    world.act = lambda _: 1 / 0  # type: ignore[assignment]
    world.clock.move(24 * 3600)
    assert world.turn() == "waiting"
    assert world.store.open_runs()[0].error == "ZeroDivisionError: division by zero"


def test_a_dead_scheduler_is_taken_over_and_its_late_answer_does_not_count(
    state: SqlStateStore,
) -> None:
    dead = begun(state)
    heir = World(state, dead.clock, owner="b")

    def hang(_step: str) -> None:
        # While it hangs without a sign of life, the other one takes over and finishes.
        dead.act = lambda _: None
        assert heir.turn() == ""
        dead.clock.move(LEASE_S - 1)
        assert heir.turn() == ""
        dead.clock.move(1)
        assert heir.turn() == "done"

    dead.act = hang
    assert dead.turn() == "lost"
    (kept,) = dead.store.history()
    assert (kept.owner, kept.attempts, kept.status) == ("b", 2, "done")
    actions = [line.action for line in SqlWarningStore(state).audit()]
    assert actions == ["job_done", "job_taken_over", "job_scheduled"]


@pytest.mark.parametrize("step_s", [12 * 3600, -12 * 3600])
def test_a_living_scheduler_keeps_its_job_whatever_the_clock_does(
    state: SqlStateStore, step_s: int
) -> None:
    living = begun(state)
    rival = World(state, living.clock, owner="b")

    def work(_step: str) -> None:
        living.clock.now += timedelta(seconds=step_s)
        for _ in range(20):
            living.clock.move(LEASE_S / 3)
            (run,) = living.store.open_runs()
            assert living.store.beat(run, living.clock.now, LEASE_S)
            assert rival.turn() == ""

    living.act = work
    assert living.turn() == "done"
    assert [run.attempts for run in living.store.history()] == [1]


def test_a_process_of_cron_takes_over_by_the_clock(state: SqlStateStore) -> None:
    world = begun(state)

    def die(_step: str) -> None:
        raise SystemExit

    world.act = die
    with pytest.raises(SystemExit):
        world.turn()
    world.clock.move(LEASE_S)
    assert World(state, world.clock, owner="b", trusts_clock=True).turn() == ""
    world.clock.move(1)
    assert World(state, world.clock, owner="c", trusts_clock=True).turn() == "done"


def test_a_scheduler_that_ends_releases_its_job_between_two_steps(state: SqlStateStore) -> None:
    world = begun(state)

    def stop(_step: str) -> None:
        world.is_stopping = True

    world.act = stop
    assert world.turn() == "released"
    heir = World(state, world.clock, owner="b")
    assert heir.turn() == "done"
    assert [s for s, _ in (*world.done, *heir.done)] == ["run", "deliver"]


def test_an_interrupted_step_is_released_and_done_again(state: SqlStateStore) -> None:
    world = begun(state)

    def interrupt(_step: str) -> None:
        raise KeyboardInterrupt

    world.act = interrupt
    with pytest.raises(KeyboardInterrupt):
        world.turn()
    heir = World(state, world.clock, owner="b")
    assert heir.turn() == "done"
    assert len(heir.done) == 2


def test_a_job_that_kills_every_scheduler_is_given_up(state: SqlStateStore) -> None:
    world = begun(state)

    def die(_step: str) -> None:
        raise SystemExit

    world.act = die
    for _ in range(5):
        with pytest.raises(SystemExit):
            world.turn()
        assert world.turn() == ""
        world.clock.move(LEASE_S)
    assert world.turn() == "failed"
    assert "ended without a word" in world.given_up[0].error


def test_a_job_that_is_configured_no_more_ends_as_failed(state: SqlStateStore) -> None:
    world = begun(state)
    world.act = lambda _: 1 / 0  # type: ignore[assignment]
    assert world.turn() == "waiting"
    world.settings = ScheduleSettings()
    world.clock.move(60)
    assert world.turn() == "failed"


def test_a_new_rule_does_not_count_due_times_before_it(state: SqlStateStore) -> None:
    world = begun(state)
    jobs = [{"job": "morning", "daily": "05:00", "do": ["run"]}]
    world.settings = ScheduleSettings.model_validate({"jobs": jobs})
    assert world.turn() == ""
    world.clock.move(23 * 3600)
    assert world.turn() == "done"


def set_clock(file: Path, seconds: float) -> None:
    scratch = file.with_suffix(".new")
    scratch.write_bytes(struct.pack("d", seconds))
    scratch.replace(file)


def until(what: str, holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def test_five_processes_do_thirty_days_in_exactly_thirty_runs(
    state_database: StateDatabase, tmp_path: Path
) -> None:
    """Two of them are killed in mid-job: one before its snapshot is published, one after."""
    clock, notes = tmp_path / "clock", tmp_path / "notes"
    notes.mkdir()
    set_clock(clock, 0)
    (notes / f"before-{(START + timedelta(days=9)).date()}").touch()
    (notes / f"after-{(START + timedelta(days=19)).date()}").touch()
    with state_database.open() as state:
        store = SqlScheduleStore(state)
        words = [str(PROCESSES), state_database.place.url, str(clock), str(notes)]
        parent = subprocess.Popen([sys.executable, schedule_world.__file__, *words])
        try:
            until("all start", lambda: len(pids(notes, "ready")) == PROCESSES)
            until("one sees the job", lambda: SqlWarningStore(state).audit())
            deaths = 0
            for day in range(DAYS):
                set_clock(clock, day * 86400 + SIX + 1)
                if day in (9, 19):
                    deaths += 1
                    until("one dies", partial(died, notes, deaths))
                    # The others have to see its last sign of life before time goes on.
                    time.sleep(0.3)
                    set_clock(clock, day * 86400 + SIX + 2 + LEASE_S)
                until(f"day {day + 1} is done", partial(are_done, store, day + 1))
            time.sleep(0.1)
            history, runs = store.history(), state.runs()
        finally:
            for pid in pids(notes, "ready") - pids(notes, "dead"):
                os.kill(pid, signal.SIGKILL)
            parent.wait(PATIENCE_S)
    assert len(history) == len(runs) == len({r.run_id for r in runs}) == DAYS
    assert {r.status for r in history} == {"done"}
    # All but the two that were killed did their job at the first attempt.
    assert sorted(r.attempts for r in history) == [1] * (DAYS - 2) + [2, 2]
    assert deaths == 2


def pids(notes: Path, kind: str) -> set[int]:
    return {int(file.name.partition("-")[2]) for file in notes.glob(f"{kind}-*")}


def died(notes: Path, deaths: int) -> bool:
    return len(pids(notes, "dead")) == deaths


def are_done(store: SqlScheduleStore, days: int) -> bool:
    return store.totals() == [("morning", "done", days)]
