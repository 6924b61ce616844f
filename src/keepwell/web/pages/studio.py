"""The scorecard studio: an edit, what it would do to the accounts in sight, publishing it."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from keepwell.adapters.definition_edits import flow_text
from keepwell.measures import CATALOG
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.web.asking import Number
from keepwell.web.pages.studio_versions import rolled_back, versions_page
from keepwell.web.pictures import TIERS
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import Speaker, page
from keepwell.web.studio_forms import StudioForm, card_text, status_of_page, studio_form
from keepwell.wiring.account_view import reason_titles
from keepwell.wiring.studio_cards import CardOnDesk, CardPreview, CardStudio
from keepwell.wiring.studio_desk import StudioDesk, difference
from keepwell.wiring.studio_work import card_work

studio = APIRouter()
CARD = "/studio/scorecards/{card}"


@studio.get("/studio")
def first_card(visit: Visit = needs("configure")) -> Response:
    """Lead to the first scorecard in use. Errors: NotFound."""
    names = CardStudio(StudioDesk(visit.desk)).names()
    if not names:
        raise NotFound("No scorecard is in use.", cure="Name one under `scorecards:`.")
    return RedirectResponse(_here(names[0]), 303)


@studio.get(CARD)
def card_page(
    request: Request, card: str, done: str = "", visit: Visit = needs("configure")
) -> Response:
    """Show a scorecard, or the visitor's draft of it."""
    note_view(visit, "studio")
    on = CardStudio(StudioDesk(visit.desk)).on_desk(card, visit.person.login)
    text = on.draft.text if on.draft else on.text
    as_text = "text" if request.query_params.get("as") == "text" else ""
    return _page(request, visit, on, StudioForm({"text": text, "as": as_text}), done=done)


@studio.post(CARD)
async def preview_page(
    request: Request, card: str, work: str = "", visit: Visit = needs("configure")
) -> Response:
    """Show the whole page with what a form would do: for browsers without scripts."""
    form = await studio_form(request)

    def show() -> Response:
        on = CardStudio(StudioDesk(visit.desk)).on_desk(card, visit.person.login)
        if work:
            return _work(request, visit, card, form)
        return _page(request, visit, on, form)

    return await run_in_threadpool(show)


@studio.post(CARD + "/preview")
async def preview_part(request: Request, card: str, visit: Visit = needs("configure")) -> Response:
    """Show what a form would do, and nothing else."""
    form = await studio_form(request)

    def show() -> Response:
        on = CardStudio(StudioDesk(visit.desk)).on_desk(card, visit.person.login)
        values = _consequences(visit, on, form)
        return page(request, "studio_preview.html", visit, values)

    return await run_in_threadpool(show)


@studio.post(CARD + "/work")
async def work_part(request: Request, card: str, visit: Visit = needs("configure")) -> Response:
    """Show the alerts, CTAs and load that a form would bring, and how a back-test sees it."""
    form = await studio_form(request)
    return await run_in_threadpool(_work, request, visit, card, form)


@studio.post(CARD + "/draft")
async def save_draft(request: Request, card: str, visit: Visit = needs("configure")) -> Response:
    """Keep a form as the visitor's draft."""
    form = await studio_form(request)

    def save() -> Response:
        desk = StudioDesk(visit.desk)
        subject = CardStudio(desk).subject(card)
        desk.save(subject, card_text(form), form.of("base"), visit.person.login)
        return RedirectResponse(f"{_here(card)}?done=saved", 303)

    return await run_in_threadpool(_or_page, request, visit, card, form, save)


@studio.post(CARD + "/draft/drop")
def drop_draft(card: str, visit: Visit = needs("configure")) -> Response:
    """Forget the visitor's draft. Errors: NotFound."""
    desk = StudioDesk(visit.desk)
    desk.drop(CardStudio(desk).subject(card), visit.person.login)
    return RedirectResponse(f"{_here(card)}?done=dropped", 303)


@studio.post(CARD + "/publish")
async def publish_card(request: Request, card: str, visit: Visit = needs("configure")) -> Response:
    """Put a form in use; a newer version, or a missing reason, brings the page again."""
    form = await studio_form(request)

    def publish() -> Response:
        cards = CardStudio(StudioDesk(visit.desk))
        cards.publish(card, form.publication(card_text(form), visit.person.login))
        return RedirectResponse(f"{_here(card)}?done=published", 303)

    return await run_in_threadpool(_or_page, request, visit, card, form, publish)


@studio.get(CARD + "/versions")
def card_versions(
    request: Request, card: str, done: str = "", visit: Visit = needs("configure")
) -> Response:
    """Show what was published, each with what it changed."""
    note_view(visit, "studio versions")
    subject = CardStudio(StudioDesk(visit.desk)).subject(card)
    return versions_page(request, visit, subject, done, back=_here(card))


