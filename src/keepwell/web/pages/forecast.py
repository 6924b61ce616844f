"""Forecast: contribution and its range, how concentrated it is, whom to look at first, how sure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import Response

from keepwell.measures import months_from
from keepwell.outlook import gini, lorenz, top_share
from keepwell.ports.outlook_pages import ListName, OutlookSum
from keepwell.ports.pages import PageHeader, Scope
from keepwell.web.pictures import TIERS
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.web_desk import WebDesk

forecast = APIRouter()
QUARTERS = ("1", "2", "3", "4", "unknown")
PRIORITY: tuple[ListName, ...] = ("priority_a", "priority_b", "priority_c", "priority_d")
SHOWN = 10
SAVED = (0.1, 0.2, 0.3, 0.5)
CURVE_POINTS = 50
CURVE_SIZE = 240.0
# Fewer accounts than this say nothing of concentration.
SMALLEST = 8


@dataclass(frozen=True, slots=True)
class Money:
    """Accounts and their contribution, and what of it is at risk."""

    accounts: int
    known: int
    amount: float
    loss: float


@dataclass(frozen=True, slots=True)
class Spread:
    """How unequally contribution is spread. `points`: the curve, from the largest account down."""

    accounts: int
    gini: float | None
    top_3: float | None
    top_10: float | None
    quarter: float | None
    points: tuple[tuple[float, float], ...]

    @property
    def line(self) -> str:
        """Return the curve as the points of a polyline in a square of CURVE_SIZE."""
        return " ".join(
            f"{x * CURVE_SIZE:.1f},{CURVE_SIZE - y * CURVE_SIZE:.1f}" for x, y in self.points
        )


@dataclass(frozen=True, slots=True)
class Range:
    """One way to tell the next six months: an amount, with its interval where one is known."""

    method: str
    amount: float
    low: float | None
    high: float | None
    accounts: int


@forecast.get("/forecast")
def forecast_page(request: Request, visit: Visit = needs("see")) -> Response:
    """Show the six months ahead of the accounts in sight."""
    note_view(visit, "forecast")
    with visit.desk.reading():
        header = visit.desk.header()
        if header is None:
            return page(request, "empty.html", visit)
        return page(request, "forecast.html", visit, forecast_of(visit, header))


def forecast_of(visit: Visit, header: PageHeader) -> dict[str, Any]:
    """Return what the page shows, every number from the accounts in sight."""
    outlook, scope = visit.desk.outlook, visit.scope
    sums = outlook.sums(scope, "contribution")
    lists = {s.name: s for s in outlook.sums(scope, "list")}
    is_all = scope.csm_ids is None
    whole = money_of(sums)
    ranges = ranges_of(visit.desk, scope, header, whole)
    return {
        "whole": whole,
        "cross": [
            (q, [money_of([s for s in sums if (s.name, s.other) == (q, t)]) for t in TIERS],
             money_of([s for s in sums if s.name == q]))
            for q in QUARTERS if any(s.name == q for s in sums)
        ],
        "columns": [money_of([s for s in sums if s.other == t]) for t in TIERS],
        "tiers": TIERS,
        "spread": spread_of(outlook.contributions(scope)),
        "ranges": ranges,
        "most": widest(ranges),
        "record": record_of(header) if is_all else None,
        "assumptions": header.outlook.get("forecast_assumptions", ()),
        "renewals": _first(header, "renewal_outlook") if is_all else None,
        "saved": [(share, whole.loss * share) for share in SAVED],
        "priority": [
            (name, lists.get(name), outlook.entries(scope, name, SHOWN)) for name in PRIORITY
        ],
        "size": CURVE_SIZE,
        "due_until": months_from(header.as_of, 6),
    }  # fmt: skip


def money_of(sums: Sequence[OutlookSum]) -> Money:
    """Return sums added up."""
    return Money(
        sum(s.accounts for s in sums),
        sum(s.contributing for s in sums),
        sum(s.contribution_amount for s in sums),
        sum(s.loss_amount for s in sums),
    )


def spread_of(amounts: Sequence[float]) -> Spread:
    """Return how unequally amounts are spread.

    >>> spread_of([4.0] + [0.0] * 9).top_3, spread_of([1.0, 1.0]).gini
    (1.0, None)
    """
    held = np.array(amounts, dtype=np.float64)
    n = len(held)
    if n < SMALLEST:
        return Spread(n, None, None, None, None, ())
    return Spread(
        n,
        gini(held),
        top_share(held, 3),
        top_share(held, 10) if n > 20 else None,
        top_share(held, ceil(n / 4)),
        lorenz(held, CURVE_POINTS),
    )


def ranges_of(desk: WebDesk, scope: Scope, header: PageHeader, whole: Money) -> tuple[Range, ...]:
    """Return the ways to tell six months: the run's own, keep-last, the one of the record."""
    by_name = {s.name: s for s in desk.outlook.sums(scope, "method")}
    found = [Range("contribution", whole.amount, None, None, whole.known)] if whole.known else []
    naive = by_name.get("naive")
    if naive is not None and naive.contributing:
        kept = naive.contribution_amount
        found.append(Range("keep_last", kept, None, None, naive.contributing))
    summary = _first(header, "forecast_summary")
    if scope.csm_ids is None and summary and summary.get("total_amount") is not None:
        low, high = summary["total_low"], summary["total_high"]
        found.append(Range("chosen", summary["total_amount"], low, high, header.accounts))
    return tuple(found)


def ranges_in_sight(desk: WebDesk, scope: Scope, header: PageHeader) -> tuple[Range, ...]:
    """Return the ways to tell the six months of the accounts in sight."""
    return ranges_of(desk, scope, header, money_of(desk.outlook.sums(scope, "contribution")))


def widest(ranges: Sequence[Range]) -> float:
    """Return where the axis of ranges ends: above 0."""
    return max([r.high or r.amount for r in ranges] or [1.0]) or 1.0


def record_of(header: PageHeader) -> Mapping[str, Any] | None:
    """Return how the six-month amount did on past days; None where no wins are dated."""
    summary = _first(header, "forecast_summary")
    if summary is None or summary["verdict"] == "no_dated_wins":
        return None
    rows = [r for r in header.outlook.get("forecast_record", ()) if _is_shown(r)]
    own = next((r for r in rows if (r["method"], r["tier"]) == ("chosen", 0)), None)
    return {**summary, "rows": rows, "own": own}


def _is_shown(row: Mapping[str, Any]) -> bool:
    return bool(row["tier"] == 0 or row["method"] == "chosen")


def _first(header: PageHeader, table: str) -> Mapping[str, Any] | None:
    rows = header.outlook.get(table) or ()
    return rows[0] if rows else None
