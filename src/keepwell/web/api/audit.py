"""The audit log as JSON: page by page, newest first, and whether its chain holds."""

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query

from keepwell.ports import AuditLine
from keepwell.web.pages.admin_audit import Asked, Before
from keepwell.web.security import Visit, needs

audit = APIRouter(tags=["audit"])


@audit.get("/audit", response_model=None)
def lines(
    asked: Asked,
    before: Before = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    visit: Visit = needs("admin"),
) -> dict[str, Any]:
    """Return one page; `before` is `next` of the page before."""
    wanted = asked.filter_in(visit.desk.project.config.time_zone)
    found = visit.desk.audit.page(wanted, before, limit)
    return {"lines": [_line(a) for a in found.lines], "next": found.next_before}


@audit.get("/audit/verify", response_model=None)
def verify(visit: Visit = needs("admin")) -> dict[str, Any]:
    """Look at the whole chain of hashes; `faults` is empty when it holds."""
    faults = visit.desk.audit.faults()
    told = [{"sequence": f.sequence, "what": f.what} for f in faults]
    return {"is_sound": not faults, "faults": told}


def _line(line: AuditLine) -> dict[str, Any]:
    try:
        details: Any = json.loads(line.details)
    except ValueError:
        details = line.details
    return {
        "sequence": line.sequence,
        "at": line.at,
        "actor": line.actor,
        "action": line.action,
        "subject": line.subject,
        "details": details,
    }
