"""Notes, contacts, records and CTAs of one account as JSON."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from keepwell.actions import PRIORITIES
from keepwell.ports.account_notes import Note, NoteKind
from keepwell.web.api.answers import Answer, IdempotencyKey, once
from keepwell.web.asking import Number
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.wiring.account_work import (
    LONGEST_NOTE,
    add_note,
    change_note,
    contacts_of,
    draft_of,
    drop_note,
    notes_of,
    open_cta,
    records_of,
)

account_work = APIRouter(tags=["accounts"])


class NoteWish(BaseModel):
    """A note, or an activity that was; `on`: today if it is left out."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=1, max_length=LONGEST_NOTE)]
    kind: NoteKind = "note"
    on: date | None = None


class CtaWish(BaseModel):
    """A CTA of one's own."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(min_length=1, max_length=200)]
    type: Annotated[str, Field(max_length=16)] = "risk"
    priority: Annotated[str, Field(max_length=16, description=", ".join(PRIORITIES))] = "normal"
    due_on: date | None = None


def plain_note(note: Note) -> dict[str, Any]:
    """Return a note as JSON values."""
    return asdict(note)


@account_work.get("/accounts/{account_id:path}/notes", response_model=None)
def notes(account_id: str, visit: Visit = needs("see")) -> dict[str, Any]:
    """Return the notes of an account, the newest day first. 404 for one that is not in sight."""
    found = notes_of(visit.desk, visit.scope, account_id)
    note_view(visit, "api notes", account_id)
    return {"notes": [plain_note(n) for n in found]}


@account_work.post("/accounts/{account_id:path}/notes", response_model=None)
def add(
    account_id: str, wish: NoteWish, visit: Visit = needs("act"), key: IdempotencyKey = None
) -> Response:
    """Keep a note on an account."""
    draft = draft_of(visit.desk, wish.kind, wish.on, wish.text)
    visit.desk.pages.account(visit.scope, account_id)

    def write() -> Answer:
        made = add_note(visit.desk, visit.scope, account_id, draft, by=visit.person.login)
        return Answer(200, plain_note(made))

    return once(visit, key, ["note", account_id, wish.model_dump(mode="json")], write)


@account_work.put("/accounts/{account_id:path}/notes/{note_id}", response_model=None)
def change(
    account_id: str, note_id: Number, wish: NoteWish, visit: Visit = needs("act")
) -> dict[str, Any]:
    """Write one's note anew. 404 for those of others."""
    draft = draft_of(visit.desk, wish.kind, wish.on, wish.text)
    by = visit.person.login
    return plain_note(change_note(visit.desk, visit.scope, account_id, note_id, draft, by=by))


@account_work.delete("/accounts/{account_id:path}/notes/{note_id}", response_model=None)
def drop(account_id: str, note_id: Number, visit: Visit = needs("act")) -> dict[str, Any]:
    """Forget one's note. 404 for those of others."""
    drop_note(visit.desk, visit.scope, account_id, note_id, by=visit.person.login)
    return {"dropped": note_id}


@account_work.get("/accounts/{account_id:path}/contacts", response_model=None)
def contacts(account_id: str, visit: Visit = needs("see")) -> dict[str, Any]:
    """Return the contacts of an account, those who are active first."""
    found = contacts_of(visit.desk, visit.scope, account_id)
    note_view(visit, "api contacts", account_id)
    return {"contacts": [asdict(c) for c in found]}


@account_work.get("/accounts/{account_id:path}/records/{table}", response_model=None)
def records(account_id: str, table: str, visit: Visit = needs("see")) -> dict[str, Any]:
    """Return the newest 100 rows of a table about an account; no contact is named."""
    found = records_of(visit.desk, visit.scope, account_id, table)
    note_view(visit, f"api records {table}", account_id)
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    return {"table": found.table, "total": found.total, "rows": rows}


@account_work.post("/accounts/{account_id:path}/ctas", response_model=None)
def new_cta(
    account_id: str, wish: CtaWish, visit: Visit = needs("act"), key: IdempotencyKey = None
) -> Response:
    """Open a CTA of one's own on an account."""
    visit.desk.pages.account(visit.scope, account_id)

    def write() -> Answer:
        made = open_cta(
            visit.desk, visit.scope, account_id, wish.reason, kind=wish.type,
            priority=wish.priority, due_on=wish.due_on, by=visit.person.login,
        )  # fmt: skip
        return Answer(200, {"cta_id": made.id, "due_on": made.due_on, "owner": made.owner})

    return once(visit, key, ["cta", account_id, wish.model_dump(mode="json")], write)
