"""Proof as JSON: the report cards that the page shows, as they were kept."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from keepwell.web.pages.proof import CardName, Days
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.wiring.web_proof import proof_view

proof = APIRouter(tags=["proof"])


@proof.get("/proof", response_model=None)
def proof_cards(card: CardName = "", days: Days = 0, visit: Visit = needs("see")) -> dict[str, Any]:
    """Return report cards of scorecards and triggers, and the newest or named one in full.

    Groups of accounts and effects of plays go to those who see all accounts.
    """
    note_view(visit, "api proof")
    view = proof_view(visit.desk.project, card, days)
    sees_all = visit.scope.csm_ids is None
    whole = dict(view.whole["card"]) if view.whole else None
    if whole is not None and not sees_all:
        whole.pop("groups", None)
    return {
        "cards": [asdict(c) for c in view.cards],
        "chosen": asdict(view.chosen) if view.chosen else None,
        "card": whole,
        "triggers": [
            {"trigger": t.trigger, "is_stale": t.is_stale, "cards": [asdict(c) for c in t.cards]}
            for t in view.triggers
        ],
        "effects": list(view.effects or ()) if sees_all else None,
    }
