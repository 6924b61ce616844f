"""One's own settings: language, theme, row height, time zone, single-key shortcuts."""

from dataclasses import replace
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from keepwell.vocabulary import InputProblem
from keepwell.web.pages.signing import way_back
from keepwell.web.security import Visit, needs
from keepwell.web.showing import page

look = APIRouter()
CHOICES = {
    "lang": ("zh", "en"),
    "theme": ("system", "light", "dark"),
    "density": ("compact", "regular", "roomy"),
}


@look.get("/settings")
def settings_page(request: Request, visit: Visit = needs("self")) -> Response:
    """Show one's settings."""
    return page(request, "settings.html", visit, {"is_saved": "saved" in request.query_params})


@look.post("/settings")
def save(
    visit: Visit = needs("self"),
    lang: Annotated[str, Form()] = "",
    theme: Annotated[str, Form()] = "",
    density: Annotated[str, Form()] = "",
    time_zone: Annotated[str | None, Form(max_length=64)] = None,
    has_single_keys: Annotated[str | None, Form()] = None,
    is_whole: Annotated[str, Form()] = "",
    back: Annotated[str, Form(max_length=2000)] = "/settings?saved=1",
) -> Response:
    """Keep what was chosen; what is left out stays. Errors: InputProblem."""
    now = visit.person.look
    given = {"lang": lang, "theme": theme, "density": density}
    for name, value in given.items():
        if value and value not in CHOICES[name]:
            raise InputProblem(
                f"`{value}` is no {name}.", cure=f"Choose of: {', '.join(CHOICES[name])}."
            )
    changed = replace(
        now,
        lang=lang or now.lang,
        theme=theme or now.theme,
        density=density or now.density,
    )
    if time_zone is not None:
        changed = replace(changed, time_zone=_zone(time_zone))
    if is_whole:
        changed = replace(changed, has_single_keys=has_single_keys is not None)
    visit.desk.people.set_look(visit.person.id, changed)
    return RedirectResponse(way_back(back), 303)


def _zone(name: str) -> str:
    if not name:
        return ""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise InputProblem(
            f"`{name}` is no time zone.", cure="Use a name such as Asia/Shanghai."
        ) from unknown
