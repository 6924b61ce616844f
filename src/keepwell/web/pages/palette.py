"""The command palette: pages, accounts in sight and actions that fit some words."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from keepwell.ports.pages import AccountFilter
from keepwell.web.navigation import address_of, navigation
from keepwell.web.security import Capability, Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import fragment
from keepwell.web.templating import said
from keepwell.web.words import WORDS

palette = APIRouter()
ACCOUNTS_AT_MOST = 8
# What kind it is, its words, a note beside them, where it leads, its mark.
Found = tuple[str, str, str, str, str]
ACTIONS: tuple[tuple[str, str, str, Capability], ...] = (
    ("palette.low", "/accounts?tier=low&sort=loss", "accounts", "see"),
    ("palette.mine", "/plays/running", "plays", "see"),
    ("palette.reviews", "/plays/reviews", "plays", "see"),
    ("palette.help", "/plays/help", "plays", "see"),
    ("palette.export", "/accounts/export.csv", "accounts", "export"),
)


@palette.get("/palette")
def find(
    request: Request,
    q: Annotated[str, Query(max_length=200)] = "",
    visit: Visit = needs("see"),
) -> Response:
    """Return the options that fit, as part of a page: pages first, then accounts, then actions."""
    words = q.replace("\x00", "").casefold().split()
    found = [*_pages(visit, words), *_accounts(visit, words), *_actions(visit, words)]
    if words:
        note_view(visit, "palette")
        text = said("palette.search_all", visit.lang)
        where = f"/accounts?{urlencode({'q': q.strip()})}"
        found.append(("action", text, said("palette.action", visit.lang), where, "find"))
    return HTMLResponse(fragment(request, "palette.html", visit, {"found": found}))


def _pages(visit: Visit, words: list[str]) -> list[Found]:
    note = said("palette.page", visit.lang)
    links = [link for _, of_section in navigation(visit) for link in of_section]
    return [
        ("page", said(f"nav.{name}", visit.lang), note, href, name)
        for name, href in links
        if _fits(f"nav.{name}", words)
    ]


def _accounts(visit: Visit, words: list[str]) -> list[Found]:
    """Return the accounts in sight, and for one that stands alone what can be done with it."""
    if not words:
        return []
    wanted = AccountFilter(text=" ".join(words))
    page = visit.desk.pages.accounts(visit.scope, wanted, sort="name", limit=ACCOUNTS_AT_MOST)
    found: list[Found] = [
        ("account", a.name, a.account_id, address_of(a.account_id), a.tier) for a in page.accounts
    ]
    if len(page.accounts) == 1 and visit.may("act"):
        only = page.accounts[0]
        text = said("palette.enrol", visit.lang, name=only.name)
        where = f"{address_of(only.account_id)}#enrol"
        found.append(("action", text, said("palette.action", visit.lang), where, "plays"))
    return found


def _actions(visit: Visit, words: list[str]) -> list[Found]:
    note = said("palette.action", visit.lang)
    return [
        ("action", said(key, visit.lang), note, href, mark)
        for key, href, mark, needed in ACTIONS
        if visit.may(needed) and _fits(key, words)
    ]


def _fits(key: str, words: list[str]) -> bool:
    text = f"{WORDS[key].zh} {WORDS[key].en}".casefold()
    return all(word in text for word in words)
