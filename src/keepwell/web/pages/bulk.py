"""Work on many accounts of the list: what is chosen is shown and confirmed, then done."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.actions import CTA_TYPES
from keepwell.ports.pages import AccountFilter
from keepwell.vocabulary import InputProblem
from keepwell.web.asking import AskedFilter
from keepwell.web.security import Visit, needs
from keepwell.web.showing import page
from keepwell.wiring.web_bulk import DEEDS, BulkWish, chosen_accounts, do_bulk
from keepwell.wiring.web_people import acting_desk, work_people

bulk = APIRouter()
PICKED_AT_MOST = 200
SHOWN_AT_MOST = 12


@dataclass(frozen=True, slots=True)
class Chosen:
    """The accounts that a form is about: those picked, or the whole filter of its address."""

    wanted: AccountFilter
    picked: tuple[str, ...]
    is_whole: bool

    def require_some(self) -> None:
        """Refuse a choice of nothing, which would be all accounts. Errors: InputProblem."""
        if not self.is_whole and not self.picked:
            raise InputProblem(
                "No account is chosen.", cure="Tick some in the list, or choose the whole filter."
            )


def chosen(
    wanted: AskedFilter,
    pick: Annotated[list[str], Form(max_length=PICKED_AT_MOST)] = [],  # noqa: B006
    whole: Annotated[str, Form(max_length=4)] = "",
) -> Chosen:
    """Return the choice of a form; nothing picked chooses nothing."""
    if whole:
        return Chosen(wanted, (), is_whole=True)
    picked = tuple(dict.fromkeys(pick))
    return Chosen(AccountFilter(account_ids=picked), picked, is_whole=False)


Choice = Annotated[Chosen, Depends(chosen)]


def bulk_wish(
    deed: Annotated[str, Form(max_length=20)],
    accounts: Annotated[int, Form(ge=0, le=10**9)],
    cta_type: Annotated[str, Form(max_length=32)] = "risk",
    reason: Annotated[str, Form(max_length=2000)] = "",
    owner: Annotated[str, Form(max_length=200)] = "",
    play: Annotated[str, Form(max_length=64)] = "",
    until: Annotated[date | None, Form()] = None,
) -> BulkWish:
    """Return what a confirmed form asks for."""
    return BulkWish(deed, accounts, cta_type, reason, owner, play, until)


@bulk.post("/accounts/bulk")
def confirm(
    request: Request,
    choice: Choice,
    deed: Annotated[str, Form(max_length=20)],
    visit: Visit = needs("act"),
) -> Response:
    """Show what would be done, with how many accounts. Errors: InputProblem for too many."""
    choice.require_some()
    desk = visit.desk
    if deed == "export":
        query = urlencode([("id", i) for i in choice.picked]) or request.url.query
        return RedirectResponse(f"/accounts/export.csv?{query}", 303)
    if deed not in DEEDS:
        raise InputProblem(f"`{deed}` is no deed.", cure=f"Use {', '.join(DEEDS)}, export.")
    total = chosen_accounts(desk, visit.scope, choice.wanted)
    first = desk.pages.accounts(visit.scope, choice.wanted, sort="name", limit=SHOWN_AT_MOST)
    values = {
        "deed": deed,
        "total": total,
        "first": first.accounts,
        "choice": choice,
        "query": str(request.url.query),
        "people": work_people(desk),
        "plays": acting_desk(desk).library.plays,
        "types": CTA_TYPES,
    }
    return page(request, "bulk.html", visit, values)


@bulk.post("/accounts/bulk/do")
def do(
    request: Request,
    choice: Choice,
    wish: Annotated[BulkWish, Depends(bulk_wish)],
    visit: Visit = needs("act"),
) -> Response:
    """Do what was confirmed, then show the list with what came of it. Errors: InputProblem."""
    choice.require_some()
    done = do_bulk(visit.desk, visit.scope, choice.wanted, wish, by=visit.person.login)
    told = f"{done.deed}:{done.ctas}:{sum(done.skipped.values())}"
    query = f"{request.url.query}&" if request.url.query else ""
    return RedirectResponse(f"/accounts?{query}{urlencode({'told': told})}", 303)
