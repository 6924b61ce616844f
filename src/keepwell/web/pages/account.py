"""One account: score and why, what it is made of, one time line, what is being done about it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.actions import CTA_TYPES, PRIORITIES
from keepwell.ports.account_notes import NOTE_KINDS
from keepwell.ports.pages import PageHeader
from keepwell.scoring import MeasureExplanation
from keepwell.vocabulary import State
from keepwell.web.measuring import dimension_text, measure_text, value_text
from keepwell.web.navigation import address_of
from keepwell.web.pictures import TIERS
from keepwell.web.pictures_time import time_line
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.account_view import AccountView, account_view
from keepwell.wiring.account_work import RECORDS, account_work
from keepwell.wiring.web_care import help_teams, stage_of
from keepwell.wiring.web_plans import plan_templates
from keepwell.wiring.web_work import set_tier

account = APIRouter()
WHY_AT_MOST = 3
MATTERS_MICRO = 500_000
TREND_WIDTHS = (500, 238)


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the waterfall: where its bar begins, how long it is, what it lost."""

    measure: str
    dimension: str
    label: str
    value: str
    state: str
    start: float
    points: int
    weight: int
    lost: int | None


@account.get("/accounts/{account_id:path}")
def account_page(request: Request, account_id: str, visit: Visit = needs("see")) -> Response:
    """Show one account. Errors: NotFound, in the same words for one that is not in sight."""
    with visit.desk.reading():
        values = _values(visit, account_id)
        note_view(visit, "account", account_id)
        return page(request, "account.html", visit, values)


@account.post("/accounts/{account_id:path}/override")
def override(
    account_id: str,
    tier: Annotated[str, Form(max_length=64)],
    reason: Annotated[str, Form(max_length=2000)],
    until: Annotated[date, Form()],
    visit: Visit = needs("override"),
) -> Response:
    """Set the tier that the account shall count as until a day. Errors: InputProblem, NotFound."""
    by = visit.person.login
    set_tier(visit.desk, visit.scope, account_id, tier, reason=reason, until=until, by=by)
    return RedirectResponse(address_of(account_id), 303)


def _values(visit: Visit, account_id: str) -> dict[str, Any]:
    found = account_view(visit.desk, visit.scope, account_id)
    header = visit.desk.header()
    assert header is not None  # noqa: S101 - an account is staged only with its run
    parts = waterfall(found, visit.lang)
    points = _points(found, header.as_of)
    work = account_work(visit.desk, account_id, found.account.scorecard, found.traces)
    return {
        "view": found,
        "a": found.account,
        "parts": parts,
        "why": why_now(found, parts, header, visit.lang),
        "trends": [(time_line(points, found, work, width), width) for width in TREND_WIDTHS],
        "work": work,
        "records": RECORDS,
        "kinds": NOTE_KINDS,
        "cta_types": CTA_TYPES,
        "priorities": PRIORITIES,
        "today": visit.desk.project.today,
        "peers": _peers(found, header),
        "lifts": _lifts(found, visit.lang),
        "tiers": TIERS[:3],
        "stage": stage_of(visit.desk, account_id) if "stages" in found.traces else None,
        "templates": plan_templates(visit.desk),
        "teams": help_teams(visit.desk),
    }


def waterfall(found: AccountView, lang: Any) -> list[Part]:
    """Return the parts of the score in the scorecard's order; their points sum to it."""
    if found.explanation is None:
        return []
    rows, start = [], 0
    for dimension in found.explanation.dimensions:
        for m in dimension.measures:
            before = found.account.before.get(m.measure)
            lost = None if before is None else m.contribution_micro - before
            name = dimension_text(dimension.dimension, lang)
            rows.append(
                Part(
                    m.measure, name, measure_text(m.measure, lang), _value(m, lang),
                    str(m.state) if not m.is_unmapped else "unknown", start / 1e6,
                    m.contribution_micro, m.weight_micro, lost,
                )
            )  # fmt: skip
            start += m.contribution_micro
    return rows


def _value(part: MeasureExplanation, lang: Any) -> str:
    return value_text(part.measure, part.raw, lang) if part.state is State.KNOWN else ""


def why_now(
    found: AccountView, parts: list[Part], header: PageHeader, lang: Any
) -> list[tuple[str, str, int | None]]:
    """Return what a reader has to know first: the largest losses, then what hangs on it.

    Each as key and value of its first line, and the micro-points that go with it.
    """
    size, colon = found.account.size or "", "：" if lang == "zh" else ": "
    lost = sorted((p for p in parts if p.lost is not None and p.lost <= -MATTERS_MICRO), key=_lost)
    gaps = sorted((p for p in parts if p.state == "known"), key=lambda p: p.points - p.weight)
    chosen = lost[:WHY_AT_MOST] or [p for p in gaps[:WHY_AT_MOST] if p.weight > p.points]
    rows = []
    for part in chosen:
        peer = header.peers.get(size, header.peers.get("", {})).get(part.measure)
        median = value_text(part.measure, peer[0], lang) if peer else ""
        rows.append(
            (
                f"{part.label}{colon}{part.value}",
                median,
                part.lost if lost else part.points - part.weight,
            )
        )
    return rows


def _lost(part: Part) -> int:
    return part.lost or 0


def _points(found: AccountView, as_of: date) -> list[tuple[date, float]]:
    """Return the weekly scores with their days, oldest first."""
    weeks = found.account.spark
    last = len(weeks) - 1
    return [
        (date.fromordinal(as_of.toordinal() - 7 * (last - i)), s)
        for i, s in enumerate(weeks)
        if s is not None
    ]


def _peers(found: AccountView, header: PageHeader) -> list[tuple[str, float, int]]:
    size = found.account.size or ""
    rows = [
        (size, header.peers.get(size, {}).get("score")),
        ("", header.peers.get("", {}).get("score")),
    ]
    return [(name, peer[0], peer[1]) for name, peer in rows if peer and (name or size)]


def _lifts(found: AccountView, lang: Any) -> list[tuple[str, str, str, int]]:
    plan = found.explanation.lift if found.explanation else None
    if plan is None:
        return []
    steps = plan.smallest or plan.single[:3]
    return [
        (
            measure_text(s.measure, lang),
            "" if s.now is None else value_text(s.measure, s.now, lang),
            value_text(s.measure, s.target, lang),
            s.score_micro,
        )
        for s in steps
    ]
