"""The first run: three steps from files to the first list; the example company beside it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from keepwell.intake import Choices
from keepwell.ports.hand_jobs import HandJob
from keepwell.vocabulary import TABLES, InputProblem
from keepwell.web.pages.data import job_values
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import ROOM_COOKIE, note_view
from keepwell.web.showing import page
from keepwell.wiring.example_room import is_ready, leave_room
from keepwell.wiring.first_run import FirstRun, has_money
from keepwell.wiring.hand_jobs import hand_jobs, start_job
from keepwell.wiring.uploads import UploadDesk

start = APIRouter()
ZONES = {"zh": "Asia/Shanghai", "en": "UTC"}
CURRENCIES = {"zh": "CNY", "en": "USD"}


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """One column of a file: the field of the form, its name, what it was taken for and why."""

    field: str
    name: str
    canonical: str
    why: str
    coverage: float | None


@start.get("/start")
def start_page(request: Request, visit: Visit = needs("configure")) -> Response:
    """Show the step that is next; a project with a snapshot needs none."""
    note_view(visit, "start")
    if visit.desk.header() is not None:
        return RedirectResponse("/", 303)
    return page(request, "start.html", visit, _values(visit))


@start.post("/start/files")
def use_files(
    folder: Annotated[str, Form(max_length=255)] = "", visit: Visit = needs("configure")
) -> Response:
    """Take the waiting files, or a folder of the project, and go on to their columns."""
    _beginning(visit).use_files(folder, visit.person.login)
    return RedirectResponse("/start", 303)


@start.post("/start/again")
def begin_again(visit: Visit = needs("configure")) -> Response:
    """Go back to the first step."""
    _beginning(visit).begin_again()
    return RedirectResponse("/start?step=1", 303)


@start.post("/start/columns")
async def choose_columns(request: Request, visit: Visit = needs("configure")) -> Response:
    """Write the project as the person understands its columns, and compute its first snapshot."""
    form = {k: str(v) for k, v in (await request.form()).items()}
    await run_in_threadpool(_begin, visit, form)
    return RedirectResponse("/start", 303)


@start.get("/start/progress")
def progress_part(request: Request, visit: Visit = needs("configure")) -> Response:
    """Show how far the first run is; leads to the list once there is one."""
    if visit.desk.header() is not None:
        return Response(headers={"HX-Redirect": "/accounts?sort=loss"})
    return page(request, "start_job.html", visit, _values(visit))


@start.post("/example/open")
def open_example(
    request: Request,
    is_asked: Annotated[str, Form(pattern="^yes$")],
    visit: Visit = needs("configure"),
) -> Response:
    """Enter the example company, which is built if it is not there. Errors: InputProblem."""
    project = request.app.state.desk.project
    if is_asked and not is_ready(project.layout):
        jobs = hand_jobs(project).jobs("example", limit=1)
        if not (jobs and jobs[0].is_open):
            start_job(project, "example", {"lang": visit.lang}, by=visit.person.login)
        return RedirectResponse("/example", 303)
    return entered(request)


@start.get("/example")
def example_page(request: Request, visit: Visit = needs("configure")) -> Response:
    """Show how far the example company is; enter it once it is ready."""
    project = request.app.state.desk.project
    is_part = request.headers.get("hx-request") is not None
    if is_ready(project.layout):
        if not is_part:
            return entered(request)
        return Response(headers={"HX-Redirect": "/example"})
    jobs = hand_jobs(project).jobs("example", limit=1)
    values = {**job_values(visit), "job": jobs[0] if jobs else None}
    return page(request, "example_job.html" if is_part else "example.html", visit, values)


@start.post("/example/leave")
def leave_example(request: Request, visit: Visit = needs("configure")) -> Response:
    """Go back to the real data; nothing of the example company stays."""
    real = request.app.state.desk
    real.close_room()
    leave_room(real.project.layout)
    answer = RedirectResponse("/" if visit.desk.is_room else "/start", 303)
    answer.delete_cookie(ROOM_COOKIE, path="/")
    return answer


def entered(request: Request) -> Response:
    """Return the way into the example company."""
    answer = RedirectResponse("/", 303)
    is_secure = request.url.scheme == "https"
    answer.set_cookie(ROOM_COOKIE, "1", httponly=True, samesite="lax", path="/", secure=is_secure)
    return answer


def _beginning(visit: Visit) -> FirstRun:
    """Return the first run. Errors: InputProblem for a project that has a snapshot already."""
    if visit.desk.header() is not None:
        raise InputProblem(
            "This project has begun: a form of the first run would write its files anew.",
            cure="Send new files from the page Data; edit keepwell.yml for another meaning.",
        )
    return FirstRun(visit.desk.project)


def _begin(visit: Visit, form: Mapping[str, str]) -> None:
    run = _beginning(visit)
    found = run.found
    if found is None:
        raise InputProblem("No files were chosen yet.", cure="Begin with the first step.")
    run.begin(
        choices_of(found, form),
        currency=form.get("currency", "").strip().upper() or CURRENCIES[visit.lang],
        time_zone=form.get("time_zone", "") or ZONES[visit.lang],
        lang=visit.lang,
        by=visit.person.login,
        replaces=form.get("replace") == "yes",
    )
    visit.desk.notice_edits()
    start_job(visit.desk.project, "run", by=visit.person.login)


def choices_of(found: Mapping[str, Any], form: Mapping[str, str]) -> Choices:
    """Return what a person chose for each column; a field that was not sent changes nothing."""
    chosen: dict[tuple[str, str], dict[str, str]] = {}
    for number, feed in enumerate(found["feeds"]):
        for column in columns_of(found, number, "en"):
            if column.field in form and form[column.field] != column.canonical:
                key = (feed["table"], feed["source"])
                chosen.setdefault(key, {})[column.name] = form[column.field]
    return chosen


def columns_of(found: Mapping[str, Any], number: int, lang: str) -> list[SourceColumn]:
    """Return the columns of a feed's file with what they were taken for."""
    feed = found["feeds"][number]
    names: list[str] = next(
        (t["columns"] for t in found["tables"] if t["name"] == feed["source"]), []
    )
    taken = {c["source"]: c for c in reversed(feed["columns"])}
    columns = []
    for place, name in enumerate(names):
        given = taken.get(name)
        why = given[lang] if given else ""
        canonical = given["canonical"] if given else ""
        coverage = given["coverage"] if given else None
        columns.append(SourceColumn(f"c{number}-{place}", name, canonical, why, coverage))
    return columns


