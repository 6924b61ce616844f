"""Who calls, and what it may do."""

from typing import Any

from fastapi import APIRouter

from keepwell.web.security import CAPABILITIES, Visit, needs

me = APIRouter(tags=["me"])


@me.get("/me", response_model=None)
def who_am_i(visit: Visit = needs("self")) -> dict[str, Any]:
    """Return the caller, its role and capabilities, and whose accounts it sees (null: all)."""
    sees = visit.scope.csm_ids
    return {
        "login": visit.person.login,
        "name": visit.person.name,
        "role": visit.person.role,
        "capabilities": [c for c in CAPABILITIES if visit.may(c)],
        "sees": None if sees is None else list(sees),
    }
