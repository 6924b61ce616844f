"""The risk matrix: industry by size, from the rows in sight; a chosen cell with its accounts."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from keepwell.outlook import fisher_p, holm, wilson_interval
from keepwell.ports.pages import AccountFilter, Cell
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page

matrix = APIRouter()
SIZES = ("Enterprise", "Large", "Mid-Market", "Small Business")
SMALLEST = 10
# Where each step of the ramp begins, as a share of low accounts.
STEPS = (0.08, 0.15, 0.22, 0.30)
SHOWN = 6
# Below it a row is called the most concentrated (Holm over the industries compared, as the report).
ADJUSTED_P = 0.05


@dataclass(frozen=True, slots=True)
class Heat:
    """One cell or margin: counts, share with its interval, step of the ramp (0: too small)."""

    industry: str
    size: str
    accounts: int
    scored: int
    low: int
    low_amount: float
    share: float | None
    interval: tuple[float, float] | None
    step: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One industry: a cell for each size, None where there is no account, and its total."""

    industry: str
    cells: tuple[Heat | None, ...]
    total: Heat


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The whole: sizes, rows with the largest share first, totals by size and of all."""

    sizes: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    totals: tuple[Heat, ...]
    all: Heat


@matrix.get("/matrix")
def matrix_page(
    request: Request, industry: str = "", size: str = "", visit: Visit = needs("see")
) -> Response:
    """Show the map, and beside it the cell that the address names."""
    note_view(visit, "matrix")
    found = heat_map(visit.desk.pages.cells(visit.scope))
    chosen = _chosen(found, industry, size)
    accounts = None
    if chosen is not None:
        wanted = AccountFilter(
            tiers=("low",),
            industries=(chosen.industry,) if chosen.industry else (),
            sizes=(chosen.size,) if chosen.size else (),
        )
        accounts = visit.desk.pages.accounts(
            visit.scope, wanted, sort="amount", is_descending=True, limit=SHOWN
        )
    top = next((r for r in found.rows if r.total.step > 0 and r.total.low), None)
    said = "top" if top and stands_out(found, top) else "largest"
    shown = {"map": found, "chosen": chosen, "accounts": accounts, "steps": STEPS, "top": top}
    return page(request, "matrix.html", visit, {**shown, "top_word": said})


def heat_map(cells: tuple[Cell, ...]) -> HeatMap:
    """Return the map of cells; those without industry or size count in the totals only.

    >>> heat_map((Cell("A", "Large", 20, 20, 7, 1.0),)).rows[0].cells[1].step
    5
    """
    industries = sorted({c.industry for c in cells if c.industry})
    sizes = (*SIZES, *sorted({c.size for c in cells if c.size} - set(SIZES)))
    rows = [
        HeatRow(
            name,
            tuple(
                _heat(name, s, [c for c in cells if (c.industry, c.size) == (name, s)])
                for s in sizes
            ),
            _total(name, "", [c for c in cells if c.industry == name]),
        )
        for name in industries
    ]
    ordered = sorted(rows, key=lambda r: (r.total.step == 0, -(r.total.share or 0), r.industry))
    totals = tuple(_total("", s, [c for c in cells if c.size == s]) for s in sizes)
    return HeatMap(sizes, tuple(ordered), totals, _total("", "", list(cells)))


def stands_out(found: HeatMap, row: HeatRow) -> bool:
    """Say whether an industry is worse than the rest: exact test, adjusted for all compared.

    >>> found = heat_map((Cell("A", "Large", 50, 50, 30, 1.0), Cell("B", "Large", 50, 50, 5, 1.0)))
    >>> stands_out(found, found.rows[0]), stands_out(found, found.rows[1])
    (True, False)
    """
    one, every = row.total, found.all
    if one.share is None or every.share is None or one.share <= every.share:
        return False
    named = [(r.total.low, r.total.scored) for r in found.rows]
    # Accounts whose industry the data do not say are one group, as in the report.
    nameless = every.low - sum(n[0] for n in named), every.scored - sum(n[1] for n in named)
    compared = [c for c in (*named, nameless) if 0 < c[1] < every.scored]
    if (one.low, one.scored) not in compared:
        return False
    exact = [fisher_p(low, scored, every.low, every.scored) for low, scored in compared]
    return holm(exact)[compared.index((one.low, one.scored))] < ADJUSTED_P


def _heat(industry: str, size: str, cells: list[Cell]) -> Heat | None:
    return _total(industry, size, cells) if cells else None


def _total(industry: str, size: str, cells: list[Cell]) -> Heat:
    scored, low = sum(c.scored for c in cells), sum(c.low for c in cells)
    interval = wilson_interval(low, scored) if scored else None
    share = low / scored if scored else None
    return Heat(
        industry,
        size,
        sum(c.accounts for c in cells),
        scored,
        low,
        sum(c.low_amount for c in cells),
        share,
        (interval.low, interval.high) if interval else None,
        step_of(share, scored),
    )


def step_of(share: float | None, scored: int) -> int:
    """Return the step of the ramp, 1 to 5 by the whole per cent that is shown; 0 if too small.

    >>> step_of(0.304, 27), step_of(0.299, 27), step_of(0.5, 9)
    (5, 4, 0)
    """
    if share is None or scored < SMALLEST:
        return 0
    shown = int(share * 100 + 1e-9) / 100
    return 1 + sum(shown >= start for start in STEPS)


def _chosen(found: HeatMap, industry: str, size: str) -> Heat | None:
    for row in found.rows:
        for cell in (*row.cells, row.total):
            if cell is not None and (cell.industry, cell.size) == (industry, size):
                return cell
    return next(
        (t for t in found.totals if (t.industry, t.size) == (industry, size) and size), None
    )
