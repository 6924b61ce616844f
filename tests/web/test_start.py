"""The first run from an empty folder to the first list, and the example company beside it."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from keeping_world import CONFIG
from keepwell.adapters.state import SqlHandJobStore
from keepwell.intake import SampledTable, amended, recognise
from keepwell.ports.auditing import AuditFilter
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.web.app import create_app
from keepwell.wiring import upload_check
from keepwell.wiring.example_room import build_room, room_folder
from keepwell.wiring.hand_job_worker import Steps, carry_out
from keepwell.wiring.served import served_project
from keepwell.wiring.serving import ready_to_serve
from keepwell.wiring.web_desk import WebDesk, web_desk
from web.caller import HOST, PASSWORD, Caller, let_in, signed_in

Web = tuple[FastAPI, WebDesk]
HEAD = "Kundennr,Name,Industry,Employees,Annual Revenue,Last Activity Date\n"
ROWS = "".join(
    f"K{n:03},Firma {n},{'Energy' if n % 2 else 'Retail'},{50 * n},{100_000 + 1000 * n},"
    f"2026-{1 + n % 9:02}-15\n"
    for n in range(1, 31)
)


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at files and do jobs in this process; the browser walk starts the real ones."""

    def work(project: Any, job: Any) -> None:
        carry_out(project.layout.root, job.id)

    monkeypatch.setattr("keepwell.wiring.uploads.look", upload_check.main)
    monkeypatch.setattr("keepwell.wiring.first_run.look", upload_check.main)
    monkeypatch.setattr("keepwell.wiring.hand_jobs.start_worker", work)


@pytest.fixture
def empty(tmp_path: Path) -> Any:
    """Give the app over an empty folder, and its desk."""
    folder = tmp_path / "myco"
    folder.mkdir()
    desk = web_desk(served_project(folder))
    yield create_app(desk), desk
    desk.close()


def admin_of(empty: Web) -> Caller:
    app, desk = empty
    let_in(desk, "ada", "admin")
    return signed_in(app, "ada")


def send(caller: Caller, name: str, content: str) -> None:
    caller.send(
        "POST", "/data/uploads", data={"_csrf": caller.csrf(), "back": "/start"},
        files={"file": (name, content.encode())}, headers={"Origin": HOST},
    )  # fmt: skip


def test_an_empty_folder_is_served_with_a_link_for_its_first_admin(tmp_path: Path) -> None:
    folder = tmp_path / "myco"
    folder.mkdir()
    secret = ready_to_serve(folder)
    desk = web_desk(served_project(folder))
    browser = Caller(create_app(desk))
    form = {"name": "Ada", "password": PASSWORD}
    assert browser.post(f"/welcome/{secret}", form, headers={"Origin": HOST}).status_code == 303
    assert browser.get("/").headers["location"] == "/start"
    assert "Upload tables" in browser.get("/start").text
    assert not (folder / "keepwell.yml").exists()
    desk.close()
    assert ready_to_serve(folder) == ""