@studio.post(CARD + "/versions/{edition_id}")
async def roll_back_card(
    request: Request, card: str, edition_id: Number, visit: Visit = needs("configure")
) -> Response:
    """Put an earlier version in use again."""
    cards = CardStudio(StudioDesk(visit.desk))
    return await rolled_back(request, visit, cards, card, edition_id, _here(card))


def _or_page(request: Request, visit: Visit, card: str, form: StudioForm, do: Any) -> Response:
    """Do something, or show the form again with what was wrong with it."""
    on = CardStudio(StudioDesk(visit.desk)).on_desk(card, visit.person.login)
    try:
        done: Response = do()
    except NotFound:
        raise
    except InputProblem as problem:
        return _page(request, visit, on, form, problem=problem)
    return done


def _work(request: Request, visit: Visit, card: str, form: StudioForm) -> Response:
    desk = StudioDesk(visit.desk)
    cards = CardStudio(desk)
    values: dict[str, Any] = {"failed": None, "found": None, "titles": reason_titles(visit.desk)}
    try:
        values["found"] = card_work(desk, cards, card, card_text(form), visit.scope)
    except InputProblem as problem:
        values["failed"] = problem
    return page(request, "studio_work.html", visit, values)


def _page(
    request: Request,
    visit: Visit,
    on: CardOnDesk,
    form: StudioForm,
    *,
    done: str = "",
    problem: InputProblem | None = None,
) -> Response:
    desk = StudioDesk(visit.desk)
    values = _consequences(visit, on, form)
    preview: CardPreview | None = values["preview"]
    card = preview.card if preview else on.card
    text = values["text"] if preview else form.of("text")
    given = {
        **values,
        "on": on,
        "names": CardStudio(desk).names(),
        "card": card,
        "text": text,
        "as_text": form.of("as") == "text" or preview is None,
        "base": form.of("base") or (on.draft.base_hash if on.draft else on.base_hash),
        "is_draft": on.draft is not None,
        "waits": _waits(desk, on),
        "was_weights": {d.dimension: d.weight for d in on.card.dimensions},
        "labels": {m.measure: _label(visit, m.measure) for m in card.measures},
        "scales": {
            m.measure: flow_text(m.scale.model_dump(mode="json", exclude_defaults=True)
                                 | {"kind": m.scale.kind}) for m in card.measures
        },
        "title": form.of("title"),
        "reason": form.of("reason"),
        "done": done if done in ("saved", "dropped", "published") else "",
        "problem": problem,
    }  # fmt: skip
    return page(request, "studio.html", visit, given, status=status_of_page(problem))


def _waits(desk: StudioDesk, on: CardOnDesk) -> bool:
    """Say whether the definition in use has not been run yet."""
    newest = desk.store.editions(on.subject, 1)
    return bool(newest) and newest[0].text == on.text and newest[0].version != on.version


def _consequences(visit: Visit, on: CardOnDesk, form: StudioForm) -> dict[str, Any]:
    """Return what a preview shows; a definition that is none is said, not refused."""
    desk = StudioDesk(visit.desk)
    name, failed, preview, text = on.subject.name, None, None, form.of("text")
    try:
        text = card_text(form)
        preview = CardStudio(desk).preview(name, text, visit.scope)
    except InputProblem as problem:
        failed = problem
    flows = (
        {(f.tier_before, f.tier_after): f.accounts for f in preview.trial.flows} if preview else {}
    )
    return {
        "preview": preview,
        "failed": failed,
        "text": text,
        "here_is": _here(name),
        "flows": flows,
        "sums": {b: sum(flows.get((a, b), 0) for a in TIERS) for b in TIERS},
        "lines": difference(on.text, text),
        "label_of": lambda measure: _label(visit, measure),
        "new_labels": [_label(visit, m) for m in preview.trial.newly_fitted] if preview else [],
        "name_of": lambda kind, what: _name(visit, kind, what),
    }


def _here(card: str) -> str:
    return f"/studio/scorecards/{quote(card)}"


def _label(visit: Visit, measure: str) -> str:
    found = CATALOG.get(measure)
    return measure if found is None else Speaker(visit.lang).either(found.label)


def _name(visit: Visit, kind: str, name: str) -> str:
    speaker = Speaker(visit.lang)
    match kind:
        case "dimension":
            return speaker.or_else(f"dimension.{name}", name)
        case "tier":
            return speaker.or_else(f"tier.{name}", name)
        case _:
            return _label(visit, name)
