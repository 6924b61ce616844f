"""What the schedule commands say."""

from datetime import datetime
from zoneinfo import ZoneInfo

from keepwell.cli.console import Speaker
from keepwell.cli.schedule_words import word
from keepwell.ports import JobRun
from keepwell.runs.schedule import JobOutcome, PlannedJob
from keepwell.vocabulary import KeepwellProblem, Lang


class ScheduleTeller:
    """Says one line for each thing that a scheduler did."""

    def __init__(self, lang: Lang, zone: str, *, as_json: bool) -> None:
        self._lang, self._zone = lang, zone
        self._speak = Speaker(as_json=as_json)
        self._is_quiet = True
        self._is_begun = False

    def begin(self, jobs: tuple[PlannedJob, ...]) -> None:
        """Say what will be done next."""
        self._is_begun = True
        if not self._speak.result({"jobs": jobs}):
            due = min((j.next_due for j in jobs if j.next_due), default=None)
            moment = "-" if due is None else _local(due, self._zone)
            self._speak.line(word("begun", self._lang, len(jobs), moment))

    def tell(self, event: JobOutcome | KeepwellProblem) -> None:
        """Say what came of a job, or what is in the way of all of them."""
        self._is_quiet = False
        if isinstance(event, KeepwellProblem):
            problem = {"code": event.code, "what": event.what, "cure": event.cure}
            if not self._speak.result({"problem": problem}):
                self._speak.line(f"{event.what} {event.cure}")
            return
        if self._speak.result(event):
            return
        run = event.run
        due = _local(run.due_at, self._zone)
        text = word("outcome", self._lang, run.job, due, word(event.came_to, self._lang))
        if event.came_to == "waiting" and run.again_at is not None:
            text += word("again", self._lang, _local(run.again_at, self._zone))
        self._speak.line(text)
        if run.error:
            self._speak.line(f"  {run.error}")

    def end(self) -> None:
        """Say that it is over."""
        if not self._speak.as_json:
            key = "nothing" if self._is_quiet and not self._is_begun else "ended_now"
            self._speak.line(word(key, self._lang))
        elif self._is_quiet and not self._is_begun:
            self._speak.result({"jobs_done": 0})


def show_jobs(jobs: tuple[PlannedJob, ...], lang: Lang, *, as_json: bool) -> None:
    """Print the jobs as a table."""
    speak = Speaker(as_json=as_json)
    if speak.result({"jobs": jobs}):
        return
    speak.table(
        [word(h, lang) for h in ("job", "do", "rule", "zone", "next", "last", "status")],
        [
            (
                j.job,
                ", ".join(j.do),
                j.rule,
                j.time_zone,
                j.next_due and _local(j.next_due, j.time_zone),
                j.newest and _local(j.newest.due_at, j.time_zone),
                j.newest and word(j.newest.status, lang),
            )
            for j in jobs
        ],
    )


def show_job_runs(runs: tuple[JobRun, ...], zone: str, lang: Lang, *, as_json: bool) -> None:
    """Print due times that were acted on."""
    speak = Speaker(as_json=as_json)
    if speak.result({"runs": runs}):
        return
    if not runs:
        speak.line(word("none", lang))
        return
    heads = ("job", "due", "status", "tries", "missed_before", "started", "ended", "owner", "error")
    speak.table(
        [word(h, lang) for h in heads],
        [
            (
                r.job,
                _local(r.due_at, zone),
                word(r.status, lang),
                r.attempts,
                r.missed or "",
                _local(r.started_at, zone),
                r.ended_at and _local(r.ended_at, zone),
                r.owner,
                r.error,
            )
            for r in runs
        ],
        right="34",
    )


def _local(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).isoformat(" ", "minutes")
