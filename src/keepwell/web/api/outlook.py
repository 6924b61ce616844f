"""Value and forecast as JSON: the numbers of their pages, from the accounts in sight."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from keepwell.ports.outlook_pages import LISTS, ListEntry
from keepwell.ports.pages import PageHeader
from keepwell.vocabulary import NotFound
from keepwell.web.api.accounts import plain, snapshot_of
from keepwell.web.pages.forecast import forecast_of
from keepwell.web.pages.value import value_of
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view

outlook = APIRouter(tags=["outlook"])


@outlook.get("/value", response_model=None)
def value(visit: Visit = needs("see")) -> dict[str, Any]:
    """Return value tiers, segments by group, scores and lists; the verdict to those who see all."""
    header = _header(visit)
    note_view(visit, "api value")
    found = value_of(visit, header)
    return {
        "snapshot": snapshot_of(header),
        "amount_basis": found["basis"],
        "total": asdict(found["whole"]),
        "groups": [asdict(g) for g in found["groups"].values()],
        "value_tiers": [asdict(t) for t in found["tiers"]],
        "segments": [
            {**asdict(row.whole), "groups": [asdict(g) for g in row.groups]}
            for row in found["segments"]
        ],
        "scores": {part: dict(counts) for part, counts in found["scores"]},
        "verdict": found["verdict"],
        "ratios": list(found["ratios"]),
        "lists": {name: asdict(found["lists"][name]) for name in LISTS if name in found["lists"]},
    }


@outlook.get("/lists/{list_name}", response_model=None)
def one_list(list_name: str, visit: Visit = needs("see")) -> dict[str, Any]:
    """Return the first 200 accounts of a list that people work from, with why they are there."""
    header = _header(visit)
    known = next((n for n in LISTS if n == list_name), None)
    if known is None:
        raise NotFound("There is no such list.", cure=f"Choose of: {', '.join(LISTS)}.")
    note_view(visit, "api list")
    entries = visit.desk.outlook.entries(visit.scope, known, 200)
    return {"snapshot": snapshot_of(header), "entries": [_entry(e) for e in entries]}


@outlook.get("/forecast", response_model=None)
def forecast(visit: Visit = needs("see")) -> dict[str, Any]:
    """Return contribution by tier, concentration, ranges; the track record to those who see all."""
    header = _header(visit)
    note_view(visit, "api forecast")
    found = forecast_of(visit, header)
    return {
        "snapshot": snapshot_of(header),
        "total": asdict(found["whole"]),
        "tiers": [
            {"contribution_tier": name, **asdict(whole),
             "by_health": {t: asdict(m) for t, m in zip(found["tiers"], cells, strict=True)}}
            for name, cells, whole in found["cross"]
        ],
        "concentration": asdict(found["spread"]),
        "ranges": [asdict(r) for r in found["ranges"]],
        "record": found["record"],
        "renewals": found["renewals"],
        "assumptions": list(found["assumptions"]),
        "priority": {name: asdict(all_) for name, all_, _ in found["priority"] if all_},
    }  # fmt: skip


def _header(visit: Visit) -> PageHeader:
    header = visit.desk.header()
    if header is None:
        raise NotFound("There is no snapshot yet.", cure="`keepwell run` computes the first.")
    return header


def _entry(entry: ListEntry) -> dict[str, Any]:
    return {"place": entry.place, "why": list(entry.facts["why"]), "account": plain(entry.account)}
