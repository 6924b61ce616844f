"""Proof: does the score predict, when does it warn, did acting help; from cards that are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from keepwell.proof import Conclusion, VerdictReason
from keepwell.reports import (
    PROOF_GROUPS,
    PROOF_OUTCOMES,
    PROOF_RULES,
    WHY_NOT,
    card_name,
    conclusion_word,
)
from keepwell.vocabulary import Bilingual, NotFound
from keepwell.web.measuring import measure_text
from keepwell.web.pictures_proof import (
    Calibrated,
    Histogram,
    Whisker,
    calibrated,
    histogram,
    whisker,
)
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.web_proof import ProofView, proof_view, report_file

proof = APIRouter()
OWN_RULES = frozenset({"last_score"})
REFUSED = frozenset({"too_few_events", "too_few_others", "score_mostly_unknown"})
Values = Mapping[str, Any]
CardName = Annotated[str, Query(max_length=100)]
Days = Annotated[int, Query(ge=0, le=10_000)]


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One way to rank: its AUC with its picture, its lift and lead; `is_own`: the judged one."""

    word: Bilingual
    is_own: bool
    auc: Values
    lift: Values
    lead: Values
    picture: Whisker | None


@dataclass(frozen=True, slots=True)
class TierRow:
    """One tier with its rate and picture."""

    tier: str
    line: Values
    picture: Whisker | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as the page shows it. `nearest`: the rule that decides, with its difference."""

    verdict: Bilingual
    outcome: Bilingual
    why: Bilingual | None
    nearest: tuple[Bilingual, Values] | None
    is_refused: bool
    ranked: tuple[RankedRow, ...]
    tiers: tuple[TierRow, ...]
    calibration: Calibrated | None
    bins_right: int
    lead: Histogram | None
    groups: tuple[tuple[Bilingual, str, Values], ...]


@proof.get("/proof")
def proof_page(
    request: Request, card: CardName = "", days: Days = 0, visit: Visit = needs("see")
) -> Response:
    """Show the newest report card, or the one that the address names."""
    note_view(visit, "proof")
    view = proof_view(visit.desk.project, card, days)
    values = {
        "view": view,
        "shown": shown_of(view),
        "name": card_name,
        "words": {t: conclusion_word(Conclusion(t)) for t in Conclusion},
        "whys": {str(k): v for k, v in WHY_NOT.items()},
        "sees_all": visit.scope.csm_ids is None,
        "left_out": [measure_text(m, visit.lang) for m in _left_out(view)],
    }
    return page(request, "proof.html", visit, values)


@proof.get("/proof/reports/{card}/{days}/{file}")
def proof_report(card: str, days: int, file: str, visit: Visit = needs("export")) -> Response:
    """Give a written report to those who see all accounts. Errors: NotFound."""
    if visit.scope.csm_ids is not None:
        raise NotFound("There is no such report.", cure="Ask for it who sees all accounts.")
    path = report_file(visit.desk.project, card, days, file)
    details = {"file": path.name}
    visit.desk.access.note_deed(visit.person.login, "exported", "proof", details, visit.now)
    return FileResponse(path, filename=path.name)


def _left_out(view: ProofView) -> Sequence[str]:
    """Return the measures of which only the present value is known."""
    return () if view.whole is None else tuple(view.whole["card"]["subject"]["left_out"])


def shown_of(view: ProofView) -> Shown | None:
    """Return the chosen card as the page shows it; None where nothing was kept of it."""
    if view.chosen is None or view.whole is None:
        return None
    card: Values = view.whole["card"]
    judged, own = card["judgement"], view.chosen.scorecard
    reason = str(judged["reason"])
    refused = reason in REFUSED
    return Shown(
        conclusion_word(Conclusion(judged["conclusion"]), judged["rule"] or "recency"),
        PROOF_OUTCOMES.get(
            view.chosen.outcome, Bilingual(view.chosen.outcome, view.chosen.outcome)
        ),
        WHY_NOT.get(VerdictReason(reason)),
        _nearest(judged),
        refused,
        () if refused else _ranked(card["ranked"], own, view.chosen.version),
        _tiers(card["tiers"]),
        None if refused else _calibration(card["calibration"]),
        _bins_right(card["calibration"]),
        None if refused else histogram(card["lead"]["days"], card["lead"]["median"]),
        () if refused else _groups(card["groups"]),
    )


def _nearest(judged: Values) -> tuple[Bilingual, Values] | None:
    """Return the naive rule that the verdict names, or the one that came closest."""
    rules = [r for r in judged["rules"] if r["difference"]["value"] is not None]
    named = [r for r in rules if r["rule"] == judged["rule"]]
    others = [r for r in rules if r["rule"] not in OWN_RULES]
    found = named or sorted(others, key=lambda r: float(r["difference"]["value"]))
    return (_rule(found[0]["rule"]), found[0]["difference"]) if found else None


def _rule(name: str) -> Bilingual:
    return PROOF_RULES.get(name, Bilingual(name, name))


def _ranked(lines: Sequence[Values], own: str, version: int) -> tuple[RankedRow, ...]:
    ends = [v for r in lines for v in (r["auc"]["low"], r["auc"]["high"], r["auc"]["value"]) if v]
    low, high = min([0.45, *ends]), max([0.8, *ends])
    return tuple(
        RankedRow(
            card_name(own, version) if r["name"] == own else _rule(r["name"]),
            r["name"] == own,
            r["auc"],
            r["lift"],
            r["lead_days"],
            whisker(r["auc"], low, high, 0.5),
        )
        for r in lines
        if r["auc"]["value"] is not None
    )


def _tiers(lines: Sequence[Values]) -> tuple[TierRow, ...]:
    known = [t for t in lines if t["rate"]["value"] is not None]
    top = max([t["rate"]["high"] or t["rate"]["value"] for t in known], default=0.0) or 1.0
    rows = sum(t["rows"] for t in known)
    mean = sum(t["events"] for t in known) / rows if rows else None
    return tuple(TierRow(t["tier"], t, whisker(t["rate"], 0.0, top, mean)) for t in lines)


def _calibration(found: Values | None) -> Calibrated | None:
    return calibrated(found["bins"]) if found else None


def _bins_right(found: Values | None) -> int:
    bins = found["bins"] if found else ()
    ends = [(b["predicted"], b["observed"]["low"], b["observed"]["high"]) for b in bins]
    return sum(low is not None and low <= said <= high for said, low, high in ends)


def _groups(lines: Sequence[Values]) -> tuple[tuple[Bilingual, str, Values], ...]:
    ordered = sorted(lines, key=lambda g: g["group"] != "size")
    return tuple(
        (PROOF_GROUPS.get(g["group"], Bilingual(g["group"], g["group"])), g["name"], g)
        for g in ordered
    )
