"""Admin: the audit log, filtered and page by page, verified and taken out."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response, StreamingResponse

from keepwell.ports import AuditLine
from keepwell.ports.auditing import AuditFilter
from keepwell.vocabulary import NotFound
from keepwell.web.asking import address
from keepwell.web.exporting import harmless
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page

admin_audit = APIRouter()
AUDIT_AT_ONCE = 50
COLUMNS = ("sequence", "at", "actor", "action", "subject", "details")
Before = Annotated[int | None, Query(ge=1, le=2**53)]


@dataclass(frozen=True, slots=True)
class AuditAsked:
    """What the log is asked for, as days; the days of the project's time zone."""

    actor: str
    action: str
    text: str
    since: date | None
    until: date | None

    def filter_in(self, zone: str) -> AuditFilter:
        """Return the filter; `until` is included."""
        begins = _midnight(self.since, zone)
        ends = _midnight(self.until + timedelta(days=1) if self.until else None, zone)
        return AuditFilter(self.actor, self.action, self.text, begins, ends)


def audit_asked(
    actor: Annotated[str, Query(max_length=200)] = "",
    action: Annotated[str, Query(max_length=64)] = "",
    text: Annotated[str, Query(max_length=320)] = "",
    since: date | None = None,
    until: Annotated[date | None, Query(le=date(9000, 1, 1))] = None,
) -> AuditAsked:
    """Return what a request asks of the log."""
    actor, action, text = (t.replace("\x00", "").strip() for t in (actor, action, text))
    return AuditAsked(actor, action, text, since, until)


Asked = Annotated[AuditAsked, Depends(audit_asked)]


@admin_audit.get("/admin/audit")
def audit_page(
    request: Request, asked: Asked, before: Before = None, visit: Visit = needs("admin")
) -> Response:
    """Show one page of the log, newest first."""
    note_view(visit, "audit")
    return _shown(request, asked, before, visit)


@admin_audit.get("/admin/audit/verify")
def verify_page(request: Request, asked: Asked, visit: Visit = needs("admin")) -> Response:
    """Say whether the chain of hashes holds, above the newest lines."""
    return _shown(request, asked, None, visit, is_verified=True)


@admin_audit.get("/admin/audit/export.{kind}")
def export_audit(kind: str, asked: Asked, visit: Visit = needs("admin")) -> Response:
    """Download the lines of a filter as csv or jsonl. Errors: NotFound for another kind."""
    if kind not in ("csv", "jsonl"):
        raise NotFound(f"There is no export as {kind}.", cure="Use csv or jsonl.")
    desk = visit.desk
    lines = desk.audit.lines(asked.filter_in(desk.project.config.time_zone))
    desk.access.note_deed(visit.person.login, "exported", "audit", {"kind": kind}, visit.now)
    name = {"Content-Disposition": f'attachment; filename="audit.{kind}"'}
    written = _csv(lines) if kind == "csv" else _jsonl(lines)
    family = "text/csv" if kind == "csv" else "application/jsonl"
    return StreamingResponse(written, headers=name, media_type=f"{family}; charset=utf-8")


def _shown(
    request: Request,
    asked: AuditAsked,
    before: int | None,
    visit: Visit,
    *,
    is_verified: bool = False,
) -> Response:
    desk = visit.desk
    found = desk.audit.page(asked.filter_in(desk.project.config.time_zone), before, AUDIT_AT_ONCE)
    values = {
        "area": "audit",
        "asked": asked,
        "found": found,
        "lines": [(line, _told(line)) for line in found.lines],
        "actions": desk.audit.actions(),
        "following": address(request, before=str(found.next_before)) if found.next_before else "",
        "query": request.url.query,
        "is_verified": is_verified,
        "faults": desk.audit.faults() if is_verified else (),
        "is_later": before is not None,
    }
    return page(request, "admin_audit.html", visit, values)


def _told(line: AuditLine) -> str:
    """Return the details of a line as short text."""
    try:
        given = json.loads(line.details)
    except ValueError:
        return line.details
    if not isinstance(given, dict):
        return str(given)
    return " · ".join(f"{k}: {_value(v)}" for k, v in given.items() if v not in (None, "", []))


def _value(given: object) -> str:
    if isinstance(given, list):
        rest = f" +{len(given) - 3}" if len(given) > 3 else ""
        return ", ".join(map(str, given[:3])) + rest
    return str(given)


def _midnight(day: date | None, zone: str) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), ZoneInfo(zone))


def _csv(lines: Iterator[AuditLine]) -> Iterator[str]:
    yield "\ufeff" + ",".join(COLUMNS) + "\r\n"
    for line in lines:
        written = io.StringIO()
        cells = [getattr(line, c) for c in COLUMNS]
        cells[1] = line.at.isoformat()
        csv.writer(written).writerow([harmless(c) for c in cells])
        yield written.getvalue()


def _jsonl(lines: Iterator[AuditLine]) -> Iterator[str]:
    for line in lines:
        values = {c: getattr(line, c) for c in COLUMNS} | {"at": line.at.isoformat()}
        yield json.dumps(values, ensure_ascii=False) + "\n"
