"""The studios of triggers and plays: edit, see what that would do, publish, roll back."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from keepwell.actions import CTA_TYPES
from keepwell.playbooks import SIZES, TIERS, steps_of
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.web.asking import Number
from keepwell.web.pages.studio_versions import rolled_back, versions_page
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.web.studio_forms import (
    StudioForm,
    play_text,
    status_of_page,
    studio_form,
    trigger_text,
)
from keepwell.wiring.account_view import reason_titles
from keepwell.wiring.studio_desk import StudioDesk, difference
from keepwell.wiring.studio_plays import PlayStudio
from keepwell.wiring.studio_rules import RuleStudio

studio_rules = APIRouter()
Area = Literal["triggers", "playbooks"]
Rule = Annotated[str, Path(max_length=100)]
ONE = "/studio/{area}/{rule}"


@studio_rules.get("/studio/{area}")
def rules_page(request: Request, area: Area, visit: Visit = needs("configure")) -> Response:
    """List all triggers or plays, those that the project changed marked."""
    note_view(visit, f"studio {area}")
    desk = StudioDesk(visit.desk)
    if area == "triggers":
        found: list[tuple[str, Any, str]] = [
            (t.trigger, t, file) for t, file in RuleStudio(desk).triggers()
        ]
    else:
        plays = PlayStudio(desk)
        own = plays.own()
        found = [(p.play, p, own.get(p.play, "")) for p in plays.library().plays]
    values = {
        "area": area,
        "found": found,
        "titles": reason_titles(visit.desk),
        "steps_of": steps_of,
    }
    return page(request, "studio_list.html", visit, values)


@studio_rules.get(ONE)
def rule_page(
    request: Request, area: Area, rule: Rule, done: str = "", visit: Visit = needs("configure")
) -> Response:
    """Show one, or the visitor's draft of it."""
    on = _studio(visit, area).on_desk(rule, visit.person.login)
    text = on.draft.text if on.draft else on.text
    as_text = "text" if request.query_params.get("as") == "text" else ""
    form = StudioForm({"text": text, "as": as_text, "plain": "1"})
    return _page(request, visit, area, rule, form, done=done)


@studio_rules.post(ONE)
async def preview_rule(
    request: Request, area: Area, rule: Rule, visit: Visit = needs("configure")
) -> Response:
    """Show the whole page with what a form would do: for browsers without scripts."""
    form = await studio_form(request)
    return await run_in_threadpool(_page, request, visit, area, rule, form)


@studio_rules.post(ONE + "/preview")
async def preview_rule_part(
    request: Request, area: Area, rule: Rule, visit: Visit = needs("configure")
) -> Response:
    """Show what a form would do, and nothing else."""
    form = await studio_form(request)

    def show() -> Response:
        values = _consequences(visit, area, rule, form)
        return page(request, "studio_rule_preview.html", visit, values)

    return await run_in_threadpool(show)


@studio_rules.post(ONE + "/draft")
async def save_rule(
    request: Request, area: Area, rule: Rule, visit: Visit = needs("configure")
) -> Response:
    """Keep a form as the visitor's draft."""
    form = await studio_form(request)

    def save() -> None:
        bench = _studio(visit, area)
        text = _text(bench, area, rule, form)
        desk = StudioDesk(visit.desk)
        desk.save(bench.subject(rule), text, form.of("base"), visit.person.login)

    return await run_in_threadpool(_done, request, visit, area, rule, form, save, "saved")


@studio_rules.post(ONE + "/draft/drop")
def drop_rule(area: Area, rule: Rule, visit: Visit = needs("configure")) -> Response:
    """Forget the visitor's draft. Errors: NotFound."""
    StudioDesk(visit.desk).drop(_studio(visit, area).subject(rule), visit.person.login)
    return RedirectResponse(f"/studio/{area}/{quote(rule)}?done=dropped", 303)


