"""Admin: channels with a trial; secrets are named, never shown. Settings of the project."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from keepwell.messages import Answer
from keepwell.vocabulary import KeepwellProblem
from keepwell.web.security import Visit, needs
from keepwell.web.security.entrance import note_view
from keepwell.web.showing import page
from keepwell.wiring.channel_trial import channel_views, try_channel

admin_channels = APIRouter()


@admin_channels.get("/admin/channels")
def channels_page(request: Request, visit: Visit = needs("admin")) -> Response:
    """Show the channels of delivery.yml."""
    note_view(visit, "admin")
    return _channels(request, visit)


@admin_channels.post("/admin/channels/{channel}/trial")
def try_one(
    request: Request,
    channel: str,
    address: Annotated[str, Form(max_length=320)] = "",
    visit: Visit = needs("admin"),
) -> Response:
    """Send one message that asks for nothing, and show what the channel said."""
    by = visit.person.login
    answer = try_channel(visit.desk.project, channel, address.strip(), visit.lang, by=by)
    return _channels(request, visit, tried=channel, answer=answer)


@admin_channels.get("/admin/settings")
def project_page(request: Request, visit: Visit = needs("admin")) -> Response:
    """Show how the project is set up, and which file says so."""
    note_view(visit, "admin")
    project = visit.desk.project
    config = project.config
    rows = (
        ("lang", config.lang, "lang"),
        ("time_zone", config.time_zone, "time_zone"),
        ("currency", config.money.currency or "", "money.currency"),
        ("source", f"{config.source.kind}: {config.source.place}", "source"),
        ("engine", config.engine, "engine"),
        ("state", f"postgres: ${config.state.url_env}" if config.state else "sqlite", "state"),
        ("memory", f"{config.memory_limit_mb} MB", "memory_limit_mb"),
        ("threads", str(config.threads), "threads"),
        ("jobs", ", ".join(j.job for j in config.schedule.jobs), "schedule.jobs"),
        ("retention", str(config.retention.all_days) if config.retention else "", "retention"),
    )
    values = {"area": "project", "rows": rows, "folder": str(project.layout.root)}
    return page(request, "admin_project.html", visit, values)


def _channels(
    request: Request, visit: Visit, *, tried: str = "", answer: Answer | None = None
) -> Response:
    fault: KeepwellProblem | None = None
    try:
        channels = channel_views(visit.desk.project)
    except KeepwellProblem as problem:
        channels, fault = (), problem
    values = {
        "area": "channels",
        "channels": channels,
        "fault": fault,
        "tried": tried,
        "answer": answer,
        "own": visit.person.login if "@" in visit.person.login else "",
    }
    return page(request, "admin_channels.html", visit, values)
