"""What the side bar leads to: each page joins here with its place, address and capability."""

from collections.abc import Mapping
from urllib.parse import quote

from keepwell.web.security import Capability, Visit

SECTIONS: tuple[tuple[str, tuple[tuple[str, str, Capability], ...]], ...] = (
    ("nav.today", (("inbox", "/inbox", "see"), ("accounts", "/accounts", "see"))),
    (
        "nav.portfolio",
        (
            ("overview", "/", "see"),
            ("matrix", "/matrix", "see"),
            ("value", "/value", "see"),
            ("forecast", "/forecast", "see"),
        ),
    ),
    ("nav.action", (("plays", "/plays", "see"),)),
    (
        "nav.rules",
        (
            ("cards", "/studio", "configure"),
            ("triggers", "/studio/triggers", "configure"),
            ("playbooks", "/studio/playbooks", "configure"),
        ),
    ),
    (
        "nav.trust",
        (
            ("proof", "/proof", "see"),
            ("data", "/data", "configure"),
            ("admin", "/admin", "admin"),
            # Of the admin area, operations have the webhooks alone.
            ("admin", "/admin/webhooks", "configure"),
            ("settings", "/settings", "self"),
        ),
    ),
)

# `g` and this key lead to a page from anywhere; each page has one of its own.
GO_KEYS: Mapping[str, str] = {
    "inbox": "i",
    "accounts": "a",
    "overview": "o",
    "matrix": "m",
    "value": "v",
    "forecast": "f",
    "plays": "l",
    "cards": "c",
    "triggers": "t",
    "playbooks": "b",
    "proof": "p",
    "data": "d",
    "admin": "n",
    "settings": "s",
}


def address_of(account_id: str) -> str:
    """Return the address of an account's page.

    >>> address_of("A/1")
    '/accounts/A%2F1'
    """
    return f"/accounts/{quote(account_id, safe='')}"


def navigation(visit: Visit) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the sections with the pages that the visitor may open; empty ones are left out."""
    found = [(heading, _open(visit, links)) for heading, links in SECTIONS]
    return [(heading, links) for heading, links in found if links]


def _open(visit: Visit, links: tuple[tuple[str, str, Capability], ...]) -> list[tuple[str, str]]:
    """Return the places that the visitor may open; of two of one name the first."""
    kept: dict[str, str] = {}
    for name, href, needed in links:
        if visit.may(needed):
            kept.setdefault(name, href)
    return list(kept.items())
