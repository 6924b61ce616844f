"""The overview: one sentence, the figures, tiers, moves, what is to be decided, the team."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.ports.pages import PERIODS, AccountFilter, Move, PageHeader, Period, Scope, Tally
from keepwell.web.pages.forecast import ranges_in_sight, widest
from keepwell.web.pictures import TIERS, flow
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.web_desk import WebDesk

overview = APIRouter()
TEAM_AT_MOST = 8
RENEWAL_DAYS = 90
MOST_OF_IT = 0.8
FLOW_WIDTHS = (620, 358)


@dataclass(frozen=True, slots=True)
class Moved:
    """Accounts that fell into the low tier or left it upwards, and their money."""

    fell: int
    fell_amount: float
    rose: int
    rose_amount: float
    stayed: int
    compared: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of the portfolio in sight."""

    accounts: int
    amount: float
    low_accounts: int
    low_amount: float
    loss_amount: float
    contribution_amount: float
    coverage: float | None
    unknown: int


@dataclass(frozen=True, slots=True)
class Decision:
    """One fact that asks for something: its figure, its words and where it leads."""

    figure: str
    key: str
    values: dict[str, Any]
    href: str
    action: str


@overview.get("/")
def overview_page(
    request: Request, period: Period = "month", visit: Visit = needs("see")
) -> Response:
    """Show the portfolio in sight."""
    note_view(visit, "overview")
    with visit.desk.reading():
        header = visit.desk.header()
        if header is not None:
            return page(request, "overview.html", visit, _values(visit, header, period))
        if visit.may("configure"):
            return RedirectResponse("/start", 303)
        return page(request, "empty.html", visit)


def _values(visit: Visit, header: PageHeader, period: Period) -> dict[str, Any]:
    desk = visit.desk
    tallies = {t.name: t for t in desk.pages.tiers(visit.scope, AccountFilter())}
    moves = desk.pages.moves(visit.scope, period)
    shown = [(m.before, m.after, m.accounts) for m in moves if {m.before, m.after} <= set(TIERS)]
    ranges = ranges_in_sight(desk, visit.scope, header)
    return {
        "period": period,
        "periods": PERIODS,
        "totals": totals_of(tuple(tallies.values())),
        "tiers": [(name, tallies.get(name)) for name in _names(tallies)],
        "moved": moved_of(moves),
        "flows": [(w, flow(shown, w, 105 if w > 400 else 96)) for w in FLOW_WIDTHS]
        if shown
        else [],
        "few": _few(desk, visit.scope, moves, period),
        "decisions": decisions(visit, header),
        "team": desk.pages.loads(visit.scope, header.as_of)[:TEAM_AT_MOST],
        "newest": sorted(header.newest.items()),
        "figures": header.figures if visit.scope.csm_ids is None else {},
        "ranges": ranges,
        "most": widest(ranges),
    }


def _names(tallies: dict[str, Tally]) -> list[str]:
    return [
        *(t for t in TIERS if t in tallies or t != "unknown"),
        *sorted(set(tallies) - set(TIERS)),
    ]


def totals_of(tallies: tuple[Tally, ...]) -> Totals:
    """Return the figures over all tiers."""
    accounts = sum(t.accounts for t in tallies)
    low = next((t for t in tallies if t.name == "low"), None)
    return Totals(
        accounts,
        sum(t.amount for t in tallies),
        low.accounts if low else 0,
        low.amount if low else 0.0,
        sum(t.loss_amount for t in tallies),
        sum(t.contribution_amount for t in tallies),
        sum(t.coverages for t in tallies) / accounts if accounts else None,
        sum(t.accounts for t in tallies if t.name == "unknown"),
    )


def moved_of(moves: tuple[Move, ...]) -> Moved:
    """Return who fell into the low tier and who rose out of it."""
    fell = _fallen(moves)
    rose = [m for m in moves if m.before == "low" and m.after in ("high", "medium")]
    return Moved(
        sum(m.accounts for m in fell),
        sum(m.amount for m in fell),
        sum(m.accounts for m in rose),
        sum(m.amount for m in rose),
        sum(m.accounts for m in moves if m.before == m.after),
        sum(m.accounts for m in moves),
    )


def _fallen(moves: tuple[Move, ...]) -> list[Move]:
    return [m for m in moves if m.after == "low" and m.before in ("high", "medium")]


def _few(
    desk: WebDesk, scope: Scope, moves: tuple[Move, ...], period: Period
) -> tuple[int, float] | None:
    """Return how few of the fallen hold most of their money; None unless it is fewer than half."""
    fallen = _fallen(moves)
    total = sum(m.amount for m in fallen)
    amounts: list[float] = []
    for move in fallen:
        wanted = AccountFilter(moved=(period, move.before, move.after))
        found = desk.pages.accounts(scope, wanted, sort="amount", is_descending=True, limit=100)
        amounts += [a.amount or 0.0 for a in found.accounts]
    held = 0.0
    for number, amount in enumerate(sorted(amounts, reverse=True), 1):
        held += amount
        if total > 0 and held >= MOST_OF_IT * total:
            return (number, held / total) if number * 2 < len(amounts) else None
    return None


def decisions(visit: Visit, header: PageHeader) -> list[Decision]:
    """Return what the reader can decide, at most five, each with its accounts behind it."""
    desk, scope = visit.desk, visit.scope
    until = header.as_of + timedelta(days=RENEWAL_DAYS)
    valuable = AccountFilter(tiers=("low",), value_tiers=("platinum", "gold"))
    renewing = AccountFilter(tiers=("low", "medium"), renews_until=until)
    silent = AccountFilter(tiers=("high",), idle_days_from=60)
    falling = AccountFilter(tiers=("medium",), fell_points=10)
    unknown = AccountFilter(tiers=("unknown",))
    asked = (
        (
            "decide.valuable",
            valuable,
            "/accounts?tier=low&value_tier=platinum&value_tier=gold&sort=loss",
        ),
        (
            "decide.renewing",
            renewing,
            f"/accounts?tier=low&tier=medium&renews_until={until}&sort=renewal",
        ),
        ("decide.falling", falling, "/accounts?tier=medium&fell=10"),
        ("decide.silent", silent, "/accounts?tier=high&idle_days=60&sort=idle"),
        ("decide.unknown", unknown, "/accounts?tier=unknown&sort=amount"),
    )
    found = []
    for key, wanted, href in asked:
        tallies = desk.pages.tiers(scope, wanted)
        count, amount = sum(t.accounts for t in tallies), sum(t.amount for t in tallies)
        if count:
            found.append(Decision(f"{count:,}", key, {"amount": amount}, href, "decide.open"))
    return found
