"""What is asked for, read the same way for a page and for its call of the API."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Path, Query, Request
from pydantic import Field

from keepwell.ports.outlook_pages import ListName
from keepwell.ports.pages import PERIODS, SORTS, AccountFilter, Period, SortKey

# The number of a row in an address; a larger one no database takes.
Number = Annotated[int, Path(ge=1, le=2**53)]
Names = Annotated[list[str], Query(max_length=50)]
Quarter = Annotated[int, Field(ge=1, le=4)]
MOVED = rf"^(|({'|'.join(PERIODS)}):[^:]*:[^:]*)$"
PAGE_SIZE = 25
MOST = 200
# What is best shown from the other end.
DESCENDING: frozenset[SortKey] = frozenset(("amount", "loss", "idle"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter, an order and a page of a list."""

    wanted: AccountFilter
    sort: SortKey
    is_descending: bool
    key: str
    limit: int


# Not in a thread of their own: they wait for nothing.
async def asked_filter(
    q: Annotated[str, Query(max_length=200, description="Words of name, pinyin or id.")] = "",
    tier: Names = [],  # noqa: B006 - FastAPI copies it
    industry: Names = [],  # noqa: B006
    size: Names = [],  # noqa: B006
    csm: Names = [],  # noqa: B006
    segment: Names = [],  # noqa: B006
    value_tier: Names = [],  # noqa: B006
    renews_until: date | None = None,
    idle_days: Annotated[int | None, Query(ge=0, le=100_000)] = None,
    coverage: Annotated[float | None, Query(ge=0, le=1)] = None,
    fell: Annotated[float | None, Query(gt=0, le=100, description="Points in 30 days.")] = None,
    account: Annotated[list[str], Query(alias="id", max_length=200)] = [],  # noqa: B006
    moved: Annotated[
        # A refusal of ours would come before the question who asks; this one comes after it.
        str, Query(max_length=300, pattern=MOVED, description="PERIOD:TIER:TIER")
    ] = "",
    group: Names = [],  # noqa: B006
    contribution_tier: Annotated[list[Quarter], Query(max_length=50)] = [],  # noqa: B006
    on_list: Annotated[list[ListName], Query(max_length=50)] = [],  # noqa: B006
) -> AccountFilter:
    """Return the filter of a request."""
    return AccountFilter(
        text=q.replace("\x00", ""),
        tiers=tuple(tier),
        industries=tuple(industry),
        sizes=tuple(size),
        csm_ids=tuple(csm),
        segments=tuple(segment),
        value_tiers=tuple(value_tier),
        renews_until=renews_until,
        idle_days_from=idle_days,
        coverage_from=coverage,
        fell_points=fell,
        moved=_moved(moved),
        value_groups=tuple(group),
        contribution_tiers=tuple(contribution_tier),
        on_lists=tuple(on_list),
        account_ids=tuple(account),
    )


async def asked(
    wanted: Annotated[AccountFilter, Depends(asked_filter)],
    sort: Annotated[SortKey, Query()] = "change",
    order: Annotated[str, Query(pattern="^(asc|desc|)$")] = "",
    key: Annotated[str, Query(max_length=1000)] = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = PAGE_SIZE,
) -> Asked:
    """Return what a list is asked for."""
    is_descending = order == "desc" if order else sort in DESCENDING
    return Asked(wanted, sort, is_descending, key, limit)


AskedFilter = Annotated[AccountFilter, Depends(asked_filter)]
AskedList = Annotated[Asked, Depends(asked)]


def _moved(text: str) -> tuple[Period, str, str] | None:
    if not text:
        return None
    named, before, after = text.split(":")
    return next(p for p in PERIODS if p == named), before, after


def address(request: Request, **changes: str | None) -> str:
    """Return the request's path with its query changed; None takes a name out.

    Without a key of its own, a changed list begins with its first page.
    """
    kept = [
        (k, v) for k, v in request.query_params.multi_items() if k not in (*changes, "key") and v
    ]
    kept += [(k, v) for k, v in changes.items() if v]
    query = urlencode(kept)
    return f"{request.url.path}?{query}" if query else request.url.path


def is_narrowed(wanted: AccountFilter) -> bool:
    """Say whether a filter leaves anything out."""
    return wanted != AccountFilter()


__all__ = ["SORTS", "Asked", "AskedFilter", "AskedList", "Number", "address", "is_narrowed"]
