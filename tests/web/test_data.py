"""The page Data, jobs started by hand, backups; and their calls of the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI

from keepwell.adapters.state import SqlHandJobStore
from keepwell.ports.hand_jobs import HandJob
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.wiring import Project
from keepwell.wiring.backups import archive_of
from keepwell.wiring.hand_job_worker import carry_out
from keepwell.wiring.hand_jobs import start_job
from keepwell.wiring.web_desk import WebDesk
from state_databases import StateDatabase
from web.caller import HOST, Caller, let_in, signed_in

Web = tuple[FastAPI, WebDesk]
AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ACCOUNTS = "Id,Name,Rubbish\nA1,甲,1\nA1,甲,1\n,乙,2\n"


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Give the jobs that would have got a process; none is started."""
    found: list[int] = []
    monkeypatch.setattr(
        "keepwell.wiring.hand_jobs.start_worker", lambda _, job: found.append(job.id)
    )
    return found


def browser_of(app: FastAPI, desk: WebDesk, role: Any = "operations") -> Caller:
    let_in(desk, "ada", "admin")
    let_in(desk, "ops", role)
    return signed_in(app, "ops")


def done(desk: WebDesk, kind: Any, **arguments: Any) -> HandJob:
    """Do a job in this process, as its own would."""
    job = start_job(desk.project, kind, arguments, by="ops", start=lambda *_: None)
    carry_out(desk.project.layout.root, job.id)
    return SqlHandJobStore(desk.project.state).job(job.id)


def test_both_databases_let_one_job_run_at_a_time(state_database: StateDatabase) -> None:
    with state_database.open() as state:
        store = SqlHandJobStore(state)
        first = store.start("run", {"a": 1}, by="ops", at=AT, lease_s=60)
        assert first.is_open
        with pytest.raises(InputProblem, match="under way"):
            store.start("check", {}, by="ada", at=AT + timedelta(seconds=59), lease_s=60)
        store.step(first.id, "check")
        store.step(first.id, "scores")
        store.beat(first.id, AT + timedelta(seconds=50), 60)
        with pytest.raises(InputProblem):
            store.start("check", {}, by="ada", at=AT + timedelta(seconds=100), lease_s=60)
        # Its process is gone: nobody heard of it for longer than the lease.
        late = AT + timedelta(seconds=111)
        second = store.start("check", {}, by="ada", at=late, lease_s=60)
        left = store.job(first.id)
        assert (left.status, left.steps) == ("failed", ("check", "scores"))
        assert "without a word" in left.error
        store.end(second.id, "", {"findings": 2}, late + timedelta(seconds=5))
        store.end(second.id, "too late", {}, late)
        told = store.job(second.id)
        assert (told.status, told.length_s, told.result) == ("done", 5.0, {"findings": 2})
        assert [j.id for j in store.jobs()] == [second.id, first.id]
        assert [j.id for j in store.jobs("run")] == [first.id]
        with pytest.raises(NotFound):
            store.job(99)


def test_a_job_is_started_once_and_shown_until_it_ends(shop: Web, started: list[int]) -> None:
    app, desk = shop
    ops = browser_of(app, desk)
    assert ops.submit("/data/jobs", {"kind": "run"}).headers["location"] == "/data#job"
    assert started == [1]
    refused = ops.submit("/data/jobs", {"kind": "check"})
    assert refused.status_code == 422
    assert "under way" in refused.text
    SqlHandJobStore(desk.project.state).step(1, "scores")
    part = ops.get("/data/job", headers={"Accept-Language": "en"}).text
    assert "Step 1: scoring" in part
    assert "every 2s" in part
    SqlHandJobStore(desk.project.state).end(1, "The disk is full.", {}, desk.now())
    part = ops.get("/data/job").text
    assert "The disk is full." in part
    assert "every 2s" not in part
    assert ops.submit("/data/jobs", {"kind": "backup"}).status_code == 404


def test_a_job_whose_process_died_holds_no_button_back(shop: Web) -> None:
    app, desk = shop
    ops = browser_of(app, desk)
    store = SqlHandJobStore(desk.project.state)
    job = store.start("run", {}, by="ops", at=desk.now() - timedelta(hours=2), lease_s=60)
    shown = ops.get("/data").text
    assert "without a word" in shown
    assert "disabled" not in shown.partition("<main")[2]
    assert "every 2s" not in shown
    assert store.job(job.id).status == "failed"