def test_a_folder_with_other_things_in_it_is_not_begun_in(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    with pytest.raises(NotFound, match="not empty"):
        served_project(tmp_path)
    with pytest.raises(NotFound):
        served_project(tmp_path / "missing")
    assert not (tmp_path / ".keepwell").exists()


def test_three_steps_lead_from_a_file_to_the_list(empty: Web) -> None:
    _, desk = empty
    ada = admin_of(empty)
    assert ada.submit("/start/files").status_code == 422
    send(ada, "kunden.csv", HEAD + ROWS)
    shown = ada.get("/start").text
    assert "30 rows, 6 columns" in shown
    assert ada.submit("/start/files").status_code == 303
    shown = ada.get("/start").text
    assert "Kundennr" in shown
    fields = {
        "c0-0": "account_id", "c0-1": "name", "c0-2": "industry", "c0-3": "number_of_employees",
        "c0-4": "annual_revenue", "currency": "EUR", "time_zone": "Europe/Berlin",
    }  # fmt: skip
    assert ada.submit("/start/columns", fields | {"c0-1": "account_id"}).status_code == 422
    assert ada.submit("/start/columns", fields | {"time_zone": "Mars"}).status_code == 422
    assert ada.submit("/start/columns", fields).status_code == 303
    (job,) = SqlHandJobStore(desk.project.state).jobs()
    assert job.status == "done", job.error
    config = desk.project.config
    assert (config.money.currency, config.time_zone) == ("EUR", "Europe/Berlin")
    assert ada.get("/start").headers["location"] == "/"
    file = desk.project.layout.config
    written = file.read_bytes()
    # A form that is sent again from a tab of yesterday changes nothing.
    assert ada.submit("/start/columns", fields | {"currency": "USD"}).status_code == 422
    assert ada.submit("/start/files", {"folder": "data"}).status_code == 422
    assert file.read_bytes() == written
    assert ada.get("/start/progress").headers["hx-redirect"].startswith("/accounts")
    listed = ada.get("/api/v1/accounts").json()
    assert listed["total"] == 30
    assert "Firma 1" in ada.get("/accounts").text
    deeds = {a.action for a in desk.audit.lines(AuditFilter(actor="ada"))}
    assert {"project_begun", "upload_confirmed", "job_started", "job_done"} <= deeds


def test_a_folder_of_the_project_can_be_the_source(empty: Web) -> None:
    _, desk = empty
    root = desk.project.layout.root
    ada = admin_of(empty)
    (root / "exports").mkdir()
    (root / "exports" / "accounts.csv").write_text("Id,Name\nA1,Acme\n", "utf-8")
    assert "exports" in ada.get("/start").text
    for wrong in ("../x", "scorecards", ".keepwell", "/etc"):
        assert ada.submit("/start/files", {"folder": wrong}).status_code == 422
    assert ada.submit("/start/files", {"folder": "exports"}).status_code == 303
    assert "accounts.csv" in ada.get("/start").text
    ada.submit("/start/again")
    assert "Upload tables" in ada.get("/start").text


def test_a_keepwell_yml_that_was_never_run_is_not_written_over_unasked(empty: Web) -> None:
    _, desk = empty
    root = desk.project.layout.root
    ada = admin_of(empty)
    send(ada, "accounts.csv", "Id,Name\n,Acme\n,Bolt\n")
    ada.submit("/start/files")
    mine = CONFIG.encode() + b"# by hand\n"
    (root / "keepwell.yml").write_bytes(b"scorecards: none\n")
    desk.notice_edits()
    # A file that is no configuration is told, not a fault of ours.
    assert "keepwell.yml:" in ada.get("/start").text
    (root / "keepwell.yml").write_bytes(mine)
    desk.notice_edits()
    shown = ada.get("/start").text
    assert "has not been run yet" in shown
    assert 'name="replace"' in shown
    fields = {"c0-0": "account_id", "c0-1": "name"}
    taken = root / "keepwell.yml.before"
    taken.write_bytes(b"older")
    assert "stays beside the new one as keepwell.yml.before-2" in (
        ada.submit("/start/columns", fields).text
    )
    taken.unlink()
    refused = ada.submit("/start/columns", fields)
    assert refused.status_code == 422
    assert "keepwell.yml.before" in refused.text
    # What cannot begin takes nothing away either.
    told = fields | {"replace": "yes"}
    assert ada.submit("/start/columns", told | {"c0-0": ""}).status_code == 422
    assert (root / "keepwell.yml").read_bytes() == mine
    assert not list(root.glob("*.before"))
    assert ada.submit("/start/columns", told).status_code == 303
    assert (root / "keepwell.yml.before").read_bytes() == mine
    # What the first run wrote itself gives way without a question.
    assert ada.submit("/start/columns", fields).status_code == 303
    assert len(list(root.rglob("*.before"))) == 1
    ada.submit("/start/again")
    assert "Upload tables" in ada.get("/start").text


def test_a_first_run_that_is_refused_says_why_and_can_begin_again(empty: Web) -> None:
    _, desk = empty
    ada = admin_of(empty)
    send(ada, "accounts.csv", "Id,Name\n,Acme\n,Bolt\n,Cone\n")
    ada.submit("/start/files")
    ada.submit("/start/columns", {"c0-0": "account_id", "c0-1": "name"})
    job = SqlHandJobStore(desk.project.state).jobs()[0]
    assert job.status == "failed"
    shown = ada.get("/start").text
    assert "See the findings" in shown
    assert ada.get("/data").status_code == 200
    ada.submit("/start/again")
    assert "Upload and check" in ada.get("/start").text


def test_what_a_person_says_of_a_column_counts() -> None:
    table = SampledTable(
        "accounts.csv",
        ("Id", "Name", "Industry", "X"),
        tuple((f"K{n}", f"Acme {n}", "Energy", "1") for n in range(9)),
    )
    found = recognise([table])
    (feed,) = found.feeds
    key = (feed.table, feed.source)
    changed = amended(found, {key: {"Id": "account_id", "X": "region"}}).feeds[0]
    taken = {c.canonical: (c.source, c.why().en) for c in changed.columns}
    assert taken["account_id"][0] == "Id"
    assert taken["region"] == ("X", "chosen by a person")
    without = amended(found, {key: {"Name": ""}}).feeds[0]
    assert "Name" in without.unmapped
    assert without.column("name") is None
    assert amended(found, {}) == found
    for wrong in ({"X": "no_such"}, {"X": "name", "Name": "name"}):
        with pytest.raises(InputProblem):
            amended(found, {key: wrong})


def test_the_example_company_is_apart_and_leaves_nothing_behind(shop: Web) -> None:
    app, desk = shop
    let_in(desk, "ada", "admin")
    ada = signed_in(app, "ada")
    layout = desk.project.layout
    store = SqlHandJobStore(desk.project.state)
    job = store.start("example", {}, by="ada", at=desk.now(), lease_s=60)
    build_room(layout, 50, "en", Steps(store, job.id))
    store.end(job.id, "", {}, desk.now())
    before = ada.get("/api/v1/accounts").json()["total"]
    assert ada.submit("/example/open", {"is_asked": "yes"}).headers["location"] == "/"
    inside = ada.get("/").text
    assert "Back to my data" in inside
    listed = ada.get("/api/v1/accounts").json()
    assert 0 < listed["total"] != before
    assert "A003" not in {a["account_id"] for a in listed["accounts"]}
    assert ada.get("/admin").status_code == 403
    # Within it there is no other one.
    assert ada.get("/example").headers["location"] == "/"
    assert ada.submit("/example/open", {"is_asked": "yes"}).headers["location"] == "/"
    ada.submit("/settings", {"lang": "zh"})
    assert "回到我的数据" in ada.get("/").text
    assert desk.people.person("ada").look.lang == ""
    assert ada.submit("/example/leave").headers["location"] == "/"
    assert not room_folder(layout).exists()
    assert "Back to my data" not in ada.get("/").text
    assert ada.get("/api/v1/accounts").json()["total"] == before
    # Another browser that still thinks it is there is back at the real data too.
    ada.cookies["keepwell_example"] = "1"
    assert ada.get("/api/v1/accounts").json()["total"] == before


def test_who_may_not_configure_does_not_enter_the_example_company(shop: Web) -> None:
    app, desk = shop
    let_in(desk, "lu", "csm", ("U1",))
    lu = signed_in(app, "lu")
    lu.cookies["keepwell_example"] = "1"
    assert lu.get("/api/v1/accounts").json()["total"] == 60
    assert lu.submit("/example/open", {"is_asked": "yes"}).status_code == 403
