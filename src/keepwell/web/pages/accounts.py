"""The list of accounts: search, filters, order, saved views, pages by key, export."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.ports.pages import AccountFilter
from keepwell.vocabulary import InputProblem
from keepwell.web.asking import Asked, AskedFilter, AskedList, Number, address, is_narrowed
from keepwell.web.exporting import exported
from keepwell.web.listing import COLUMNS, NUMBERS, SORTED_BY, shown_columns
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.account_view import reason_titles
from keepwell.wiring.web_bulk import DEEDS

accounts = APIRouter()
RENEWAL_DAYS = 90
IDLE_DAYS = 21
FALL_POINTS = 5
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class ViewTab:
    """One tab over the list: its words or name, where it leads, how many are in it."""

    key: str
    name: str
    href: str
    is_current: bool
    count: int | None
    id: int | None = None


def ready_views(as_of: date) -> tuple[tuple[str, str, AccountFilter], ...]:
    """Return the views that everybody has: key, query, filter."""
    until = as_of + timedelta(days=RENEWAL_DAYS)
    return (
        ("view.all", "", AccountFilter()),
        ("view.low", "tier=low&sort=loss", AccountFilter(tiers=("low",))),
        ("view.renewing", f"renews_until={until}&sort=renewal", AccountFilter(renews_until=until)),
        ("view.falling", f"fell={FALL_POINTS}", AccountFilter(fell_points=FALL_POINTS)),
        ("view.idle", f"idle_days={IDLE_DAYS}&sort=idle", AccountFilter(idle_days_from=IDLE_DAYS)),
    )


@accounts.get("/accounts")
def accounts_page(
    request: Request,
    asked: AskedList,
    told: Annotated[str, Query(max_length=100)] = "",
    visit: Visit = needs("see"),
) -> Response:
    """Show one page of the list. `told`: what was done to many accounts just now, in numbers."""
    note_view(visit, "accounts")
    with visit.desk.reading():
        values = {**_values(request, asked, visit), "told": _told(told)}
        return page(request, "accounts.html", visit, values)


@accounts.get("/accounts/export.{kind}")
def export(kind: str, wanted: AskedFilter, visit: Visit = needs("export")) -> Response:
    """Download the rows of a filter that are in sight, as csv or xlsx."""
    return exported(visit, wanted, kind)


@accounts.post("/accounts/views")
def save_view(
    name: Annotated[str, Form(max_length=LONGEST_NAME)],
    query: Annotated[str, Form(max_length=2000)] = "",
    visit: Visit = needs("self"),
) -> Response:
    """Keep the present filter and order under a name."""
    if not name.strip():
        raise InputProblem("A view needs a name.", cure="Write one beside the button.")
    kept = _kept(query)
    visit.desk.pages.save_view(visit.person.id, "accounts", name.strip(), kept, visit.now)
    return RedirectResponse(f"/accounts?{kept}", 303)


@accounts.post("/accounts/views/{view_id}/rename")
def rename_view(
    view_id: Number,
    name: Annotated[str, Form(max_length=LONGEST_NAME)],
    query: Annotated[str, Form(max_length=2000)] = "",
    visit: Visit = needs("self"),
) -> Response:
    """Give one of one's views another name. Errors: NotFound, InputProblem."""
    if not name.strip():
        raise InputProblem("A view needs a name.", cure="Write one beside the button.")
    visit.desk.pages.rename_view(visit.person.id, view_id, name.strip())
    return RedirectResponse(f"/accounts?{query}", 303)


@accounts.post("/accounts/columns")
def choose_columns(
    column: Annotated[list[str], Form(max_length=50)] = [],  # noqa: B006 - FastAPI copies it
    query: Annotated[str, Form(max_length=2000)] = "",
    visit: Visit = needs("self"),
) -> Response:
    """Keep which columns the list shows to this person; none brings the usual ones back."""
    chosen = [c for c in COLUMNS if c in column]
    visit.desk.pages.choose_columns(visit.person.id, "accounts", chosen, visit.now)
    return RedirectResponse(f"/accounts?{query}", 303)


@accounts.post("/accounts/views/{view_id}/drop")
def drop_view(view_id: Number, visit: Visit = needs("self")) -> Response:
    """Forget one of one's views."""
    visit.desk.pages.drop_view(visit.person.id, view_id)
    return RedirectResponse("/accounts", 303)


def _values(request: Request, asked: Asked, visit: Visit) -> dict[str, Any]:
    desk = visit.desk
    found = desk.pages.accounts(
        visit.scope,
        asked.wanted,
        sort=asked.sort,
        is_descending=asked.is_descending,
        key=asked.key,
        limit=asked.limit,
    )
    return {
        "asked": asked,
        "found": found,
        "tabs": _tabs(request, visit),
        "options": desk.pages.options(visit.scope),
        "is_narrowed": is_narrowed(asked.wanted),
        "address": lambda **changes: address(request, **changes),
        "order_of": lambda sort: _order(asked.sort, sort, is_descending=asked.is_descending),
        "query": _kept(str(request.url.query)),
        "columns": shown_columns(desk.pages.columns(visit.person.id, "accounts")),
        "all_columns": COLUMNS,
        "sorted_by": SORTED_BY,
        "numbers": NUMBERS,
        "deeds": DEEDS,
        "segments": reason_titles(desk),
    }


def _tabs(request: Request, visit: Visit) -> list[ViewTab]:
    desk, now = visit.desk, str(request.url.query)
    header = desk.header()
    found = []
    for key, query, wanted in ready_views(header.as_of) if header else ():
        count = desk.pages.count(visit.scope, wanted)
        found.append(
            ViewTab(key, "", f"/accounts?{query}" if query else "/accounts", query == now, count)
        )
    for view in desk.pages.views(visit.person.id, "accounts"):
        href = f"/accounts?{view.query}" if view.query else "/accounts"
        found.append(ViewTab("", view.name, href, view.query == now, None, view.id))
    return found


def _kept(query: str) -> str:
    """Return a query without its page and without what was told once."""
    return urlencode([(k, v) for k, v in parse_qsl(query) if k not in ("key", "told")])


def _told(text: str) -> tuple[str, int, int] | None:
    """Return what was done to many accounts: deed, CTAs, accounts passed over; None for noise."""
    deed, _, numbers = text.partition(":")
    done, _, skipped = numbers.partition(":")
    if deed not in DEEDS or not (done.isdecimal() and skipped.isdecimal()):
        return None
    return deed, int(done), int(skipped)


def _order(current: str, sort: str, *, is_descending: bool) -> str:
    """Return the order that a press on a column's head asks for."""
    if current != sort:
        return ""
    return "asc" if is_descending else "desc"
