"""Value: who is worth most, whether they are engaged, who struggles, whom to sell to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from keepwell.ports.outlook_pages import ListName, OutlookSum
from keepwell.ports.pages import PageHeader
from keepwell.vocabulary import Lang
from keepwell.web.figures import share_text
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import Segments, page
from keepwell.web.templating import said

value = APIRouter()
TIERS = ("platinum", "gold", "silver", "bronze", "basic", "unknown")
GROUPS = ("high_value", "mass_value")
SHOWN = 8
SELLING: tuple[ListName, ...] = ("upgrade", "upsell", "cross_sell")
# Below it a mean says nothing that holds.
SMALLEST = 10


@dataclass(frozen=True, slots=True)
class Worth:
    """Accounts under a name: how many, what they are worth, who of them struggles."""

    name: str
    accounts: int
    valued: int
    amount: float
    ltv: float | None
    struggling: int

    @property
    def mean(self) -> float | None:
        """Return the mean value amount; None for too few accounts."""
        return self.amount / self.valued if self.valued >= SMALLEST else None


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """A segment with its two groups, and all its accounts."""

    whole: Worth
    groups: tuple[Worth, ...]


def worth_of(name: str, sums: Iterable[OutlookSum]) -> Worth:
    """Return sums added up under a name."""
    held = list(sums)
    ltvs = sum(s.ltv_accounts for s in held)
    return Worth(
        name,
        sum(s.accounts for s in held),
        sum(s.valued for s in held),
        sum(s.value_amount for s in held),
        sum(s.ltv_amount for s in held) / ltvs if ltvs >= SMALLEST else None,
        sum(s.struggling for s in held),
    )


@value.get("/value")
def value_page(request: Request, visit: Visit = needs("see")) -> Response:
    """Show the value of the accounts in sight."""
    note_view(visit, "value")
    with visit.desk.reading():
        header = visit.desk.header()
        if header is None:
            return page(request, "empty.html", visit)
        return page(request, "value.html", visit, value_of(visit, header))


def value_of(visit: Visit, header: PageHeader) -> dict[str, Any]:
    """Return what the page shows, every number from the accounts in sight."""
    outlook, scope = visit.desk.outlook, visit.scope
    by_segment = outlook.sums(scope, "segment")
    whole = worth_of("", outlook.sums(scope, "all"))
    lists = {s.name: s for s in outlook.sums(scope, "list")}
    is_all = scope.csm_ids is None
    by_tier = outlook.sums(scope, "value_tier")
    return {
        "whole": whole,
        "groups": {g: worth_of(g, (s for s in by_segment if s.other == g)) for g in GROUPS},
        "tiers": [
            worth_of(name, (s for s in by_tier if s.name == name))
            for name in _order(TIERS, {s.name for s in by_tier})
        ],
        "segments": _segments(by_segment, header, visit) if has_model(header) else [],
        "scores": [(part, _scores(outlook.sums(scope, part))) for part in ("r", "f", "m")],
        "lists": lists,
        "quiet": outlook.entries(scope, "quiet", SHOWN),
        "struggle": outlook.entries(scope, "struggle", SHOWN),
        "selling": [(name, outlook.entries(scope, name, SHOWN)) for name in SELLING],
        "basis": basis_of(header, "amount"),
        "verdict": verdict_of(header) if is_all else None,
        "ratios": header.outlook.get("value_ratios", ()) if is_all else (),
        "sources": header.outlook.get("value_sources", ()),
        "ltv_kind": ltv_kind(header),
        "ltv_words": ltv_words(header, visit.lang),
    }


def has_model(header: PageHeader) -> bool:
    """Say whether the run has a value model at all."""
    return any(r["basis"] != "missing" for r in header.outlook.get("value_sources", ()))


def _order(known: tuple[str, ...], there: set[str]) -> list[str]:
    return [n for n in known if n in there] + sorted(there - set(known))


def _segments(sums: tuple[OutlookSum, ...], header: PageHeader, visit: Visit) -> list[SegmentRow]:
    named = Segments(header, visit.lang).named
    rows = []
    for name in _order((*named, "unknown"), {s.name for s in sums}):
        held = [s for s in sums if s.name == name]
        groups = tuple(worth_of(g, (s for s in held if s.other == g)) for g in GROUPS)
        rows.append(SegmentRow(worth_of(name, held), groups))
    return rows


def _scores(sums: tuple[OutlookSum, ...]) -> list[tuple[str, int]]:
    """Return how many accounts have each score, 5 (best) first; the unknown last if any."""
    count = {s.name: s.accounts for s in sums}
    known = [(str(n), count.get(str(n), 0)) for n in range(5, 0, -1)]
    return [*known, ("unknown", count["unknown"])] if count.get("unknown") else known


def basis_of(header: PageHeader, item: str) -> str:
    """Return what a part of the value model rests on; `missing` where it is not there."""
    rows = header.outlook.get("value_sources", ())
    return next((str(r["basis"]) for r in rows if r["item"] == item), "missing")


def verdict_of(header: PageHeader) -> Mapping[str, Any] | None:
    """Return the verdict on whether valuable accounts are less engaged; None without one."""
    rows = header.outlook.get("value_verdict", ())
    ratios = header.outlook.get("value_ratios", ())
    engaged: Mapping[str, Any] = next((r for r in ratios if r["measure"] == "engagement"), {})
    return {**engaged, **rows[0]} if rows else None


def ltv_kind(header: PageHeader) -> str:
    """Return how the lifetime value was found: `fitted`, `contract` or nothing."""
    name = str(header.outlook.get("ltv", ""))
    if not name:
        return ""
    return "contract" if name.startswith("contract") else "fitted"


def ltv_words(header: PageHeader, lang: Lang) -> str:
    """Return what the lifetime value is: how found, over how long, at which rate."""
    kind = ltv_kind(header)
    if not kind:
        return said("value.ltv_none", lang)
    models = header.outlook.get("lifetime_models", ())
    model: Mapping[str, Any] = next((m for m in models if m.get("horizon")), {})
    months, rate = model.get("horizon") or 0, model.get("annual_discount_rate")
    return said(f"value.ltv_{kind}", lang, n=f"{months:g}", rate=share_text(rate))
