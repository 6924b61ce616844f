"""The inbox: what waits, the most loss avoided first; one item open, each deed undone by a key."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.actions import OUTCOMES
from keepwell.ports.pages import InboxItem
from keepwell.vocabulary import NotFound
from keepwell.web.pages.account import waterfall, why_now
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.account_view import account_view, reason_titles
from keepwell.wiring.web_inbox import UNDOABLE, Pressed, press, running_play
from keepwell.wiring.web_people import acting_desk, work_people
from keepwell.wiring.web_work import GONE, INBOX_AT_MOST, CtaDetail, cta_detail, inbox_of

inbox = APIRouter()
GROUPS = ("late", "today", "week", "later", "open")
WEEK_DAYS = 7
# After these the item stays open: what was begun is worked on.
STAYS = ("start", "play")
NEED_BEFORE = ("play", "assign")
ALERT_UNDOES = ("snooze", "acknowledge")
ITEM = re.compile(r"(cta|alert)-[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Undo:
    """What was done last, and the deed that takes it back, with what that needs."""

    item: str
    deed: str
    undo: str
    name: str
    was: str = ""


@inbox.get("/inbox")
def inbox_page(
    request: Request,
    item: str = "",
    whose: str = "mine",
    did: str = "",
    on: str = "",
    was: Annotated[str, Query(max_length=200)] = "",
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
        "undo": _undo(visit, did, on, was),
        "following": _following(items, chosen),
        **(_of_chosen(visit, chosen) if chosen else {}),
    }
    return page(request, "inbox.html", visit, values)


def pressed(
    deed: Annotated[str, Form(max_length=20)],
    outcome: Annotated[str, Form(max_length=32)] = "",
    until: Annotated[date | None, Form()] = None,
    why: Annotated[str, Form(max_length=2000)] = "",
    play: Annotated[str, Form(max_length=64)] = "",
    owner: Annotated[str, Form(max_length=200)] = "",
    was: Annotated[str, Form(max_length=200)] = "",
) -> Pressed:
    """Return what a form of the inbox asks for."""
    return Pressed(deed, outcome, until, why, play, owner, was)


@inbox.post("/inbox/{item}")
def do_something(
    item: str,
    wish: Annotated[Pressed, Depends(pressed)],
    whose: Annotated[str, Form(max_length=4)] = "mine",
    following: Annotated[str, Form(max_length=40)] = "",
    visit: Visit = needs("act"),
) -> Response:
    """Do something with an item, then show the next. Errors: NotFound, IllegalMove."""
    kind, number = parsed(item)
    done = press(visit.desk, visit.scope, kind, number, wish, by=visit.person.login)
    is_undoing = wish.deed.startswith("undo")
    stays = is_undoing or wish.deed in STAYS
    shown = done.item if stays else following
    known = shown if ITEM.fullmatch(shown) else ""
    asked = {"whose": "all" if whose == "all" else "mine", "item": known}
    if not is_undoing:
        asked |= {"did": wish.deed, "on": done.item, "was": done.was}
    return RedirectResponse(f"/inbox?{urlencode({k: v for k, v in asked.items() if v})}", 303)


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


def _undo(visit: Visit, did: str, on: str, was: str) -> Undo | None:
    """Return the toast of the last deed, if its item is in sight and can be brought back."""
    if did not in UNDOABLE or not ITEM.fullmatch(on) or (did in NEED_BEFORE and not was):
        return None
    kind, number = parsed(on)
    if kind == "alert":
        return Undo(on, did, "undo_alert", "") if did in ALERT_UNDOES else None
    try:
        cta = cta_detail(visit.desk, visit.scope, number).cta
    except NotFound:
        return None
    name = visit.desk.pages.account(visit.scope, cta.account_id).name
    return Undo(on, did, UNDOABLE[did], name, was)


def _of_chosen(visit: Visit, chosen: InboxItem) -> dict[str, object]:
    found = account_view(visit.desk, visit.scope, chosen.account.account_id)
    header = visit.desk.header()
    detail: CtaDetail | None = None
    running = None
    if chosen.kind == "cta":
        detail = cta_detail(visit.desk, visit.scope, chosen.id)
        running = running_play(visit.desk, detail.cta)
    return {
        "a": chosen.account,
        "view": found,
        "why": why_now(found, waterfall(found, visit.lang), header, visit.lang) if header else [],
        "detail": detail,
        "running": running,
        **(_choices(visit, chosen) if visit.may("act") else {}),
    }


def _choices(visit: Visit, chosen: InboxItem) -> dict[str, object]:
    """Return the plays that may be started, the suggested one first, and who may take the work."""
    actions = acting_desk(visit.desk)
    suggested = actions.suggested(chosen.reason)
    plays = sorted(actions.library.plays, key=lambda p: (p.play != suggested, p.play))
    return {
        "plays": plays,
        "suggested": next((p for p in plays if p.play == suggested), None),
        "people": work_people(visit.desk),
    }
