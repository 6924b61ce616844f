"""The inbox: what waits, the most loss avoided first; one item open, each deed undone by a key."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.actions import OUTCOMES
from keepwell.ports.pages import InboxItem
from keepwell.vocabulary import NotFound
from keepwell.web.pages.account import waterfall, why_now
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.account_view import account_view, reason_titles
from keepwell.wiring.web_work import (
    GONE,
    INBOX_AT_MOST,
    UNDOES,
    CtaDetail,
    cta_detail,
    do_alert,
    do_cta,
    inbox_of,
)

inbox = APIRouter()
GROUPS = ("late", "today", "week", "later", "open")
WEEK_DAYS = 7
ITEM = re.compile(r"(cta|alert)-[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Undo:
    """What was done last, and the deed that takes it back."""

    item: str
    deed: str
    undo: str
    name: str


@inbox.get("/inbox")
def inbox_page(
    request: Request,
    item: str = "",
    whose: str = "mine",
    did: str = "",
    on: str = "",
    visit: Visit = needs("see"),
) -> Response:
    """Show the list and one item of it."""
    note_view(visit, "inbox")
    desk, today = visit.desk, visit.desk.project.today
    is_all = whose == "all"
    items = inbox_of(desk, visit.scope, visit.person, is_all=is_all)
    chosen = next((i for i in items if key_of(i) == item), items[0] if items else None)
    values = {
        "groups": grouped(items, today),
        "chosen": chosen,
        "key_of": key_of,
        "whose": "all" if is_all else "mine",
        "count": len(items),
        "is_cut": len(items) == INBOX_AT_MOST,
        "titles": reason_titles(desk),
        "outcomes": OUTCOMES,
        "today": today,
        "undo": _undo(visit, did, on),
        "following": _following(items, chosen),
        **(_of_chosen(visit, chosen) if chosen else {}),
    }
    return page(request, "inbox.html", visit, values)


@inbox.post("/inbox/{item}")
def do_something(
    item: str,
    deed: Annotated[str, Form(max_length=20)],
    outcome: Annotated[str, Form(max_length=32)] = "",
    until: Annotated[date | None, Form()] = None,
    why: Annotated[str, Form(max_length=2000)] = "",
    whose: Annotated[str, Form(max_length=4)] = "mine",
    following: Annotated[str, Form(max_length=40)] = "",
    visit: Visit = needs("act"),
) -> Response:
    """Do something with an item, then show the next. Errors: NotFound, IllegalMove."""
    kind, number = parsed(item)
    by = visit.person.login
    if kind == "cta":
        do_cta(visit.desk, visit.scope, number, deed, by=by, outcome=outcome, until=until, why=why)
    else:
        do_alert(visit.desk, visit.scope, number, deed, by=by, until=until)
    is_undoing = deed.startswith("undo")
    shown = item if is_undoing or deed == "start" else following
    told = "" if is_undoing else f"&did={deed}&on={item}"
    known = shown if ITEM.fullmatch(shown) else ""
    mine = "all" if whose == "all" else "mine"
    return RedirectResponse(f"/inbox?whose={mine}&item={known}{told}", 303)


def key_of(item: InboxItem) -> str:
    """Return how an item is called in addresses."""
    return f"{item.kind}-{item.id}"


def parsed(item: str) -> tuple[str, int]:
    """Return kind and number of an item. Errors: NotFound."""
    if not ITEM.fullmatch(item):
        raise NotFound(GONE, cure="Open the inbox again.")
    kind, _, number = item.partition("-")
    return kind, int(number)


def grouped(items: tuple[InboxItem, ...], today: date) -> list[tuple[str, list[InboxItem]]]:
    """Return the items by when they are due; within a group their order stays."""
    found: dict[str, list[InboxItem]] = {g: [] for g in GROUPS}
    for item in items:
        found[_group(item.due_on, today)].append(item)
    return [(g, of_group) for g, of_group in found.items() if of_group]


def _group(due: date | None, today: date) -> str:
    if due is None:
        return "open"
    if due < today:
        return "late"
    if due == today:
        return "today"
    return "week" if due <= today + timedelta(days=WEEK_DAYS) else "later"


def _following(items: tuple[InboxItem, ...], chosen: InboxItem | None) -> str:
    keys = [key_of(i) for i in items]
    if chosen is None or len(keys) < 2:
        return ""
    at = keys.index(key_of(chosen))
    return keys[at + 1] if at + 1 < len(keys) else keys[at - 1]


def _undo(visit: Visit, did: str, on: str) -> Undo | None:
    """Return the toast of the last deed, if its item is in sight and can be brought back."""
    if did not in UNDOES or not ITEM.fullmatch(on):
        return None
    kind, number = parsed(on)
    if kind == "alert":
        return Undo(on, did, "undo_alert", "")
    try:
        cta = cta_detail(visit.desk, visit.scope, number).cta
    except NotFound:
        return None
    name = visit.desk.pages.account(visit.scope, cta.account_id).name
    return Undo(on, did, UNDOES[did], name)


def _of_chosen(visit: Visit, chosen: InboxItem) -> dict[str, object]:
    found = account_view(visit.desk, visit.scope, chosen.account.account_id)
    header = visit.desk.header()
    detail: CtaDetail | None = None
    if chosen.kind == "cta":
        detail = cta_detail(visit.desk, visit.scope, chosen.id)
    return {
        "a": chosen.account,
        "view": found,
        "why": why_now(found, waterfall(found, visit.lang), header, visit.lang) if header else [],
        "detail": detail,
    }