@studio_rules.post(ONE + "/publish")
async def publish_rule(
    request: Request, area: Area, rule: Rule, visit: Visit = needs("configure")
) -> Response:
    """Put a form in use; a newer version, or a missing reason, brings the page again."""
    form = await studio_form(request)

    def publish() -> None:
        bench = _studio(visit, area)
        text = _text(bench, area, rule, form)
        bench.publish(rule, form.publication(text, visit.person.login))

    return await run_in_threadpool(_done, request, visit, area, rule, form, publish, "published")


@studio_rules.get(ONE + "/versions")
def rule_versions(
    request: Request, area: Area, rule: Rule, done: str = "", visit: Visit = needs("configure")
) -> Response:
    """Show what was published of the file, each with what it changed."""
    note_view(visit, "studio versions")
    subject = _studio(visit, area).subject(rule)
    return versions_page(request, visit, subject, done, back=f"/studio/{area}/{quote(rule)}")


@studio_rules.post(ONE + "/versions/{edition_id}")
async def roll_back_rule(
    request: Request,
    area: Area,
    rule: Rule,
    edition_id: Number,
    visit: Visit = needs("configure"),
) -> Response:
    """Put an earlier version in use again."""
    back = f"/studio/{area}/{quote(rule)}"
    return await rolled_back(request, visit, _studio(visit, area), rule, edition_id, back)


def _studio(visit: Visit, area: Area) -> Any:
    desk = StudioDesk(visit.desk)
    return RuleStudio(desk) if area == "triggers" else PlayStudio(desk)


def _text(bench: Any, area: Area, rule: str, form: StudioForm) -> str:
    return trigger_text(bench, rule, form) if area == "triggers" else play_text(bench, rule, form)


def _done(
    request: Request, visit: Visit, area: Area, rule: str, form: StudioForm, do: Any, word: str
) -> Response:
    """Do something, or show the form again with what was wrong with it."""
    try:
        do()
    except NotFound:
        raise
    except InputProblem as problem:
        return _page(request, visit, area, rule, form, problem=problem)
    return RedirectResponse(f"/studio/{area}/{quote(rule)}?done={word}", 303)


def _page(
    request: Request,
    visit: Visit,
    area: Area,
    rule: str,
    form: StudioForm,
    *,
    done: str = "",
    problem: InputProblem | None = None,
) -> Response:
    bench = _studio(visit, area)
    on = bench.on_desk(rule, visit.person.login)
    values = _consequences(visit, area, rule, form)
    found = values["preview"]
    shown = (found.trigger if area == "triggers" else found.play) if found else None
    given = {
        **values,
        "on": on,
        "shown": shown or (on.trigger if area == "triggers" else on.play),
        "library": PlayStudio(StudioDesk(visit.desk)).library(),
        "steps_of": steps_of,
        "cta_types": CTA_TYPES,
        "tiers": TIERS,
        "sizes": SIZES,
        "as_text": form.of("as") == "text" or found is None,
        "base": form.of("base") or (on.draft.base_hash if on.draft else on.base_hash),
        "is_draft": on.draft is not None,
        "title": form.of("title"),
        "reason": form.of("reason"),
        "done": done if done in ("saved", "dropped", "published") else "",
        "problem": problem,
    }
    return page(request, "studio_rule.html", visit, given, status=status_of_page(problem))


def _consequences(visit: Visit, area: Area, rule: str, form: StudioForm) -> dict[str, Any]:
    """Return what a preview shows; a definition that is none is said, not refused."""
    bench = _studio(visit, area)
    failed, preview, text = None, None, form.of("text")
    now = StudioDesk(visit.desk).text(bench.subject(rule))
    try:
        text = _text(bench, area, rule, form)
        preview = bench.preview(rule, text, visit.scope)
    except InputProblem as problem:
        failed = problem
    return {
        "area": area,
        "rule": rule,
        "here_is": f"/studio/{area}/{quote(rule)}",
        "preview": preview,
        "failed": failed,
        "text": text,
        "lines": difference(now, text),
        "titles": reason_titles(visit.desk),
        "roles": PlayStudio(StudioDesk(visit.desk)).library().roles,
    }
