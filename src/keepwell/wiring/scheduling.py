"""The schedule with its adapters: jobs done by fresh projects, signals, signs of life."""

import os
import socket
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, nullcontext, suppress
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from keepwell.adapters.channels import ping
from keepwell.adapters.clock import steady_seconds
from keepwell.adapters.configuration import load_config
from keepwell.adapters.environment import read_secret
from keepwell.adapters.metrics_server import Watched, metrics_served
from keepwell.adapters.state import SqlScheduleStore, SqlWarningStore
from keepwell.adapters.stopping import Stopping, beating
from keepwell.adapters.watch_files import write_watch_files
from keepwell.ports import JobRun
from keepwell.runs.run import require_accepted
from keepwell.runs.schedule import (
    BEAT_S,
    LEASE_S,
    TICK_S,
    JobOutcome,
    PlannedJob,
    Scheduler,
    planned_jobs,
    require_jobs,
    serve,
    turn,
)
from keepwell.runs.schedule_figures import is_all_well, schedule_figures
from keepwell.schedule import ScheduleSettings, Step, exposition
from keepwell.vocabulary import KeepwellProblem
from keepwell.wiring.backing_up import back_up
from keepwell.wiring.journey_desk import journey_desk
from keepwell.wiring.mailing import mail_desk
from keepwell.wiring.project import Project
from keepwell.wiring.pruning import prune
from keepwell.wiring.writing_back import run_and_deliver, write_results_back

BACKUPS = "keepwell-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].tar"
SYSTEM = "keepwell"
# Steps that fail when the source is refused.
READING: tuple[Step, ...] = ("check", "run")
Tell = Callable[[JobOutcome | KeepwellProblem], None]


