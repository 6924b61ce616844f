"""Lists of a person as JSON: saved views, and work on many accounts at once."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from keepwell.ports.pages import AccountFilter
from keepwell.web.api.answers import Answer, IdempotencyKey, once
from keepwell.web.asking import AskedFilter, Number
from keepwell.web.security import Visit, needs
from keepwell.wiring.web_bulk import BulkWish, chosen_accounts, do_bulk

lists = APIRouter(tags=["lists"])
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"\S")]
STRICT = ConfigDict(extra="forbid")


class ViewWish(BaseModel):
    """A view of the list of accounts: a name, and the query that makes it."""

    model_config = STRICT
    name: Name
    query: Annotated[str, Field(max_length=2000)] = ""


class ViewName(BaseModel):
    """Another name for a view."""

    model_config = STRICT
    name: Name


class ManyWish(BaseModel):
    """What to do with many accounts: those named, or without any all that the query leaves.

    `accounts` is how many they are; nothing is done when they are more or fewer by now.
    """

    model_config = STRICT
    deed: Literal["open", "play", "assign", "snooze"]
    accounts: Annotated[int, Field(ge=1, le=10**9)]
    account_ids: Annotated[list[str], Field(max_length=200)] = []
    type: Annotated[str, Field(max_length=32)] = "risk"
    reason: Annotated[str, Field(max_length=200)] = ""
    owner: Annotated[str, Field(max_length=200)] = ""
    play: Annotated[str, Field(max_length=64)] = ""
    until: date | None = None


@lists.get("/views", response_model=None)
def views(visit: Visit = needs("self")) -> dict[str, Any]:
    """Return one's saved views of the list of accounts."""
    found = visit.desk.pages.views(visit.person.id, "accounts")
    return {"views": [{"id": v.id, "name": v.name, "query": v.query} for v in found]}


@lists.post("/views", response_model=None)
def save(wish: ViewWish, visit: Visit = needs("act")) -> dict[str, Any]:
    """Keep a view; one of the same name takes the query."""
    pages, person = visit.desk.pages, visit.person.id
    pages.save_view(person, "accounts", wish.name.strip(), wish.query, visit.now)
    return views(visit)


@lists.put("/views/{view_id}", response_model=None)
def rename(view_id: Number, wish: ViewName, visit: Visit = needs("act")) -> dict[str, Any]:
    """Give a view another name. 422 where another of one's views has it."""
    visit.desk.pages.rename_view(visit.person.id, view_id, wish.name.strip())
    return views(visit)


@lists.delete("/views/{view_id}", response_model=None)
def drop(view_id: Number, visit: Visit = needs("act")) -> dict[str, Any]:
    """Forget a view."""
    visit.desk.pages.drop_view(visit.person.id, view_id)
    return views(visit)


@lists.post("/bulk", response_model=None)
def many(
    wanted: AskedFilter,
    wish: ManyWish,
    visit: Visit = needs("act"),
    key: IdempotencyKey = None,
) -> Response:
    """Open CTAs, start a play, assign or snooze open CTAs for many accounts in sight."""
    chosen = AccountFilter(account_ids=tuple(wish.account_ids)) if wish.account_ids else wanted
    chosen_accounts(visit.desk, visit.scope, chosen)
    asked = BulkWish(
        wish.deed, wish.accounts, wish.type, wish.reason, wish.owner, wish.play, wish.until
    )

    def write() -> Answer:
        done = do_bulk(visit.desk, visit.scope, chosen, asked, by=visit.person.login)
        told = {"accounts": done.accounts, "ctas": done.ctas, "passed_over": dict(done.skipped)}
        return Answer(200, told)

    return once(visit, key, ["bulk", repr(chosen), wish.model_dump(mode="json")], write)