def test_the_api_starts_a_job_and_tells_of_it(shop: Web, started: list[int]) -> None:
    app, desk = shop
    ops = browser_of(app, desk)
    head = {"Origin": HOST, "X-CSRF-Token": ops.csrf(), "Idempotency-Key": "k"}
    twice = [ops.send("POST", "/api/v1/jobs", json={"kind": "run"}, headers=head) for _ in "ab"]
    assert [a.status_code for a in twice] == [202, 202]
    assert started == [1]
    assert ops.get("/api/v1/jobs/1").json()["job"]["status"] == "running"
    assert [j["id"] for j in ops.get("/api/v1/jobs").json()["jobs"]] == [1]
    assert ops.get("/api/v1/jobs/7").status_code == 404
    head["Idempotency-Key"] = "b"
    refused = ops.send("POST", "/api/v1/jobs", json={"kind": "backup"}, headers=head)
    assert (refused.status_code, started) == (403, [1])


def test_what_a_check_found_is_shown_with_its_cure(shop: Web) -> None:
    app, desk = shop
    ops = browser_of(app, desk)
    assert "not been checked" in ops.get("/data", headers={"Accept-Language": "en"}).text
    (desk.project.layout.root / "exports" / "accounts.csv").write_text(ACCOUNTS, "utf-8")
    job = done(desk, "check")
    assert job.status == "done", job.error
    shown = ops.get("/data").text
    assert "Cure:" in shown
    assert "Rubbish" in shown
    assert "accounts.csv" in shown
    found = ops.get("/api/v1/findings").json()["findings"]
    assert found
    assert all(f["cure"]["zh"] for f in found)
    sources = ops.get("/api/v1/sources").json()
    assert sources["tables"][0]["rows_in"] == 3
    assert sources["quarantined"] == sources["tables"][0]["quarantined"]
    assert ops.get("/api/v1/runs").json()["runs"][0]["cause"] == "command"


def test_findings_of_all_accounts_are_not_for_a_csm(shop: Web) -> None:
    app, desk = shop
    lu = browser_of(app, desk, "csm")
    for path in ("/data", "/data/job", "/api/v1/findings", "/api/v1/sources", "/api/v1/jobs"):
        assert lu.get(path).status_code == 403
    assert "/data" not in lu.get("/accounts").text


def test_the_doctor_leaves_what_it_saw(shop: Web) -> None:
    app, desk = shop
    ops = browser_of(app, desk)
    job = done(desk, "doctor")
    assert {e["name"] for e in job.result["examinations"]} >= {"config", "state", "source"}
    shown = ops.get("/data").text
    assert "Python" in shown


def test_a_backup_is_made_verified_and_told_when_it_is_damaged(
    shop: Web, started: list[int]
) -> None:
    app, desk = shop
    ada = browser_of(app, desk, "admin")
    made = done(desk, "backup")
    assert made.status == "done", made.error
    name = made.result["file"]
    assert name in ada.get("/admin/backups").text
    assert done(desk, "verify", file=name).result["faults"] == []
    assert f"{name} is whole" in ada.get("/admin/backups").text
    archive_of(desk.project, name).write_bytes(b"no archive")
    assert done(desk, "verify", file=name).status == "failed"
    ada.submit("/admin/backups", {"kind": "verify", "file": name})
    assert len(started) == 1
    for wrong in ("../../etc/passwd.tar", "none.tar", ""):
        form = {"kind": "verify", "file": wrong}
        assert ada.submit("/admin/backups", form).status_code == 404


def test_a_job_that_fails_by_our_fault_does_not_stay_under_way(
    shop: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, desk = shop

    def broken(_: Project, as_of: Any = None) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Project, "check", broken)
    job = done(desk, "check")
    assert job.status == "failed"
    assert "ZeroDivisionError" in job.error


def test_a_process_that_cannot_start_ends_its_job(shop: Web) -> None:
    _, desk = shop

    def unable(*_: object) -> None:
        raise OSError("no memory")

    job = start_job(desk.project, "check", by="ops", start=unable)
    assert (job.status, "no memory" in job.error) == ("failed", True)
