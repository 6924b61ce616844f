"""What people write and open on an account's page, and its records."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.vocabulary import InputProblem
from keepwell.web.asking import Number
from keepwell.web.navigation import address_of
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.account_work import (
    LONGEST_NOTE,
    RECORDS,
    add_note,
    change_note,
    draft_of,
    drop_note,
    open_cta,
    records_of,
)

account_work = APIRouter()
NoteText = Annotated[str, Form(max_length=LONGEST_NOTE)]
Kind = Annotated[str, Form(max_length=16)]


@account_work.get("/accounts/{account_id:path}/records/{table}")
def records(request: Request, account_id: str, table: str, visit: Visit = needs("see")) -> Response:
    """Show the newest rows of a table; HTMX puts them into the account's page."""
    found = records_of(visit.desk, visit.scope, account_id, table)
    account = visit.desk.pages.account(visit.scope, account_id)
    note_view(visit, f"records {table}", account_id)
    is_part = request.headers.get("hx-request") == "true"
    template = "records_part.html" if is_part else "records.html"
    values = {"a": account, "e": found, "table": table, "records": RECORDS}
    return page(request, template, visit, values)


@account_work.post("/accounts/{account_id:path}/notes")
def add(
    account_id: str,
    text: NoteText,
    kind: Kind = "note",
    on: Annotated[date | None, Form()] = None,
    visit: Visit = needs("act"),
) -> Response:
    """Keep a note, or an activity that was. Errors: NotFound, InputProblem."""
    draft = draft_of(visit.desk, kind, on, text)
    add_note(visit.desk, visit.scope, account_id, draft, by=visit.person.login)
    return _back(account_id)


@account_work.post("/accounts/{account_id:path}/notes/{note_id}")
def change(
    account_id: str,
    note_id: Number,
    text: NoteText = "",
    kind: Kind = "note",
    on: Annotated[date | None, Form()] = None,
    deed: Annotated[str, Form(max_length=16)] = "change",
    visit: Visit = needs("act"),
) -> Response:
    """Write one's note anew, or forget it. Errors: NotFound, also for another's; InputProblem."""
    by = visit.person.login
    if deed == "drop":
        drop_note(visit.desk, visit.scope, account_id, note_id, by=by)
    else:
        draft = draft_of(visit.desk, kind, on, text)
        change_note(visit.desk, visit.scope, account_id, note_id, draft, by=by)
    return _back(account_id)


@account_work.post("/accounts/{account_id:path}/ctas")
def new_cta(
    account_id: str,
    reason: Annotated[str, Form(max_length=200)],
    kind: Kind = "risk",
    priority: Annotated[str, Form(max_length=16)] = "normal",
    due_on: Annotated[str, Form(max_length=10)] = "",
    visit: Visit = needs("act"),
) -> Response:
    """Open a CTA of one's own. Errors: NotFound, InputProblem."""
    due = _day(due_on)
    open_cta(
        visit.desk, visit.scope, account_id, reason,
        kind=kind, priority=priority, due_on=due, by=visit.person.login,
    )  # fmt: skip
    return RedirectResponse(f"{address_of(account_id)}#ctas", 303)


def _day(text: str) -> date | None:
    """Return a day of a field that may stay empty. Errors: InputProblem."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise InputProblem(f"`{text}` is no day.", cure="Write it as 2026-11-30.") from wrong


def _back(account_id: str) -> Response:
    return RedirectResponse(f"{address_of(account_id)}#notes", 303)