def shown_feeds(found: Mapping[str, Any], lang: str) -> list[tuple[Any, list[SourceColumn]]]:
    """Return the feeds with their columns; what another table takes of the same file is not asked.

    A table of customers may hold figures too: its columns stand where they are used.
    """
    every = [(f, columns_of(found, n, lang)) for n, f in enumerate(found["feeds"])]
    shown = []
    for feed, columns in every:
        elsewhere = {
            c.name
            for other, theirs in every
            for c in theirs
            if other is not feed and other["source"] == feed["source"] and c.canonical
        }
        shown.append((feed, [c for c in columns if c.canonical or c.name not in elsewhere]))
    return shown


def _values(visit: Visit) -> dict[str, Any]:
    project = visit.desk.project
    run = FirstRun(project)
    found = run.found
    jobs = hand_jobs(project).jobs("run", limit=1)
    job: HandJob | None = jobs[0] if jobs else None
    is_begun = project.layout.config.is_file() and found is not None
    feeds = found["feeds"] if found else []
    return {
        **job_values(visit),
        "step": 3 if is_begun and job else 2 if found else 1,
        "run": job,
        "found": found,
        "feeds": shown_feeds(found, visit.lang) if found else [],
        "meanings": {f["table"]: [c.name for c in TABLES[f["table"]].columns] for f in feeds},
        "asks_currency": has_money(found) if found else False,
        "zone_default": ZONES[visit.lang],
        "currency_default": CURRENCIES[visit.lang],
        "folders": run.folders(),
        "uploads": UploadDesk(project).waiting(),
        "may_confirm": False,
        "in_place": run.in_place(),
    }