class ScheduleDesk:
    """The schedule of one project."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._store = SqlScheduleStore(project.state)
        self._settings = _Reread(project)
        self._signs = _Signs(project, self._store, self._settings)

    def list(self) -> tuple[PlannedJob, ...]:
        """Return the jobs with what is next and what was last. Errors: InputProblem."""
        settings = self._project.config.schedule
        require_jobs(settings)
        zone = self._project.config.time_zone
        return planned_jobs(self._store, settings, zone, self._project.now)

    def history(self, job: str | None, limit: int) -> tuple[JobRun, ...]:
        """Return due times that were acted on, newest first."""
        return self._store.history(job, limit)

    def once(self, tell: Tell) -> bool:
        """Do everything that is due, then end; say whether all of it was done."""
        require_jobs(self._settings())
        is_done = True
        stopping = Stopping()
        with stopping.on_signals():
            scheduler = self._scheduler(stopping, trusts_clock=True)
            while not stopping.is_asked and (outcome := turn(scheduler)) is not None:
                tell(outcome)
                is_done = is_done and outcome.came_to == "done"
            self._signs.show()
        return is_done

    def serve(self, tell: Tell, port: int | None) -> None:
        """Do what is due until SIGTERM or SIGINT; a job under way ends its step first."""
        require_jobs(self._settings())
        stopping = Stopping()
        metrics = self._settings().metrics
        wanted = port if port is not None else metrics.port if metrics else None
        served = nullcontext() if wanted is None else metrics_served(wanted, self._signs.watched)
        with stopping.on_signals(), served:
            serve(self._scheduler(stopping, trusts_clock=False), stopping.wait, tell)

    def _scheduler(self, stopping: Stopping, *, trusts_clock: bool) -> Scheduler:
        project = self._project
        return Scheduler(
            store=self._store,
            settings=self._settings,
            time_zone=project.config.time_zone,
            owner=f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid.uuid4().hex[:8]}",
            perform=partial(perform, project),
            give_up=self._give_up,
            now=lambda: project.now,
            monotonic=steady_seconds,
            is_stopping=lambda: stopping.is_asked,
            beating=partial(beating, every_s=BEAT_S),
            pulse=self._signs.show,
            trusts_clock=trusts_clock,
        )

    def _give_up(self, run: JobRun) -> None:
        """Tell operations of a job that failed for good, once a day, and send what can be sent.

        Data that were refused have their own alert, and one is enough.
        """
        project, store = self._project, SqlWarningStore(self._project.state)
        day = run.due_at.astimezone(ZoneInfo(project.config.time_zone)).date()
        if not (self._reads_source(run) and _has_refusal(store, day)):
            store.source_alert(f"job:{run.job}", day, project.now)
        with suppress(KeepwellProblem):
            mail_desk(project).deliver()

    def _reads_source(self, run: JobRun) -> bool:
        """Say whether the step at which a job ended may have failed for its data."""
        job = next((j for j in self._settings().jobs if j.job == run.job), None)
        kept = next((r for r in self._store.history(run.job) if r.id == run.id), run)
        steps = () if job is None else job.do[len(kept.steps_done) :]
        return bool(steps) and steps[0] in READING


def _has_refusal(store: SqlWarningStore, day: date) -> bool:
    """Say whether an alert tells that data were refused on a day or later."""
    of_source = [a for a in store.alerts(limit=1000) if a.as_of >= day and a.account_id is None]
    return any(str(a.facts.get("fault", "")).endswith(":refused") for a in of_source)


def schedule_desk(project: Project) -> ScheduleDesk:
    """Return the schedule of a project."""
    return ScheduleDesk(project)


@contextmanager
def _fresh(project: Project) -> Iterator[Project]:
    """Give the project as its files are now, with a connection of its own."""
    again = Project(project.layout.root, project.progress, project.clock)
    with closing(again.state):
        yield again


def perform(project: Project, step: Step, as_of: date | None) -> None:
    """Do one step of a job. Errors: those of the step."""
    with _fresh(project) as fresh:
        _STEPS[step](fresh, as_of)


def _back_up_today(project: Project) -> None:
    """Write the backup of today, in place of an earlier one of today; remove the oldest ones."""
    settings = project.config.schedule
    folder = project.layout.root / settings.backup_folder
    folder.mkdir(parents=True, exist_ok=True)
    back_up(project, folder / f"keepwell-{project.today}.tar", force=True)
    # Their names sort by day.
    for old in sorted(folder.glob(BACKUPS))[: -settings.keep_backups]:
        old.unlink()


_STEPS: Mapping[Step, Callable[[Project, date | None], object]] = {
    "check": lambda project, as_of: require_accepted(project.check(as_of)),
    "run": run_and_deliver,
    "deliver": lambda project, _: mail_desk(project).deliver(),
    "journeys": lambda project, _: journey_desk(project).run(),
    "report": lambda project, _: project.report(project.config.lang, "all", None),
    "writeback": lambda project, _: write_results_back(project),
    "backup": lambda project, _: _back_up_today(project),
    "prune": lambda project, _: prune(project, dry_run=False, by=SYSTEM),
}


class _Reread:
    """The `schedule:` section, read again when keepwell.yml changed; a broken edit waits."""

    def __init__(self, project: Project) -> None:
        self._path = project.layout.config
        self._found = project.config.schedule
        self._stamp = self._path.stat().st_mtime_ns
        self.fault = ""

    def __call__(self) -> ScheduleSettings:
        """Return the section as it is now, or as it last could be read."""
        try:
            stamp = self._path.stat().st_mtime_ns
            if stamp != self._stamp:
                self._stamp = stamp
                self._found = load_config(self._path).schedule
                self.fault = ""
        except KeepwellProblem as problem:
            self.fault = problem.what
        except OSError:
            self.fault = f"{self._path} cannot be read"
        return self._found


class _Signs:
    """Signs of life: files, figures, and calls of an address that expects them."""

    def __init__(self, project: Project, store: SqlScheduleStore, settings: _Reread) -> None:
        self._project, self._store, self._settings = project, store, settings
        self._text = ""
        self._shown_at: float | None = None
        self._called_at: float | None = None
        self._call_fault = ""
        self.watched = Watched(lambda: self._text, self._health_fault, self._readiness_fault)

    def show(self) -> None:
        """Write the files and call the address when that is due. Errors: OutsideProblem."""
        project, settings, now = self._project, self._settings(), self._project.now
        jobs = planned_jobs(self._store, settings, project.config.time_zone, now)
        self._text = exposition(schedule_figures(self._store, jobs, now))
        is_well = is_all_well(jobs)
        self._call(settings, now, is_well=is_well)
        heartbeat: dict[str, object] = {
            "at": now.isoformat(),
            "is_all_well": is_well,
            "configuration_fault": self._settings.fault,
            "call_fault": self._call_fault,
            "jobs": {j.job: str(j.next_due) for j in jobs},
        }
        write_watch_files(project.layout.scheduler, heartbeat, self._text)
        self._shown_at = steady_seconds()

    def _call(self, settings: ScheduleSettings, now: datetime, *, is_well: bool) -> None:
        heartbeat, moment = settings.heartbeat, steady_seconds()
        if heartbeat is None or not is_well:
            return
        pause = timedelta(minutes=heartbeat.every_minutes).total_seconds()
        if self._called_at is not None and moment - self._called_at < pause:
            return
        self._called_at = moment
        try:
            url = read_secret(heartbeat.url_env, "schedule.heartbeat of keepwell.yml")
            fault = ping(url, allow_private=heartbeat.allow_private_addresses)
        except KeepwellProblem as problem:
            fault = problem.what
        self._call_fault = fault and f"{now:%Y-%m-%d %H:%M}: {fault}"

    def _health_fault(self) -> str:
        silent = None if self._shown_at is None else steady_seconds() - self._shown_at
        if silent is None or silent <= LEASE_S + TICK_S:
            return ""
        return f"no sign of life for {silent:.0f} s"

    def _readiness_fault(self) -> str:
        try:
            self._store.open_runs()
        except KeepwellProblem as problem:
            return problem.what
        return self._settings.fault
