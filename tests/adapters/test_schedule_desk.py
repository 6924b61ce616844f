"""The schedule of a project on disk: what is due is done, and whoever watches can see it."""

import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from keepwell.adapters.metrics_server import metrics_served
from keepwell.adapters.state import SqlWarningStore
from keepwell.messages import plain_text
from keepwell.runs.schedule import JobOutcome
from keepwell.vocabulary import InputProblem, KeepwellProblem
from keepwell.wiring import Project, mail_desk, schedule_desk

CONFIG = """
project: p
source: {kind: folder, path: nowhere}
tables: {}
scorecards: [{scorecard: robust}]
"""
JOBS = """
schedule:
  jobs:
    - {job: letters, daily: "12:30", do: [deliver]}
    - {job: look, daily: "12:00", do: [check], retries: 0, catch_up: none}
"""


@dataclass
class MovingClock:
    """A clock that is set by hand."""

    moment: datetime = datetime(2026, 11, 2, 10, tzinfo=UTC)  # a Monday

    def now(self) -> datetime:
        return self.moment

    def today(self, _time_zone: str) -> date:
        return self.moment.date()


@dataclass
class Heard:
    """What a scheduler told, as words."""

    said: list[str]

    def __call__(self, event: JobOutcome | KeepwellProblem) -> None:
        is_outcome = isinstance(event, JobOutcome)
        self.said.append(f"{event.run.job} {event.came_to}" if is_outcome else event.what)  # type: ignore[union-attr]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "keepwell.yml").write_text(CONFIG + JOBS, "utf-8")
    return Project(tmp_path, clock=MovingClock())


def later(project: Project, hours: float) -> None:
    assert isinstance(project.clock, MovingClock)
    project.clock.moment += timedelta(hours=hours)


def test_one_call_does_all_that_is_due_and_tells_operations_what_failed(project: Project) -> None:
    heard = Heard([])
    assert schedule_desk(project).once(heard)
    later(project, 3)
    # The folder of the source is not there, and 12:00 is more than a quarter of an hour ago.
    assert schedule_desk(project).once(heard)
    assert heard.said == ["letters done"]
    later(project, 23.1)
    assert not schedule_desk(project).once(heard)
    assert heard.said == ["letters done", "look failed"]
    (failed, *_) = schedule_desk(project).history("look", 10)
    assert "nowhere" in failed.error
    (alert,) = SqlWarningStore(project.state).alerts()
    assert (alert.facts["fault"], alert.status) == ("job:look", "delivered")
    (letter,) = mail_desk(project).inbox("operations", 10)
    assert "look: failed at every retry" in plain_text(letter.message)
    sign = json.loads((project.layout.scheduler / "heartbeat.json").read_text("utf-8"))
    assert sign["is_all_well"] is False
    figures = (project.layout.scheduler / "metrics.prom").read_text("utf-8")
    assert 'keepwell_job_is_failed{job="look"} 1' in figures
    assert 'keepwell_job_due_times_total{job="letters",status="done"} 1' in figures


def test_data_that_were_refused_hide_no_other_failure(project: Project) -> None:
    jobs = JOBS + '    - {job: back, daily: "12:40", do: [deliver, writeback], retries: 0}\n'
    project.layout.config.write_text(CONFIG + jobs, "utf-8")
    schedule_desk(project).once(Heard([]))
    later(project, 2.1)
    store = SqlWarningStore(project.state)
    store.source_alert("accounts:refused", project.today, project.now)
    schedule_desk(project).once(Heard([]))
    later(project, 1)
    schedule_desk(project).once(Heard([]))
    assert {a.facts["fault"] for a in store.alerts()} == {"accounts:refused", "job:back"}


@pytest.fixture
def calls() -> Iterator[tuple[int, list[str]]]:
    """Give the port of a server that expects calls, and what it heard."""
    heard: list[str] = []

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server.server_address[1], heard
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("is_private_allowed", [True, False])
def test_a_heartbeat_calls_an_address_only_where_it_may(
    project: Project,
    calls: tuple[int, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    is_private_allowed: bool,
) -> None:
    port, heard = calls
    monkeypatch.setenv("KEEPWELL_CALL", f"http://127.0.0.1:{port}/secret-path")
    allowed = "true" if is_private_allowed else "false"
    section = f"  heartbeat: {{url_env: KEEPWELL_CALL, allow_private_addresses: {allowed}}}\n"
    project.layout.config.write_text(CONFIG + JOBS + section, "utf-8")
    schedule_desk(project).once(Heard([]))
    assert heard == (["/secret-path"] if is_private_allowed else [])
    sign = (project.layout.scheduler / "heartbeat.json").read_text("utf-8")
    assert bool(json.loads(sign)["call_fault"]) != is_private_allowed
    assert "secret-path" not in sign


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    finally:
        connection.close()


def test_the_port_tells_health_readiness_and_figures(project: Project) -> None:
    desk = schedule_desk(project)
    with metrics_served(0, desk._signs.watched) as port:
        desk.once(Heard([]))
        assert get(port, "/healthz") == (200, "ok\n")
        assert get(port, "/readyz") == (200, "ok\n")
        assert "keepwell_job_next_due_timestamp_seconds" in get(port, "/metrics")[1]
        assert get(port, "/")[0] == 404
        # A broken edit leaves the due times as they were; what is due waits for its repair.
        project.layout.config.write_text(CONFIG + JOBS.replace("12:00", "25:00"), "utf-8")
        later(project, 3)
        heard = Heard([])
        assert not desk.once(heard)
        status, said = get(port, "/readyz")
        assert status == 503
        assert "keepwell.yml" in said
        project.layout.config.write_text(CONFIG + JOBS, "utf-8")
        later(project, 0.1)
        assert desk.once(heard)
        assert heard.said == ["letters waiting", "letters done"]
        assert get(port, "/readyz")[0] == 200
        with (
            pytest.raises(InputProblem, match=str(port)),
            metrics_served(port, desk._signs.watched),
        ):
            pass


def test_a_backup_a_day_is_kept_and_the_oldest_go(project: Project) -> None:
    backups = "  keep_backups: 2\n"
    job = JOBS.replace("do: [deliver]", "do: [deliver, backup, prune]")
    project.layout.config.write_text(CONFIG + job + backups, "utf-8")
    again = Project(project.layout.root, clock=project.clock)
    (again.layout.root / "backups").mkdir()
    kept = again.layout.root / "backups" / "keepwell-by-hand.tar"
    kept.touch()
    schedule_desk(again).once(Heard([]))
    for _ in range(3):
        later(again, 24)
        schedule_desk(again).once(Heard([]))
    names = sorted(f.name for f in kept.parent.iterdir())
    assert names == ["keepwell-2026-11-04.tar", "keepwell-2026-11-05.tar", kept.name]


def test_a_signal_ends_the_daemon(project: Project) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def end_soon() -> None:
        # A signal before anybody listens would end the tests.
        while signal.getsignal(signal.SIGTERM) is before:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    thread = threading.Thread(target=end_soon)
    thread.start()
    started = time.monotonic()
    schedule_desk(project).serve(Heard([]), None)
    thread.join()
    assert time.monotonic() - started < 60
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_schedule_without_jobs_is_refused_with_an_example(tmp_path: Path) -> None:
    (tmp_path / "keepwell.yml").write_text(CONFIG, "utf-8")
    with pytest.raises(InputProblem, match="no `schedule:`") as problem:
        schedule_desk(Project(tmp_path)).once(Heard([]))
    assert "daily" in problem.value.cure
