"""The studio of the segment map: its 125 combinations, what an edit would do, publishing it."""

from collections.abc import Callable, Iterable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from keepwell.value import Segment
from keepwell.vocabulary import InputProblem, NotFound
from keepwell.web.asking import Number
from keepwell.web.pages.studio_versions import rolled_back, versions_page
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import Speaker, page
from keepwell.web.studio_forms import StudioForm, map_text, status_of_page, studio_form
from keepwell.wiring.studio_cards import CardStudio
from keepwell.wiring.studio_desk import StudioDesk, difference
from keepwell.wiring.studio_segments import MapOnDesk, MapPreview, SegmentStudio

studio_segments = APIRouter()
HERE = "/studio/segments"
# The stronger the shade of a cell, the more engaged its segment says an account is.
SHADES = 5


@studio_segments.get(HERE)
def map_page(request: Request, done: str = "", visit: Visit = needs("configure")) -> Response:
    """Show the map in use, or the visitor's draft of it."""
    note_view(visit, "studio")
    on = _studio(visit).on_desk(visit.person.login)
    text = on.draft.text if on.draft else on.text
    as_text = "text" if request.query_params.get("as") == "text" else ""
    return _page(request, visit, on, StudioForm({"text": text, "as": as_text}), done=done)


@studio_segments.post(HERE)
async def preview_map(request: Request, visit: Visit = needs("configure")) -> Response:
    """Show the whole page with what a form would do: for browsers without scripts."""
    form = await studio_form(request)

    def show() -> Response:
        return _page(request, visit, _studio(visit).on_desk(visit.person.login), form)

    return await run_in_threadpool(show)


@studio_segments.post(HERE + "/preview")
async def preview_map_part(request: Request, visit: Visit = needs("configure")) -> Response:
    """Show the cells as a form would have them, with what that would do, and nothing else."""
    form = await studio_form(request)

    def show() -> Response:
        on = _studio(visit).on_desk(visit.person.login)
        return page(request, "studio_map.html", visit, _consequences(visit, on, form))

    return await run_in_threadpool(show)


@studio_segments.post(HERE + "/draft")
async def save_map(request: Request, visit: Visit = needs("configure")) -> Response:
    """Keep a form as the visitor's draft."""
    form = await studio_form(request)

    def save() -> str:
        studio, desk = _studio(visit), StudioDesk(visit.desk)
        text = map_text(studio, form)
        desk.save(studio.subject(), text, form.of("base"), visit.person.login)
        return "saved"

    return await run_in_threadpool(_or_page, request, visit, form, save)


@studio_segments.post(HERE + "/draft/drop")
def drop_map(visit: Visit = needs("configure")) -> Response:
    """Forget the visitor's draft. Errors: NotFound."""
    StudioDesk(visit.desk).drop(_studio(visit).subject(), visit.person.login)
    return RedirectResponse(f"{HERE}?done=dropped", 303)


@studio_segments.post(HERE + "/publish")
async def publish_map(request: Request, visit: Visit = needs("configure")) -> Response:
    """Put a form in use; a newer version, or a missing reason, brings the page again."""
    form = await studio_form(request)

    def publish() -> str:
        studio = _studio(visit)
        studio.publish(form.publication(map_text(studio, form), visit.person.login))
        return "published"

    return await run_in_threadpool(_or_page, request, visit, form, publish)


@studio_segments.get(HERE + "/versions")
def map_versions(request: Request, done: str = "", visit: Visit = needs("configure")) -> Response:
    """Show what was published, each with what it changed."""
    note_view(visit, "studio versions")
    return versions_page(request, visit, _studio(visit).subject(), done, back=HERE)


@studio_segments.post(HERE + "/versions/{edition_id}")
async def roll_back_map(
    request: Request, edition_id: Number, visit: Visit = needs("configure")
) -> Response:
    """Put an earlier version in use again."""
    studio = _studio(visit)
    return await rolled_back(request, visit, studio, studio.subject().name, edition_id, HERE)


def _studio(visit: Visit) -> SegmentStudio:
    return SegmentStudio(StudioDesk(visit.desk))


def _or_page(request: Request, visit: Visit, form: StudioForm, do: Any) -> Response:
    """Do something, or show the form again with what was wrong with it."""
    try:
        done = do()
    except NotFound:
        raise
    except InputProblem as problem:
        on = _studio(visit).on_desk(visit.person.login)
        return _page(request, visit, on, form, problem=problem)
    return RedirectResponse(f"{HERE}?done={done}", 303)


def _page(
    request: Request,
    visit: Visit,
    on: MapOnDesk,
    form: StudioForm,
    *,
    done: str = "",
    problem: InputProblem | None = None,
) -> Response:
    values = _consequences(visit, on, form)
    given = {
        **values,
        "on": on,
        "names": CardStudio(StudioDesk(visit.desk)).names(),
        "base": form.of("base") or (on.draft.base_hash if on.draft else on.base_hash),
        "is_draft": on.draft is not None,
        "title": form.of("title"),
        "reason": form.of("reason"),
        "done": done if done in ("saved", "dropped", "published") else "",
        # What the form itself got wrong stands beside its cells already.
        "problem": None if values["failed"] else problem,
    }
    return page(request, "studio_segments.html", visit, given, status=status_of_page(problem))


def _consequences(visit: Visit, on: MapOnDesk, form: StudioForm) -> dict[str, Any]:
    """Return the cells and what a preview shows; a map that is none is said, not refused."""
    studio, preview = _studio(visit), None
    failed: InputProblem | None = None
    files, text, ticked = StudioDesk(visit.desk).files, form.of("text"), frozenset[str]()
    shown = on.map
    try:
        shown = files.segment_map(on.subject, text)
        text = map_text(studio, form)
        shown = files.segment_map(on.subject, text)
        preview = studio.preview(text, visit.scope)
    except NotFound as problem:
        failed = problem
    except InputProblem as problem:
        failed, ticked = problem, frozenset(form.starting("x:"))
    named = _names(visit, (*on.map.segments, *shown.segments))
    emptied: Any = failed.details.get("emptied", ()) if failed else ()
    return {
        "here_is": HERE,
        "preview": preview,
        "failed": failed,
        "emptied": [named(name) for name in emptied],
        "text": text,
        "as_text": form.of("as") == "text",
        "map": shown,
        "chosen": form.of("segment"),
        "ticked": ticked,
        "numbers": {s.segment: n for n, s in enumerate(shown.segments, 1)},
        "shades": {s.segment: round(s.engagement * (SHADES - 1)) for s in shown.segments},
        "was": {f"{r}-{f}-{m}": before for (r, f, m), before, _ in _changed(preview)},
        "named": named,
        "lines": difference(on.text, text),
    }


def _names(visit: Visit, segments: Iterable[Segment]) -> Callable[[str], str]:
    speaker = Speaker(visit.lang)
    words = {s.segment: speaker.either(s.label) for s in segments}
    words["unknown"] = speaker.t("segment.unknown")
    return lambda name: words.get(name, name)


def _changed(preview: MapPreview | None) -> Any:
    return preview.trial.cells if preview else ()
